"""Months as `YYYY-MM` text: the partition, the inbox folder and the pointer all use this form."""

from __future__ import annotations

import calendar
import re
from datetime import date

from connectors.errors import UserError

FIRST_MONTH = "2010-01"
_MONTH = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])")


def is_month(text: str) -> bool:
    """Whether `text` is a month in the one accepted form."""
    return _MONTH.fullmatch(text) is not None


def parse_month(text: str) -> str:
    """The month as given, when it is one and not before the first partition.

    Raises:
        UserError: with the form that is wanted.
    """
    if not is_month(text):
        raise UserError(f"“{text}”不是月份", remedy="请写成四位年份、短横、两位月份，例如 2026-10")
    if text < FIRST_MONTH:
        raise UserError(f"{text} 太早", remedy=f"本程序从 {FIRST_MONTH} 起按月处理，请检查年份")
    return text


def first_day(month: str) -> date:
    """The first day of a month."""
    return date(int(month[:4]), int(month[5:7]), 1)


def last_day(month: str) -> date:
    """The last day of a month: the day as of which its facts stand."""
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, calendar.monthrange(year, number)[1])
