"""What a published month says of a payroll as a whole: lines and money by action, changes, the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from reports.judged_payroll import CHANGE_KINDS, TOTALS
from reports.labels import label
from reports.web.accounts.access import Scope
from reports.web.months import MonthView
from reports.web.pages.desk import Desk
from reports.web.pages.gate.filters import ACTIONS, KIND, in_scope

_DAY = timedelta(days=1)
WEEKDAYS = "一二三四五六日"
NOTHING = Decimal("0.00")
_SUMS = """
select {kind} as kind, count(*) as n, coalesce(sum(g.amount), 0) as amount,
       coalesce(sum(g.payable_amount), 0) as payable, min(g.lock_on) as lock_on, min(g.data_as_of) as as_of,
       count(*) filter (where g.due_on < $today) as n_late
from gate g where g.payroll_month = $payroll and {scope} group by 1
"""
_CHANGES = """
select kind, coalesce(is_supported, true) as is_supported,
       count(*) filter (where kind not in ('opening', 'closing')) as n, sum(change) as change
from gate_change where payroll_month = $payroll group by all
"""


@dataclass(frozen=True)
class Tally:
    """The lines of one kind and their money; `late` of them should have been cleared by now."""

    kind: str
    n: int = 0
    amount: Decimal = NOTHING
    payable: Decimal = NOTHING
    late: int = 0

    @property
    def less(self) -> Decimal:
        """How much less than stated is payable."""
        return self.amount - self.payable


@dataclass(frozen=True)
class ChangeSum:
    """The changes of one kind, with or without a paper."""

    kind: str
    is_supported: bool
    n: int
    change: Decimal

    @property
    def words(self) -> str:
        """Such as 新增 无据."""
        name = label("gate_change", self.kind)
        return name if self.kind in TOTALS else f"{name} {'有据' if self.is_supported else '无据'}"

    @property
    def is_total(self) -> bool:
        """Whether it is a payroll's total, not a change."""
        return self.kind in TOTALS


@dataclass(frozen=True)
class PayrollSums:
    """One payroll as a whole."""

    payroll: str
    tallies: Mapping[str, Tally]
    changes: tuple[ChangeSum, ...]
    lock_on: date | None
    as_of: date | None

    @property
    def n(self) -> int:
        """All lines."""
        return sum(one.n for one in self.tallies.values())

    @property
    def n_acted(self) -> int:
        """Lines that are not simply paid."""
        return self.n - self.tallies["release"].n

    @property
    def amount(self) -> Decimal:
        """What the payroll states."""
        return sum((one.amount for one in self.tallies.values()), NOTHING)

    @property
    def payable(self) -> Decimal:
        """What is payable of it."""
        return sum((one.payable for one in self.tallies.values()), NOTHING)

    @property
    def n_paid(self) -> int:
        """Lines that are released, whole or reduced."""
        return self.tallies["release"].n + self.tallies["reduced"].n

    @property
    def closes(self) -> bool:
        """Whether last month's total and the changes are this payroll's."""
        signed = sum((-c.change if c.kind == "closing" else c.change for c in self.changes), NOTHING)
        return signed == 0


def judged_payrolls(desk: Desk, month: MonthView) -> list[str]:
    """Which payrolls a month has judged: what was paid, then the draft where there was one."""
    query = "select distinct payroll_month as payroll from gate order by 1"
    key = ("judged payrolls", month.pointer.ledger)
    return desk.memory.get(key, lambda: [str(row["payroll"]) for row in month.rows(query)])


def payroll_sums(desk: Desk, month: MonthView, payroll: str, scope: Scope, today: date) -> PayrollSums:
    """The sums of one payroll, of the lines that somebody may see; changes only of the whole."""
    key = ("payroll sums", month.pointer.ledger, payroll, scope, today)
    return desk.memory.get(key, lambda: _read(month, payroll, scope, today))


def _read(month: MonthView, payroll: str, scope: Scope, today: date) -> PayrollSums:
    asked = in_scope(scope)
    rows = month.rows(
        _SUMS.format(kind=KIND, scope=asked.where), {"payroll": payroll, "today": today, **asked.parameters}
    )
    known = {
        row["kind"]: Tally(row["kind"], row["n"], row["amount"], row["payable"], row["n_late"])
        for row in rows
    }
    changes = month.rows(_CHANGES, {"payroll": payroll}) if scope.is_whole else []
    return PayrollSums(
        payroll=payroll,
        tallies={kind: known.get(kind, Tally(kind)) for kind in ACTIONS},
        changes=tuple(
            ChangeSum(kind, row["is_supported"], row["n"], row["change"])
            for kind in CHANGE_KINDS
            for row in sorted(changes, key=lambda one: not one["is_supported"])
            if row["kind"] == kind
        ),
        lock_on=min((row["lock_on"] for row in rows if row["lock_on"]), default=None),
        as_of=min((row["as_of"] for row in rows if row["as_of"]), default=None),
    )


def clock(today: date, lock_on: date, workdays: Callable[[date, date], int]) -> dict[str, Any]:
    """Working days until a payroll is locked, as a strip of days.

    Args:
        today: the day.
        lock_on: the day on which the payroll is locked.
        workdays: how many working days are later than one day up to another.
    """
    first = min(today, lock_on) - 6 * _DAY
    last = max(lock_on, today) + 4 * _DAY
    days = [first + n * _DAY for n in range((last - first).days + 1)]
    worked = [day for day in days if day in (today, lock_on) or workdays(day - _DAY, day)]
    place = worked.index(today) if today <= lock_on else worked.index(lock_on)
    shown = worked[max(0, place - 3) : max(0, place - 3) + 10]
    if lock_on not in shown:
        shown = [*shown[:9], lock_on]
    cells = []
    for n, day in enumerate(shown):
        is_today, is_lock = day == today, day == lock_on
        style = "fa" if is_today else "f2" if is_lock else "f1" if day < today else "f0"
        note = "今天" if is_today else "锁定" if is_lock else ""
        cells.append(
            {
                "x": 33 * n,
                "middle": 33 * n + 15.5,
                "style": style,
                "day": f"{day.day}",
                "weekday": WEEKDAYS[day.weekday()],
                "note": "今天锁定" if is_today and is_lock else note,
                "is_bold": is_today or is_lock,
                "is_gap": n > 0 and workdays(shown[n - 1], day) > 1,
            }
        )
    return {
        "lock_on": lock_on,
        "left": workdays(today, lock_on) if lock_on > today else 0,
        "is_over": lock_on < today,
        "is_today": lock_on == today,
        "cells": cells,
        "width": 33 * len(cells),
    }
