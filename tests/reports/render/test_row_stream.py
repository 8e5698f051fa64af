"""A streamed sheet says and looks what an ordinary one does."""

import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reports.render.book import new_book
from reports.render.grid import Grid, GridColumn, GridRow

COLUMNS = (
    GridColumn("编号", 18, "code"),
    GridColumn("级别", 5, "severity"),
    GridColumn("说明", 20, "text"),
    GridColumn("金额", 12, "money"),
    GridColumn("数", 8, "int"),
    GridColumn("日期", 11, "date"),
    GridColumn("是否", 6, "centre"),
)
ROWS = (
    GridRow(("A-1", 1, "一行", Decimal("1234.50"), 7, date(2026, 10, 31), True)),
    GridRow(("A-2", 4, "很长的一段文字，要折成好几行才看得完，" * 4, Decimal("-0.01"), 0, None, False)),
    GridRow(("=1+1", 2, '<r>&"\n<t>第二行', None, None, date(2026, 2, 28), None)),
    GridRow(("A-4", None, "  前后空格  ", Decimal("99999999.99"), 12_345_678, date(1900, 3, 1), True)),
    GridRow(("控制\x01符", 3, "合计", Decimal(0), -3, None, None), variant={"bold": True}),
)


def written(path: Path, *, streamed: bool, sheet_rows: int = 1_000) -> openpyxl.Workbook:
    """The rows on a sheet between two sheets, read back."""
    with new_book(path, title="试", created=datetime(2026, 10, 1), streamed=streamed) as book:
        front = book.sheet("前")
        Grid("表", "标题", "说明", COLUMNS, frozen=1).write(book, iter(ROWS), sheet_rows=sheet_rows)
        book.sheet("后").write_string(0, 0, "完")
        front.write_string(0, 0, "最后才写")
    return openpyxl.load_workbook(path)


def cells(book: openpyxl.Workbook, sheet: str) -> list[tuple[Any, ...]]:
    """Value, type and looks of each cell."""
    return [
        (
            c.coordinate,
            c.value,
            c.data_type,
            c.number_format,
            c.font.b,
            c.fill.fgColor.rgb,
            c.alignment.horizontal,
        )
        for row in book[sheet].iter_rows()
        for c in row
    ]


@pytest.fixture
def both(tmp_path: Path) -> tuple[openpyxl.Workbook, openpyxl.Workbook]:
    streamed = written(tmp_path / "streamed.xlsx", streamed=True)
    return streamed, written(tmp_path / "plain.xlsx", streamed=False)


@pytest.mark.parametrize("sheet", ["前", "表", "后"])
def test_every_cell_is_the_same(both: tuple[openpyxl.Workbook, openpyxl.Workbook], sheet: str) -> None:
    streamed, plain = both
    assert cells(streamed, sheet) == cells(plain, sheet)
    assert streamed[sheet].dimensions == plain[sheet].dimensions


def test_rows_are_as_tall(both: tuple[openpyxl.Workbook, openpyxl.Workbook]) -> None:
    heights = [[book["表"].row_dimensions[n].height for n in range(1, 9)] for book in both]
    assert heights[0] == heights[1]
    assert heights[0][4] > 60


def test_the_sheet_keeps_its_filter_and_its_print_set_up(
    both: tuple[openpyxl.Workbook, openpyxl.Workbook],
) -> None:
    for book in both:
        assert book["表"].auto_filter.ref == "A3:G8"
        assert book["表"].print_title_rows == "$3:$3"
        assert book["表"].freeze_panes == "B4"


def test_rows_beyond_a_sheet_go_on_to_the_next(tmp_path: Path) -> None:
    book = written(tmp_path / "split.xlsx", streamed=True, sheet_rows=5)
    assert book.sheetnames == ["前", "表", "表(2)", "表(3)", "后"]
    assert [book[name]["A4"].value for name in ("表", "表(2)", "表(3)")] == ["A-1", "=1+1", "控制符"]


def test_what_looks_like_an_escape_of_excel_is_written_as_it_reads(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.xlsx", title="试", created=datetime(2026, 10, 1), streamed=True) as book:
        Grid("表", "标题", "说明", COLUMNS[:1]).write(book, iter([GridRow(("_x000D_",))]))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert "_x005F_x000D_" in archive.read("xl/worksheets/sheet1.xml").decode()


def test_nothing_is_left_when_writing_fails(tmp_path: Path) -> None:
    def failing() -> Any:
        yield ROWS[0]
        raise ValueError("stop")

    with (
        pytest.raises(ValueError, match="stop"),
        new_book(tmp_path / "a.xlsx", title="试", created=datetime(2026, 10, 1), streamed=True) as book,
    ):
        Grid("表", "标题", "说明", COLUMNS).write(book, failing())
    assert list(tmp_path.iterdir()) == []
