from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from connectors.readers import Sheet, read_file
from reports.render.label_books import (
    IGNORE,
    LABEL_SHEET,
    UNIT_SHEET,
    LabelRow,
    UnitRow,
    body_choice,
    write_label_book,
    write_unit_book,
)

QUOTA = ("行政编制", "机关其他编制")
LABELS = [
    LabelRow(
        "编办", "实名制人员信息表", "编制类别", "行政", 37, "编办/名册.xlsx / Sheet1 / 第 9 行", "", QUOTA
    ),
    LabelRow(
        "财政",
        "统发工资表",
        "人员状态",
        "=内退",
        2,
        choices=("在职", "退休"),
        answer="在职",
        answered_by="李",
        remark="见会议纪要",
    ),
]
BODIES = [("6299230012", "云岭县水务局"), ("6299230031", "云岭县第一中学")]
UNITS = [
    UnitRow("财政", "0305009", "县综合执法队", 12, "6299230012", "云岭县水务局"),
    UnitRow("人社", "", "一中", 47, answer=body_choice(*BODIES[1]), share=Decimal("0.5")),
]


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    write_label_book(LABELS, tmp_path / "标签对照表.xlsx")
    return tmp_path / "标签对照表.xlsx"


@pytest.fixture
def units(tmp_path: Path) -> Path:
    write_unit_book(UNITS, BODIES, tmp_path / "机构对照表.xlsx")
    return tmp_path / "机构对照表.xlsx"


def _offered(book: Workbook, name: str, cell: str) -> list[object]:
    sheet = book[name]
    rule = next(r for r in sheet.data_validations.dataValidation if cell in r.sqref)
    where, _, cells = str(rule.formula1).partition("!")
    return [c[0].value for c in book[where.strip("'=")][cells.replace("$", "")]]


def test_headings_stand_in_the_first_row_and_answers_are_kept(labels: Path) -> None:
    rows = list(openpyxl.load_workbook(labels)[LABEL_SHEET].iter_rows(values_only=True))
    assert rows[0] == ("部门", "表", "列", "原文标签", "出现次数", "示例", "建议", "对应为", "填写人", "备注")
    assert rows[1][3:5] == ("行政", 37)
    assert rows[2][3] == "=内退"
    assert rows[2][7:] == ("在职", "李", "见会议纪要")


def test_each_label_offers_the_codes_of_its_own_column(labels: Path) -> None:
    book = openpyxl.load_workbook(labels)
    assert _offered(book, LABEL_SHEET, "H2") == [*QUOTA, IGNORE]
    assert _offered(book, LABEL_SHEET, "H3") == ["在职", "退休", IGNORE]


def test_only_answers_can_be_typed_over_and_there_is_no_password(labels: Path, units: Path) -> None:
    for path, name, locked, open_ in ((labels, LABEL_SHEET, "D2", "H2"), (units, UNIT_SHEET, "C2", "G2")):
        sheet = openpyxl.load_workbook(path)[name]
        assert sheet.protection.sheet
        assert not sheet.protection.password
        assert sheet[locked].protection.locked
        assert not sheet[open_].protection.locked


def test_bodies_are_offered_by_code_and_name(units: Path) -> None:
    book = openpyxl.load_workbook(units)
    assert _offered(book, UNIT_SHEET, "G2") == [
        "6299230012 云岭县水务局",
        "6299230031 云岭县第一中学",
        IGNORE,
    ]
    assert _offered(book, UNIT_SHEET, "G4") == _offered(book, UNIT_SHEET, "G2")


def test_codes_keep_their_noughts_and_shares_are_numbers(units: Path) -> None:
    rows = list(openpyxl.load_workbook(units)[UNIT_SHEET].iter_rows(min_row=2, max_row=3, values_only=True))
    assert rows[0][1] == "0305009"
    assert rows[1][6:8] == ("6299230031 云岭县第一中学", 0.5)


def test_our_own_reader_reads_the_answers_back(units: Path) -> None:
    sheet = next(s for s in read_file(units) if s.name == UNIT_SHEET)
    assert isinstance(sheet, Sheet)
    assert sheet.cells.row(0)[6] == "确认对应机构编码"
    assert sheet.cells.row(2)[6] == "6299230031 云岭县第一中学"
    assert sheet.cells.row(2)[7] == "0.5"


def test_empty_books_can_be_written(tmp_path: Path) -> None:
    write_label_book([], tmp_path / "a.xlsx")
    write_unit_book([], [], tmp_path / "b.xlsx")
    assert {p.name for p in tmp_path.iterdir()} == {"a.xlsx", "b.xlsx"}
