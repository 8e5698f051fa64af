from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from connectors.readers import ColumnarSheet, Sheet
from connectors.recognise import (
    ROW_REASONS,
    Hints,
    Recognised,
    classify_columnar,
    classify_rows,
    columnar_rows,
    recognise,
    rows,
)
from connectors.specs import Specs

MakeSheet = Callable[..., Sheet]
Classes = dict[int, tuple[str, str | None]]

HEADER = ["序号", "单位名称", "姓名", "身份证号", "岗位工资", "应发工资", "备注"]
ZHANG = ["1", "云岭县教育局", "张三", "629923198001010011", "2000", "3000", None]
LI = ["2", "云岭县教育局", "李四", "629923198101010012", "2000", "3000", None]


def _known(sheet: Sheet | ColumnarSheet, specs: Specs, department: str = "finance") -> Recognised:
    found = recognise(sheet, specs, Hints(department))
    assert isinstance(found, Recognised), found
    return found


def _classes(sheet: Sheet, specs: Specs, department: str = "finance") -> Classes:
    frame = classify_rows(sheet, _known(sheet, specs, department), specs)
    assert len(frame) == sheet.n_rows_counted, "every non-blank row has one class"
    assert frame["row"].is_sorted()
    assert set(frame["reason"].drop_nulls()) <= set(ROW_REASONS)
    return {row: (name, reason) for row, name, reason in frame.iter_rows()}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["合计", None, None, None, "4000", "6000"], ("set_aside", "total")),
        (["合 计", "2人", None, None, "4000", "6000"], ("set_aside", "total")),
        ([None, "小　计", None, None, "4000", "6000"], ("set_aside", "total")),
        ([None, "云岭县教育局小计", None, None, "4000", "6000"], ("set_aside", "total")),
        (["3", "云岭县教育局", "合计", None, "4000", "6000"], ("set_aside", "total")),
        (["合计（2人）", None, None, None, None, "6000"], ("set_aside", "total")),
        (["本页合计：", None, None, None, None, "6000"], ("set_aside", "total")),
        (["总计", None, "2", None, None, "6000"], ("set_aside", "total")),
        (["填表人：王五", None, "审核人：赵六"], ("set_aside", "signature")),
        ([None, None, "单位负责人（签章）："], ("set_aside", "signature")),
        (["单位（盖章）"], ("set_aside", "signature")),
        ([None, "制表日期：2026年10月5日"], ("set_aside", "signature")),
        ([None, None, None, None, None, "2026年 月 日"], ("set_aside", "signature")),
        (["第1页 共2页"], ("set_aside", "signature")),
        (["注：本表一式两份"], ("set_aside", "note")),
        (["说明：1.按月报送"], ("set_aside", "note")),
        ([*HEADER], ("set_aside", "repeated_header")),
        ([None, "姓　名", "x"], ("quarantined", "unnamed")),
        ([None, "云岭县教育局", None, None, "2000", "3000"], ("quarantined", "unnamed")),
        (["9", "云岭县教育局", "王合计", None, "2000", "3000", None], ("data", None)),
        (["9", "云岭县教育局", "王五", None, "2000", "3000", "合计两个月"], ("data", None)),
        (["9", "云岭县教育局", None, "629923198201010013", "2000", "3000"], ("data", None)),
        (["9", "云岭县审计局", "负责人", "629923198201010013", "2000", "3000"], ("data", None)),
        (["2", "云岭县教育局", "王五", None, None, "3000"], ("data", None)),
    ],
)
def test_the_class_of_a_last_row(
    specs: Specs, make_sheet: MakeSheet, row: list[str | None], expected: tuple[str, str | None]
) -> None:
    if row[1:2] == ["姓　名"]:
        row = [None, None, None, None, "姓　名"]
    found = _classes(make_sheet([["统发工资表"], HEADER, ZHANG, LI, row]), specs)
    assert found[1] == ("title", None)
    assert found[2] == ("header", None)
    assert found[3] == found[4] == ("data", None)
    assert found[5] == expected


def test_a_whole_row_twice_counts_once_whatever_its_number(specs: Specs, make_sheet: MakeSheet) -> None:
    again = ["3", *ZHANG[1:]]
    other_remark = ["4", *ZHANG[1:6], "补"]
    found = _classes(make_sheet([HEADER, ZHANG, LI, again, other_remark]), specs)
    assert found[2] == ("data", None)
    assert found[4] == ("set_aside", "duplicate")
    assert found[5] == ("data", None)


def test_an_unmapped_column_keeps_rows_apart(specs: Specs, make_sheet: MakeSheet) -> None:
    header = [*HEADER, "自编号"]
    found = _classes(make_sheet([header, [*ZHANG, "甲"], [*ZHANG, "乙"]]), specs)
    assert found[3] == ("data", None)


