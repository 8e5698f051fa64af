import datetime as dt
import re
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from tests.connectors.readers.xlsb_bytes import Date, Error, write_xlsb


@pytest.fixture
def book() -> Any:
    return openpyxl.Workbook()


SHEET = "xl/worksheets/sheet1.xml"


def test_cells_keep_text_and_kind_as_stored(tmp_path: Path, book: Any, sheet: Any) -> None:
    page = book.active
    page.title = "花名册"
    page.append(["姓名", "身份证号", "金额", "日期", "时刻", "在编"])
    page.append(
        ["张三 ", "622724196503120017", 12.0, dt.date(2026, 10, 25), dt.datetime(2026, 10, 25, 8, 30), True]
    )
    page.append(["'李四", 622724196503120017, 5968.53, "2014年3月", dt.time(8, 30), False])
    page.append(["王\n五", 1e15, 1e-7, "2026-10-25", None, None])
    book.save(tmp_path / "a.xlsx")
    found = sheet(tmp_path / "a.xlsx")
    assert found.name == "花名册"
    assert found.cells.rows()[1:] == [
        ("张三 ", "622724196503120017", "12", "2026-10-25", "2026-10-25 08:30:00", "TRUE"),
        ("'李四", "622724196503120000", "5968.53", "2014年3月", "08:30:00", "FALSE"),
        ("王\n五", "1000000000000000", "0.0000001", "2026-10-25", None, None),
    ]
    assert found.kinds.rows()[1:] == [
        ("t", "t", "n", "d", "d", "b"),
        ("t", "n", "n", "t", "d", "b"),
        ("t", "n", "n", "t", None, None),
    ]
    assert set(found.cells.dtypes) | set(found.kinds.dtypes) == {pl.String}


def test_a_numeric_id_stays_a_number_with_all_its_digits(tmp_path: Path, book: Any, sheet: Any) -> None:
    for value in (622724196503120000, 110101199003077000, 622724650312001):
        book.active.append([value])
    book.active.append(["622724196503120017"])
    book.save(tmp_path / "a.xlsx")
    found = sheet(tmp_path / "a.xlsx")
    assert found.cells["c0"].to_list() == [
        "622724196503120000", "110101199003077000", "622724650312001", "622724196503120017",
    ]  # fmt: skip
    assert found.kinds["c0"].to_list() == ["n", "n", "n", "t"]


def test_errors_and_formulas_never_calculated_are_told_apart_from_empty_cells(
    tmp_path: Path, sheet: Any
) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet()
        page.write_formula(0, 0, "=1+1", value=2)
        page.write_formula(1, 0, "=NA()", value="#N/A")
    found = sheet(tmp_path / "a.xlsx")
    assert found.cells["c0"].to_list() == ["2", "#N/A"]
    assert found.kinds["c0"].to_list() == ["n", "e"]
    plain = openpyxl.Workbook()
    assert plain.active is not None
    plain.active.append(["合计", "=SUM(B2:B3)"])
    plain.save(tmp_path / "b.xlsx")
    found = sheet(tmp_path / "b.xlsx")
    assert found.cells.row(0) == ("合计", "=SUM(B2:B3)")
    assert found.kinds.row(0) == ("t", "e")


def test_a_row_or_column_with_nothing_but_errors_is_not_lost(tmp_path: Path, sheet: Any) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet()
        page.write(2, 0, "姓名")
        page.write_formula(0, 0, "=NA()", value="#N/A")
        page.write_formula(4, 3, "=1/0", value="#DIV/0!")
    found = sheet(tmp_path / "a.xlsx")
    assert (found.first_row, found.cells.shape, found.n_rows_counted) == (1, (5, 4), 3)
    assert found.cells.row(4) == (None, None, None, "#DIV/0!")


@pytest.mark.parametrize("number", [27, 31, 36, 50, 57, 58])
def test_a_date_in_a_chinese_built_in_format_is_a_date(
    tmp_path: Path, book: Any, sheet: Any, repacked: Any, number: Any
) -> None:
    book.active.append(["2001年3月", dt.date(2026, 10, 1), 45000])
    book.save(tmp_path / "a.xlsx")

    def renumbered(styles: bytes) -> bytes:
        styles = re.sub(rb"<numFmts.*?</numFmts>", b"", styles)
        return re.sub(rb'numFmtId="1(?:4|64)"', b'numFmtId="%d"' % number, styles)

    repacked(tmp_path / "a.xlsx", tmp_path / "b.xlsx", {"xl/styles.xml": renumbered})
    found = sheet(tmp_path / "b.xlsx")
    assert found.cells.row(0) == ("2001年3月", "2026-10-01", "45000")
    assert found.kinds.row(0) == ("t", "d", "n")


