"""From raw text to typed rows: what is parsed, what is null, and what is told about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from assets.contracts.registry import staged_contract
from assets.staging.build import BITS, bad_bit
from assets.staging.problems import EACH_UP_TO

from ...people import number, with_wrong_check_digit
from ..tables import SPECS, problems_of, raw_table, staged_from

ROSTER, PAYROLL, UNIT = "establishment__roster", "finance__payroll", "establishment__unit"


def column(key: str, name: str, *texts: str | None, kind: str = "t") -> list[object]:
    raw = raw_table(key, {name: list(texts)}, kinds={name: kind})
    return staged_from(raw, key).collect()[name].to_list()


def told(key: str, columns: Mapping[str, Sequence[str | None]]) -> list[tuple[str, str, int | None, str]]:
    issues, _ = problems_of(raw_table(key, columns), key)
    return [(i.code, i.column, i.row, i.value) for i in issues]


def test_a_staged_table_has_all_columns_of_its_contract_in_their_types() -> None:
    frame = staged_from(raw_table(ROSTER, {"name": ["王一"]}), ROSTER).collect()
    contract = staged_contract(SPECS.table(ROSTER))
    assert {name: frame.schema[name] for name in contract.names} == contract.schema
    assert frame["id_class"].to_list() == ["NONE"]
    assert frame["quota_type"].to_list() == [None]


def test_labels_become_codes_whatever_list_of_synonyms_they_come_from() -> None:
    assert column(ROSTER, "quota_type", "行政编制", "政法专项编制", "全额事业", None) == [
        "X1",
        "X2",
        "Y1",
        None,
    ]


def test_the_old_label_of_two_meanings_is_ambiguous_and_never_mapped() -> None:
    raw = raw_table(ROSTER, {"quota_type": ["行政", "行政", "行政编制"]})
    assert staged_from(raw, ROSTER).collect()["quota_type"].to_list() == [None, None, "X1"]
    (issue,), (unknown,) = problems_of(raw, ROSTER)
    assert (issue.code, issue.value, issue.n, issue.row) == ("ambiguous_label", "行政", 2, 2)
    assert "标签对照表.xlsx" in issue.remedy
    assert (unknown.label, unknown.n, set(unknown.candidates)) == ("行政", 2, {"X1", "X4"})


def test_an_unknown_label_is_null_and_told_once_with_its_count() -> None:
    raw = raw_table(ROSTER, {"quota_type": ["神秘编制", " 神秘编制 ", "行政编制"]})
    (issue,), (unknown,) = problems_of(raw, ROSTER)
    assert (issue.code, issue.n, unknown.candidates) == ("unknown_label", 2, ())
    assert staged_from(raw, ROSTER).collect()["quota_type"].null_count() == 2


def test_peoples_answers_are_honoured_and_ignored_labels_are_silent() -> None:
    raw = raw_table(ROSTER, {"quota_type": ["行政", " 神秘编制", "没有的"]})
    answers = {
        (ROSTER, "quota_type", "行政"): "X4",
        (ROSTER, "quota_type", "神秘编制"): None,
    }
    assert staged_from(raw, ROSTER, answers).collect()["quota_type"].to_list() == ["X4", None, None]
    issues, _ = problems_of(raw, ROSTER, answers)
    assert [i.value for i in issues] == ["没有的"]


def test_an_answer_for_one_table_says_nothing_about_another() -> None:
    raw = raw_table(ROSTER, {"quota_type": ["行政"]})
    answers = {("finance__person", "quota_type", "行政"): "X1"}
    assert staged_from(raw, ROSTER, answers).collect()["quota_type"].to_list() == [None]


@pytest.mark.parametrize(
    ("key", "name", "bad", "code"),
    [
        (ROSTER, "birth_on", "2014331日", "bad_date"),
        (ROSTER, "quota_entered_on", "20144--5月", "bad_date"),
        (PAYROLL, "gross", "五千", "bad_money"),
        (PAYROLL, "gross", "5000.123", "bad_money"),
        (PAYROLL, "month", "十月", "bad_month"),
        (PAYROLL, "back_pay_months", "三", "bad_number"),
        (PAYROLL, "deducted_months", "1e3", "bad_number"),
        (UNIT, "credit_code", "11620823013940163T", "bad_credit_code"),
    ],
)
def test_a_cell_that_is_not_understood_is_told_with_row_column_and_remedy(
    key: str, name: str, bad: str, code: str
) -> None:
    raw = raw_table(key, {name: [bad]})
    (issue,), _ = problems_of(raw, key)
    assert (issue.code, issue.row, issue.value) == (code, 2, bad)
    assert issue.column == SPECS.table(key).column(name).label
    assert issue.file
    assert issue.remedy
    if code != "bad_credit_code":
        assert staged_from(raw, key).collect()[name].to_list() == [None]


@pytest.mark.parametrize("mark", ["", "  ", "\u3000", "-", "—", "/", "无", None])
@pytest.mark.parametrize(
    ("key", "name"),
    [(ROSTER, "birth_on"), (PAYROLL, "gross"), (PAYROLL, "month"), (ROSTER, "quota_type"), (ROSTER, "id_no")],
)
def test_what_says_that_there_is_nothing_is_silent(key: str, name: str, mark: str | None) -> None:
    assert told(key, {name: [mark]}) == []
    assert column(key, name, mark) == [None]


def test_a_label_that_looks_empty_but_has_a_meaning_keeps_it() -> None:
    labels = SPECS.code_lists["leader_class"].codes_by_label
    assert column(ROSTER, "leader_class", "无") == [labels.get("无")]


@pytest.mark.parametrize(
    ("text", "kind", "class_"),
    [
        (number(1), "t", "V18"),
        (with_wrong_check_digit(number(1)), "t", "S18"),
        ("622724196503120000", "n", "T18"),
        ("6.22724E+17", "t", "E18"),
        (number(1)[:17], "t", "L17"),
        (number(1) + "1", "t", "L19"),
        ("620402197902290011", "t", "D8"),
        ("无", "t", "NONE"),
    ],
)
def test_damaged_numbers_are_staged_with_their_class(text: str, kind: str, class_: str) -> None:
    raw = raw_table(ROSTER, {"id_no": [text], "name": ["王一"]}, kinds={"id_no": kind})
    frame = staged_from(raw, ROSTER).collect()
    assert frame["id_class"].to_list() == [class_]
    issues, _ = problems_of(raw, ROSTER)
    damaged = [i for i in issues if i.code == "damaged_id"]
    assert len(damaged) == (0 if class_ in ("V18", "NONE") else 1)
    assert all(text not in i.message + i.value for i in damaged)


def test_a_15_digit_number_is_compared_as_its_18_digits() -> None:
    raw = raw_table(ROSTER, {"id_no": ["622724650312001", "'622724196503120017"]})
    frame = staged_from(raw, ROSTER).collect()
    assert frame["id_no"].to_list() == ["622724196503120017", "622724196503120017"]
    assert frame["_id_raw"].to_list() == ["622724650312001", "'622724196503120017"]


def test_a_name_is_staged_without_padding_and_its_tag_beside() -> None:
    frame = staged_from(raw_table(ROSTER, {"name": ["张　伟(大)", "李二"]}), ROSTER).collect()
    assert frame.select("name", "name_tag", "_name_raw").rows() == [
        ("张伟", "大", "张　伟(大)"),
        ("李二", None, None),
    ]


def test_values_are_parsed_in_their_types() -> None:
    assert column(PAYROLL, "gross", "5,000.10", "（12.00）", "￥3") == [
        Decimal("5000.10"),
        Decimal("-12.00"),
        Decimal("3.00"),
    ]
    assert column(ROSTER, "birth_on", "1980/1/2", "二○一一年九月一日") == [date(1980, 1, 2), date(2011, 9, 1)]
    assert column(PAYROLL, "month", "2026年9月") == ["2026-09"]
    assert column(ROSTER, "is_civil_registered", "是", "否", "1", "N") == [True, False, True, False]
    assert column(ROSTER, "quota_document_no", "崇机编发[2011]19", "自拟") == ["崇机编发〔2011〕19号", "自拟"]
    assert column(PAYROLL, "card_no", "'6222000011112222") == ["6222000011112222"]


def test_many_columns_need_more_than_one_mask_and_each_tells_its_own() -> None:
    names = [c.name for c in SPECS.table(PAYROLL).columns if c.kind == "money"]
    positions = {c.name: n for n, c in enumerate(SPECS.table(PAYROLL).columns)}
    beyond = [name for name in names if positions[name] >= BITS]
    assert beyond, "a payroll has more than 62 columns"
    for name in (names[0], names[-1], beyond[0]):
        columns: dict[str, list[str | None]] = {other: ["1"] for other in names}
        columns[name] = ["坏"]
        assert [told_row[1] for told_row in told(PAYROLL, columns)] == [
            SPECS.table(PAYROLL).column(name).label
        ]
    assert len({bad_bit(n)[0] for n in positions.values()}) == 2


def test_a_column_that_is_bad_throughout_is_told_cell_by_cell_up_to_a_limit() -> None:
    n = EACH_UP_TO + 50
    issues, _ = problems_of(raw_table(PAYROLL, {"gross": ["坏"] * n}), PAYROLL)
    assert len(issues) == EACH_UP_TO + 1
    assert sum(issue.n for issue in issues) == n


def test_excel_has_cut_a_files_numbers_when_too_many_end_in_000() -> None:
    days = (f"1980{month:02d}{day:02d}" for month in range(1, 13) for day in range(1, 29))
    cut = [valid for valid in (number(100, birth) for birth in days) if valid.endswith("000")][:6]
    frame = staged_from(raw_table(ROSTER, {"id_no": [*cut, number(9)]}), ROSTER).collect()
    assert frame["id_class"].to_list() == ["T18"] * 6 + ["V18"]
    few = staged_from(raw_table(ROSTER, {"id_no": cut[:4]}), ROSTER).collect()
    assert few["id_class"].to_list() == ["V18"] * 4


def test_masks_name_only_delivered_columns() -> None:
    frame = staged_from(raw_table(ROSTER, {"name": ["王一"]}), ROSTER)
    assert not [name for name in frame.collect_schema().names() if name.startswith("_bad")]
    assert frame.select(pl.len()).collect().item() == 1
