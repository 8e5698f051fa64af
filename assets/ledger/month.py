"""A month as the computations see it: first and last day, number, neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl


def month_number(month: str) -> int:
    """Year * 12 + month - 1: differences are numbers of months."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_text(number: int) -> str:
    """The month of a number, YYYY-MM."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


@dataclass(frozen=True)
class Month:
    """One calendar month."""

    text: str

    @property
    def number(self) -> int:
        """See `month_number`."""
        return month_number(self.text)

    @property
    def start(self) -> date:
        """First day."""
        return date(int(self.text[:4]), int(self.text[5:7]), 1)

    @property
    def end(self) -> date:
        """Last day."""
        return self.next.start - timedelta(days=1)

    @property
    def previous(self) -> Month:
        """The month before."""
        return Month(month_text(self.number - 1))

    @property
    def next(self) -> Month:
        """The month after."""
        return Month(month_text(self.number + 1))


def as_of_day(stated: str | None, month: str) -> date:
    """The day that a list's data stand for: the day or month that it states, else the end of its month.

    Args:
        stated: YYYY-MM-DD, YYYY-MM or nothing.
        month: the month for which the list was delivered.
    """
    if stated and len(stated) == len("2026-10-31"):
        return date.fromisoformat(stated)
    return Month(stated or month).end


def number_of_month(month: pl.Expr) -> pl.Expr:
    """Month number of a "YYYY-MM" column."""
    year = month.str.slice(0, 4).cast(pl.Int64, strict=False)
    return year * 12 + month.str.slice(5, 2).cast(pl.Int64, strict=False) - 1


def number_of_date(day: pl.Expr) -> pl.Expr:
    """Month number of a date column."""
    return day.dt.year().cast(pl.Int64) * 12 + day.dt.month().cast(pl.Int64) - 1
