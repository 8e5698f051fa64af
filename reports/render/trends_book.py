"""趋势.xlsx: twelve months of figures side by side, with native charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.briefing.trends import ZERO, Counts, MonthTrend, Trends, read_trends
from reports.exceptions.model import SEVERITIES
from reports.judged_payroll import ACTIONS
from reports.labels import group_title, label, labels, severity_label
from reports.render.charts import (
    ChartPlace,
    Series,
    charts_below,
    column_chart,
    line_chart,
    stacked_chart,
    table_pixels,
)
from reports.render.form import HEADING_ROW, FormColumn
from reports.render.grid import GridRow, Value
from reports.render.monthly_form import CAUTION, MonthlyForms, monthly_forms
from reports.request import ReportRequest

NAME = "趋势"
FEW_LINES = 8
UNDER, ALONE = 260, 420
"""Pixels of a chart under a short table, and of one on a page of its own."""
NAMES = (FormColumn("类别", 26), FormColumn("项目", 16))
MONEY = {"num_format": "#,##0.00_ "}
Draw = Callable[..., None]


@dataclass(frozen=True)
class Line:
    """One row of a table: what it is of, and what it counts."""

    group: str
    name: str
    is_money: bool = False


@dataclass(frozen=True)
class Picture:
    """A chart of some lines of the table over the months."""

    draw: Draw
    title: str
    lines: Sequence[int]


@dataclass(frozen=True)
class Page:
    """One sheet; `cells` gives a month's column, a cell for each line."""

    name: str
    title: str
    unit: str
    lines: Sequence[Line]
    cells: Callable[[MonthTrend], Sequence[Value]]
    pictures: Sequence[Picture]
    notes: Sequence[str] = ()


def write_trends(request: ReportRequest, path: Path) -> None:
    """Write 趋势.xlsx: the published months up to the one asked for, twelve at most."""
    trends = read_trends(request.history)
    with monthly_forms(request, path, NAME, streamable=False, caution=CAUTION) as forms:
        for page in _pages(trends):
            _write(forms, trends.months, page)


def _write(forms: MonthlyForms, months: Sequence[MonthTrend], page: Page) -> None:
    wide = 13 if len(months) > 6 else 22
    columns = (*NAMES, *(FormColumn(one.month, wide, "int") for one in months))
    form = forms.form(page.name, page.title, columns, unit=page.unit, notes=page.notes, frozen=len(NAMES))
    by_month = [page.cells(month) for month in months]
    (name,) = form.write(forms.book, map(_row, page.lines, zip(*by_month, strict=True)))
    sheet = forms.book.workbook.get_worksheet_by_name(name)
    first, left, right = HEADING_ROW + 1, len(NAMES), len(columns) - 1
    end = first + len(page.lines) + len(page.notes)
    is_apart = len(page.lines) > FEW_LINES
    heights = [UNDER if n == 0 and not is_apart else ALONE for n in range(len(page.pictures))]
    places = charts_below(sheet, end, len(columns), heights, is_apart=is_apart)
    for row, height, picture in zip(places, heights, page.pictures, strict=True):
        names = (HEADING_ROW, left, HEADING_ROW, right)
        place = ChartPlace(names, row, table_pixels(columns), height)
        series = [Series(_called(page.lines[n]), (first + n, left, first + n, right)) for n in picture.lines]
        picture.draw(forms.book, sheet, picture.title, place, series)


def _row(line: Line, cells: Sequence[Value]) -> GridRow:
    return GridRow((line.group, line.name, *cells), variant=MONEY if line.is_money else {})


def _called(line: Line) -> str:
    return line.name if line.group in ("", "合计") else f"{line.group} {line.name}"


def _pages(trends: Trends) -> list[Page]:
    return [_numbers(trends), _findings(), _severities(), _groups(trends), _money(), _gate(), _issues()]


