"""Headers: what a rule file must say, and how it is told what is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from checks.rules.header import RuleError, split_file

HEADER = """
id = "X01"
title = "示例"
group = "X"
severity = 3
sources = ["finance__payroll", "police__residency|civil__death"]
basis = { default = "party2019", government = ["reg486-6", "party2019"] }
subject = "person"
owner = "财政"
confirmer = "编办"
effective_from = 2020-01-01
effective_to = ""
parameters = []
lag = ""
exceptions = []
decided_by = ["pay.agency_code"]
amount = "none"
disposition = "核实"
remedy = "核实"
counterfactual = ""
sentence = "本月 {gross:money} 由{agency_name}发放。"
false_alarms = []
version = 1
"""


def rule_text(header: str = HEADER, sql: str = "select 1 as subject_key") -> str:
    return f"/*{header}*/\n{sql}\n"


def test_a_sound_header_is_read_with_its_sql() -> None:
    header, sql = split_file(rule_text(), "X01.sql")

    assert header.id == "X01"
    assert header.source_groups == (("finance__payroll",), ("police__residency", "civil__death"))
    assert header.effective_from == date(2020, 1, 1)
    assert header.effective_to is None
    assert header.placeholders == {"gross", "agency_name"}
    assert header.formats == {"money"}
    assert sql == "select 1 as subject_key"


def test_what_would_clear_a_finding_is_a_template_too() -> None:
    words = 'counterfactual = "若财政自 {month:month} 起停发{item}，则本条消除"'
    header, _ = split_file(rule_text(HEADER.replace('counterfactual = ""', words)), "X01.sql")

    assert header.placeholders == {"gross", "agency_name", "month", "item"}
    assert header.formats == {"money", "month"}


def test_basis_falls_back_to_the_default_nature() -> None:
    header, _ = split_file(rule_text(), "X01.sql")

    assert header.basis_keys("government") == ("reg486-6", "party2019")
    assert header.basis_keys("mass") == ("party2019",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "示例"\n', "", "title：缺少这一项"),
        ("version = 1", "version = 1\nlegal = 1", "legal：不认识这一项"),
        ("severity = 3", 'severity = "3"', "severity：应为整数"),
        ("severity = 3", "severity = 5", "severity：数值太大"),
        ('id = "X01"', 'id = "x1"', "id：写法不对"),
        ('group = "X"', 'group = "Z"', "规则组只能是"),
        ('subject = "person"', 'subject = "people"', "subject：取值不在允许的范围内"),
        ('"finance__payroll", ', '"payroll", ', "来源写作 部门__表"),
        ('default = "party2019", ', "", "缺少 default"),
        ("government =", "city =", "不认识 city"),
        ("2020-01-01", '"2020-01-01"', "effective_from：应为日期"),
        ('effective_to = ""', "effective_to = 2019-01-01", "早于 effective_from"),
        ('"pay.agency_code"', '"agency_code"', "判定列写作 表.列"),
        ("{agency_name}", "{agency_name", "花括号不成对"),
        ('counterfactual = ""', 'counterfactual = "若 {month 停发"', "花括号不成对"),
        ("exceptions = []", 'exceptions = "借调"', "exceptions：应为列表"),
    ],
)
def test_a_wrong_key_is_named_in_chinese_with_the_file(old: str, new: str, message: str) -> None:
    assert old in HEADER
    with pytest.raises(RuleError) as caught:
        split_file(rule_text(HEADER.replace(old, new)), "X01.sql")

    assert caught.value.where == "X01.sql"
    assert message in caught.value.remedy


@pytest.mark.parametrize("text", ["select 1", "/* title = */ select 1"])
def test_a_file_without_a_toml_header_is_refused(text: str) -> None:
    with pytest.raises(RuleError) as caught:
        split_file(text, "X01.sql")

    assert "X01.sql" in str(caught.value)
