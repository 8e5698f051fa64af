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
    return text.set(text == "", None)


def _of_float(values: Sequence[object]) -> pl.Series:
    numbers = _texts(values, pl.Float64)
    whole = numbers.cast(pl.Int64, strict=False)
    is_whole = ((whole.cast(pl.Float64) == numbers) & (numbers.abs() < EXACT_BELOW)).fill_null(False)
    text = numbers.cast(pl.String)
    is_odd = ~is_whole & numbers.is_not_null() & (text.str.contains("[en]") | (numbers.abs() >= EXACT_BELOW))
    if is_odd.any():
        odd = pl.Series(
            "v", [None if v is None else number_text(v) for v in numbers.zip_with(is_odd, _nulls(numbers))]
        )
        text = odd.cast(pl.String).zip_with(is_odd, text)
    return whole.cast(pl.String).zip_with(is_whole, text)


def _nulls(like: pl.Series) -> pl.Series:
    return pl.Series("v", [None], dtype=like.dtype).new_from_index(0, len(like))


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
    text = pl.Series("v", [None], dtype=pl.String).new_from_index(0, len(values))
    kind = text
    for type_ in sorted(types, key=lambda t: t.__name__):
        letter, render = RENDERERS[type_]
        own = values if len(types) == 1 else [v if type(v) is type_ else None for v in values]
        rendered = render(own)
        is_here = rendered.is_not_null()
        letters = pl.Series("v", [letter], dtype=pl.String).new_from_index(0, len(values))
        kind = letters.zip_with(is_here, kind)
        text = rendered.zip_with(is_here, text)
    return text, kind


def frames(columns: Sequence[Sequence[object]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The `cells` and `kinds` of a sheet from its columns, left to right, all of one length."""
    rendered = [render_column(column) for column in columns]
    return (
        pl.DataFrame([text.alias(f"c{i}") for i, (text, _) in enumerate(rendered)]),
        pl.DataFrame([kind.alias(f"c{i}") for i, (_, kind) in enumerate(rendered)]),
    )
