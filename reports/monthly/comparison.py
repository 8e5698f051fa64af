"""组织部口径: 编制人员对比 and 职数对比 in the layout that cadre departments know."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from reports.bodies import Body, lay_bodies
from reports.labels import unit_code
from reports.monthly.ground import lay, supervisor_of
from reports.monthly.lines import Line, added
from reports.request import ReportRequest
from reports.standing import month_end

FACTS = ("quota", "roster", "cadre", "organisation_unit", "leader_quota", "unit", "post", "person")
QUOTA_KINDS = ("administrative", "civil", "institution")
LEADER_KINDS = ("chief", "deputy", "section")
FIGURES = ("应配", "实配", "超配", "缺配", "组织部应配", "组织部实配")
"""Of each kind: approved by the ledger, filled, over, short; what 组织部's own list states and counts."""


@dataclass(frozen=True)
class Comparison:
    """组织部口径对比 of a month.

    Attributes:
        quota: one line a body, `FIGURES` for each of `QUOTA_KINDS`. leaders: for each of `LEADER_KINDS`.
        quota_total, leader_total: their sums.
    """

    quota: tuple[Line, ...]
    quota_total: Line
    leaders: tuple[Line, ...]
    leader_total: Line


def read_comparison(request: ReportRequest) -> Comparison:
    """Read it for the bodies asked for."""
    found = lay_bodies(request)
    request.month.lay_facts(*FACTS)
    lay(request.month, "comparison", {"month_end": month_end(request.month.month)})
    quota = _quota(request, found)
    leaders = _leaders(request, found)
    return Comparison(
        quota=quota,
        quota_total=added("合计", quota, len(FIGURES) * len(QUOTA_KINDS)),
        leaders=leaders,
        leader_total=added("合计", leaders, len(FIGURES) * len(LEADER_KINDS)),
    )


def _weighed(
    approved: int | None, filled: int, stated: int | None, listed: int | None, drawn: int = 0
) -> tuple[int | None, ...]:
    """The figures of one kind; nothing is over or short of what was never approved on record.

    Args:
        approved: by the ledger; None where nothing can be said of the body alone.
        filled: people of the body.
        stated: what 组织部's list says is approved.
        listed: whom it counts.
        drawn: people of other bodies who hold its posts, where it is a pool.
    """
    if approved is None:
        return (None, filled, None, None, stated, listed)
    over = filled + drawn - approved
    return (approved, filled, max(over, 0), max(-over, 0), stated, listed)


def _quota(request: ReportRequest, found: tuple[Body, ...]) -> tuple[Line, ...]:
    rows = request.month.sql("from quota_comparison where kind <> 'other' order by place, kind")
    figures: dict[str, dict[str, tuple[int | None, ...]]] = defaultdict(dict)
    pooled, pools = set(), set()
    for row in rows.iter_rows(named=True):
        if row["is_pooled"]:
            pooled.add(row["unit_id"])
        approved = None if row["is_pooled"] and not row["approved"] else row["approved"]
        if row["drawn"]:
            pools.add(row["unit_id"])
        weighed = _weighed(approved, row["filled"], row["stated"], row["listed"], row["drawn"])
        figures[row["unit_id"]][row["kind"]] = weighed
    nothing = (None,) * len(FIGURES)
    return tuple(
        Line(
            code=unit_code(body.unit_id),
            name=body.name,
            figures=tuple(f for kind in QUOTA_KINDS for f in figures[body.unit_id].get(kind, nothing)),
            remark="编制在池" if body.unit_id in pooled else "编制池" if body.unit_id in pools else "",
            supervisor=supervisor_of(body),
        )
        for body in found
        if any(any(kind) for kind in figures[body.unit_id].values())
    )


def _leaders(request: ReportRequest, found: tuple[Body, ...]) -> tuple[Line, ...]:
    """Leaders as 组织部 counts them in office; of a body that is on none of its lists, as the roster does."""
    lines = []
    rows = request.month.sql("from leader_comparison order by place")
    for body, row in zip(found, rows.iter_rows(named=True), strict=True):
        figures: list[int | None] = []
        from_roster = False
        for kind in LEADER_KINDS:
            listed, filled = row[f"{kind}_listed"], row[f"{kind}_filled"]
            from_roster |= kind != "section" and listed is None and filled > 0
            counted = filled if listed is None else listed
            figures += _weighed(row[f"{kind}_approved"], counted, row[f"{kind}_stated"], listed)
        if any(figures):
            remark = "实配取编办名册" if from_roster else ""
            code, name = unit_code(body.unit_id), body.name
            lines.append(Line(code, name, (), tuple(figures), remark, supervisor_of(body)))
    return tuple(lines)
