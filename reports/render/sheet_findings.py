"""One sheet a rule group, the sheet of all evidence, and what was resolved since last month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.exceptions.model import Evidence, ExceptionReport, FindingLine, GroupSheet
from reports.exceptions.plain import month_title
from reports.labels import label
from reports.render.book import SEVERITY_SOLID, Book
from reports.render.evidence_cells import evidence_cell, evidence_values, fitted
from reports.render.grid import CELL_PADDING, PIXELS_A_LETTER, Grid, GridColumn, GridRow, Value

EVIDENCE_NAME, RESOLVED_NAME = "证据明细", "本月消除"

_KEY = (
    GridColumn("疑点编号", 18, "code"),
    GridColumn("级别", 5, "severity"),
    GridColumn("姓名", 10, "centre"),
)
_FACTS = (
    GridColumn("规则", 14),
    GridColumn("身份证号", 20, "code"),
    GridColumn("单位", 20),
    GridColumn("主管部门", 15),
    GridColumn("疑点说明", 57),
    GridColumn("状态", 8, "centre"),
    GridColumn("变化", 7, "centre"),
    GridColumn("存量", 5, "centre"),
    GridColumn("首次发现", 9, "centre"),
    GridColumn("时间差", 5, "centre"),
    GridColumn("例外", 9, "centre"),
    GridColumn("匹配级别", 9, "centre"),
    GridColumn("类别", 11),
)
_COUNTER = (GridColumn("核查结论", 20, "top"), GridColumn("反证", 18, "top"))
_MONEY = (
    GridColumn("涉及月份", 13),
    GridColumn("应发（元）", 12, "money"),
    GridColumn("实发（元）", 12, "money"),
    GridColumn("单位缴费（元）", 12, "money"),
    GridColumn("涉及金额（元）", 13, "money"),
    GridColumn("金额性质", 8, "centre"),
    GridColumn("缺失月份", 10),
    GridColumn("依据", 16),
    GridColumn("处置建议", 24),
    GridColumn("消除条件", 26),
    GridColumn("责任部门", 6, "centre"),
    GridColumn("确认部门", 6, "centre"),
    GridColumn("限期", 11, "date"),
    GridColumn("人员键", 19, "code"),
)
PAGES_WIDE = 3
"""Facts, evidence, money and disposition: panels of one width, so that each fills a printed page."""
TOP = {"valign": "top"}

EVIDENCE_COLUMNS = (
    GridColumn("疑点编号", 19, "code"),
    GridColumn("序号", 5, "int"),
    GridColumn("角色", 7, "centre"),
    GridColumn("部门", 7, "centre"),
    GridColumn("表", 18),
    GridColumn("月份", 9, "code"),
    GridColumn("文件", 34),
    GridColumn("工作表", 14),
    GridColumn("行号", 7, "int"),
    GridColumn("SHA-256（前 16 位）", 19, "code"),
    GridColumn("原始值（证件号、卡号已脱敏）", 90, "top"),
)
RESOLVED_COLUMNS = (
    GridColumn("疑点编号", 19, "code"),
    GridColumn("级别", 5, "severity"),
    GridColumn("姓名", 12, "centre"),
    GridColumn("规则", 22),
    GridColumn("身份证号", 20, "code"),
    GridColumn("单位", 30),
    GridColumn("消除原因", 13, "centre"),
    GridColumn("更正字段", 16),
    GridColumn("原值", 18),
    GridColumn("新值", 18),
    GridColumn("首次发现", 9, "centre"),
    GridColumn("涉及金额（元）", 14, "money"),
)


def write_group(book: Book, report: ExceptionReport, group: GroupSheet) -> list[str]:
    """The sheet of a rule group: facts and evidence on the left page, money and disposition on the right."""
    width = _evidence_width(len(group.departments))
    departments = tuple(GridColumn(label("department", d), width, "top") for d in group.departments)
    worst = min((f.severity for f in group.findings), default=0)
    grid = Grid(
        group.title,
        f"{group.title}　疑点 {len(group.findings):,} 项",
        f"{report.cover.division}　{month_title(report.cover.month)}　·　疑点是核查线索，不是结论　·　"
        f"各部门原始记录并列，全部字段见“{EVIDENCE_NAME}”",
        (*_KEY, *_FACTS, *departments, *_COUNTER, *_MONEY),
        frozen=len(_KEY),
        pages_wide=PAGES_WIDE,
        tab=SEVERITY_SOLID.get(worst),
        empty="本组规则本月没有疑点。",
    )
    return grid.write(book, (_finding_row(f, group.departments, width) for f in group.findings))


def _evidence_width(n_departments: int) -> float:
    """The width of each department's column, so that the panel of evidence is as wide as the others."""
    room = max(sum(c.pixels for c in panel) for panel in (_FACTS, _MONEY)) - sum(c.pixels for c in _COUNTER)
    return (room / max(n_departments, 1) - CELL_PADDING) / PIXELS_A_LETTER


