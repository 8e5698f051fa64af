"""机构编制实有情况月报.xlsx: one form by body, and its sums by nature, system and 主管部门."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reports.monthly.establishment import FIGURES, Establishment, read_establishment
from reports.monthly.ground import TYPE_HEADINGS, TYPES
from reports.monthly.lines import Line
from reports.render.form import FormColumn, total_row
from reports.render.grid import GridRow
from reports.render.monthly_form import MonthlyForms, monthly_forms, notes, numbered, sum_row
from reports.request import ReportRequest

TITLE = "机构编制实有情况月报"
WIDTH = 5.6
QUOTA, ROSTER, LEADERS, SECTIONS = "编制数", "实有人员数", "部门领导", "内设机构领导"
FIGURE_COLUMNS = (
    FormColumn("合计", WIDTH, "int", group=QUOTA),
    *(FormColumn(heading, WIDTH, "int", group=QUOTA) for heading in TYPE_HEADINGS),
    FormColumn("合计", WIDTH, "int", group=ROSTER),
    *(FormColumn(heading, WIDTH, "int", group=ROSTER) for heading in TYPE_HEADINGS),
    FormColumn("超编", WIDTH, "int"),
    FormColumn("空编", WIDTH, "int"),
    FormColumn("核定", WIDTH, "int", group=LEADERS),
    FormColumn("实配", WIDTH, "int", group=LEADERS),
    FormColumn("核定", WIDTH, "int", group=SECTIONS),
    FormColumn("实配", WIDTH, "int", group=SECTIONS),
    FormColumn("编外", WIDTH, "int"),
)
REMARK = FormColumn("备注", 13)
BODY_COLUMNS = (
    FormColumn("序号", 5, "centre"),
    FormColumn("机构编码", 13, "code"),
    FormColumn("机构名称", 36),
    FormColumn("机构性质", 9, "centre"),
    FormColumn("规格", 6, "centre"),
)


def write_establishment(request: ReportRequest, path: Path) -> None:
    """Write it whole or not at all."""
    report = read_establishment(request)
    with monthly_forms(request, path, TITLE) as forms:
        kept = shown_figures(report)
        _bodies(forms, report, kept)
        _sums(forms, "按机构性质", "机构性质", report.by_nature, report.total, kept)
        _sums(forms, "按系统", "系统", report.by_system, report.total, kept)
        _sums(forms, "按主管部门", "主管部门", report.by_supervisor, report.total, kept)


def shown_figures(report: Establishment) -> tuple[int, ...]:
    """Places of the figures that are printed: 未定 only where there is somebody."""
    undecided = f"_{TYPES[-1].lower()}"
    figures = zip(FIGURES, report.total.figures, strict=True)
    return tuple(n for n, (name, sum_) in enumerate(figures) if sum_ or not name.endswith(undecided))


def _bodies(forms: MonthlyForms, report: Establishment, kept: Sequence[int]) -> None:
    form = forms.form(
        "实有情况",
        f"{forms.said.division}机构编制实有情况月报",
        (*BODY_COLUMNS, *_columns(kept), REMARK),
        unit="名、人",
        notes=(*notes("establishment"), forms.sources_note),
        signed=True,
        frozen=3,
    )
    form.write(forms.book, numbered(_kept(report.lines, kept)), sum_row(_cut(report.total, kept)))


def _sums(
    forms: MonthlyForms, name: str, heading: str, lines: Sequence[Line], total: Line, kept: Sequence[int]
) -> None:
    columns = (FormColumn("序号", 5, "centre"), FormColumn(heading, 36), *_columns(kept))
    form = forms.form(name, f"{forms.said.division}机构编制实有情况（{name}）", columns, unit="名、人")
    rows = (GridRow((n, line.name, *line.figures)) for n, line in enumerate(_kept(lines, kept), 1))
    form.write(forms.book, rows, total_row((None, total.name, *_cut(total, kept).figures)))


def _columns(kept: Sequence[int]) -> tuple[FormColumn, ...]:
    return tuple(FIGURE_COLUMNS[n] for n in kept)


def _kept(lines: Sequence[Line], kept: Sequence[int]) -> list[Line]:
    return [_cut(line, kept) for line in lines]


def _cut(line: Line, kept: Sequence[int]) -> Line:
    figures = tuple(line.figures[n] for n in kept)
    return Line(line.code, line.name, line.words, figures, line.remark, line.supervisor)
