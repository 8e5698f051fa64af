"""汇总 and 单位汇总: how many, how bad, how much; by severity, by rule, by body; a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from reports.exceptions.model import (
    COMPARISONS,
    SEVERITIES,
    ExceptionReport,
    Numbers,
    RuleLine,
    Tally,
    UnitLine,
)
from reports.exceptions.plain import month_title
from reports.labels import severity_label
from reports.render.book import (
    BODY,
    DETAIL,
    INK,
    PLAIN,
    RULE,
    SEVERITY_COLOURS,
    SEVERITY_SOLID,
    TOTAL,
    Book,
    Variant,
    cell_text,
)
from reports.render.grid import Grid, GridColumn, GridRow, Value, write_heading_row, write_row

NAME, UNITS_NAME = "汇总", "单位汇总"
CHART_RULES, CHART_ROWS, CHART_SIZE = 24, 12, (540, 285)
TOP_UNITS = 15

_COUNTS = (
    *(GridColumn(severity_label(s), 8, "int") for s in SEVERITIES),
    GridColumn("疑点数", 8, "int"),
    GridColumn("其中例外", 8, "int"),
    GridColumn("其中时间差", 8, "int"),
    GridColumn("其中未核", 8, "int"),
    GridColumn("新增", 8, "int"),
    GridColumn("持续", 8, "int"),
    GridColumn("存量", 8, "int"),
    GridColumn("消除", 8, "int"),
    GridColumn("可追缴金额（元）", 16, "money"),
    GridColumn("参考金额（元）", 16, "money"),
)
RULE_COLUMNS = (
    GridColumn("规则", 9, "code"),
    GridColumn("名称", 28),
    GridColumn("级别", 7, "severity"),
    GridColumn("本月", 8, "centre"),
    *_COUNTS,
)
UNIT_COLUMNS = (
    GridColumn("机构编码", 16, "code"),
    GridColumn("单位", 34),
    GridColumn("主管部门", 24),
    *_COUNTS,
)
BLANKS = (GridColumn("", 7), GridColumn("", 8))
NUMBER_COLUMNS = (
    GridColumn("编制类型", 9),
    GridColumn("", 28),
    GridColumn("编制数", 7, "int"),
    GridColumn("实有人员", 8, "int"),
    GridColumn("财政供养", 7, "int"),
    GridColumn("组织部", 7, "int"),
    GridColumn("人社", 7, "int"),
    GridColumn("实有−编制", 8, "signed"),
    GridColumn("供养−实有", 8, "signed"),
    GridColumn("组织−实有", 8, "signed"),
    GridColumn("人社−实有", 8, "signed"),
)


def counts(tally: Tally) -> tuple[Value, ...]:
    """The cells of a tally, noughts left empty."""
    numbers = (
        *(tally.by_severity.get(s, 0) for s in SEVERITIES),
        tally.n,
        tally.n_exempt,
        tally.n_in_lag,
        tally.n_not_checked,
        tally.n_new,
        tally.n_continued,
        tally.n_stock,
        tally.n_resolved,
    )
    money = (tally.recoverable, tally.indicative)
    return (*(n or None for n in numbers), *(m if m != Decimal(0) else None for m in money))


def _rule_row(line: RuleLine) -> GridRow:
    variant = PLAIN if line.tally.n else DETAIL
    return GridRow(
        (line.rule_id, line.title, line.severity, line.status, *counts(line.tally)), variant=variant
    )


def _unit_row(line: UnitLine) -> GridRow:
    return GridRow((line.unit_id, line.name, line.supervisor, *counts(line.tally)))


def number_values(numbers: Numbers, differences: Mapping[str, int | None]) -> tuple[Value, ...]:
    """Five counts and four differences."""
    return (
        numbers.approved,
        numbers.on_roster,
        numbers.paid,
        numbers.organisation,
        numbers.personnel,
        *(differences[c] for c in COMPARISONS),
    )


def write_summary(book: Book, report: ExceptionReport) -> str:
    """The sheet 汇总; returns its name."""
    sheet = book.sheet(NAME, tab=RULE)
    for place, column in enumerate(RULE_COLUMNS):
        sheet.set_column(place, place, column.width)
    sheet.set_row(0, 30)
    sheet.write_string(
        0,
        0,
        cell_text(f"{report.cover.division}　{month_title(report.cover.month)}　疑点汇总"),
        book.style("title"),
    )
    sheet.write_string(
        1,
        0,
        "疑点是核查线索，不是结论。可追缴金额与参考金额分列，从不相加；合计按案件计，同一案件命中多条规则只计一次。"
        f"已查不属实 {report.decisions.n_refuted:,} 条，不计在内。",
        book.style("subtitle"),
    )
    _figures(sheet, book, report.total)
    row = _section(sheet, book, 6, "三数对应总览与疑点分布")
    chart_row, row = row, max(_numbers(sheet, book, row, report), row + CHART_ROWS)
    row = _section(sheet, book, row + 1, "按规则")
    first_rule = row + 1
    write_heading_row(sheet, book, row, RULE_COLUMNS)
    for line in report.rules:
        row += 1
        write_row(sheet, book, row, RULE_COLUMNS, _rule_row(line))
    row += 1
    write_row(
        sheet,
        book,
        row,
        RULE_COLUMNS,
        GridRow(("合计", "金额按案件计", None, None, *counts(report.total)), variant=TOTAL),
    )
    for part in report.parts:
        row += 1
        shown = GridRow(("其中", part.name, None, None, *counts(part.tally)), variant=TOTAL)
        write_row(sheet, book, row, RULE_COLUMNS, shown)
    n_charted = min(sum(line.tally.n > 0 for line in report.rules), CHART_RULES)
    if n_charted:
        _chart(book, sheet, chart_row, first_rule, first_rule + n_charted - 1)
    row = _section(sheet, book, row + 2, f"疑点最多的单位（前 {TOP_UNITS} 个，全部见“{UNITS_NAME}”）")
    top = sorted(report.units, key=_order)[:TOP_UNITS]
    row = _top_units(sheet, book, row, top)
    sheet.freeze_panes(1, 0)
    sheet.print_area(0, 0, row, len(RULE_COLUMNS) - 1)
    return str(sheet.get_name())


def _order(line: UnitLine) -> tuple[object, ...]:
    """The red ones first, then the orange, …; equals by 机构编码."""
    return (*(-line.tally.by_severity.get(s, 0) for s in SEVERITIES), line.unit_id)


def _section(sheet: Worksheet, book: Book, row: int, title: str) -> int:
    sheet.set_row(row, 22)
    for column in range(len(RULE_COLUMNS)):
        sheet.write_blank(row, column, None, book.style("section"))
    sheet.write_string(row, 0, title, book.style("section"))
    return row + 1


def _figures(sheet: Worksheet, book: Book, total: Tally) -> None:
    """The strip at the top: the few numbers that are asked for first."""
    blocks: list[tuple[int, int, str, int | Decimal, str]] = [
        (0, 1, "疑点合计", total.n, "figure"),
        *(
            (2 + 2 * n, 3 + 2 * n, severity_label(s), total.by_severity.get(s, 0), "figure")
            for n, s in enumerate(SEVERITIES)
        ),
        (10, 11, "新增", total.n_new, "figure"),
        (12, 13, "持续", total.n_continued, "figure"),
        (14, 14, "存量", total.n_stock, "figure"),
        (15, 15, "消除", total.n_resolved, "figure"),
        (16, 16, "可追缴金额（元）", total.recoverable, "figure_money"),
        (17, 17, "参考金额（元）", total.indicative, "figure_money"),
    ]
    tints: list[Variant] = [
        {"fg_color": SEVERITY_COLOURS[severity][0], "font_color": SEVERITY_COLOURS[severity][1]}
        if severity
        else PLAIN
        for severity in (0, *SEVERITIES, 0, 0, 0, 0, 0, 0)
    ]
    sheet.set_row(2, 8)
    # Row by row: a streamed sheet keeps no more than one.
    for row, height in ((3, 30), (4, 18)):
        sheet.set_row(row, height)
        for tint, (left, right, name, value, style) in zip(tints, blocks, strict=True):
            shape = book.style(style if row == 3 else "figure_label", tint)
            if left != right:
                sheet.merge_range(row, left, row, right, "", shape)
            if row == 3:
                sheet.write_number(row, left, float(value), shape)
            else:
                sheet.write_string(row, left, name, shape)


def _numbers(sheet: Worksheet, book: Book, row: int, report: ExceptionReport) -> int:
    """The numbers of the whole county by type, in the columns of the rule table."""
    lines = [
        GridRow(
            (total.quota_type, None, *number_values(total.numbers, total.differences)),
            variant=TOTAL if total is report.grand_total else PLAIN,
        )
        for total in (*report.totals, report.grand_total)
    ]
    return _spanned(sheet, book, row, NUMBER_COLUMNS, lines, name=0, width=2)


def _top_units(sheet: Worksheet, book: Book, row: int, units: Sequence[UnitLine]) -> int:
    """The bodies with the most, in the columns of the rule table."""
    columns = (GridColumn("序", 9, "centre"), GridColumn("单位", 28), *BLANKS, *_COUNTS)
    lines = [GridRow((str(n), u.name, None, None, *counts(u.tally))) for n, u in enumerate(units, 1)]
    return _spanned(sheet, book, row, columns, lines, name=1, width=3)


def _spanned(
    sheet: Worksheet,
    book: Book,
    row: int,
    columns: Sequence[GridColumn],
    lines: Sequence[GridRow],
    *,
    name: int,
    width: int,
) -> int:
    """A table whose name column spans several of the sheet's columns; returns the row after it."""
    write_heading_row(sheet, book, row, columns)
    sheet.merge_range(row, name, row, name + width - 1, columns[name].heading, book.style("header"))
    for line in lines:
        row += 1
        write_row(sheet, book, row, columns, line)
        shape = book.style(columns[name].style, line.variant)
        sheet.merge_range(row, name, row, name + width - 1, "", shape)
        sheet.write_string(row, name, cell_text(str(line.values[name] or "")), shape)
        sheet.set_row(row, 18)
    return row + 1


