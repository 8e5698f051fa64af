"""Drafts of 入编通知单 and 出编审核表: what the lists say, blanks for what they do not, marked 草稿."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from connectors.errors import UserError
from connectors.specs import shipped_specs
from reports.bodies import lay_bodies
from reports.labels import label
from reports.masking import mask_number
from reports.request import ReportRequest
from reports.review.folder import file_name, papers_folder
from reports.review.lay import sql_text
from reports.standing import chinese_date, month_end, standing
from reports.word.paper import write_paper

ENTRY, EXIT, LIST = "入编通知单", "出编审核表", "草稿说明"
ENTRY_FACTS = ("staff", "post", "cadre", "probation", "wage_approval", "entry", "permit")
EXIT_FACTS = ("roster", "departure", "exit", "death")
Row = Mapping[str, Any]


def write_entries(request: ReportRequest, path: Path) -> None:
    """入编通知单 drafts, one a person whom 组织部 or 人社 has and the roster has not; a list of the rest."""
    rows = _rows(request, ENTRY, ENTRY_FACTS)
    reasons = [(row, _why_no_entry(row)) for row in rows]
    drafts = [(row, _entry(row)) for row, why in reasons if not why]
    _write(request, path, ENTRY, drafts, [(row, why) for row, why in reasons if why])


def write_exits(request: ReportRequest, path: Path) -> None:
    """出编审核表 drafts, one a person who died or left and has no such slip yet, and a list of the rest."""
    rows = _rows(request, EXIT, EXIT_FACTS)
    drafted = [row for row in rows if not row["slip_no"]]
    left = [(row, f"已有出编审核表（{row['slip_no']}），请按表核减工资") for row in rows if row["slip_no"]]
    _write(request, path, EXIT, [(row, _exit(row)) for row in drafted], left)


def _rows(request: ReportRequest, name: str, facts: tuple[str, ...]) -> Sequence[Row]:
    lay_bodies(request)
    request.month.lay_facts(*facts)
    said = {"month_end": month_end(request.month.month)} if name == ENTRY else {}
    query = sql_text("slips_in" if name == ENTRY else "slips_out")
    rows = list(request.month.sql(query, said).iter_rows(named=True))
    if not rows:
        raise UserError(
            f"{request.month.month} 没有需要{name}的人员",
            where=f"report {name}",
            remedy="请检查 --unit、--supervisor；用 duibian findings 查看本月的疑点",
        )
    return rows


def _write(
    request: ReportRequest,
    path: Path,
    name: str,
    drafts: Sequence[tuple[Row, Mapping[str, Any]]],
    left: Sequence[tuple[Row, str]],
) -> None:
    office, said = request.office, standing(request.month)
    common = {"secrecy": office.secrecy, "office": office.name, "as_of": said.as_of_text}
    with papers_folder(path) as folder:
        for row, values in drafts:
            who = _who(request, row)
            called = file_name(f"{who['unit']} {who['person']} {who['number']}")
            write_paper(
                name,
                {**common, **who, **values},
                folder / f"{called}.docx",
                templates=office.templates,
                watermark=request.watermark,
            )
        values = {
            **common,
            "name": name,
            "month": said.month,
            "drafts": [_who(request, row) for row, _ in drafts],
            "left": [{**_who(request, row), "why": why} for row, why in left],
        }
        write_paper(
            LIST, values, folder / f"{LIST}.docx", templates=office.templates, watermark=request.watermark
        )


def _who(request: ReportRequest, row: Row) -> dict[str, str]:
    id_no = row["id_no"] or ""
    return {
        "number": row["number"],
        "unit": row["unit_name"] or "",
        "supervisor": row["supervisor"] or "",
        "person": row["name"] or "",
        "id_no": id_no if request.unmask else mask_number(id_no),
    }


def _entry(row: Row) -> dict[str, str]:
    lists = [name for name, has in (("组织部", row["in_organisation"]), ("人社", row["in_personnel"])) if has]
    return {
        "quota_type": label("quota_type", row["quota_type"]),
        "funding": _coded("funding", row["funding"]),
        "entry_way": _coded("entry_way", row["entry_way"]),
        "document_no": row["document_no"] or "",
        "entered_on": _day(row["entered_on"]),
        "title": row["title"] or "",
        "pay_from": row["pay_from"] or "",
        "permits": row["permits"] or "",
        "lists": "、".join(lists) or "工资审批、录用登记",
    }


def _why_no_entry(row: Row) -> str:
    if row["slip_no"]:
        return f"已有入编通知单（{row['slip_no']}），请编办登记到实名制名册"
    if not row["has_papers"]:
        return "组织部、人社都没有此人的手续，不能出具；请先核实发放工资的依据"
    return "" if row["is_approved"] else "编办机构信息表没有此单位，不能入编；请先核实机构"


def _exit(row: Row) -> dict[str, str]:
    is_death = row["reason"] == "death"
    return {
        "quota_type": label("quota_type", row["quota_type"]),
        "reason": _coded("exit_reason", row["reason"]),
        "event_on": _day(row["event_on"]),
        "document_no": row["document_no"] or ("死亡证明（由单位提供）" if is_death else ""),
        "destination": row["destination"] or "",
        "quota_entered_on": _day(row["quota_entered_on"]),
    }


def _coded(codes: str, code: str | None) -> str:
    return shipped_specs().code_label(codes, code) if code else ""


def _day(day: date | None) -> str:
    return chinese_date(day) if day else ""
