"""The lists behind the 65 numbers: posts, leaders, people, 编外人员, findings; and where each row counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from connectors.specs import shipped_specs
from reports.labels import label, unit_code
from reports.masking import mask_number, mask_text
from reports.request import ReportRequest
from reports.review.lay import sql_text
from reports.review.numbers import ACTUAL, APPROVED, CONFIRMED, numbers
from reports.standing import month_end

Cell = str | int | date | None
PEOPLE_ROWS, BODY_ROWS = 50_000, 3_000
"""Most people and bodies that a companion book lists; with more, one asks for one 主管部门 at a time."""
_TYPE_ITEMS = {
    "X1": ("administrative",),
    "X2": ("administrative", "political_legal"),
    "X3": ("worker",),
    "X4": ("office_other",),
    "Y": ("public",),
    "YC": ("public",),
    "Y1": ("public", "public_1"),
    "Y2": ("public", "public_2"),
    "Y3": ("public", "public_3"),
}
_CLASS_ITEMS = {
    "unit_chief": ("unit_chief",),
    "unit_deputy": ("unit_deputy",),
    "unit_other": ("unit_other",),
    "section_leader": ("section_leader",),
    "section_chief": ("section_leader",),
    "section_deputy": ("section_leader",),
    "non_leader": ("non_leader",),
}
_LEVEL_ITEMS = {
    "131": ("county_level",),
    "132": ("county_level",),
    "141": ("township_level",),
    "142": ("township_level",),
}
_RANK_ITEMS = {
    "total": ("non_leader",),
    "non_leader_senior": ("non_leader", "non_leader_senior"),
    "non_leader_junior": ("non_leader", "non_leader_junior"),
}


@cache
def _position(side: str, item: str) -> int:
    return next(n.position for n in numbers() if n.side == side and n.item == item)


def counted_in(side: str, *groups: tuple[str, ...]) -> str:
    """Positions of the numbers that a row counts in: 35、36."""
    items = dict.fromkeys(item for group in groups for item in group)
    return "、".join(str(position) for position in sorted(_position(side, item) for item in items))


def quota_rows(request: ReportRequest) -> Iterator[tuple[Cell, ...]]:
    """机构编码, 机构名称, 编制类型, 编制数, 最近批准文号, 批准日期, 备注, 计入."""
    for row in request.month.sql(sql_text("list_quota")).iter_rows(named=True):
        yield (
            unit_code(row["unit_id"]),
            row["unit_name"],
            label("quota_type", row["quota_type"]),
            row["approved"],
            row["document_no"],
            row["effective_on"],
            "编制池" if row["is_pool"] else None,
            counted_in(APPROVED, _TYPE_ITEMS.get(row["counted_as"], ())),
        )


def leader_rows(request: ReportRequest) -> Iterator[tuple[Cell, ...]]:
    """机构编码, 机构名称, 项目, 内设机构或职级, 职数, 来源, 计入."""
    end = {"month_end": month_end(request.month.month)}
    for row in request.month.sql(sql_text("list_leaders"), end).iter_rows(named=True):
        yield (
            unit_code(row["unit_id"]),
            row["unit_name"],
            shipped_specs().code_label("ledger_item", row["item"]),
            row["detail"],
            row["approved"],
            row["source"],
            counted_in(APPROVED, _CLASS_ITEMS.get(row["item"], ())),
        )


def n_people(request: ReportRequest) -> int:
    """How many rows `person_rows` gives."""
    counted = "select count(*) from fact_roster semi join review_body using (unit_id) where is_active"
    return int(request.month.sql(counted).item())


def person_rows(request: ReportRequest) -> Iterator[tuple[Cell, ...]]:
    """机构名称, 所在机构, 姓名, 身份证号, 职务, 编制类型, 人员分类, 职务级别, 职级, 人员状态, 计入."""
    codes = shipped_specs()
    for row in request.month.sql(sql_text("list_people")).iter_rows(named=True):
        id_no = row["id_no"] or ""
        counted = counted_in(
            ACTUAL,
            _TYPE_ITEMS.get(row["quota_type"] or "", ()),
            _CLASS_ITEMS.get(row["leader_class"] or "", ()),
            _LEVEL_ITEMS.get(row["leader_rank"] or "", ()),
            _RANK_ITEMS.get(row["rank_part"] or "", ()),
        )
        yield (
            row["unit_name"],
            row["section_name"],
            row["name"],
            id_no if request.unmask else mask_number(id_no),
            row["post_title"],
            label("quota_type", row["quota_type"]),
            codes.code_label("leader_class", row["leader_class"]) if row["leader_class"] else None,
            codes.code_label("unit_rank", row["leader_rank"]) if row["leader_rank"] else None,
            codes.code_label("rank_level", row["rank_level"]) if row["rank_level"] else None,
            codes.code_label("person_status", row["status"]) if row["status"] else None,
            counted if row["is_first"] else "同一人另一行，不重复计",
        )


def contract_rows(request: ReportRequest) -> Iterator[tuple[Cell, ...]]:
    """机构名称, 姓名, 身份证号, 用工形式, 起始, 终止, 经费来源, 计入."""
    for row in request.month.sql(sql_text("list_contract")).iter_rows(named=True):
        id_no = row["id_no"] or ""
        form = row["employment_form"]
        yield (
            row["unit_name"],
            row["name"],
            id_no if request.unmask else mask_number(id_no),
            shipped_specs().code_label("employment_form", form) if form else None,
            row["began_on"],
            row["ended_on"],
            row["funding_source"],
            counted_in(ACTUAL, ("contract",)),
        )


def finding_rows(request: ReportRequest) -> Iterator[tuple[Cell, ...]]:
    """疑点编号, 事项, 机构名称, 姓名, 身份证号, 人数, 状态, 说明, 计入."""
    for row in request.month.sql(sql_text("list_findings")).iter_rows(named=True):
        id_no, explanation = row["id_no"] or "", row["explanation"] or ""
        is_counted = row["state"] == CONFIRMED
        yield (
            row["number"],
            row["title"],
            row["unit_name"],
            row["name"],
            id_no if request.unmask else mask_number(id_no),
            row["n"],
            label("status", row["status"]),
            explanation if request.unmask else mask_text(explanation),
            counted_in(CONFIRMED, (row["item"],)) if is_counted else "不计入",
        )
