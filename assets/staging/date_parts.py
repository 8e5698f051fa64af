"""A date that a list writes in three columns, 年 | 月 | 日, put together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from connectors.specs import Column, Table

FIRST_YEAR, LAST_YEAR = 1900, 2099
UNITS = r"\s*[年月日号]$"


@dataclass(frozen=True)
class Parts:
    """The columns of a date: year, month, day; those of them that were delivered."""

    year: str
    month: str
    day: str
    delivered: tuple[str, ...]


def parts_of(table: Table, column: Column, delivered: Collection[str]) -> Parts | None:
    """The year, month and day columns beside a date column, if the list has them.

    `approved_on` is put together from `approved_year`, `approved_month` and `approved_day`.
    """
    names = _names(column) if column.kind == "date" else ()
    there = tuple(name for name in names if name in table.by_name and name in delivered)
    return Parts(names[0], names[1], names[2], there) if there else None


def is_part(table: Table, column: Column) -> bool:
    """Whether a column holds the year, the month or the day of a date column of its table."""
    return any(column.name in _names(other) for other in table.of_kind("date"))


def _names(column: Column) -> Sequence[str]:
    stem = column.name.removesuffix("_on")
    return (f"{stem}_year", f"{stem}_month", f"{stem}_day") if stem != column.name else ()


def without_unit(text: pl.Expr) -> pl.Expr:
    """A part without its 年, 月 or 日: `2014年` says 2014."""
    return text.str.replace(UNITS, "")


def made_of(parts: Parts, is_given: dict[str, pl.Expr]) -> pl.Expr:
    """The day; the first of the month or of the year where the rest was left empty, else nothing.

    A month of the year 14 or a day without a month is no date: nobody knows which was meant.

    Args:
        parts: the delivered columns; their parsed values stand in `_value:<name>`.
        is_given: for each of them, whether its cell says anything at all.
    """

    def value(name: str) -> pl.Expr:
        return pl.col(f"_value:{name}") if name in parts.delivered else pl.lit(None, dtype=pl.Int64)

    def given(name: str) -> pl.Expr:
        return is_given.get(name, pl.lit(False))

    year, month, day = value(parts.year), value(parts.month), value(parts.day)
    month_or_first = pl.when(given(parts.month)).then(month).otherwise(1)
    day_or_first = pl.when(given(parts.day)).then(day).otherwise(1)
    has_gap = given(parts.day) & ~given(parts.month)
    # As text first: a day that there is not (二月三十一日) is no date, and no reason to stop.
    text = pl.concat_str(
        year.cast(pl.String),
        month_or_first.cast(pl.String).str.zfill(2),
        day_or_first.cast(pl.String).str.zfill(2),
        separator="-",
    )
    is_year = year.is_between(FIRST_YEAR, LAST_YEAR).fill_null(False)
    return pl.when(is_year & ~has_gap).then(text.str.to_date("%Y-%m-%d", strict=False))
