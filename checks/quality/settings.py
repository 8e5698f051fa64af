"""Thresholds of the quality step. The operator's settings fill this; nothing here reads them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class QualitySettings:
    """Thresholds; a share is of 1, a limit of rows is passed only when it is exceeded.

    Attributes:
        missing_share: people of last month who are not in this month's list: more than the larger of this
            share and `missing_least` stops the run.
        missing_least: see `missing_share`.
        body_least: people of a body on two other lists, from which on its absence from a list is told.
        body_present: share of them that a list may have and still count as one without that body (who was
            transferred or is paid twice stands there under another body).
        not_unified_pay: codes or names of bodies that pay their own people whatever 财政's list says.
        truncated_share: truncated IDs of a file's IDs, from which on the file is refused.
        truncated_least: truncated IDs of a file, from which on the file is refused.
        stale_days: days that a source's as-of date may lie before the newest one.
        empty_points: change of a column's share of nulls that is worth a word.
        given_warning: share of rows without a required value that warns.
        given_critical: share of rows without a required amount that stops the run.
        critical_least: rows that must fail before a share stops the run.
        id_warning: share of damaged IDs that warns.
        month_critical: share of a payroll's rows that may state another month.
        person_money: largest plausible amount of one person in one month, in yuan.
        unit_money: largest plausible amount of one body, in yuan.
        largest_count: largest plausible number of people or posts.
        even_share: share of even 17th digits in a file's IDs from which on it is worth a word.
        even_least: IDs that a file must have for that.
        slice_rows: rows that go through Great Expectations at once.
        examples: failing rows that are kept of a check.
    """

    missing_share: float = 0.15
    missing_least: int = 10
    body_least: int = 10
    body_present: float = 0.05
    not_unified_pay: tuple[str, ...] = ()
    truncated_share: float = 0.01
    truncated_least: int = 5
    stale_days: int = 31
    empty_points: float = 0.1
    given_warning: float = 0.01
    given_critical: float = 0.5
    critical_least: int = 10
    id_warning: float = 0.01
    month_critical: float = 0.1
    person_money: int = 200_000
    unit_money: int = 100_000_000_000
    largest_count: int = 1_000_000
    even_share: float = 0.9
    even_least: int = 30
    slice_rows: int = 1_000_000
    examples: int = 20


def share_of(share: float, n: int) -> Decimal:
    """A share of a number, exactly as its decimal reads: 15 % of 100 is 15."""
    return Decimal(str(share)) * n
