from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from connectors.errors import UserError
from reports.inquiry.model import ANSWERS
from reports.registry import BY_NAME
from reports.render.inquiry_book import write_inquiries
from reports.request import Office
from tests.reports.inquiry.asking import KEY, OFFICE, asked_tables, request_over
from tests.reports.published_sample import ID_DEAD, ID_NO_POST, ID_SWITCHED, ID_TWICE

HEADING_ROW = 5
WATER_BOOK = "核实单 2026-10 云岭县水务局.xlsx"
SCHOOL_BOOK = "核实单 2026-10 云岭县教育局.xlsx"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def folder(home: Path) -> Path:
    with request_over(home) as request:
        write_inquiries(request, home / "核实单")
    return home / "核实单"


def unit_sheets(book: Workbook) -> Iterator[tuple[Worksheet, dict[str, int]]]:
    for sheet in book.worksheets:
        headings = {str(cell.value): cell.column for cell in sheet[HEADING_ROW] if cell.value}
        if "疑点编号" in headings:
            yield sheet, {name: int(place or 0) for name, place in headings.items()}


def rows(sheet: Worksheet, headings: dict[str, int]) -> list[dict[str, Any]]:
    found = []
    for row in range(HEADING_ROW + 1, sheet.max_row + 1):
        said = {name: sheet.cell(row, place).value for name, place in headings.items()}
        if re.fullmatch(r"\d{6}-\w+-\d+", str(said["疑点编号"])):
            found.append(said)
    return found


def all_text(path: Path, *parts: str) -> str:
    """What stands in the parts of a workbook, in all where none is named."""
    with zipfile.ZipFile(path) as book:
        return "".join(book.read(name).decode("utf-8", "replace") for name in parts or book.namelist())


