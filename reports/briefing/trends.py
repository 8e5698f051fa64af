"""趋势: up to twelve published months beside each other, summed up by SQL.

Money is by case. Recoverable and indicative amounts stand in columns of their own and are never added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assets.published import PublishedMonth
from reports.exceptions.model import SEVERITIES
from reports.labels import group_of, label, labels

ZERO = Decimal("0.00")
_NUMBERS = """
select quota_type, sum(approved)::bigint as approved, sum(on_roster)::bigint as on_roster,
    sum(paid)::bigint as paid
from three_numbers group by 1 order by 1
"""
_FINDINGS = """
select rule_id, severity, count(*)::bigint as n,
    count(*) filter (where change = 'new' and not coalesce(stock, false))::bigint as n_new,
    count(*) filter (where change <> 'new' and not coalesce(stock, false))::bigint as n_continued,
    count(*) filter (where coalesce(stock, false))::bigint as n_stock,
    count(*) filter (where status = 'confirmed')::bigint as n_confirmed
from finding where status <> 'refuted' group by 1, 2
"""
_RESOLVED = "select rule_id, severity, count(*)::bigint as n from finding_resolved group by 1, 2"
_CASES = """
select amount_kind, count(*)::bigint as n, sum(amount_total) as amount
from "case" where amount_total > 0 group by 1
"""
_GATE = """
select action, count(*)::bigint as n, sum(amount) as amount, sum(payable_amount) as payable
from gate where payroll_month = $month group by 1
"""
_ISSUES = "select severity, sum(n)::bigint as n from issue group by 1"


@dataclass(frozen=True)
class Counts:
    """Findings of a month, a group or a severity. n = new + continued + stock."""

    n: int = 0
    n_new: int = 0
    n_continued: int = 0
    n_stock: int = 0
    n_confirmed: int = 0
    n_resolved: int = 0


@dataclass(frozen=True)
class MonthTrend:
    """One published month in figures.

    Attributes:
        numbers: 编制类型 → approved, on roster, paid; None where no body's list speaks.
        groups: rule group → counts. severities: 1 … 4 → counts.
        cases: amount kind → (cases, amount).
        gate: action → (lines, amount, payable); the payroll of this month itself (发后核).
        issues: severity of data issues → cells.
    """

    month: str
    numbers: Mapping[str, tuple[int | None, int | None, int | None]]
    total: Counts
    groups: Mapping[str, Counts]
    severities: Mapping[int, Counts]
    cases: Mapping[str, tuple[int, Decimal]]
    gate: Mapping[str, tuple[int, Decimal, Decimal]]
    issues: Mapping[str, int]

    @property
    def three(self) -> tuple[int | None, int | None, int | None]:
        """The three numbers of all types together."""
        columns = list(zip(*self.numbers.values(), strict=True)) or [(), (), ()]
        approved, on_roster, paid = (_sum(column) for column in columns)
        return approved, on_roster, paid


@dataclass(frozen=True)
class Trends:
    """All months, ascending; types and groups that occur in any of them, in their order."""

    months: Sequence[MonthTrend]
    quota_types: Sequence[str]
    groups: Sequence[str]


def read_trends(history: Sequence[PublishedMonth]) -> Trends:
    """The months of a history side by side."""
    months = [month_trend(month) for month in sorted(history, key=lambda one: one.month)]
    types = {name for month in months for name in month.numbers}
    groups = {name for month in months for name in month.groups}
    return Trends(
        months, _ordered(types, list(labels("quota_type").values())), _ordered(groups, list(labels("group")))
    )


def month_trend(month: PublishedMonth) -> MonthTrend:
    """One month in figures."""
    found: list[tuple[str, int, Counts]] = [
        (row["rule_id"], row["severity"] or 4, _counts(row)) for row in month.sql(_FINDINGS).rows(named=True)
    ]
    found += [
        (row["rule_id"], row["severity"] or 4, Counts(n_resolved=row["n"]))
        for row in month.sql(_RESOLVED).rows(named=True)
    ]
    codes = sorted({group_of(rule) for rule, _, _ in found})
    return MonthTrend(
        month=month.month,
        numbers={
            label("quota_type", row["quota_type"]) or "未注明": (
                row["approved"],
                row["on_roster"],
                row["paid"],
            )
            for row in month.sql(_NUMBERS).rows(named=True)
        },
        total=_add([counts for _, _, counts in found]),
        groups={code: _add([c for rule, _, c in found if group_of(rule) == code]) for code in codes},
        severities={level: _add([c for _, s, c in found if s == level]) for level in SEVERITIES},
        cases={
            row["amount_kind"]: (row["n"], row["amount"] or ZERO)
            for row in month.sql(_CASES).rows(named=True)
            if row["amount_kind"]
        },
        gate={
            row["action"]: (row["n"], row["amount"] or ZERO, row["payable"] or ZERO)
            for row in month.sql(_GATE, {"month": month.month}).rows(named=True)
        },
        issues={row["severity"]: row["n"] for row in month.sql(_ISSUES).rows(named=True)},
    )


def _counts(row: Mapping[str, int]) -> Counts:
    return Counts(row["n"], row["n_new"], row["n_continued"], row["n_stock"], row["n_confirmed"])


def _add(counts: Sequence[Counts]) -> Counts:
    names = Counts.__dataclass_fields__
    return Counts(**{name: sum(getattr(one, name) for one in counts) for name in names})


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _ordered(found: set[str], order: Sequence[str]) -> list[str]:
    return sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name))
