"""What a published month says of a payroll, as finance reads it: sums, lines, changes, 补发.

All sums are made here, in SQL; the order is the payroll's own: by budget unit, then line by line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from assets.published import PublishedMonth
from checks.gate.holds import HoldState, line_states

LINE_LIMIT = 200_000
"""Beyond so many lines nobody reads a sheet line by line: then sums, and what needs somebody."""
_LINES = """from gate where payroll_month = $month
        and ($is_whole or action <> 'release' or payable_amount is distinct from amount)
    order by agency_code nulls last, row_uid"""
_CHANGES = """from gate_change where payroll_month = $month
        and ($is_whole or kind in ('opening', 'closing') or not is_supported)
    order by agency_code,
        case kind when 'opening' then 0 when 'closing' then 2 else 1 end, kind, row_uid nulls last"""


@dataclass(frozen=True)
class ActionSum:
    """How many lines of a payroll have one action, and their money; n_reduced are paid less than stated."""

    action: str
    n: int
    amount: Decimal
    payable: Decimal
    n_reduced: int = 0


@dataclass(frozen=True)
class ChangeSum:
    """How many lines changed in one way, by how much together, and how many of them have no paper.

    The totals stand a row a budget unit: of them no number of lines is known, and n is 0.
    """

    kind: str
    n: int
    change: Decimal
    n_open: int


@dataclass(frozen=True)
class AgencySums:
    """One budget unit's lines by action, and their money."""

    code: str
    name: str
    n: int
    n_of: Mapping[str, int]
    amount: Decimal
    payable: Decimal


@dataclass(frozen=True)
class JudgedPayroll:
    """The gate's word on one payroll.

    Attributes:
        payroll_month: the month it pays.
        month: the published month that judged it; the same month for what was paid (发后核), the one before
            for a draft (发前核).
        place: the division's name.
        rows, changes: of tables `gate` and `gate_change`; long ones without the lines that need nobody.
        back_pay: table `gate_backpay` of the month that judged it.
    """

    payroll_month: str
    month: str
    place: str
    content_sha256: str
    rows: pl.DataFrame
    changes: pl.DataFrame
    back_pay: pl.DataFrame

    @property
    def is_draft(self) -> bool:
        """Whether this is 发前核."""
        return self.month != self.payroll_month

    @property
    def kind(self) -> str:
        """发前核 or 发后核."""
        return "发前核" if self.is_draft else "发后核"


@dataclass(frozen=True)
class PayrollBook:
    """A judged payroll as its workbook shows it.

    Attributes:
        payroll: its lines that need somebody; those that are paid only where `is_whole`.
        as_of, lock_on: how old the data are, and when the payroll is locked.
        actions: lines and money of each action.
        agencies: the same of each budget unit, in order.
        change_sums: from last month's total to this month's.
        is_whole: whether the lines that are simply paid are among the payroll's.
        signed: row_uid → how far a hold has come.
    """

    payroll: JudgedPayroll
    as_of: date | None
    lock_on: date | None
    actions: tuple[ActionSum, ...]
    agencies: tuple[AgencySums, ...]
    change_sums: tuple[ChangeSum, ...]
    is_whole: bool
    signed: Mapping[int, HoldState]


ACTIONS = ("hold", "reject_new", "verify", "release")
CHANGE_KINDS = ("opening", "added", "removed", "raised", "lowered", "closing")
TOTALS = ("opening", "closing")


def judged_months(month: PublishedMonth) -> list[str]:
    """Which payrolls a month has judged: what was paid, then the draft where there was one."""
    found = month.sql("select distinct payroll_month from gate order by 1")
    return [str(one) for one in found["payroll_month"].to_list()]


def judged_payroll(month: PublishedMonth, payroll_month: str) -> JudgedPayroll | None:
    """What a published month says of a payroll, all lines; None where it has not judged it."""
    if payroll_month not in judged_months(month):
        return None
    return _payroll(month, payroll_month, is_whole=True)


