"""机构编制实有情况: approved, on the roster, over, vacant, leaders and people outside the quota, per body."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.specs import shipped_specs
from reports.bodies import Body
from reports.labels import unit_code
from reports.monthly.ground import TYPES, lay, lay_numbers, supervisor_of
from reports.monthly.lines import Line, added, code_text, grouped
from reports.request import ReportRequest

FACTS = ("leader_quota", "unit", "roster", "contract_staff")
FIGURES = (
    "approved",
    *(f"approved_{type_.lower()}" for type_ in TYPES),
    "on_roster",
    *(f"on_roster_{type_.lower()}" for type_ in TYPES),
    "n_over",
    "n_vacant",
    "leader_quota",
    "n_leaders",
    "section_quota",
    "n_section_leaders",
    "n_contract",
)
GONE = ("abolished", "merged")
NO_NATURE, NO_SYSTEM = "性质未注明", "系统未注明"


@dataclass(frozen=True)
class Establishment:
    """机构编制实有情况 of a month; figures in the order of `FIGURES`.

    Attributes:
        lines: one a body that exists, or that still has posts or people.
        by_nature, by_system, by_supervisor: sums of the lines.
        total: of all lines.
    """

    lines: tuple[Line, ...]
    by_nature: tuple[Line, ...]
    by_system: tuple[Line, ...]
    by_supervisor: tuple[Line, ...]
    total: Line


def read_establishment(request: ReportRequest) -> Establishment:
    """Read it for the bodies asked for."""
    found = lay_numbers(request)
    request.month.lay_facts(*FACTS)
    lay(request.month, "establishment")
    rows = request.month.sql(
        """select cast(columns(* exclude (place, unit_id, is_pooled)) as bigint), is_pooled
        from establishment_line
        order by place"""
    )
    lines: list[Line] = []
    systems: dict[str, str] = {}
    for body, row in zip(found, rows.iter_rows(), strict=True):
        *figures, is_pooled = row
        if (body.status in GONE or not body.is_approved) and not any(figures):
            continue
        systems[body.unit_id] = body.system or NO_SYSTEM
        lines.append(_line(body, tuple(figures), is_pooled=bool(is_pooled)))
    width = len(FIGURES)
    codes = {line.code: system for line, system in zip(lines, systems.values(), strict=True)}
    natures = tuple(labels[0] for labels in shipped_specs().code_lists["unit_nature"].labels.values())
    return Establishment(
        lines=tuple(lines),
        by_nature=grouped(lines, lambda line: line.words[0] or NO_NATURE, width, natures),
        by_system=grouped(lines, lambda line: codes[line.code], width),
        by_supervisor=grouped(lines, lambda line: line.supervisor, width),
        total=added("合计", lines, width),
    )


def _line(body: Body, figures: tuple[int | None, ...], *, is_pooled: bool) -> Line:
    remarks = (
        code_text("unit_status", body.status) if body.status in GONE else "",
        "" if body.is_approved else "编办名录无此机构",
        "编制在池" if is_pooled else "",
    )
    return Line(
        code=unit_code(body.unit_id),
        name=body.name,
        words=(code_text("unit_nature", body.nature), code_text("unit_rank", body.rank)),
        figures=figures,
        remark="；".join(filter(None, remarks)),
        supervisor=supervisor_of(body),
    )