def test_each_supervisor_has_a_book_with_a_summary_a_sheet_a_unit_and_help(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {WATER_BOOK, SCHOOL_BOOK}
    assert load_workbook(folder / WATER_BOOK).sheetnames == [
        "汇总",
        "云岭县水务局",
        "云岭县白羊镇农业综合服务中心",
        "填写说明",
    ]


def test_the_summary_adds_up_to_what_the_month_asks(folder: Path) -> None:
    open_numbers = {
        row["number"]
        for row in asked_tables()["finding"]
        if row["severity"] <= 3 and row["status"] == "lead" and not row["stock"]
    }
    written: set[str] = set()
    total = 0
    for name in (WATER_BOOK, SCHOOL_BOOK):
        book = load_workbook(folder / name)
        counts = {sheet.title: len(rows(sheet, headings)) for sheet, headings in unit_sheets(book)}
        summary = book["汇总"]
        printed = {
            str(summary.cell(row, 2).value): summary.cell(row, 4).value for row in range(5, 5 + len(counts))
        }
        assert printed == counts
        last = 5 + len(counts)
        assert (summary.cell(last, 2).value, summary.cell(last, 4).value) == ("合计", sum(counts.values()))
        parts = [int(str(summary.cell(last, place).value)) for place in (5, 6)]
        assert sum(parts) == sum(counts.values())
        total += sum(counts.values())
        written |= {row["疑点编号"] for sheet, headings in unit_sheets(book) for row in rows(sheet, headings)}
    assert written == open_numbers
    assert total == len(open_numbers)


def test_everything_but_the_answers_is_locked_without_a_password(folder: Path) -> None:
    for name in (WATER_BOOK, SCHOOL_BOOK):
        for sheet, headings in unit_sheets(load_workbook(folder / name)):
            assert sheet.protection.sheet is True
            assert sheet.protection.password is None
            open_cells = {
                cell.coordinate for line in sheet.iter_rows() for cell in line if not cell.protection.locked
            }
            n = len(rows(sheet, headings))
            assert open_cells == {
                sheet.cell(HEADING_ROW + 1 + k, headings[one]).coordinate for k in range(n) for one in ANSWERS
            }


def test_the_answer_is_chosen_from_a_list_that_stands_in_the_cell(folder: Path) -> None:
    for sheet, headings in unit_sheets(load_workbook(folder / WATER_BOOK)):
        (rule,) = sheet.data_validations.dataValidation
        first = sheet.cell(HEADING_ROW + 1, headings["核实情况"]).coordinate
        last = sheet.cell(HEADING_ROW + len(rows(sheet, headings)), headings["核实情况"]).coordinate
        assert str(rule.sqref) in (f"{first}:{last}", first)
        assert rule.formula1 == '"属实,不属实,已有例外,整改中,已整改"'


def test_nothing_is_hidden_and_no_text_is_a_formula(folder: Path) -> None:
    for name in (WATER_BOOK, SCHOOL_BOOK):
        book = load_workbook(folder / name)
        assert all(sheet.sheet_state == "visible" for sheet in book.worksheets)
        for sheet in book.worksheets:
            assert not any(one.hidden for one in sheet.column_dimensions.values())
            assert not any(one.hidden for one in sheet.row_dimensions.values())
            formulas = [c.value for line in sheet.iter_rows() for c in line if c.data_type == "f"]
            assert all(str(one).startswith(("=COUNTA('", "=SUM(H")) for one in formulas)
            assert not formulas or sheet.title == "汇总"


def test_the_paper_accuses_nobody_and_shows_no_whole_number(folder: Path) -> None:
    for name in (WATER_BOOK, SCHOOL_BOOK):
        text = all_text(folder / name)
        assert "待核实事项" in text
        assert not re.search("吃空饷|挂名|虚报", text)
        assert not re.search(r"\bK[1-7]\b", all_text(folder / name, "xl/sharedStrings.xml"))
        assert not any(number in text for number in (ID_DEAD, ID_TWICE, ID_NO_POST, ID_SWITCHED))
        assert KEY.decode() not in text


def test_a_sheet_is_an_office_form_on_a4_landscape(folder: Path) -> None:
    for sheet, headings in unit_sheets(load_workbook(folder / WATER_BOOK)):
        assert sheet["A2"].value == "机构编制实名制待核实事项核实单"
        head = " ".join(str(cell.value) for row in sheet["A3:N4"] for cell in row if cell.value)
        for words in (
            "发出：云岭县机构编制委员会办公室",
            "联系人：何静",
            "电话：0936-5550123",
            "填报单位：",
            "截止日期：2026年10月31日",
        ):
            assert words in head
        foot = " ".join(
            str(cell.value)
            for line in sheet.iter_rows(min_row=HEADING_ROW + 1 + len(rows(sheet, headings)))
            for cell in line
            if cell.value
        )
        for words in ("单位负责人（签字）：", "经办人（签字）：", "单位（盖章）：", "填报日期：", "不是结论"):
            assert words in foot
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == f"$2:${HEADING_ROW}"
    pages = all_text(folder / WATER_BOOK, "xl/worksheets/sheet2.xml")
    assert "第 &amp;P 页，共 &amp;N 页" in pages
    assert "云岭县水务局 01234567" in pages  # who received it, of which run


def test_the_unit_of_a_long_or_forbidden_name_has_its_sheet_and_its_count(tmp_path: Path) -> None:
    tables = asked_tables()
    long = "云岭县白羊镇农业综合服务中心[畜牧兽医]/林业'工作站(原站)"
    for unit in tables["unit"]:
        unit["name"] = long if unit["unit_id"] != "6299230030" else unit["name"]
        unit |= {"supervisor_id": "6299230030", "supervisor": "云岭县教育局"}
    with request_over(tmp_path, tables) as request:
        write_inquiries(request, tmp_path / "核实单")
    book = load_workbook(tmp_path / "核实单" / SCHOOL_BOOK)
    titles = [sheet.title for sheet, _ in unit_sheets(book)]
    assert len(titles) == len(set(titles)) == 3
    formulas = [book["汇总"].cell(row, 8).value for row in range(5, 8)]
    for title, formula in zip(titles, formulas, strict=True):
        assert str(formula).startswith("=COUNTA('" + title.replace("'", "''") + "'!I6:")


def test_one_unit_is_one_book_without_a_summary(home: Path, tmp_path: Path) -> None:
    with request_over(home, unit="第一中学") as request:
        write_inquiries(request, tmp_path / "一中.xlsx")
    assert load_workbook(tmp_path / "一中.xlsx").sheetnames == ["云岭县第一中学", "填写说明"]


def test_several_recipients_do_not_fit_into_one_file(home: Path, tmp_path: Path) -> None:
    with request_over(home) as request, pytest.raises(UserError, match="不止一个收件单位"):
        write_inquiries(request, tmp_path / "全部.xlsx")
    assert not list(tmp_path.iterdir())


def test_a_folder_with_other_files_is_left_alone(home: Path, tmp_path: Path) -> None:
    (tmp_path / "别的.txt").write_text("x", "utf-8")
    with request_over(home) as request, pytest.raises(UserError, match="别的文件"):
        write_inquiries(request, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["别的.txt"]


def test_one_supervisors_book_is_written_anew_beside_the_others(home: Path, tmp_path: Path) -> None:
    with request_over(home) as request:
        write_inquiries(request, tmp_path / "核实单")
    (tmp_path / "核实单" / SCHOOL_BOOK).unlink()
    with request_over(home, supervisor="教育局") as request:
        write_inquiries(request, tmp_path / "核实单")
    assert {path.name for path in (tmp_path / "核实单").iterdir()} == {WATER_BOOK, SCHOOL_BOOK}


def test_where_nothing_is_to_be_asked_no_paper_is_made(tmp_path: Path) -> None:
    tables = asked_tables()
    tables["finding"] = [row | {"status": "refuted"} for row in tables["finding"]]
    with request_over(tmp_path, tables) as request, pytest.raises(UserError, match="没有需要发出核实单"):
        write_inquiries(request, tmp_path / "核实单")
    assert not (tmp_path / "核实单").exists()


def test_the_same_month_gives_the_same_bytes(home: Path, folder: Path, tmp_path: Path) -> None:
    with request_over(home) as request:
        write_inquiries(request, tmp_path / "核实单")
    for path in folder.iterdir():
        assert (tmp_path / "核实单" / path.name).read_bytes() == path.read_bytes()


def test_secrecy_stands_on_every_sheet_of_a_unit(home: Path, tmp_path: Path) -> None:
    office = Office(**{**vars(OFFICE), "secrecy": "内部资料"})
    with request_over(home, office=office) as request:
        write_inquiries(request, tmp_path / "核实单")
    for sheet, _ in unit_sheets(load_workbook(tmp_path / "核实单" / WATER_BOOK)):
        assert sheet["A1"].value == "内部资料"


def test_it_is_written_on_demand_only() -> None:
    report = BY_NAME["核实单"]
    assert (report.monthly, report.narrowed, report.of_period) == (False, True, False)
    assert report.forms == ("", ".xlsx")