def _chart(book: Book, sheet: Worksheet, row: int, first: int, last: int) -> None:
    chart = book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    name = sheet.get_name()
    font = {"name": BODY, "size": 8, "color": INK}
    for place, severity in enumerate(SEVERITIES, RULE_COLUMNS.index(_COUNTS[0])):
        chart.add_series(
            {
                "name": severity_label(severity),
                "categories": [name, first, 0, last, 0],
                "values": [name, first, place, last, place],
                "fill": {"color": SEVERITY_SOLID[severity]},
                "border": {"color": "#FFFFFF", "width": 0.5},
                "gap": 60,
            }
        )
    chart.set_legend({"position": "top", "font": font})
    chart.set_x_axis({"num_font": font, "line": {"color": "#9AA5B1"}, "major_tick_mark": "none"})
    chart.set_y_axis(
        {
            "num_font": font,
            "line": {"none": True},
            "major_gridlines": {"visible": True, "line": {"color": "#E2E6EB"}},
            "num_format": "#,##0",
        }
    )
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size({"width": CHART_SIZE[0], "height": CHART_SIZE[1]})
    sheet.insert_chart(
        row,
        len(NUMBER_COLUMNS),
        chart,
        {"x_offset": 10, "y_offset": 4, "description": "各规则疑点数，按级别堆叠；数据即上表“按规则”"},
    )


def write_units(book: Book, report: ExceptionReport) -> list[str]:
    """The sheet 单位汇总: every body about which something was found."""
    grid = Grid(
        UNITS_NAME,
        "单位汇总",
        f"{month_title(report.cover.month)}　·　按机构编码排列，金额按案件计",
        UNIT_COLUMNS,
        frozen=2,
        tab=RULE,
    )
    return grid.write(book, (_unit_row(line) for line in report.units))