def test_a_custom_format_that_takes_a_chinese_number_is_left_alone(
    tmp_path: Path, book: Any, sheet: Any, repacked: Any
) -> None:
    book.active.append([5968.53])
    book.active["A1"].number_format = "0.000"
    book.save(tmp_path / "a.xlsx")
    repacked(
        tmp_path / "a.xlsx", tmp_path / "b.xlsx", {"xl/styles.xml": lambda s: s.replace(b'"164"', b'"57"')}
    )
    assert sheet(tmp_path / "b.xlsx").kinds.row(0) == ("n",)


def test_dates_of_a_1904_workbook(tmp_path: Path, sheet: Any) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"date_1904": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet().write_datetime(0, 0, dt.datetime(2026, 10, 25), day)
    assert sheet(tmp_path / "a.xlsx").cells.row(0) == ("2026-10-25",)


def test_title_rows_merges_hidden_rows_and_blank_rows_keep_their_places(
    tmp_path: Path, book: Any, sheet: Any
) -> None:
    page = book.active
    page["A3"] = "云岭县统发工资表"
    page.merge_cells("A3:C3")
    page.append(["单位", "姓名", "应发"])
    page.append(["甲", "张三", 1])
    page.append([" ", "　", "\u00a0"])
    page.append(["甲", "李四", 2])
    page.append([None, None, None])
    page.append(["合计", None, 3])
    page.merge_cells("A9:B9")
    page.row_dimensions[5].hidden = True
    page.row_dimensions[7].hidden = True
    book.save(tmp_path / "a.xlsx")
    found = sheet(tmp_path / "a.xlsx")
    assert found.first_row == 3
    assert found.n_rows_counted == 5
    assert found.merged == ((0, 0, 0, 2), (6, 0, 6, 1))
    assert found.hidden_rows == {5, 7}
    assert found.cells.row(3) == (" ", "　", "\u00a0")
    assert found.kinds.row(3) == ("t", "t", "t")
    assert found.cells.row(5) == (None, None, None)


def test_column_c0_is_column_a_even_when_it_is_empty(tmp_path: Path, book: Any, sheet: Any) -> None:
    book.active["C2"] = "姓名"
    book.save(tmp_path / "a.xlsx")
    found = sheet(tmp_path / "a.xlsx")
    assert found.cells.rows() == [(None, None, "姓名")]
    assert found.first_row == 2


def test_every_sheet_is_given_hidden_and_empty_ones_too_but_no_chart(
    tmp_path: Path, book: Any, sheets: Any
) -> None:
    book.active.append(["a"])
    for name, state in (("藏", "hidden"), ("深藏", "veryHidden"), ("空", "visible")):
        book.create_sheet(name).sheet_state = state
    book["藏"].append(["b"])
    book.create_chartsheet("图")
    book.save(tmp_path / "a.xlsx")
    found = sheets(tmp_path / "a.xlsx")
    assert [(s.name, s.index, s.hidden, s.n_rows_counted) for s in found] == [
        ("Sheet", 0, False, 1), ("藏", 1, True, 1), ("深藏", 2, True, 0), ("空", 3, False, 0),
    ]  # fmt: skip
    assert found[3].cells.shape == (0, 0)


def test_inline_and_rich_and_escaped_strings_count_by_what_they_show(
    tmp_path: Path, book: Any, sheet: Any, repacked: Any
) -> None:
    book.active.append(["x", "y"])
    book.save(tmp_path / "a.xlsx")
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>张三</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t xml:space="preserve"> &#160;&#x3000;</t></is></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><r><t xml:space="preserve"> </t></r><r><t>李四</t></r></is>'
        "</c></row>"
        "<row r='4' hidden='true'><c r='A4' t='str'><f>\"\"</f><v> </v></c></row>"
        "<row><c><v>7</v></c></row>"
        '<row r="9"/>'
    ).encode()
    data = b"<sheetData>" + rows + b"</sheetData>"
    changes = {SHEET: lambda xml: re.sub(rb"<sheetData>.*</sheetData>", data, xml)}
    repacked(tmp_path / "a.xlsx", tmp_path / "b.xlsx", changes)
    found = sheet(tmp_path / "b.xlsx")
    assert found.cells["c0"].to_list() == ["张三", " \u00a0　", " 李四", " ", "7"]
    assert found.n_rows_counted == 3
    assert found.hidden_rows == {4}


