"""The columns of an audit list: heading, width and style for print, and what a line says there.

One table for the workbook and for CSV. The columns of the departments, which stand between the facts and the
money, are made from the departments that have evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from reports.audit.model import AuditLine, CaseLine
from reports.exceptions.model import Evidence
from reports.labels import label

Value = str | int | Decimal | date | bool | None


Line = TypeVar("Line")


@dataclass(frozen=True)
class AuditColumn(Generic[Line]):
    """One column: its name for programs, heading, width and style in print, and what a line says there."""

    name: str
    heading: str
    width: float
    style: str
    value: Callable[[Line], Value]


ListColumn = AuditColumn[AuditLine]
CaseColumn = AuditColumn[CaseLine]
EvidenceColumn = AuditColumn[Evidence]

KEY = (
    ListColumn("order", "序号", 6, "int", lambda x: x.order),
    ListColumn("number", "疑点编号", 18, "code", lambda x: x.finding.number),
    ListColumn("severity", "级别", 5, "severity", lambda x: x.finding.severity),
    ListColumn("name", "姓名", 10, "centre", lambda x: x.finding.name),
)
FACTS = (
    ListColumn("rule", "规则", 15, "text", lambda x: x.finding.rule),
    ListColumn("rule_version", "规则版本", 5, "int", lambda x: x.rule_version),
    ListColumn("category", "类别", 12, "centre", lambda x: x.finding.category),
    ListColumn("id_no", "身份证号", 20, "code", lambda x: x.finding.id_no),
    ListColumn("unit_id", "单位编码", 14, "code", lambda x: x.finding.unit_id),
    ListColumn("unit_name", "单位", 20, "text", lambda x: x.finding.unit_name),
    ListColumn("supervisor", "主管部门", 16, "text", lambda x: x.finding.supervisor),
    ListColumn("division", "区划", 9, "centre", lambda x: x.division),
    ListColumn("explanation", "疑点说明", 48, "text", lambda x: x.finding.explanation),
)
MARKS = (
    ListColumn("match_level", "匹配级别", 10, "centre", lambda x: x.finding.match_level if x.case_no else ""),
    ListColumn("matched_by", "匹配依据", 24, "top", lambda x: x.matched_by),
    ListColumn("counter_evidence", "反证", 24, "top", lambda x: x.finding.counter_evidence),
    ListColumn("first_month", "首次发现", 9, "centre", lambda x: x.finding.first_month),
    ListColumn("found_months", "列出月份", 9, "centre", lambda x: x.found_months),
    ListColumn("stock", "存量", 5, "centre", lambda x: x.finding.stock),
    ListColumn("in_lag", "时间差", 6, "centre", lambda x: x.finding.in_lag),
    ListColumn("exemption_id", "已登记例外", 10, "centre", lambda x: x.finding.exemption),
    ListColumn("months", "涉及月份", 13, "text", lambda x: x.finding.months),
    ListColumn("months_missing", "缺失月份", 11, "text", lambda x: x.finding.months_missing),
    ListColumn("amount_by_month", "各月金额（元）", 40, "top", lambda x: x.by_month),
)
MONEY = (
    ListColumn("amount_gross", "应发（元）", 13, "money", lambda x: x.finding.amount_gross),
    ListColumn("amount_net", "实发（元）", 13, "money", lambda x: x.finding.amount_net),
    ListColumn("amount_employer", "单位缴费（元）", 13, "money", lambda x: x.finding.amount_employer),
    ListColumn("amount_total", "涉及金额（元）", 14, "money", lambda x: x.finding.amount_total),
    ListColumn("amount_kind", "金额性质", 8, "centre", lambda x: x.finding.amount_kind),
    ListColumn("case_no", "案件", 9, "centre", lambda x: x.case_no),
    ListColumn("basis", "依据", 28, "text", lambda x: x.finding.basis),
    ListColumn("article", "条文", 56, "text", lambda x: x.article),
)
DISPOSITION = (
    ListColumn("remedy", "建议处置", 40, "text", lambda x: x.finding.remedy),
    ListColumn("counterfactual", "消除条件", 38, "text", lambda x: x.finding.counterfactual),
    ListColumn("owner", "责任部门", 8, "centre", lambda x: x.finding.owner),
    ListColumn("confirmer", "确认部门", 8, "centre", lambda x: x.finding.confirmer),
    ListColumn("due_on", "限期", 11, "date", lambda x: x.finding.due_on),
    ListColumn("status", "状态", 8, "centre", lambda x: x.finding.status),
    ListColumn("decision", "核实结论（何人、何时、何文）", 44, "text", lambda x: decision(x)),
)
BEHIND = (*MARKS, *MONEY, *DISPOSITION)
"""The columns behind those of the departments."""
CASES = (
    CaseColumn("case_no", "案件", 9, "code", lambda x: x.case_no),
    CaseColumn("severity", "级别", 5, "severity", lambda x: x.severity),
    CaseColumn("name", "姓名", 11, "centre", lambda x: x.name),
    CaseColumn("id_no", "身份证号", 20, "code", lambda x: x.id_no),
    CaseColumn("unit_id", "单位编码", 14, "code", lambda x: x.unit_id),
    CaseColumn("unit_name", "单位", 26, "text", lambda x: x.unit_name),
    CaseColumn("supervisor", "主管部门", 22, "text", lambda x: x.supervisor),
    CaseColumn("principal", "主要规则", 18, "text", lambda x: x.principal),
    CaseColumn("numbers", "所含疑点", 21, "text", lambda x: x.numbers),
    CaseColumn("months", "涉及月份", 15, "text", lambda x: x.months),
    CaseColumn("amount_gross", "应发（元）", 13, "money", lambda x: x.gross),
    CaseColumn("amount_net", "实发（元）", 13, "money", lambda x: x.net),
    CaseColumn("amount_employer", "单位缴费（元）", 13, "money", lambda x: x.employer),
    CaseColumn("amount_total", "金额合计（元）", 14, "money", lambda x: x.total),
    CaseColumn("amount_kind", "金额性质", 9, "centre", lambda x: x.kind),
)
EVIDENCE = (
    EvidenceColumn("number", "疑点编号", 18, "code", lambda x: x.number),
    EvidenceColumn("seq", "序号", 5, "int", lambda x: x.seq),
    EvidenceColumn("role", "角色", 8, "centre", lambda x: x.role),
    EvidenceColumn("department", "部门", 6, "centre", lambda x: label("department", x.department) or "计算"),
    EvidenceColumn("table", "表", 16, "text", lambda x: x.table),
    EvidenceColumn("month", "月份", 9, "code", lambda x: x.month),
    EvidenceColumn("file", "文件", 30, "text", lambda x: x.file),
    EvidenceColumn("sheet", "工作表", 12, "text", lambda x: x.sheet),
    EvidenceColumn("row", "行号", 7, "int", lambda x: x.row),
    EvidenceColumn("amount", "计入应发（元）", 12, "money", lambda x: x.amount),
    EvidenceColumn("amount_net", "计入实发（元）", 12, "money", lambda x: x.amount_net),
    EvidenceColumn("amount_employer", "计入单位缴费（元）", 12, "money", lambda x: x.amount_employer),
    EvidenceColumn("values", "原始值", 84, "top", lambda x: row_words(x)),
    EvidenceColumn("sha256", "文件 SHA-256", 34, "top", lambda x: x.sha256),
)


def row_words(row: Evidence) -> str:
    """All values of a row in one line."""
    return "；".join(f"{row.headings[c]}：{v}" if row.headings[c] else v for c, v in row.values.items())


def decision(line: AuditLine) -> str:
    """What was decided; what was decided after publication stands below, and says so."""
    since = f"发布后：{line.since}" if line.since else ""
    return "\n".join(part for part in (line.finding.decision, since) if part)