def payroll_book(month: PublishedMonth, payroll_month: str, holds: pl.DataFrame) -> PayrollBook:
    """The same as its workbook shows it.

    Args:
        month: the month that judged it.
        payroll_month: which payroll, one of `judged_months`.
        holds: frame `hold` of casework.
    """
    asked = {"month": payroll_month}
    sums = month.sql(
        """select agency_code, min(agency_name) as agency_name, action, count(*) as n,
            sum(amount) as amount, sum(payable_amount) as payable,
            count(*) filter (where payable_amount is distinct from amount) as n_reduced
        from gate where payroll_month = $month group by agency_code, action
        order by agency_code nulls last, action""",
        asked,
    )
    days = month.sql(
        "select min(data_as_of), min(lock_on) from gate where payroll_month = $month", asked
    ).row(0)
    changes = month.sql(
        """select kind, count(*) filter (where kind not in ('opening', 'closing')) as n,
            sum(change) as change, count(*) filter (where is_supported = false) as n_open
        from gate_change where payroll_month = $month group by kind""",
        asked,
    )
    is_whole = int(sums["n"].sum()) <= LINE_LIMIT
    payroll = _payroll(month, payroll_month, is_whole=is_whole)
    return PayrollBook(
        payroll=payroll,
        as_of=days[0],
        lock_on=days[1],
        actions=tuple(_action_sum(sums, action) for action in ACTIONS),
        agencies=_agency_sums(sums),
        change_sums=_in_order(changes),
        is_whole=is_whole,
        signed=line_states(payroll.rows.filter(pl.col("action") == "hold"), holds, payroll_month),
    )


def action_sums(rows: pl.DataFrame) -> tuple[ActionSum, ...]:
    """Lines and money of each action, strictest first."""
    sums = (
        rows.with_columns((pl.col("payable_amount").ne_missing(pl.col("amount"))).alias("is_reduced"))
        .group_by("action")
        .agg(
            pl.len().alias("n"),
            pl.col("amount").sum(),
            pl.col("payable_amount").sum().alias("payable"),
            pl.col("is_reduced").sum().alias("n_reduced"),
        )
    )
    return tuple(_action_sum(sums, action) for action in ACTIONS)


def change_sums(changes: pl.DataFrame) -> tuple[ChangeSum, ...]:
    """From last month's total to this month's, kind by kind."""
    is_open = ~pl.col("is_supported").fill_null(True)
    sums = changes.group_by("kind").agg(
        pl.col("kind").is_in(TOTALS).not_().sum().alias("n"),
        pl.col("change").sum(),
        is_open.sum().alias("n_open"),
    )
    return _in_order(sums)


def _in_order(sums: pl.DataFrame) -> tuple[ChangeSum, ...]:
    known = {row["kind"]: row for row in sums.iter_rows(named=True)}
    return tuple(
        ChangeSum(kind, known[kind]["n"], known[kind]["change"], known[kind]["n_open"])
        for kind in CHANGE_KINDS
        if kind in known
    )


def _action_sum(sums: pl.DataFrame, action: str) -> ActionSum:
    own = sums.filter(pl.col("action") == action)
    return ActionSum(
        action,
        int(own["n"].sum()),
        _total(own["amount"]),
        _total(own["payable"]),
        int(own["n_reduced"].sum()),
    )


def _agency_sums(sums: pl.DataFrame) -> tuple[AgencySums, ...]:
    return tuple(
        AgencySums(
            code=own["agency_code"][0] or "",
            name=min((str(one) for one in own["agency_name"].drop_nulls()), default=""),
            n=int(own["n"].sum()),
            n_of={action: int(n) for action, n in own.select("action", "n").iter_rows()},
            amount=_total(own["amount"]),
            payable=_total(own["payable"]),
        )
        for own in sums.partition_by("agency_code", maintain_order=True)
    )


def _total(amounts: pl.Series) -> Decimal:
    return sum(amounts.drop_nulls().to_list(), Decimal("0.00"))


def _payroll(month: PublishedMonth, payroll_month: str, *, is_whole: bool) -> JudgedPayroll:
    asked = {"month": payroll_month, "is_whole": is_whole}
    places = month.sql("select value from meta where key = 'division_name'")["value"].to_list()
    return JudgedPayroll(
        payroll_month=payroll_month,
        month=month.month,
        place=str(places[0]) if places else "",
        content_sha256=month.pointer.content_sha256,
        rows=month.sql(_LINES, asked),
        changes=month.sql(_CHANGES, asked),
        back_pay=month.sql("from gate_backpay order by agency_code, per_id, held_month, row_key"),
    )
