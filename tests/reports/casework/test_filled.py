from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlwt
from openpyxl import Workbook

from connectors.errors import UserError
from reports.casework.filled import TEXT_LIMIT, Cell, Refused, day_in, read_filled, said_text

HEADINGS = ("编号", "结论")
ROWS: list[list[Any]] = [
    ["编号", "说明", "结论"],
    ["甲-1", "x", "属实"],
    [None, None, None],
    ["甲-2", "y", " 不属实 "],
]


def xlsx(path: Path, rows: list[list[Any]], above: int = 0) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for _ in range(above):
        sheet.append(["填表说明"])
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def xls(path: Path) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for r, row in enumerate(ROWS):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write(r, c, value)
    book.save(str(path))
    return path


def ods(path: Path) -> Path:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    table = Table(name="表")
    for row in ROWS:
        line = TableRow()
        for value in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=value or ""))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(path)
    return path


def csv(path: Path, encoding: str) -> Path:
    lines = [",".join(cell or "" for cell in row) for row in ROWS]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def test_a_book_is_read_whatever_program_saved_it(tmp_path: Path) -> None:
    books = (
        xlsx(tmp_path / "a.xlsx", ROWS),
        xls(tmp_path / "a.xls"),
        xls(tmp_path / "a.et"),
        ods(tmp_path / "a.ods"),
        csv(tmp_path / "a.csv", "utf-8-sig"),
        csv(tmp_path / "gbk.csv", "gbk"),
    )
    for book in books:
        rows = read_filled(book, HEADINGS)
        found = [(row.row, row.text("编号"), row.text("结论"), row.text("没有的列")) for row in rows]
        assert found == [(2, "甲-1", "属实", ""), (4, "甲-2", "不属实", "")], book.name


def test_a_title_above_the_headings_does_no_harm(tmp_path: Path) -> None:
    rows = read_filled(xlsx(tmp_path / "a.xlsx", ROWS, above=3), HEADINGS)
    assert [row.row for row in rows] == [5, 7]


def test_a_book_without_the_headings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="没有找到带“编号、结论”各列的表"):
        read_filled(xlsx(tmp_path / "a.xlsx", [["天气"], ["晴"]]), HEADINGS)


def test_a_damaged_book_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(UserError):
        read_filled(path, HEADINGS)


@pytest.mark.parametrize("text", ["2026-12-31", "2026/12/31", "20261231", "2026年12月31日", "2026.12.31"])
def test_a_day_is_understood_as_people_write_it(text: str) -> None:
    assert day_in(Cell(text)) == date(2026, 12, 31)


def test_a_day_that_a_spreadsheet_has_counted_is_understood() -> None:
    assert day_in(Cell("46387", "n")) == date(2026, 12, 31)
    assert day_in(Cell()) is None


@pytest.mark.parametrize("text", ["年底", "2026-12", "2026-02-30", "46387", "26-12-31"])
def test_what_is_no_whole_day_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="没有看懂日期"):
        day_in(Cell(text))


def test_texts_are_kept_clean_and_short() -> None:
    assert said_text(" 已\x00核实\x07 ", "理由") == "已核实"
    with pytest.raises(Refused, match="理由太长"):
        said_text("长" * (TEXT_LIMIT + 1), "理由")
