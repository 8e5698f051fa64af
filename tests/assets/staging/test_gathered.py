"""Columns that some departments write as two: their money is added, the closer code is taken."""

from __future__ import annotations

from decimal import Decimal

from ..tables import problems_of, raw_table, staged_from

PAYROLL = "finance__payroll"
RESIDENCY = "police__residency"


def test_pay_of_civil_servants_and_of_institutions_in_columns_of_their_own_is_one_column() -> None:
    raw = raw_table(
        PAYROLL,
        {
            "name": ["张三", "李四", "王五", "赵六"],
            "position_pay": ["1000", None, "0", None],
            "post_pay": [None, "1500.50", "20", None],
            "step_pay": ["30", None, None, None],
        },
    )
    staged = staged_from(raw, PAYROLL).collect()

    assert staged["position_pay"].to_list() == [Decimal(1000), Decimal("1500.50"), Decimal(20), None]
    assert staged["grade_pay"].to_list() == [Decimal(30), None, None, None]


def test_the_cause_of_a_cancellation_says_what_the_status_leaves_open() -> None:
    raw = raw_table(
        RESIDENCY,
        {
            "name": ["张三", "李四", "王五", "赵六"],
            "status": ["正常", "注销", "注销", "死亡注销"],
            "cancel_reason": [None, "死亡", None, "某种原因"],
        },
    )

    assert staged_from(raw, RESIDENCY).collect()["status"].to_list() == ["normal", "death", "other", "death"]
    issues, _ = problems_of(raw, RESIDENCY)
    assert [(i.code, i.value) for i in issues] == [("unknown_label", "某种原因")]


def test_who_is_lent_to_another_body_is_on_secondment_where_the_list_has_no_class() -> None:
    raw = raw_table("personnel__absence", {"name": ["张三", "李四"], "host_unit": ["县委办公室", None]})
    assert staged_from(raw, "personnel__absence").collect()["absence_class"].to_list() == ["secondment", None]
