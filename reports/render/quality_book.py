"""数据质量通报.xlsx: department by department, ranked, against last month, with the trend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reports.briefing.quality import DepartmentMonth, QualityBriefing, QualityLine, read_quality
from reports.exceptions.plain import month_title
from reports.exceptions.quality import read_failed_checks
from reports.render.book import TOTAL
from reports.render.charts import ChartPlace, Series, charts_below, line_chart, table_pixels
from reports.render.form import HEADING_ROW, FormColumn
from reports.render.grid import GridRow, Value
from reports.render.monthly_form import MonthlyForms, monthly_forms
from reports.request import ReportRequest

NAME = "数据质量通报"
CHART_HEIGHT = 300
LINES = (
    FormColumn("序号", 5, "centre"),
    FormColumn("部门", 9, "centre"),
    FormColumn("收到文件", 8, "int", group="报送"),
    FormColumn("沿用文件", 8, "int", group="报送"),
    FormColumn("载入", 10, "int", group="行数"),
    FormColumn("隔离", 7, "int", group="行数"),
    FormColumn("搁置", 7, "int", group="行数"),
    FormColumn("须更正", 8, "int", group="问题（处）"),
    FormColumn("请核对", 8, "int", group="问题（处）"),
    FormColumn("提示", 8, "int", group="问题（处）"),
    FormColumn("未通过检查", 9, "int", group="问题（处）"),
    FormColumn("认定人员占比（%）", 11, "money", group="质量"),
    FormColumn("每千行问题", 10, "money", group="质量"),
    FormColumn("上月每千行", 10, "money", group="质量"),
    FormColumn("增减", 9, "signed_money", group="质量"),
    FormColumn("名次", 7, "centre", group="质量"),
)
KINDS = (
    FormColumn("序号", 6, "centre"),
    FormColumn("部门", 12, "centre"),
    FormColumn("程度", 12, "centre"),
    FormColumn("问题种类", 40),
    FormColumn("条数", 14, "int"),
    FormColumn("处数", 14, "int"),
)
CHECKS = (
    FormColumn("序号", 5, "centre"),
    FormColumn("部门", 8, "centre"),
    FormColumn("表", 20),
    FormColumn("程度", 9, "centre"),
    FormColumn("要求", 40),
    FormColumn("检查行数", 11, "int"),
    FormColumn("不合格", 9, "int"),
    FormColumn("说明和处理办法", 52),
)
NOTES = (
    "每千行问题＝（须更正＋请核对）处数÷（载入＋隔离）行数×1000；提示不计。名次从少到多排，没有行数的部门不排。",
    "认定人员占比＝匹配级别 ML1 至 ML3 的人员记录÷该部门全部人员记录。问题逐条见“数据退回单”，"
    "行的去向见“疑点清单”。",
)


def write_quality_book(request: ReportRequest, path: Path) -> None:
    """Write 数据质量通报.xlsx of the month."""
    briefing = read_quality(request.month, request.history)
    with monthly_forms(request, path, NAME, streamable=False) as forms:
        title = f"{forms.said.division}{month_title(forms.said.month)}{NAME}"
        notes = (*NOTES, forms.sources_note)
        form = forms.form("通报", title, LINES, unit="份、行、处", notes=notes, signed=True)
        form.write(forms.book, _lines(briefing), _total(briefing))
        kinds = forms.form("问题种类", "各部门数据问题种类", KINDS, unit="条、处")
        kinds.write(forms.book, _kinds(briefing), _kinds_total(briefing))
        _trend(forms, briefing)
        checks = forms.form("未通过的检查", "未通过的质量检查", CHECKS, unit="项")
        checks.write(forms.book, _checks(request))


def _lines(briefing: QualityBriefing) -> Iterator[GridRow]:
    for n, line in enumerate(briefing.lines, 1):
        yield GridRow((str(n), line.now.department, *_counts(line.now), *_rates(line)))


def _counts(month: DepartmentMonth) -> tuple[Value, ...]:
    return (
        month.n_files,
        month.n_carried,
        month.n_staged,
        month.n_quarantined,
        month.n_set_aside,
        month.n_errors,
        month.n_warnings,
        month.n_infos,
        month.n_failed,
        month.known_percent,
    )


def _rates(line: QualityLine) -> tuple[Value, ...]:
    before = line.before.per_thousand if line.before else None
    return line.now.per_thousand, before, line.change, str(line.rank or "—")


def _total(briefing: QualityBriefing) -> GridRow:
    total = briefing.total
    return GridRow(("合计", "", *_counts(total), total.per_thousand, None, None, ""), variant=TOTAL)


def _kinds(briefing: QualityBriefing) -> Iterator[GridRow]:
    for n, line in enumerate(briefing.kinds, 1):
        yield GridRow((str(n), line.department, line.severity, line.kind, line.n_problems, line.n_cells))


def _kinds_total(briefing: QualityBriefing) -> GridRow:
    sums = [sum(getattr(line, name) for line in briefing.kinds) for name in ("n_problems", "n_cells")]
    return GridRow(("合计", "", "", "", *sums), variant=TOTAL)


def _checks(request: ReportRequest) -> Iterator[GridRow]:
    for n, line in enumerate(read_failed_checks(request.month), 1):
        yield GridRow(
            (
                str(n),
                line.department,
                line.table,
                line.severity,
                line.expected,
                line.n_rows,
                line.n_failed,
                line.message,
            )
        )


def _trend(forms: MonthlyForms, briefing: QualityBriefing) -> None:
    """Months down, departments across, and the lines under it."""
    columns = (
        FormColumn("月份", 14, "centre"),
        *(FormColumn(name, 15, "money") for name in briefing.departments),
    )
    form = forms.form("趋势", "各部门每千行问题数（逐月）", columns, unit="处／千行", frozen=1)
    trend, names = briefing.trend, briefing.departments
    rows = [GridRow((month, *(trend.get((month, name)) for name in names))) for month in briefing.months]
    (name,) = form.write(forms.book, rows)
    if not names:
        return
    sheet = forms.book.workbook.get_worksheet_by_name(name)
    first = HEADING_ROW + 1
    last = first + len(rows) - 1
    (at,) = charts_below(sheet, last + 1, len(columns), [CHART_HEIGHT])
    place = ChartPlace((first, 0, last, 0), at, table_pixels(columns), CHART_HEIGHT)
    series = [Series(d, (first, n, last, n)) for n, d in enumerate(briefing.departments, 1)]
    line_chart(forms.book, sheet, "各部门每千行问题数", place, series)
