"""数据退回单: every problem once, in its department's book, at its cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from reports.render.return_books import NAME, write_returns
from reports.returns.read import read_returns
from tests.reports.briefing.two_months import asked
from tests.reports.published_sample import ID_TWICE, MONTH
from tests.reports.returns.returned import BAD_TEXT, returned_home


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = returned_home(tmp_path_factory.mktemp("returns"))
    with asked(home, (MONTH,)) as request:
        write_returns(request, home / NAME)
    return home / NAME


def test_a_department_gets_its_own_problems_the_grave_ones_first(folder: Path) -> None:
    with asked(folder.parent, (MONTH,)) as request:
        found = {one.department: one for one in read_returns(request.month)}
    assert [(p.cell, p.heading, p.severity, p.n) for p in found["财政"].problems] == [
        ("第 990 行", "", "须更正", 1),
        ("D41", "公民身份号码", "请核对", 1),
    ]
    assert (found["编办"].n_cells, found["编办"].by_kind) == (37, [("请核对", "代码标签含义不唯一", 1, 37)])
    assert [p.cell for p in found["未归属"].problems] == ["整份文件"]
    assert [line.n_problems for line in found["财政"].files] == [2]


def test_only_who_has_something_to_mend_gets_a_book(folder: Path) -> None:
    assert sorted(path.name for path in folder.glob("*.xlsx")) == [
        "数据退回单（未归属）.xlsx",
        "数据退回单（编办）.xlsx",
        "数据退回单（财政）.xlsx",
    ]


def test_the_books_hold_every_issue_and_no_whole_number(folder: Path) -> None:
    with asked(folder.parent, (MONTH,)) as request:
        issues = request.month.table("issue")
    listed = 0
    for path in folder.glob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", f"{path.name} {sheet.title} {cell.coordinate}"
                    assert ID_TWICE not in str(cell.value)
                if sheet.title == "退回清单" and str(row[0].value or "").isdecimal():
                    listed += 1
    assert listed == issues.height


def test_user_text_stays_text_and_corrections_are_left_to_the_department(folder: Path) -> None:
    sheet = openpyxl.load_workbook(folder / "数据退回单（编办）.xlsx")["退回清单"]
    head = {cell.value: n for n, cell in enumerate(sheet[4], 1)}
    assert sheet.cell(5, head["现值（脱敏）"]).value == BAD_TEXT
    assert sheet.cell(5, head["单元格"]).value == "H9"
    assert sheet.cell(5, head["更正情况"]).value is None


def test_writing_again_takes_the_place_of_what_was_there(folder: Path) -> None:
    (folder / "旧的.xlsx").write_text("", "utf-8")
    with asked(folder.parent, (MONTH,)) as request:
        write_returns(request, folder)
    assert len(list(folder.glob("*.xlsx"))) == 3
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []
