"""Months as numbers: year * 12 + month - 1, so that differences are months."""

from __future__ import annotations

import calendar
from datetime import date

FAR = 10**6
"""A month that never comes."""


def month_no(text: str) -> int:
    """Number of the month written as ``2026-10``."""
    year, month = text.split("-")
    number = int(year) * 12 + int(month) - 1
    if not 1 <= int(month) <= 12:
        raise ValueError(f"月份应写成 2026-10 的样子：{text}")
    return number


def month_of(day: date) -> int:
    """Number of the month a day lies in."""
    return day.year * 12 + day.month - 1


def month_text(number: int) -> str:
    """``2026-10`` for the number of that month."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def day_in(number: int, day: int) -> date:
    """That day of the month, or its last day if the month is shorter."""
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
