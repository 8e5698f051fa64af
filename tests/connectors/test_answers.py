"""What people filled into the label and unit books is read back, and wrong answers are said."""

from __future__ import annotations

from pathlib import Path

from connectors.answers import (
    LABEL_FILE,
    LABEL_HEADERS,
    UNIT_FILE,
    UNIT_HEADERS,
    known_answers,
    read_label_answers,
)
from connectors.answers import read_unit_answers as read_units
from connectors.specs import load_specs

from .delivered import Rows, write_book

SPECS = load_specs()


def labels(folder: Path, *rows: list[str]) -> Path:
    book: Rows = [LABEL_HEADERS, *rows]
    return write_book(folder / LABEL_FILE, {"标签对照": book, "选项": [["行政编制"]]})


def units(folder: Path, *rows: list[str]) -> Path:
    book: Rows = [UNIT_HEADERS, *rows]
    return write_book(folder / UNIT_FILE, {"机构对照": book})


def test_a_missing_book_has_no_answers(tmp_path: Path) -> None:
    assert read_label_answers(tmp_path / LABEL_FILE, SPECS) == ({}, [])
    assert read_units(tmp_path / UNIT_FILE, SPECS) == ({}, {}, [])


def test_labels_are_read_as_codes_and_as_knowingly_left_out(tmp_path: Path) -> None:
    path = labels(
        tmp_path,
        ["编办", "实名制人员信息表", "编制类别", "行政", "行政编制"],
        ["财政", "统发工资表", "人员状态", "挂起", "忽略"],
        ["编办", "实名制人员信息表", "编制类别", "暂缺", ""],
    )
    answers, issues = read_label_answers(path, SPECS)
    assert answers == {
        ("establishment__roster", "quota_type", "行政"): "X1",
        ("finance__payroll", "status", "挂起"): None,
    }
    assert issues == []


def test_an_answer_that_is_no_choice_is_reported_with_its_row(tmp_path: Path) -> None:
    path = labels(
        tmp_path,
        ["编办", "实名制人员信息表", "编制类别", "行政", "行政"],
        ["编办", "没有这张表", "编制类别", "行政", "行政编制"],
        ["编办", "实名制人员信息表", "没有这列", "行政", "行政编制"],
    )
    answers, issues = read_label_answers(path, SPECS)
    assert answers == {}
    assert [(i.code, i.row) for i in issues] == [
        ("wrong_answer", 2),
        ("wrong_answer", 3),
        ("wrong_answer", 4),
    ]
    assert all(LABEL_FILE in i.message for i in issues)


def test_a_budget_unit_may_be_several_bodies_in_their_order(tmp_path: Path) -> None:
    path = units(
        tmp_path,
        ["财政", "301001", "城关镇", "62990301 城关镇人民政府"],
        ["财政", "301001", "城关镇", "62990302"],
        ["财政", "301001", "城关镇", "62990301 城关镇人民政府"],
        ["人社", "", "某协会", "忽略"],
        ["未知", "1", "x", "62990301"],
    )
    answers, rows, issues = read_units(path, SPECS)
    assert answers == {
        ("finance", "301001", "城关镇"): ("62990301", "62990302"),
        ("personnel", "", "某协会"): (),
    }
    assert rows == {
        ("finance", "301001", "城关镇", "62990301"): 2,
        ("finance", "301001", "城关镇", "62990302"): 3,
    }
    assert [i.row for i in issues] == [6]


def test_an_answer_that_names_an_unknown_body_is_not_used_and_said_with_its_row(tmp_path: Path) -> None:
    path = units(
        tmp_path,
        ["财政", "301001", "城关镇", "62990399 城关镇人民政府"],
        ["财政", "301001", "城关镇", "62990302"],
        ["人社", "", "某协会", "忽略"],
        ["人社", "", "某中心", "某某中心"],
    )
    answers, rows, _ = read_units(path, SPECS)
    known, issues = known_answers(answers, rows, {"62990301", "62990302"})
    assert known == {("finance", "301001", "城关镇"): ("62990302",), ("personnel", "", "某协会"): ()}
    assert [(i.code, i.file, i.row, i.value) for i in issues] == [
        ("unknown_body", UNIT_FILE, 2, "62990399"),
        ("unknown_body", UNIT_FILE, 5, "某某中心"),
    ]
    assert "第 2 行" in issues[0].message
    assert f"mapping/{UNIT_FILE}" in issues[0].remedy