def _numbers(trends: Trends) -> Page:
    kinds = trends.quota_types

    def cells(month: MonthTrend) -> list[Value]:
        found: list[Value] = [*month.three]
        for kind in kinds:
            found.extend(month.numbers.get(kind, (None, None, None)))
        return found

    return Page(
        "三数",
        "编制数、实有人员数、财政供养数",
        "名、人",
        [Line(kind, name) for kind in ("合计", *kinds) for name in ("编制数", "实有人员数", "财政供养数")],
        cells,
        (Picture(line_chart, "编制数、实有人员数、财政供养数（合计）", (0, 1, 2)),),
        ("按编制类型。某份名册当月没有报送的，该栏为空；逐单位的差异和说明见“三数对应”。",),
    )


def _findings() -> Page:
    return Page(
        "待核实事项",
        "待核实事项的变化",
        "件",
        [Line("待核实事项", name) for name in ("合计", "新增", "持续", "存量", "消除", "其中属实")],
        lambda month: _counts(month.total),
        (
            Picture(stacked_chart, "待核实事项：新增、持续、存量", (1, 2, 3)),
            Picture(line_chart, "新增与消除", (1, 4)),
        ),
        ("合计＝新增＋持续＋存量；消除为上月有、本月不再成立的。不属实的不计在内。",),
    )


def _counts(counts: Counts) -> list[Value]:
    return [
        counts.n,
        counts.n_new,
        counts.n_continued,
        counts.n_stock,
        counts.n_resolved,
        counts.n_confirmed,
    ]


def _severities() -> Page:
    meanings = "；".join(f"{severity_label(n)}：{label('severity_meaning', n)}" for n in SEVERITIES)
    return Page(
        "按级别",
        "待核实事项按级别",
        "件",
        [Line("待核实事项", severity_label(level)) for level in SEVERITIES],
        lambda month: [month.severities[level].n for level in SEVERITIES],
        (Picture(stacked_chart, "待核实事项按级别", (0, 1, 2, 3)),),
        (f"{meanings}。",),
    )


def _groups(trends: Trends) -> Page:
    groups = trends.groups

    def cells(month: MonthTrend) -> list[Value]:
        known = [month.groups.get(group, Counts()) for group in groups]
        return [cell for counts in known for cell in (counts.n, counts.n_new, counts.n_resolved)]

    totals = tuple(range(0, 3 * len(groups), 3))
    return Page(
        "按类别",
        "待核实事项按规则类别",
        "件",
        [Line(group_title(group), name) for group in groups for name in ("合计", "新增", "消除")],
        cells,
        (Picture(stacked_chart, "各类待核实事项（合计）", totals),) if totals else (),
    )


def _money() -> Page:
    kinds = labels("amount_kind")
    return Page(
        "涉及金额",
        "涉及金额（按案件计）",
        "件、元",
        [Line(name, what, is_money=what == "金额") for name in kinds.values() for what in ("案件数", "金额")],
        lambda month: [cell for kind in kinds for cell in month.cases.get(kind, (0, ZERO))],
        (Picture(column_chart, "涉及金额（元）：可追缴与参考性质不同，不相加", (1, 3)),),
        ("同一案件命中多条规则只计一次；可追缴金额与参考金额性质不同，不相加。均为线索，以核实结论为准。",),
    )


def _gate() -> Page:
    return Page(
        "发放核对",
        "发放核对（当月工资）",
        "行、元",
        [
            Line(label("gate_action", action), what, is_money=what == "应发金额")
            for action in ACTIONS
            for what in ("行数", "应发金额")
        ],
        lambda month: [cell for a in ACTIONS for cell in month.gate.get(a, (0, ZERO, ZERO))[:2]],
        (Picture(column_chart, "暂停（建议）、不予新增、核实的行数", (0, 2, 4)),),
        ("暂停为建议，须经两人确认；未经确认的照发。",),
    )


def _issues() -> Page:
    kinds = labels("issue_severity")
    return Page(
        "数据问题",
        "数据问题",
        "处",
        [Line("数据问题", name) for name in kinds.values()],
        lambda month: [month.issues.get(kind, 0) for kind in kinds],
        (Picture(stacked_chart, "数据问题：须更正、请核对、提示", (0, 1, 2)),),
        ("按处数计；各部门情况见“数据质量通报”。",),
    )