def test_page_breaks_repeat_title_and_both_header_rows(specs: Specs, make_sheet: MakeSheet) -> None:
    group = ["基本信息", None, None, None, "工资", None, None]
    page = [["统发工资表"], group, HEADER]
    found = _classes(make_sheet([*page, ZHANG, *page, LI]), specs)
    assert [found[row] for row in (5, 6, 7)] == [
        ("set_aside", "repeated_title"),
        ("set_aside", "repeated_header"),
        ("set_aside", "repeated_header"),
    ]
    assert found[8] == ("data", None)


def test_notes_run_on_over_several_rows(specs: Specs, make_sheet: MakeSheet) -> None:
    notes: list[list[str | None]] = [["注：1.按月报送"], ["2.一式两份"], ["3.电子版同时报送"]]
    found = _classes(make_sheet([HEADER, ZHANG, *notes]), specs)
    assert [found[row] for row in (3, 4, 5)] == [("set_aside", "note")] * 3


def test_a_merged_line_under_the_table_is_a_note(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet([HEADER, ZHANG, ["以上数据已核对无误"]], merged=((2, 0, 2, 6),))
    assert _classes(sheet, specs)[3] == ("set_aside", "note")


def test_a_line_that_only_names_a_unit_heads_the_people_below(specs: Specs, make_sheet: MakeSheet) -> None:
    header = ["姓名", "身份证号", "编制类型", "人员身份", "人员状态"]
    people: list[list[str | None]] = [
        [name, "629923198001010011", "行政编制", "公务员", "在岗"] for name in ("张三", "李四", "王五")
    ]
    heads: list[list[str | None]] = [["一、云岭县财政局（2人）"], ["云岭县教育局"], ["（三）县农技站"]]
    sheet = make_sheet([header, heads[0], people[0], heads[1], people[1], heads[2], people[2], ["欧阳晓园"]])
    found = recognise(sheet, specs, Hints("establishment"))
    assert isinstance(found, Recognised)

    classes = _classes(sheet, specs, "establishment")
    assert [classes[row][0] for row in (2, 4, 6)] == ["title"] * 3
    assert [classes[row][0] for row in (3, 5, 7, 8)] == ["data"] * 4
    named = dict(rows(sheet, found, specs).select("row", "unit_name").iter_rows())
    assert [named[row] for row in (3, 5, 7)] == ["云岭县财政局", "云岭县教育局", "县农技站"]


def test_a_body_of_which_a_list_says_nothing_else_is_no_head(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(
        [
            ["机构名称", "机构性质", "机构规格"],
            ["云岭县财政局", "国家机关", "正科"],
            ["云岭县教育局", None, None],
        ]
    )
    assert [_classes(sheet, specs, "establishment")[row][0] for row in (2, 3)] == ["data", "data"]


def test_leaders_are_no_section(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(
        [
            ["机构编码", "内设机构名称", "核定编制"],
            ["629901", "领导", None],
            ["629901", "部门领导", None],
            ["629901", "领导小组办公室", "3"],
        ]
    )
    found = _classes(sheet, specs, "establishment")
    assert [found[row] for row in (2, 3, 4)] == [
        ("set_aside", "pseudo_row"),
        ("set_aside", "pseudo_row"),
        ("data", None),
    ]


def test_a_total_of_a_table_of_bodies(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(
        [
            ["机构编码", "机构名称", "项目", "编制性质", "增编数", "减编数"],
            ["629901", "云岭县审计局", "编制", "行政编制", "10", "0"],
            [None, "合计", None, None, "10", "0"],
            [None, None, None, None, "10", "0"],
        ]
    )
    found = _classes(sheet, specs, "establishment")
    assert found[2] == ("data", None)
    assert found[3] == ("set_aside", "total")
    assert found[4] == ("quarantined", "unnamed")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["合计", None, None, None, "10", "0"], ("set_aside", "total")),
        (["合计", "12", None, None, "10", "0"], ("set_aside", "total")),
        (["填表人：王五", None, "审核人：赵六"], ("set_aside", "signature")),
        (["制表日期：2026年10月5日"], ("set_aside", "signature")),
        (["注：增编数为增量"], ("set_aside", "note")),
        (["001", None, "编制", None, "10", "0"], ("data", None)),
    ],
)
def test_what_stands_in_the_code_column_of_a_last_row(
    specs: Specs, make_sheet: MakeSheet, row: list[str | None], expected: tuple[str, str | None]
) -> None:
    sheet = make_sheet(
        [
            ["机构编码", "机构名称", "项目", "编制性质", "增编数", "减编数"],
            ["629901", "云岭县审计局", "编制", "行政编制", "10", "0"],
            row,
        ]
    )
    assert _classes(sheet, specs, "establishment")[3] == expected


def test_a_count_under_the_id_column_does_not_make_a_total_a_person(
    specs: Specs, make_sheet: MakeSheet
) -> None:
    sheet = make_sheet(
        [["姓名", "身份证号", "死亡日期"], ["张三", "629923198001010011", "2026-10-01"], ["合计", "1", None]]
    )
    assert _classes(sheet, specs, "civil")[3] == ("set_aside", "total")


def test_a_measure_above_a_later_page_is_a_title(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet([["统发工资表"], HEADER, ZHANG, ["单位：元"], HEADER, LI])
    found = _classes(sheet, specs)
    assert [found[row] for row in (4, 5, 6)] == [
        ("title", None),
        ("set_aside", "repeated_header"),
        ("data", None),
    ]
    assert "agency_name" in rows(sheet, _known(sheet, specs), specs).columns


def test_rows_hold_the_mapped_columns_as_stored_and_their_types(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet([["统发工资表"], HEADER, ZHANG, [None], [*LI[:3], None, *LI[4:]]], first_row=2)
    found = _known(sheet, specs)
    frame = rows(sheet, found, specs)
    assert frame.columns == [
        "row",
        "agency_name",
        "name",
        "id_no",
        "position_pay",
        "gross",
        "remark",
        "cell_types",
    ]
    assert frame["row"].to_list() == [4, 6]
    order = specs.table("finance__payroll").column_names
    types = frame["cell_types"].to_list()
    assert all(len(text) == len(order) for text in types)
    assert types[0][order.index("id_no")] == "t"
    assert types[1][order.index("id_no")] == "-"
    assert types[0][order.index("month")] == "-"


def test_a_cell_merged_over_rows_holds_for_each_of_them(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet([HEADER, ZHANG, [LI[0], None, *LI[2:]]], merged=((1, 1, 2, 1),))
    frame = rows(sheet, _known(sheet, specs), specs)
    assert frame["agency_name"].to_list() == ["云岭县教育局"] * 2
    order = specs.table("finance__payroll").column_names
    assert frame["cell_types"][1][order.index("agency_name")] == "t"


def test_an_empty_cell_that_is_not_merged_stays_empty(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet([HEADER, ZHANG, [LI[0], None, *LI[2:]]])
    assert rows(sheet, _known(sheet, specs), specs)["agency_name"].to_list() == ["云岭县教育局", None]


def test_a_unit_in_the_title_fills_the_missing_column(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet([["单位：云岭县教育局"], HEADER[2:6], ZHANG[2:6]])
    frame = rows(sheet, _known(sheet, specs), specs)
    assert frame["agency_name"].to_list() == ["云岭县教育局"]


def test_each_block_of_a_sheet_keeps_its_own_unit(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(
        [
            ["单位：云岭县教育局"],
            HEADER[2:6],
            ZHANG[2:6],
            ["合计", None, None, "3000"],
            ["单位：云岭县财政局"],
            HEADER[2:6],
            LI[2:6],
        ]
    )
    found = _classes(sheet, specs)
    assert [found[row] for row in (5, 6, 7)] == [
        ("title", None),
        ("set_aside", "repeated_header"),
        ("data", None),
    ]
    frame = rows(sheet, _known(sheet, specs), specs)
    units = dict(zip(frame["row"], frame["agency_name"], strict=True))
    assert (units[3], units[7]) == ("云岭县教育局", "云岭县财政局")


def test_parquet_rows_are_the_same_but_lazy(specs: Specs) -> None:
    data = {"单位名称": ["甲局", "甲局", None, "甲局", None], "姓名": ["张三", None, None, "张三", "合计"]}
    data |= {"身份证号": ["629923198001010011", None, None, "629923198001010011", None]}
    data |= {"应发工资": ["3000", "1", None, "3000", "6000"]}
    kinds = dict.fromkeys(data, "t") | {"应发工资": "n"}
    sheet = ColumnarSheet("统发", 0, tuple(data), pl.LazyFrame(data), kinds, 5)
    found = _known(sheet, specs)
    frame = columnar_rows(sheet, found, specs)
    assert isinstance(frame, pl.LazyFrame)
    collected = frame.collect()
    assert collected["row"].to_list() == [2, 3, 4, 5, 6]
    order = specs.table("finance__payroll").column_names
    assert [text[order.index("gross")] for text in collected["cell_types"]] == ["n", "n", "-", "n", "n"]
    exceptions = classify_columnar(sheet, found, specs)
    assert exceptions.rows() == [
        (3, "quarantined", "unnamed"),
        (4, "quarantined", "unnamed"),
        (5, "set_aside", "duplicate"),
        (6, "set_aside", "total"),
    ]


def test_a_header_alone_has_no_data(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet([HEADER])
    assert _classes(sheet, specs) == {1: ("header", None)}
    assert rows(sheet, _known(sheet, specs), specs).is_empty()
