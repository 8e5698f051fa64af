"""A sheet in another department's folder: told with the right folder, never silently a wrong table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.readers import Sheet
from connectors.recognise import Hints, Recognised, Unrecognised, recognise
from connectors.specs import Specs

MakeSheet = Callable[..., Sheet]

STAFF = ["单位名称", "姓名", "身份证号", "性别", "人员身份", "人员状态", "编制类型"]
TABLES = {
    "personnel__staff": [*STAFF, "岗位等级", "聘用合同起", "聘用合同止"],
    "establishment__roster": [*STAFF[:6], "编制类别", "所在机构", "入编时间", "控编单编号", "岗位类别"],
    "organisation__cadre": [
        *("姓名", "身份证号", "人员管理状态", "管理类别", "现工作单位及职务全称", "现职级"),
        *("任现职级时间", "编制类型", "人员类别", "统计关系所在单位"),
    ],
    "finance__person": [
        *("单位代码", "单位名称", "人员编号", "姓名", "证件类型", "证件号码", "人员状态", "人员身份"),
        *("是否在编", "是否工资统发", "编制类型"),
    ],
    "finance__payroll": [
        "工资月份",
        "单位名称",
        "姓名",
        "证件号码",
        "人员状态",
        "岗位工资",
        "应发工资",
        "实发工资",
    ],
    "finance__agency": ["单位代码", "单位名称", "单位性质", "是否纳入统发"],
    "police__residency": ["公民身份号码", "姓名", "户口状态", "注销日期", "死亡日期"],
    "establishment__unit": [
        "机构编码",
        "机构全称",
        "规范简称",
        "机构性质",
        "机构级别",
        "主管部门",
        "经费形式",
    ],
    "establishment__contract_staff": [
        *("用人单位", "姓名", "身份证号", "用工形式", "经费来源", "合同起", "合同止"),
    ],
}
DEPARTMENTS = ("establishment", "organisation", "personnel", "finance", "police", "civil")


def as_delivered(make_sheet: MakeSheet, header: list[str], name: str = "Sheet1") -> Sheet:
    return make_sheet([header, ["1"] * len(header)], name=name)


@pytest.mark.parametrize("table", TABLES)
def test_in_its_own_folder_a_table_is_itself_without_a_doubt(
    specs: Specs, make_sheet: MakeSheet, table: str
) -> None:
    found = recognise(as_delivered(make_sheet, TABLES[table]), specs, Hints(table.partition("__")[0]))
    assert isinstance(found, Recognised), found
    assert (found.table, found.alike) == (table, None)


@pytest.mark.parametrize("department", DEPARTMENTS)
@pytest.mark.parametrize("table", TABLES)
def test_in_any_other_folder_it_is_sent_to_its_department(
    specs: Specs, make_sheet: MakeSheet, table: str, department: str
) -> None:
    own = table.partition("__")[0]
    if department == own:
        return
    found = recognise(as_delivered(make_sheet, TABLES[table]), specs, Hints(department))
    assert isinstance(found, Unrecognised), found
    assert (found.code, found.table, found.department) == ("other_department", table, own)
    label = specs.department(own).label
    assert label in found.reason
    assert f"移到“{label}”文件夹" in found.advice


def test_where_both_explain_the_same_headers_the_folder_decides_and_the_doubt_is_said(
    specs: Specs, make_sheet: MakeSheet
) -> None:
    found = recognise(
        as_delivered(make_sheet, STAFF, "花名册"), specs, Hints("establishment", "人员花名册.xlsx")
    )
    assert isinstance(found, Recognised)
    assert (found.table, found.alike) == ("establishment__roster", "personnel__staff")
    home = recognise(as_delivered(make_sheet, STAFF, "花名册"), specs, Hints("personnel", "人员花名册.xlsx"))
    assert isinstance(home, Recognised)
    assert (home.table, home.alike) == ("personnel__staff", None)


def test_a_name_that_speaks_for_the_folder_keeps_the_sheet_there_with_a_doubt(
    specs: Specs, make_sheet: MakeSheet
) -> None:
    sheet = as_delivered(make_sheet, [*STAFF, "聘用合同起", "聘用合同止"], "实名制")
    found = recognise(sheet, specs, Hints("establishment", "实名制人员信息表.xlsx"))
    assert isinstance(found, Recognised)
    assert (found.table, found.alike) == ("establishment__roster", "personnel__staff")


def test_a_few_headers_of_its_own_keep_a_sheet_where_another_table_explains_far_more_but_in_doubt(
    specs: Specs, make_sheet: MakeSheet
) -> None:
    sheet = as_delivered(make_sheet, ["单位名称", "所在机构", *TABLES["organisation__cadre"]])
    found = recognise(sheet, specs, Hints("establishment"))
    assert isinstance(found, Recognised)
    assert (found.table, found.alike) == ("establishment__roster", "organisation__cadre")


def test_a_list_with_headers_of_its_own_is_not_doubted_for_a_few_of_another(
    specs: Specs, make_sheet: MakeSheet
) -> None:
    sheet = as_delivered(make_sheet, [*TABLES["establishment__roster"], "聘用合同起", "聘用合同止"])
    found = recognise(sheet, specs, Hints("establishment"))
    assert isinstance(found, Recognised)
    assert (found.table, found.alike) == ("establishment__roster", None)


def test_two_departments_lists_of_bodies_are_told_apart_by_what_only_one_has(
    specs: Specs, make_sheet: MakeSheet
) -> None:
    plain = ["单位名称", "单位级别", "主管部门"]
    for department in ("establishment", "organisation"):
        found = recognise(as_delivered(make_sheet, [*plain, "机构性质"]), specs, Hints(department))
        assert isinstance(found, Recognised | Unrecognised)
        if isinstance(found, Recognised):
            assert found.table == f"{department}__unit"
    full = recognise(as_delivered(make_sheet, TABLES["establishment__unit"]), specs, Hints("organisation"))
    assert isinstance(full, Unrecognised)
    assert full.department == "establishment"
