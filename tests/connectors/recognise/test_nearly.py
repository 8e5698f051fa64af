"""Sheets that are nearly a table, and sheets that only look like one."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from connectors.readers import read_file
from connectors.recognise import Hints, Recognised, Unrecognised, recognise
from connectors.specs import load_specs

SPECS = load_specs()
PAY = [
    "序号",
    "单位",
    "姓名",
    "身份证号",
    "职务(岗位)工资",
    "级别(薪级)工资",
    "工作性津贴",
    "扣养老",
    "扣职业年金",
    "扣医疗",
    "扣公积金",
    "实发工资",
    "银行卡号",
]


def seen(folder: Path, department: str, header: list[str]) -> Recognised | Unrecognised:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(header)
    sheet.append(["1"] * len(header))
    path = folder / "表.xlsx"
    book.save(path)
    return recognise(next(iter(read_file(path))), SPECS, Hints(department, path.name))


def test_a_payroll_whose_gross_pay_has_an_unknown_name_is_no_list_of_cards(tmp_path: Path) -> None:
    found = seen(tmp_path, "finance", [*PAY, "本月应付数"])
    assert isinstance(found, Unrecognised)
    assert found.table == "finance__payroll"
    assert found.is_nearly
    assert "应发工资" in found.reason


def test_with_gross_pay_it_is_the_payroll(tmp_path: Path) -> None:
    found = seen(tmp_path, "finance", [*PAY, "应发合计"])
    assert isinstance(found, Recognised)
    assert found.table == "finance__payroll"


@pytest.mark.parametrize(
    ("department", "header"),
    [
        ("finance", ["序号", "单位名称", "人数", "应发合计", "扣款合计", "实发合计"]),
        ("establishment", ["单位名称", "编制数", "实有人数", "空编数"]),
        ("personnel", ["单位", "姓名", "性别", "身份证号", "退休时间", "备注"]),
    ],
)
def test_summaries_and_side_lists_are_set_aside_and_stop_nothing(
    tmp_path: Path, department: str, header: list[str]
) -> None:
    found = seen(tmp_path, department, header)
    assert isinstance(found, Unrecognised)
    assert not found.is_nearly


@pytest.mark.parametrize(
    ("header", "table"),
    [
        (["单位", "姓名", "性别", "身份证号", "职务", "编制类型", "备注"], "establishment__roster"),
        (["序号", "单位", "批准文号", "批准时间", "编制类别", "核增", "核减"], "establishment__ledger"),
    ],
)
def test_short_forms_of_establishment_lists_are_recognised(
    tmp_path: Path, header: list[str], table: str
) -> None:
    found = seen(tmp_path, "establishment", header)
    assert isinstance(found, Recognised)
    assert found.table == table


ROSTER = [
    "序号",
    "行政机构名称",
    "所在机构",
    "姓名",
    "性别",
    "身份证号",
    "出生日期",
    "政治面貌",
    "学历",
    "人员分类",
    "人员身份",
    "参加工作时间",
    "编制经费形式",
    "入编时间",
    "入编文号",
    "备注",
]


def test_a_roster_without_its_types_is_not_sent_to_another_department(tmp_path: Path) -> None:
    found = seen(tmp_path, "establishment", [*ROSTER, "甲类"])
    assert isinstance(found, Unrecognised)
    assert (found.code, found.table, found.is_nearly) == ("missing_header", "establishment__roster", True)


def test_a_list_of_people_in_the_wrong_folder_is_told_apart_from_a_side_list(tmp_path: Path) -> None:
    found = seen(tmp_path, "police", [*ROSTER, "编制类别"])
    assert isinstance(found, Unrecognised)
    assert (found.code, found.department, found.is_nearly) == ("other_department", "establishment", True)