def _finding_row(line: FindingLine, departments: Sequence[str], width: float) -> GridRow:
    facts: tuple[Value, ...] = (
        line.rule,
        line.id_no,
        line.unit_name,
        line.supervisor,
        line.explanation,
        line.status,
        line.change,
        line.stock,
        line.first_month,
        line.in_lag,
        line.exemption,
        line.match_level,
        line.category,
    )
    money: tuple[Value, ...] = (
        line.months,
        line.amount_gross,
        line.amount_net,
        line.amount_employer,
        line.amount_total,
        line.amount_kind,
        line.months_missing,
        line.basis,
        line.remedy,
        line.counterfactual,
        line.owner,
        line.confirmer,
        line.due_on,
        line.person_id,
    )
    evidence = (fitted(evidence_cell(line.evidence.get(d, ())), width) for d in departments)
    return GridRow(
        (
            line.number,
            line.severity,
            line.name,
            *facts,
            *evidence,
            line.decision,
            line.counter_evidence,
            *money,
        ),
        variant=TOP,
    )


def write_evidence(book: Book, report: ExceptionReport) -> list[str]:
    """Every row behind every finding with all its values."""
    grid = Grid(
        EVIDENCE_NAME,
        "证据明细",
        "每条疑点所依据的每一行原始记录：文件、工作表、行号与文件指纹可据以回查",
        EVIDENCE_COLUMNS,
        frozen=1,
        empty="没有证据记录。",
    )
    return grid.write(book, _evidence_rows(report))


def _evidence_rows(report: ExceptionReport) -> Iterator[GridRow]:
    for group in report.groups:
        for finding in group.findings:
            rows = (row for found in finding.evidence.values() for row in found)
            yield from (_evidence_row(row) for row in sorted(rows, key=lambda r: r.seq))


def _evidence_row(row: Evidence) -> GridRow:
    return GridRow(
        (
            row.number,
            row.seq,
            row.role,
            label("department", row.department),
            row.table,
            row.month,
            row.file,
            row.sheet,
            row.row,
            row.sha256[:16],
            evidence_values(row),
        )
    )


def write_resolved(book: Book, report: ExceptionReport) -> list[str]:
    """Last month's findings that are gone."""
    grid = Grid(
        RESOLVED_NAME,
        f"本月消除　{len(report.resolved):,} 项",
        "上月列出、本月不再成立的疑点及其原因",
        RESOLVED_COLUMNS,
        frozen=3,
        empty="上月的疑点本月没有消除的。",
    )
    return grid.write(
        book,
        (
            GridRow(
                (
                    r.number,
                    r.severity,
                    r.name,
                    r.rule,
                    r.id_no,
                    r.unit_name,
                    r.reason,
                    r.field,
                    r.old,
                    r.new,
                    r.first_month,
                    r.amount_total,
                )
            )
            for r in report.resolved
        ),
    )
