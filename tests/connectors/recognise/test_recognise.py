from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from connectors.readers import ColumnarSheet, Sheet
from connectors.recognise import Hints, Recognised, Unrecognised, recognise
from connectors.specs import Specs

MakeSheet = Callable[..., Sheet]

ROSTER = ["序号", "机构编码", "单位名称", "姓名", "身份证号", "人员分类", "编制类别", "人员状态"]
PERSON = ["1", "629901", "云岭县教育局", "张三", "629923198001010011", "非领导人员", "行政编制", "在岗"]
PAY = ["工资月份", "单位代码", "单位名称", "姓名", "证件号码", "岗位工资", "薪级工资", "应发工资", "实发工资"]
PAID = ["2026-10", "101001", "云岭县教育局", "张三", "629923198001010011", "2000", "1000", "3000", "2500"]


def _known(sheet: Sheet | ColumnarSheet, specs: Specs, department: str | None, file: str = "") -> Recognised:
    found = recognise(sheet, specs, Hints(department, file))
    assert isinstance(found, Recognised), found
    return found


def _unknown(sheet: Sheet, specs: Specs, department: str | None) -> Unrecognised:
    found = recognise(sheet, specs, Hints(department))
    assert isinstance(found, Unrecognised), found
    return found


def _columns(found: Recognised) -> dict[str, str]:
    return {mapping.header_text: mapping.column for mapping in found.mapped if mapping.column}


def test_a_plain_header_on_the_first_row(specs: Specs, make_sheet: MakeSheet) -> None:
    found = _known(make_sheet([ROSTER, PERSON]), specs, "establishment")
    assert found.table == "establishment__roster"
    assert (found.header_rows, found.first_data_row, found.title_rows) == ((1,), 2, ())
    assert [m.how for m in found.columns] == ["ignored", *["exact"] * 7]
    assert all(m.reason for m in found.columns)


def test_a_header_deep_under_titles_keeps_physical_rows(specs: Specs, make_sheet: MakeSheet) -> None:
    titles: list[list[str | None]] = [[f"说明第{n}行"] for n in range(1, 22)]
    found = _known(make_sheet([*titles, [None], ROSTER, PERSON], first_row=3), specs, "establishment")
    assert found.header_rows == (25,)
    assert found.first_data_row == 26
    assert found.title_rows == tuple(range(3, 24))


def test_headers_with_stars_breaks_spaces_units_and_numbers(specs: Specs, make_sheet: MakeSheet) -> None:
    header = [
        "工资\n月份",
        "单 位 代 码*",
        "★单位名称",
        "姓　名",
        "证件号码（必填）",
        "1.岗位（职务）工资（元）",
        "应发工资(元)*",
    ]
    found = _known(make_sheet([header, PAID[:7]]), specs, "finance")
    assert [m.column for m in found.columns] == [
        "month",
        "agency_code",
        "agency_name",
        "name",
        "id_no",
        "position_pay",
        "gross",
    ]


def test_a_second_column_of_the_same_pay_is_read_beside_the_first(
    specs: Specs, make_sheet: MakeSheet
) -> None:
    header = ["姓名", "身份证号", "职务工资", "岗位工资", "级别工资", "薪级工资", "应发工资"]
    people: list[list[str | None]] = [
        ["张三", "629923198001010011", "1000", None, "800", None, "1800"],
        ["李四", "629923198001010038", None, "1500", None, "700", "2200"],
    ]
    found = _known(make_sheet([header, *people]), specs, "finance")

    assert [m.column for m in found.columns][2:6] == ["position_pay", "post_pay", "grade_pay", "step_pay"]
    assert not found.duplicates


def test_the_same_header_twice_is_no_second_column(specs: Specs, make_sheet: MakeSheet) -> None:
    header = ["姓名", "身份证号", "岗位工资", "岗位工资（元）", "应发工资"]
    found = _known(make_sheet([header, PAID[3:8]]), specs, "finance")

    assert [m.index for m in found.duplicates] == [3]


