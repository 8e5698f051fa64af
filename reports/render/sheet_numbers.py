"""三数对应: body by body and type by type, and beneath each difference the lines that explain it.

A line's sign stands in the column of the difference it explains, so each column adds up by eye; the
closing line adds them with a formula that is ours.
"""

from __future__ import annotations

from collections.abc import Iterator

from reports.exceptions.model import COMPARISONS, BridgeLine, ExceptionReport, NumbersLine
from reports.exceptions.plain import month_title
from reports.render.book import ALERT_INK, DETAIL, RULE, Book
from reports.render.grid import HEADER_ROWS, SHEET_ROWS, Grid, GridColumn, GridRow, Value
from reports.render.sheet_summary import number_values

NAME = "三数对应"
COLUMNS = (
    GridColumn("机构编码", 14, "code"),
    GridColumn("单位／人员", 30),
    GridColumn("编制类型", 18, "centre"),
    GridColumn("行别", 5, "centre"),
    GridColumn("编制数", 7, "int"),
    GridColumn("实有人员", 7, "int"),
    GridColumn("财政供养", 7, "int"),
    GridColumn("组织部", 7, "int"),
    GridColumn("人社", 7, "int"),
    GridColumn("实有−编制", 8, "signed"),
    GridColumn("供养−实有", 8, "signed"),
    GridColumn("组织−实有", 8, "signed"),
    GridColumn("人社−实有", 8, "signed"),
    GridColumn("校验", 5, "centre"),
    GridColumn("身份证号", 19, "code"),
    GridColumn("差异原因", 11, "centre"),
    GridColumn("疑点编号", 18, "code"),
    GridColumn("说明", 30),
    GridColumn("主管部门", 20, printed=False),
)
FIRST_DIFFERENCE = 9
BODY_ROW = {"bold": True}
UNBALANCED = {"bold": True, "font_color": ALERT_INK}
SUM_ROW = {**DETAIL, "bold": True}


def write_numbers(book: Book, report: ExceptionReport, *, sheet_rows: int = SHEET_ROWS) -> list[str]:
    """The sheet 三数对应; returns the names of its sheets."""
    n_unbalanced = sum(not line.is_balanced for line in report.numbers)
    state = f"{n_unbalanced} 处明细之和不等于差异" if n_unbalanced else "各处明细之和均等于差异"
    grid = Grid(
        NAME,
        "编制数 = 实有人员数 = 财政供养数：三数对应",
        f"{month_title(report.cover.month)}　·　每个差异下列出逐人（逐笔）原因，正负数写在所解释的差异列；"
        f"{state}　·　组织部只在其管理范围内比较　·　可用左侧分级按钮折叠明细",
        COLUMNS,
        frozen=2,
        tab=RULE,
    )
    return grid.write(book, _rows(report, sheet_rows - HEADER_ROWS), sheet_rows=sheet_rows)


def _rows(report: ExceptionReport, room: int) -> Iterator[GridRow]:
    """Rows in order; `place` is the row's number on its sheet, needed by the formulas."""
    place = 0
    for line in report.numbers:
        block = list(_block(line, HEADER_ROWS + place % room + 1))
        if place % room + len(block) > room:
            block = list(_block(line, None))
        yield from block
        place += len(block)


def _block(line: NumbersLine, first: int | None) -> Iterator[GridRow]:
    """A body's rows.

    `first` is the 1-based row on the sheet, None where the block is split over two sheets.
    """
    balanced = line.is_balanced
    yield GridRow(
        (
            line.unit_id,
            line.name,
            line.quota_type,
            "机构",
            *number_values(line.numbers, {c: line.difference(c) for c in COMPARISONS}),
            "平" if balanced else "不平",
            None,
            None,
            None,
            line.remark,
            line.supervisor,
        ),
        variant=BODY_ROW if balanced else UNBALANCED,
    )
    for entry in line.bridge:
        yield GridRow(_detail(line, entry), level=1, variant=DETAIL)
    if line.bridge:
        sums: list[Value] = [line.explained(c) for c in COMPARISONS]
        formulas = {}
        if first is not None:
            span = [(chr(ord("A") + FIRST_DIFFERENCE + n)) for n in range(len(COMPARISONS))]
            top, end = first + 1, first + len(line.bridge)
            formulas = {FIRST_DIFFERENCE + n: f"=SUM({c}{top}:{c}{end})" for n, c in enumerate(span)}
        yield GridRow(
            (line.unit_id, "　　明细合计", line.quota_type, "小计", *[None] * 5, *sums, *[None] * 6),
            level=1,
            variant=SUM_ROW,
            formulas=formulas,
        )


def _detail(line: NumbersLine, entry: BridgeLine) -> tuple[Value, ...]:
    signs = [entry.sign if entry.comparison == c else None for c in COMPARISONS]
    return (
        line.unit_id,
        "　　" + (entry.name or entry.reason),
        line.quota_type,
        "明细",
        *[None] * 5,
        *signs,
        None,
        entry.id_no,
        entry.reason,
        entry.number,
        entry.detail,
        None,
    )
