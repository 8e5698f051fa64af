"""到龄退休预告: who reaches the statutory age in the next twelve months, and who is beyond it already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assets.ledger.month import Month, month_number, month_text
from reports.bodies import lay_bodies
from reports.labels import unit_code
from reports.masking import mask_number
from reports.monthly.ground import lay, type_text
from reports.monthly.lines import Line, added, code_text
from reports.request import ReportRequest

FACTS = (
    "roster",
    "person",
    "staff",
    "cadre",
    "budget_person",
    "retirement",
    "pension_payee",
    "death",
    "exemption",
)
AHEAD = 12
NOT_DEFERRABLE = "不适用"
UNSETTLED = "未办退休"


@dataclass(frozen=True)
class Reaching:
    """Somebody on the roster who reaches the age by the end of the forecast.

    Attributes:
        due_month: the statutory month, YYYY-MM. original_age: 60, 55 or 50 before the reform.
        earliest, latest: how early and how late it may be by agreement; 不适用 for whom it may not be later.
        state: what has been settled: 未办退休, 已批退休, 已批延迟 …
        remark: what to look at.
    """

    unit_id: str
    unit_name: str
    supervisor: str
    name: str
    id_no: str
    sex: str
    birth_month: str
    quota_type: str
    identity: str
    post_title: str
    original_age: int
    due_month: str
    earliest: str
    latest: str
    state: str
    remark: str


@dataclass(frozen=True)
class Forecast:
    """到龄退休预告 of a month.

    Attributes:
        months: the month itself and the twelve after it.
        coming: who reaches the age in these months. beyond: who did before and is on the roster still.
        by_unit: for each body people by month, then the sum, then those beyond.
        by_month: for each month people by type (in the order of `types`), the sum last.
        n_in_conflict: people on the roster whose identity is in conflict and who are not judged.
    """

    months: tuple[str, ...]
    coming: tuple[Reaching, ...]
    beyond: tuple[Reaching, ...]
    by_unit: tuple[Line, ...]
    total: Line
    types: tuple[str, ...]
    by_month: tuple[Line, ...]
    n_in_conflict: int


def read_forecast(request: ReportRequest) -> Forecast:
    """Read it for the bodies asked for."""
    lay_bodies(request)
    month = request.month
    month.lay_facts(*FACTS)
    now = month_number(month.month)
    lay(month, "retirement", {"last_month_no": now + AHEAD, "month_start": Month(month.month).start})
    months = tuple(month_text(now + n) for n in range(AHEAD + 1))
    rows = month.sql("from retirement_line where not is_dead order by due_month_no, place, person_id")
    people = [_reaching(row, unmask=request.unmask) for row in rows.iter_rows(named=True)]
    coming = tuple(person for person in people if person.due_month >= month.month)
    beyond = tuple(person for person in people if person.due_month < month.month)
    by_unit = _by_unit(months, coming, beyond)
    types, by_month = _by_month(months, coming)
    conflicts = month.sql(
        """select count(distinct roster.person_id)
        from fact_roster as roster
        join asked_unit using (unit_id)
        join fact_person as person
            on person.person_id = roster.person_id
        where roster.is_active and person.in_conflict"""
    )
    return Forecast(
        months=months,
        coming=coming,
        beyond=beyond,
        by_unit=by_unit,
        total=added("合计", by_unit, len(months) + 2),
        types=types,
        by_month=by_month,
        n_in_conflict=conflicts.item(),
    )


def _reaching(row: Mapping[str, Any], *, unmask: bool) -> Reaching:
    latest = row["latest_month_no"]
    id_no = row["id_no"] or ""
    return Reaching(
        unit_id=unit_code(row["unit_id"]),
        unit_name=row["unit_name"] or unit_code(row["unit_id"]),
        supervisor=row["supervisor"] or "",
        name=row["name"] or "",
        id_no=id_no if unmask else mask_number(id_no),
        sex=code_text("sex", row["sex"]),
        birth_month=month_text(row["birth_month_no"]) if row["birth_month_no"] is not None else "",
        quota_type=type_text(row["quota_type"]),
        identity=code_text("identity", row["identity"]),
        post_title=row["post_title"] or "",
        original_age=row["original_age"],
        due_month=month_text(row["due_month_no"]),
        earliest=month_text(row["earliest_month_no"]) if row["earliest_month_no"] is not None else "",
        latest=NOT_DEFERRABLE if latest is None else month_text(latest),
        state=_state(row),
        remark="按高级职称计" if _is_by_title(row) else "",
    )


def _is_by_title(row: Mapping[str, Any]) -> bool:
    return bool(row["is_by_title"]) and row["original_age"] == 60


def _state(row: Mapping[str, Any]) -> str:
    if row["deferred_month"]:
        kind = "延迟审批不适用" if row["latest_month_no"] is None else "已批延迟"
        return f"{kind} {row['deferred_month']}"
    if row["retired_month"]:
        return f"已批退休 {row['retired_month']}"
    if row["is_approved"]:
        return "已批退休"
    if row["is_deferred"]:
        return "已登记延迟退休"
    return "已领养老待遇" if row["is_payee"] else UNSETTLED


def _by_unit(
    months: tuple[str, ...], coming: tuple[Reaching, ...], beyond: tuple[Reaching, ...]
) -> tuple[Line, ...]:
    places = {month: n for n, month in enumerate(months)}
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * (len(months) + 2))
    heads: dict[str, Reaching] = {}
    for person in (*coming, *beyond):
        heads.setdefault(person.unit_id, person)
        figures = counts[person.unit_id]
        if person.due_month in places:
            figures[places[person.due_month]] += 1
            figures[-2] += 1
        else:
            figures[-1] += 1
    return tuple(
        Line(unit, heads[unit].unit_name, (), tuple(counts[unit]), "", heads[unit].supervisor)
        for unit in sorted(counts)
    )


def _by_month(
    months: tuple[str, ...], coming: tuple[Reaching, ...]
) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    types = tuple(sorted({person.quota_type for person in coming}))
    counts = {month: [0] * (len(types) + 1) for month in months}
    for person in coming:
        counts[person.due_month][types.index(person.quota_type)] += 1
        counts[person.due_month][-1] += 1
    return types, tuple(Line("", month, (), tuple(figures)) for month, figures in counts.items())