def test_of_two_columns_of_labels_the_one_that_is_understood_is_read(
    specs: Specs, make_sheet: MakeSheet
) -> None:
    header = ["单位名称", "姓名", "身份证号", "编制性质", "编制类型", "人员身份", "人员状态"]
    person = ["云岭县财政局", "张三", "629923198001010011", "行政", "行政编制", "公务员", "在岗"]
    found = _known(make_sheet([header, person]), specs, "establishment")

    assert _columns(found)["编制类型"] == "quota_type"
    assert [m.index for m in found.duplicates] == [3]


def test_cancelled_and_why_are_two_columns(specs: Specs, make_sheet: MakeSheet) -> None:
    header = ["姓名", "公民身份号码", "户籍状态", "注销原因", "死亡日期"]
    person = ["张三", "629923198001010011", "注销", "死亡", "2026-03-01"]
    for columns in (header, [*header[:2], *header[3:]]):
        found = _known(
            make_sheet([columns, [dict(zip(header, person, strict=True))[h] for h in columns]]),
            specs,
            "police",
        )
        assert (found.table, found.missing) == ("police__residency", ())
        assert _columns(found)["注销原因"] == "cancel_reason"


def test_a_merged_group_row_belongs_to_the_header(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(
        [
            ["花名册"],
            ["基本信息", None, None, "任职信息"],
            ["单位名称", "姓名", "身份证号码", "人员身份", "人员状态"],
            PERSON[2:7],
        ],
        merged=((0, 0, 0, 4), (1, 0, 1, 2), (1, 3, 1, 4)),
    )
    found = _known(sheet, specs, "personnel")
    assert found.header_rows == (2, 3)
    assert found.title_rows == (1,)
    assert found.columns[0].header_text == "基本信息/单位名称"


@pytest.mark.parametrize("is_merged", [True, False])
def test_leaves_may_stand_in_the_upper_row(specs: Specs, make_sheet: MakeSheet, is_merged: bool) -> None:
    upper = ["姓名", "身份证号", "单位名称", "应发工资", "个人缴费", None, "单位缴费", None, "实发工资"]
    lower = [None, None, None, None, "养老保险", "住房公积金", "养老保险", "住房公积金", None]
    merged = (*((0, c, 1, c) for c in (0, 1, 2, 3, 8)), (0, 4, 0, 5), (0, 6, 0, 7))
    data = ["张三", "629923198001010011", "云岭县教育局", "3000", "240", "360", "480", "360", "2400"]
    found = _known(make_sheet([upper, lower, data], merged=merged if is_merged else ()), specs, "finance")
    assert found.header_rows == (1, 2)
    assert [m.column for m in found.columns] == [
        "name",
        "id_no",
        "agency_name",
        "gross",
        "pension_deduction",
        "housing_deduction",
        "employer_pension",
        "employer_housing",
        "net",
    ]


def test_what_the_unit_pays_is_never_taken_for_a_deduction(specs: Specs, make_sheet: MakeSheet) -> None:
    header = [
        "姓名",
        "身份证号",
        "应发工资",
        "养老保险（个人部分）",
        "养老保险（单位部分）",
        "补充保险（单位部分）",
    ]
    found = _known(make_sheet([header, PAID[3:9]]), specs, "finance")
    assert [m.column for m in found.columns][3:] == ["pension_deduction", "employer_pension", None]


def test_brackets_that_carry_meaning_are_not_dropped(specs: Specs, make_sheet: MakeSheet) -> None:
    header = ["机构名称", "机构编码", "法人单位标识", "事业编制数（参照）", "事业编制数（非参照）"]
    found = _known(make_sheet([header, ["县委办", "001", "1", "3", "4"]]), specs, "organisation")
    assert [m.column for m in found.columns][3:] == ["n_institution_civil", "n_institution_other"]


def test_a_code_row_under_the_header_is_part_of_it(specs: Specs, make_sheet: MakeSheet) -> None:
    header = ["姓名", "身份证号", "人员类别", "自定义名称"]
    codes = ["A0101", "A0184", "A0160", "A0163"]
    found = _known(
        make_sheet([header, codes, ["张三", "629923198001010011", "公务员", "现职人员"]]),
        specs,
        "organisation",
    )
    assert found.table == "organisation__cadre"
    assert (found.header_rows, found.code_rows, found.first_data_row) == ((1,), (2,), 3)
    assert (found.columns[3].column, found.columns[3].how) == ("manage_status", "vendor_code")


def test_a_code_row_above_the_header_is_part_of_it(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(
        [["B0101", "B0114", "B0183"], ["机构名称", "机构编码", "正职领导职数"], ["县委办", "001", "1"]]
    )
    found = _known(sheet, specs, "organisation")
    assert (found.header_rows, found.code_rows, found.first_data_row) == ((2,), (1,), 3)


def test_a_header_of_codes_only(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet([["A0101", "A0184", "A0201B", "A0255"], ["张三", "629923198001010011", "县委办", "1"]])
    found = _known(sheet, specs, "organisation")
    assert found.table == "organisation__post"
    assert {m.how for m in found.columns} == {"vendor_code"}
    assert (found.header_rows, found.first_data_row) == ((1,), 2)


def test_a_row_that_numbers_the_columns_is_part_of_the_header(specs: Specs, make_sheet: MakeSheet) -> None:
    found = _known(make_sheet([PAY, [str(n) for n in range(1, 10)], PAID]), specs, "finance")
    assert (found.code_rows, found.first_data_row) == ((2,), 3)


def test_of_two_equal_headers_the_first_with_data_is_taken(specs: Specs, make_sheet: MakeSheet) -> None:
    header = [*PAY, "应发工资"]
    emptied = [*PAID[:7], None, PAID[8], "3000"]
    found = _known(make_sheet([header, emptied]), specs, "finance")
    assert [m.column for m in found.columns][7:] == [None, "net", "gross"]
    assert [m.index for m in found.duplicates] == [7]
    filled = _known(make_sheet([header, [*PAID, "3000"]]), specs, "finance")
    assert [m.index for m in filled.duplicates] == [9]


def test_an_unknown_column_is_named_with_what_it_resembles(specs: Specs, make_sheet: MakeSheet) -> None:
    found = _known(make_sheet([[*PAY, "扣养老统筹", "喜好"], [*PAID, "1", "茶"]]), specs, "finance")
    assert [(m.header_text, m.how, m.suggestion) for m in found.unknown] == [
        ("扣养老统筹", "fuzzy_suggestion", "扣养老"),
        ("喜好", "unknown", None),
    ]
    assert found.columns[-2].column is None


def test_a_renamed_required_column_is_named_with_its_likely_new_name(
    specs: Specs, make_sheet: MakeSheet
) -> None:
    header = [*ROSTER[:4], "身份证信息", *ROSTER[5:]]
    found = _known(make_sheet([header, PERSON]), specs, "establishment")
    assert [(m.column, m.suggestion) for m in found.missing] == [("id_no", "身份证信息")]
    assert "缺少表头“身份证号”" in found.missing[0].message


def test_a_renamed_key_column_says_which_table_it_was(specs: Specs, make_sheet: MakeSheet) -> None:
    header = [*PAY[:7], "应发情况", "实发工资"]
    found = _unknown(make_sheet([header, PAID]), specs, "finance")
    assert (found.code, found.table) == ("missing_header", "finance__payroll")
    assert "应发工资" in found.reason
    assert "应发情况" in found.reason


def test_another_departments_table_names_the_right_folder(specs: Specs, make_sheet: MakeSheet) -> None:
    found = _unknown(make_sheet([PAY, PAID]), specs, "police")
    assert (found.code, found.department) == ("other_department", "finance")
    assert "“财政”文件夹" in found.advice


def test_a_payroll_in_the_wrong_folder_is_not_taken_for_a_staff_list(
    specs: Specs, make_sheet: MakeSheet
) -> None:
    header = [*PAY[:5], "人员状态", *PAY[5:]]
    found = _unknown(make_sheet([header, [*PAID[:5], "在职", *PAID[5:]]]), specs, "personnel")
    assert (found.code, found.table) == ("other_department", "finance__payroll")


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "empty"),
        ([[None, "  "], ["　"]], "empty"),
        ([["1", "2", "3"], ["4", "5", "6"]], "no_header"),
        ([["关于报送材料的说明"], ["请于月底前报送。"]], "no_header"),
    ],
)
def test_sheets_without_a_table(
    specs: Specs, make_sheet: MakeSheet, rows: list[list[str | None]], code: str
) -> None:
    found = _unknown(make_sheet(rows), specs, "finance")
    assert found.code == code
    assert found.reason
    assert found.advice


