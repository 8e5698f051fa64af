"""What must hold of any order of columns, and of any sheet at all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.readers import is_blank
from connectors.recognise import Hints, Recognised, classify_rows, recognise, rows
from connectors.specs import Specs
from tests.connectors.recognise.conftest import MakeSheet
from tests.properties import property_test

PAYROLL = [
    "工资月份",
    "单位代码",
    "单位名称",
    "人员编号",
    "姓名",
    "身份证号",
    "人员状态",
    "应发工资",
    "实发工资",
]
COLUMNS = ["month", "agency_code", "agency_name", "per_id", "name", "id_no", "status", "gross", "net"]
PERSON = ["2026-10", "305001", "云岭县教育局", "P0001", "张三", "62992319800101123X", "在职", "5000", "4000"]
HINTS = Hints("finance", "工资表.xlsx")
PIECES = st.sampled_from(
    [
        *PAYROLL,
        *PERSON,
        "合计",
        "单位：云岭县教育局",
        "2026年10月",
        "制表人：",
        "序号",
        "1",
        "2",
        " ",
        "B0101",
    ]
)

CELLS = PIECES | st.none() | st.text(max_size=4)


@property_test(20)
@given(st.permutations(range(9)), st.integers(0, 3), st.integers(0, 3), st.integers(0, 9), st.integers(1, 30))
def test_a_list_is_known_whatever_the_order_of_its_columns(
    make_sheet: MakeSheet,
    specs: Specs,
    order: list[int],
    blank_above: int,
    titles: int,
    unknown_at: int,
    first_row: int,
) -> None:
    header = [PAYROLL[n] for n in order]
    person = [PERSON[n] for n in order]
    header.insert(unknown_at, "喜欢的颜色")
    person.insert(unknown_at, "红")
    above = [[None] * 10] * blank_above + [["云岭县统发工资表", *[None] * 9]] * titles
    sheet = make_sheet([*above, header, person], first_row=first_row)
    found = recognise(sheet, specs, HINTS)
    assert isinstance(found, Recognised)
    assert found.table in ("finance__payroll", "finance__payroll_draft")
    places = {mapping.index: mapping.column for mapping in found.mapped}
    expected = [COLUMNS[n] for n in order]
    expected.insert(unknown_at, "")
    assert places == {n: column for n, column in enumerate(expected) if column}
    assert [column.header_text for column in found.unknown] == ["喜欢的颜色"]
    (row,) = rows(sheet, found, specs).iter_rows(named=True)
    assert {name: row[name] for name in COLUMNS} == dict(zip(COLUMNS, PERSON, strict=True))


@property_test(40)
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=10), min_size=1, max_size=12),
    st.booleans(),
    st.integers(1, 5),
)  # fmt: skip
def test_every_filled_row_of_any_sheet_has_a_place(
    make_sheet: MakeSheet, specs: Specs, body: list[list[str | None]], with_header: bool, first_row: int
) -> None:
    header: list[list[str | None]] = [[*PAYROLL], [*PERSON]] if with_header else []
    table = [*header, *body]
    told = [[cell or None for cell in row] for row in table]
    sheet = make_sheet(told, first_row=first_row)
    found = recognise(sheet, specs, HINTS)
    if not isinstance(found, Recognised):
        assert found.reason
        return
    classes = classify_rows(sheet, found, specs)
    filled = [
        n for n, row in enumerate(told, first_row) if any(c is not None and not is_blank(c) for c in row)
    ]
    assert classes["row"].to_list() == filled
