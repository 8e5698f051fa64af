"""时效通报: what was done late, by whom and by how many days; which deliveries were late or stale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from assets.published import PublishedMonth
from reports.briefing.overdue import Limits, Overdue, overdue
from reports.exceptions.quality import department_place
from reports.labels import DEPARTMENTS, label, unit_code
from reports.masking import mask_text
from reports.request import ReportRequest
from reports.standing import month_end

FIVE = DEPARTMENTS[:5]
_FINDINGS = """
select f.number, f.rule_id, r.title, f.severity, f.name, f.unit_id, f.unit_name, f.supervisor, f.owner,
    f.explanation, f.decided_values, f.status, f.change, f.due_on
from finding as f
join rule as r using (rule_id)
where r."group" = 'D' and f.status <> 'refuted'
order by f.unit_id nulls last, f.rule_id, f.number
"""
_DELIVERIES = """
select department, status, as_of, carried_from from intake_file where status in ('taken', 'carried')
"""


@dataclass(frozen=True)
class LateMatter:
    """One matter of group D."""

    number: str
    rule: str
    severity: int
    unit_id: str
    unit: str
    supervisor: str
    owner: str
    name: str
    explanation: str
    overdue: Overdue | None
    status: str
    change: str


@dataclass(frozen=True)
class LateTally:
    """Matters of somebody: how many, how many of them new, how many with days to count, and the days."""

    n: int
    n_new: int
    n_counted: int
    most_days: int | None
    all_days: int


@dataclass(frozen=True)
class LateUnit:
    """A body's matters."""

    unit_id: str
    unit: str
    supervisor: str
    tally: LateTally


@dataclass(frozen=True)
class LateOwner:
    """Matters that one department must act on."""

    owner: str
    tally: LateTally


@dataclass(frozen=True)
class DeliveryLine:
    """A department's delivery of the month.

    Attributes:
        as_of: date of its newest data; None where nothing came.
        days_behind: days between that date and the month's end.
        n_late: of the `n_months` months looked at, those without data of the month itself.
    """

    department: str
    n_files: int
    as_of: date | None
    state: str
    days_behind: int | None
    is_late: bool
    n_late: int
    n_months: int


@dataclass(frozen=True)
class Timeliness:
    """时效通报."""

    matters: Sequence[LateMatter]
    total: LateTally
    units: Sequence[LateUnit]
    owners: Sequence[LateOwner]
    deliveries: Sequence[DeliveryLine]
    unchecked: Sequence[str]


def read_timeliness(request: ReportRequest) -> Timeliness:
    """The month's late matters and deliveries."""
    month = request.month
    limits = Limits(month_end(month.month), rule_limits(month), request.workday)
    matters = [
        LateMatter(
            row["number"],
            f"{row['rule_id']} {row['title']}",
            row["severity"],
            unit_code(row["unit_id"]),
            row["unit_name"] or "",
            row["supervisor"] or "",
            row["owner"] or "",
            row["name"] or "",
            mask_text(row["explanation"] or ""),
            overdue(row["rule_id"], row["decided_values"], limits),
            label("status", row["status"]),
            row["change"] or "",
        )
        for row in month.sql(_FINDINGS).iter_rows(named=True)
    ]
    unchecked = month.sql(
        """select rule_id, title, reason from rule
        where "group" = 'D' and status = 'not_checked' order by rule_id"""
    )
    return Timeliness(
        matters,
        _tally(matters),
        _units(matters),
        _owners(matters),
        _deliveries(month, request.history),
        [f"{rule} {title}：{reason or '未核'}" for rule, title, reason in unchecked.iter_rows()],
    )


def rule_limits(month: PublishedMonth) -> dict[str, int]:
    """The limits of group D as the month had them, by parameter."""
    rows = month.sql("select key, value from meta where key like 'parameters.d%'").rows()
    return {key.split(".", 1)[1]: int(value) for key, value in rows if value.isdecimal()}


def _units(matters: Sequence[LateMatter]) -> list[LateUnit]:
    groups = groupby(matters, key=lambda one: (one.unit_id, one.unit, one.supervisor))
    return [LateUnit(*key, _tally(list(members))) for key, members in groups]


def _owners(matters: Sequence[LateMatter]) -> list[LateOwner]:
    ordered = sorted(matters, key=lambda one: one.owner)
    return [LateOwner(key, _tally(list(members))) for key, members in groupby(ordered, lambda one: one.owner)]


def _tally(matters: Sequence[LateMatter]) -> LateTally:
    days = [one.overdue.days for one in matters if one.overdue]
    n_new = sum(one.change == "new" for one in matters)
    return LateTally(len(matters), n_new, len(days), max(days, default=None), sum(days))


def _deliveries(month: PublishedMonth, history: Sequence[PublishedMonth]) -> list[DeliveryLine]:
    now = _newest(month)
    past = [_newest(one) for one in history]
    names = {*FIVE, *now, *(code for one in past for code in one)}
    lines = []
    for code in sorted(names, key=department_place):
        n_files, as_of, carried = now.get(code, (0, None, ""))
        is_late = _is_late(month.month, as_of, carried)
        end = month_end(month.month)
        lines.append(
            DeliveryLine(
                label("department", code),
                n_files,
                as_of,
                f"未报送，沿用 {carried}" if carried else _state(n_files, is_late=is_late),
                max((end - as_of).days, 0) if as_of else None,
                is_late,
                sum(_was_late(one.month, newest, code) for one, newest in zip(history, past, strict=True)),
                len(history),
            )
        )
    return lines


def delivered_late(month: PublishedMonth) -> set[str]:
    """The five departments that have no data of the month itself."""
    now = _newest(month)
    return {code for code in FIVE if _was_late(month.month, now, code)}


def _newest(month: PublishedMonth) -> dict[str, tuple[int, date | None, str]]:
    """Department → files, date of the newest data, the month that stands for a delivery that did not come."""
    found: dict[str, tuple[int, date | None, str]] = {}
    for row in month.sql(_DELIVERIES).iter_rows(named=True):
        n, as_of, carried = found.get(row["department"], (0, None, ""))
        days = [day for day in (as_of, row["as_of"]) if day]
        own = row["status"] == "taken"
        found[row["department"]] = (n + own, max(days, default=None), carried or row["carried_from"] or "")
    return found


def _was_late(month: str, newest: Mapping[str, tuple[int, date | None, str]], code: str) -> bool:
    _, as_of, carried = newest.get(code, (0, None, ""))
    return _is_late(month, as_of, carried)


def _is_late(month: str, as_of: date | None, carried: str) -> bool:
    return bool(carried) or as_of is None or as_of.isoformat()[:7] < month


def _state(n_files: int, *, is_late: bool) -> str:
    if not n_files:
        return "未报送"
    return "数据早于本月" if is_late else "按期"
