"""What an empty cell means where another column of the row speaks for it."""

from __future__ import annotations

from ..tables import problems_of, raw_table, staged_from

LEDGER = "establishment__ledger"


def test_a_ledger_without_item_column_is_one_of_quota_where_it_names_a_type() -> None:
    raw = raw_table(
        LEDGER, {"unit_name": ["财政局", "财政局"], "quota_type": ["行政编制", None], "increase": ["5", "1"]}
    )
    assert staged_from(raw, LEDGER).collect()["item"].to_list() == ["quota", None]


def test_an_empty_item_is_quota_and_one_not_understood_stays_open() -> None:
    raw = raw_table(
        LEDGER, {"item": [None, "某种新项目", "部门正职"], "quota_type": ["行政编制", "行政编制", "行政编制"]}
    )
    assert staged_from(raw, LEDGER).collect()["item"].to_list() == ["quota", None, "unit_chief"]
    issues, _ = problems_of(raw, LEDGER)
    assert [(i.code, i.value) for i in issues] == [("unknown_label", "某种新项目")]
