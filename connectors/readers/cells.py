"""Columns of Python values, as the spreadsheet libraries give them, to frames of text and kinds.

Whole columns at a time: a value is looked at in Python only to learn its type.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal

import polars as pl

EXACT_BELOW = 1e15
"""From here on a double shows its shortest digits and zeros; below, every whole number is exact."""


class ErrorText(str):
    """The text of an error cell (#N/A), or of a formula that was never calculated (=A1+B1)."""

    __slots__ = ()


def number_text(value: float) -> str:
    """Shortest plain form of one number: 12, 0.0000001, 622724196503120000; never an exponent."""
    if value != value or value in (float("inf"), float("-inf")):
        return "#NUM!"
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")


def _texts(values: Sequence[object], dtype: type[pl.DataType]) -> pl.Series:
    return pl.Series("v", values, dtype=dtype)


def _of_str(values: Sequence[object]) -> pl.Series:
    text = _texts(values, pl.String)
    is_empty = text == ""
    return text.set(is_empty, None) if is_empty.any() else text


def _of_float(values: Sequence[object]) -> pl.Series:
    numbers = _texts(values, pl.Float64)
    whole = numbers.cast(pl.Int64, strict=False)
    is_whole = ((whole.cast(pl.Float64) == numbers) & (numbers.abs() < EXACT_BELOW)).fill_null(False)
    if is_whole.sum() + numbers.null_count() == len(numbers):
        return whole.cast(pl.String)
    text = numbers.cast(pl.String)
    is_odd = ~is_whole & numbers.is_not_null() & (text.str.contains("[en]") | (numbers.abs() >= EXACT_BELOW))
    if is_odd.any():
        left = numbers.zip_with(is_odd, _nulls(numbers, len(numbers)))
        odd = pl.Series("v", [None if v is None else number_text(v) for v in left], dtype=pl.String)
        text = odd.zip_with(is_odd, text)
    return whole.cast(pl.String).zip_with(is_whole, text)


def _nulls(like: pl.Series, n: int) -> pl.Series:
    return pl.Series("v", [None], dtype=like.dtype).new_from_index(0, n)


def _of_datetime(values: Sequence[object]) -> pl.Series:
    stamps = pl.Series("v", values, dtype=pl.Datetime("us")).dt.round("1s")
    is_midnight = (stamps.dt.time() == dt.time(0)).fill_null(False)
    return stamps.dt.strftime("%Y-%m-%d").zip_with(is_midnight, stamps.dt.strftime("%Y-%m-%d %H:%M:%S"))


def _duration_text(value: object) -> str | None:
    if not isinstance(value, dt.timedelta):
        return None
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _time_text(value: object) -> str | None:
    return value.isoformat("seconds") if isinstance(value, dt.time) else None


def _mapped(text: Callable[[object], str | None]) -> Callable[[Sequence[object]], pl.Series]:
    return lambda values: pl.Series("v", [text(v) for v in values], dtype=pl.String)


RENDERERS: dict[type, tuple[str, Callable[[Sequence[object]], pl.Series]]] = {
    str: ("t", _of_str),
    float: ("n", _of_float),
    int: ("n", lambda values: pl.Series("v", values, dtype=pl.Int64).cast(pl.String)),
    bool: ("b", _mapped(lambda v: None if v is None else "TRUE" if v else "FALSE")),
    dt.date: ("d", lambda values: pl.Series("v", values, dtype=pl.Date).cast(pl.String)),
    dt.datetime: ("d", _of_datetime),
    dt.time: ("d", _mapped(_time_text)),
    dt.timedelta: ("d", _mapped(_duration_text)),
    ErrorText: ("e", _mapped(lambda v: None if v is None else str(v))),
}


def render_column(values: Sequence[object]) -> tuple[pl.Series, pl.Series]:
    """Text and kind of each value of one column; None and "" become null in both.

    Raises:
        KeyError: a type no reader gives.
    """
    types = set(map(type, values)) - {type(None)}
    if len(types) == 1:
        return _rendered(values, types.pop())
    text = kind = _nulls(pl.Series("v", dtype=pl.String), len(values))
    for type_ in sorted(types, key=lambda t: t.__name__):
        own, letters = _rendered([v if type(v) is type_ else None for v in values], type_)
        is_here = letters.is_not_null()
        text, kind = own.zip_with(is_here, text), letters.zip_with(is_here, kind)
    return text, kind


def _rendered(values: Sequence[object], type_: type) -> tuple[pl.Series, pl.Series]:
    """Text and kind of values that are all of one type, or None."""
    letter, render = RENDERERS[type_]
    text = render(values)
    kind = pl.Series("v", [letter], dtype=pl.String).new_from_index(0, len(values))
    return text, kind.set(text.is_null(), None) if text.null_count() else kind


def frames(columns: Sequence[Sequence[object]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The `cells` and `kinds` of a sheet from its columns, left to right, all of one length."""
    rendered = [render_column(column) for column in columns]
    return (
        pl.DataFrame([text.alias(f"c{i}") for i, (text, _) in enumerate(rendered)]),
        pl.DataFrame([kind.alias(f"c{i}") for i, (_, kind) in enumerate(rendered)]),
    )