def test_names_with_a_prefix_read_like_those_without(
    tmp_path: Path, book: Any, sheet: Any, repacked: Any
) -> None:
    book.active.append(["张三", 1])
    book.active.append([" ", None])
    book.save(tmp_path / "a.xlsx")

    def prefixed(xml: bytes) -> bytes:
        xml = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", xml)
        return xml.replace(b"xmlns=", b"xmlns:x=")

    repacked(tmp_path / "a.xlsx", tmp_path / "b.xlsx", {SHEET: prefixed, "xl/sharedStrings.xml": prefixed})
    assert sheet(tmp_path / "b.xlsx").n_rows_counted == 1


def test_a_million_empty_formatted_rows_do_not_make_a_big_sheet(
    tmp_path: Path, book: Any, sheet: Any, repacked: Any
) -> None:
    book.active.append(["姓名", "应发"])
    book.active.append(["张三", 1])
    book.save(tmp_path / "a.xlsx")
    empty = b"".join(
        b'<row r="%d" s="1" customFormat="1"><c r="A%d" s="1"/></row>' % (n, n) for n in range(3, 1048577)
    )

    def filled(xml: bytes) -> bytes:
        xml = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', xml)
        return xml.replace(b"</sheetData>", empty + b"</sheetData>")

    repacked(tmp_path / "a.xlsx", tmp_path / "b.xlsx", {SHEET: filled})
    found = sheet(tmp_path / "b.xlsx")
    assert found.cells.rows() == [("姓名", "应发"), ("张三", "1")]


def test_macro_workbook_is_read_and_its_macros_are_left_alone(tmp_path: Path, book: Any, sheet: Any) -> None:
    book.active.append(["张三"])
    book.save(tmp_path / "a.xlsm")
    assert sheet(tmp_path / "a.xlsm").cells.rows() == [("张三",)]


def test_workbook_under_any_extension(tmp_path: Path, book: Any, sheet: Any) -> None:
    book.active.append(["张三"])
    book.save(tmp_path / "a.xlsx")
    for name in ("a.et", "a.xls", "a.csv", "a"):
        (tmp_path / name).write_bytes((tmp_path / "a.xlsx").read_bytes())
        assert sheet(tmp_path / name).cells.rows() == [("张三",)]


def test_binary_workbook(tmp_path: Path, sheet: Any) -> None:
    path = tmp_path / "a.xlsb"
    rows: list[list[Any]] = [
        ["身份证号", "金额", "日期"],
        ["622724196503120017", 12.0, Date(45000)],
        [622724196503120000.0, 5968.53, Date(45000.5, 57)],
        [" ", None, None],
        [True, Error(0x2A), None],
        ["合计", None, None],
    ]
    write_xlsb(path, rows, hidden=[2], merged=[(5, 0, 5, 2)], sheet_state=1)
    found = sheet(path)
    assert found.hidden and found.n_rows_counted == 5
    assert found.cells.rows()[1:] == [
        ("622724196503120017", "12", "2023-03-15"),
        ("622724196503120000", "5968.53", "2023-03-15 12:00:00"),
        (" ", None, None),
        ("TRUE", "#N/A", None),
        ("合计", None, None),
    ]
    assert found.kinds.rows()[2] == ("n", "n", "d")
    assert found.kinds.rows()[4] == ("b", "e", None)
    assert found.merged == ((5, 0, 5, 2),)
    assert found.hidden_rows == {3}


def test_the_binary_workbook_of_these_tests_is_one_for_another_reader_too(tmp_path: Path) -> None:
    pyxlsb = pytest.importorskip("pyxlsb")
    write_xlsb(tmp_path / "a.xlsb", [["姓名", 1.5], ["张三", True]])
    with pyxlsb.open_workbook(str(tmp_path / "a.xlsb")) as book, book.get_sheet("数据") as page:
        assert [[cell.v for cell in row] for row in page.rows()] == [["姓名", 1.5], ["张三", True]]
