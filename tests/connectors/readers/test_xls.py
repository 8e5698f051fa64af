import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import xlwt
from python_calamine import CalamineWorkbook

DAY = xlwt.easyxf(num_format_str="yyyy-mm-dd")
STAMP = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm")


@pytest.fixture
def book() -> Any:
    return xlwt.Workbook(encoding="utf-8")


def test_old_workbook_keeps_text_kind_and_places(tmp_path: Path, book: Any, sheet: Any) -> None:
    page = book.add_sheet("养老")
    page.write_merge(1, 1, 0, 2, "领取名册")
    for column, label in enumerate(("姓名", "身份证号", "日期", "时刻", "在编")):
        page.write(2, column, label)
    page.write(3, 0, "张三 ")
    page.write(3, 1, "622724196503120017")
    page.write(3, 2, dt.date(2026, 10, 25), DAY)
    page.write(3, 3, dt.datetime(2026, 10, 25, 8, 30), STAMP)
    page.write(3, 4, True)
    page.write(4, 0, "　 ")
    page.write(5, 0, "李四")
    page.write(5, 1, 622724196503120017)
    page.write(5, 2, "2014年3月")
    page.row(5).hidden = True
    book.save(str(tmp_path / "a.xls"))
    found = sheet(tmp_path / "a.xls")
    assert found.first_row == 2
    assert found.cells.rows()[2:] == [
        ("张三 ", "622724196503120017", "2026-10-25", "2026-10-25 08:30:00", "TRUE"),
        ("　 ", None, None, None, None),
        ("李四", "622724196503120000", "2014年3月", None, None),
    ]
    assert found.kinds.rows()[2] == ("t", "t", "d", "d", "b")
    assert found.kinds.rows()[4] == ("t", "n", "t", None, None)
    assert found.merged == ((0, 0, 0, 2),)
    assert found.hidden_rows == {6}
    assert found.n_rows_counted == 4


def test_hidden_sheets_and_their_counts_stay_apart(tmp_path: Path, book: Any, sheets: Any) -> None:
    for name, visibility, n in (("甲", 0, 3), ("乙", 1, 2), ("空", 0, 0)):
        page = book.add_sheet(name)
        page.visibility = visibility
        for row in range(n):
            page.write(row, 0, f"{name}{row}")
    book.save(str(tmp_path / "a.xls"))
    assert [(s.name, s.index, s.hidden, s.n_rows_counted) for s in sheets(tmp_path / "a.xls")] == [
        ("甲", 0, False, 3), ("乙", 1, True, 2), ("空", 2, False, 0),
    ]  # fmt: skip


def test_shared_strings_are_counted_across_their_seams(tmp_path: Path, book: Any, sheet: Any) -> None:
    """8,224 bytes a record: long Chinese and ASCII strings, and blank ones, in turn."""
    page = book.add_sheet("长")
    for row in range(400):
        text = ("　" * 7, "一二三四五六七八九十" * 21, "abcdefghi" * 23, "x")[row % 4]
        page.write(row, 0, f"{text}{row}" if row % 4 else text + " " * (row // 4))
    book.save(str(tmp_path / "a.xls"))
    found = sheet(tmp_path / "a.xls")
    assert found.n_rows_counted == 300


def test_every_cell_agrees_with_another_reader(tmp_path: Path, book: Any, sheet: Any) -> None:
    page = book.add_sheet("对照")
    for row in range(500):
        page.write(row, 0, f"姓名{row}")
        page.write(row, 1, row / 8)
        page.write(row, 2, dt.date(2000, 1, 1) + dt.timedelta(days=row), DAY)
    book.save(str(tmp_path / "a.xls"))
    found = sheet(tmp_path / "a.xls")
    other = CalamineWorkbook.from_path(tmp_path / "a.xls").get_sheet_by_index(0).to_python()
    assert [
        (name, float(number), dt.date.fromisoformat(day)) for name, number, day in found.cells.rows()
    ] == [tuple(row) for row in other]


def test_wps_et_is_read_by_its_content(tmp_path: Path, book: Any, sheet: Any) -> None:
    book.add_sheet("表").write(0, 0, "张三")
    book.save(str(tmp_path / "a.et"))
    assert sheet(tmp_path / "a.et").cells.rows() == [("张三",)]