def test_a_sheet_that_nobody_needs_is_passed_over_quietly(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(
        [["姓名", "身份证号", "学历名称", "毕业院校"], ["张三", "629923198001010011", "本科", "某校"]],
        name="A08 学历学位",
    )
    assert _unknown(sheet, specs, "organisation").code == "not_needed"


def test_a_table_of_bodies_that_names_none_says_so(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(
        [["项目", "编制性质", "增编数", "批准文号"], ["编制", "行政编制", "3", "云机编〔2011〕3号"]]
    )
    found = _known(sheet, specs, "establishment")
    assert [item.column for item in found.missing] == ["unit_code"]


def test_a_summary_by_unit_is_not_taken_for_the_ledger(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(
        [
            ["单位名称", "编制数", "上月人数", "增加", "减少", "本月人数"],
            ["教育局", "10", "9", "1", "0", "10"],
        ]
    )
    assert isinstance(recognise(sheet, specs, Hints("establishment")), Unrecognised)


def test_the_courts_ledger_without_unit_and_item_columns(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet(
        [
            ["机构编制台账"],
            ["单位名称：云岭县人民法院", None, None, "填报时间：2026年10月31日"],
            [
                "级别",
                "编制性质",
                "年",
                "月",
                "日",
                "变化原因",
                "批准文号",
                "增编数",
                "减编数",
                "控编数",
                "备注",
            ],
            ["县级", "法院专项编制", "2011", "9", "1", "设立", "云机编〔2011〕3号", "30", None, None, None],
        ]
    )
    found = _known(sheet, specs, "establishment")
    assert found.table == "establishment__ledger"
    assert dict(found.title_values) == {"unit_name": "云岭县人民法院"}
    assert found.as_of == "2026-10-31"
    assert "approved_year" in _columns(found).values()


def test_two_tables_that_fit_alike_are_told_apart_by_name(specs: Specs, make_sheet: MakeSheet) -> None:
    rows = [
        ["单位名称", "姓名", "身份证号", "性别", "人员身份", "人员状态", "编制类型"],
        [*PERSON[2:5], "男", "公务员", "在岗", "行政编制"],
    ]
    staff = _known(make_sheet(rows, name="花名册"), specs, None, "人员花名册.xlsx")
    roster = _known(make_sheet(rows, name="实名制"), specs, None, "实名制人员信息表.xlsx")
    assert (staff.table, roster.table) == ("personnel__staff", "establishment__roster")
    assert _known(make_sheet(rows, name="花名册"), specs, "establishment").table == "establishment__roster"


def test_a_draft_is_recognised_as_the_payroll(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet([["云岭县2026年11月工资发放草表"], PAY, PAID], name="发放草表")
    found = _known(sheet, specs, "finance", "草表2026-11.xlsx")
    assert found.table == "finance__payroll"
    assert (found.stated_month, found.named_month, found.as_of) == ("2026-11", "2026-11", None)


@pytest.mark.parametrize(
    ("title", "as_of", "month"),
    [
        ("填报时间：2026-10-25", "2026-10-25", None),
        ("填 报 时 间 ： 2026/10/25", "2026-10-25", None),
        ("截至 2026年10月31日", "2026-10-31", None),
        ("数据截止日期：20261031", "2026-10-31", None),
        ("截至2026年10月", "2026-10", None),
        ("2026-10  单位：元", None, "2026-10"),
        ("二○二六年十月", None, "2026-10"),
        ("二〇二六年十月份工资表", None, "2026-10"),
        ("云岭县2026年10月份财政统发工资表", None, "2026-10"),
        ("所属月份：202610", None, "2026-10"),
        ("填报单位：教育局  填报日期：2026.10.5  单位：元", "2026-10-05", None),
        ("依据云机编〔2011〕3号", None, None),
        ("2026年13月", None, None),
        ("2026年1月至10月工资表", None, "2026-10"),
        ("2026年1-10月工资表", None, "2026-10"),
        ("根据2014年9月通知要求，按月报送", None, None),
        ("表内数据截至 2026年10月31日", "2026-10-31", None),
    ],
)
def test_dates_and_months_in_titles(
    specs: Specs, make_sheet: MakeSheet, title: str, as_of: str | None, month: str | None
) -> None:
    found = _known(make_sheet([[title], PAY, PAID]), specs, "finance")
    assert (found.as_of, found.stated_month) == (as_of, month)


def test_a_date_in_the_footer_is_the_date_of_the_data(specs: Specs, make_sheet: MakeSheet) -> None:
    sheet = make_sheet([PAY, PAID, ["制表人：李四", None, None, "制表日期：2026-10-26"]])
    assert _known(sheet, specs, "finance").as_of == "2026-10-26"


@pytest.mark.parametrize(
    ("title", "name", "file", "unit", "source"),
    [
        ("单位：云岭县教育局", "Sheet1", "x.xlsx", "云岭县教育局", "标题"),
        ("单位名称：云岭县教育局      单位：元", "Sheet1", "x.xlsx", "云岭县教育局", "标题"),
        ("云岭县教育局2026年10月工资表", "Sheet1", "x.xlsx", "云岭县教育局", "标题"),
        ("工资表", "云岭县第一中学", "x.xlsx", "云岭县第一中学", "工作表名"),
        ("工资表", "Sheet1", "03云岭县第一中学2026-10.xlsx", "云岭县第一中学", "文件名"),
        ("云岭县财政统发工资表", "Sheet1", "x.xlsx", None, None),
        ("填报单位：云岭县财政局", "Sheet1", "x.xlsx", None, None),
        ("主管单位：云岭县教育局", "Sheet1", "x.xlsx", None, None),
        ("单位：人、万元", "Sheet1", "x.xlsx", None, None),
        ("单位：元", "Sheet1", "统发工资2026-10.xlsx", None, None),
    ],
)
def test_a_unit_that_stands_only_above_the_table(
    specs: Specs,
    make_sheet: MakeSheet,
    title: str,
    name: str,
    file: str,
    unit: str | None,
    source: str | None,
) -> None:
    header, data = [*PAY[3:]], [*PAID[3:]]
    found = _known(make_sheet([[title], header, data], name=name), specs, "finance", file)
    assert found.title_values.get("agency_name") == unit
    assert found.title_sources.get("agency_name") == source


def test_a_month_only_in_the_title_fills_the_column(specs: Specs, make_sheet: MakeSheet) -> None:
    found = _known(make_sheet([["2026年10月工资表"], PAY[1:], PAID[1:]]), specs, "finance")
    assert dict(found.title_values) == {"month": "2026-10"}


def test_a_parquet_header_is_recognised_without_reading_rows(specs: Specs) -> None:
    frame = pl.LazyFrame({header: [value] for header, value in zip(PAY, PAID, strict=True)})
    sheet = ColumnarSheet("统发工资", 0, tuple(PAY), frame, dict.fromkeys(PAY, "t"), 1)
    found = _known(sheet, specs, "finance")
    assert found.table == "finance__payroll"
    assert (found.header_rows, found.first_data_row) == ((1,), 2)


def test_english_column_names_are_headers_too(specs: Specs) -> None:
    header = ("month", "agency_code", "agency_name", "name", "id_no", "gross", "net")
    frame = pl.LazyFrame({name: ["x"] for name in header})
    found = _known(
        ColumnarSheet("payroll", 0, header, frame, dict.fromkeys(header, "t"), 1), specs, "finance"
    )
    assert [m.column for m in found.columns] == list(header)


def test_every_table_is_recognised_by_its_own_labels(specs: Specs, make_sheet: MakeSheet) -> None:
    for name, table in specs.tables.items():
        if table.same_columns_as is not None:
            continue
        labels = [column.label for column in table.columns]
        found = _known(make_sheet([labels, ["x"] * len(labels)]), specs, table.department)
        assert found.table == name
        assert [m.column for m in found.columns] == list(table.column_names)
        assert not found.missing
