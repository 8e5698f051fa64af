"""Every rule's cases hold, and a case file that does not says how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from checks.rules.cases import check_cases
from checks.rules.catalog import load_catalog
from checks.rules.header import Rule, RuleError

RULES = load_catalog()


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_case_of_a_rule_holds(rule: Rule, connection: duckdb.DuckDBPyConnection) -> None:
    results = check_cases(rule, connection)

    assert {name: found for name, found in results.items() if found} == {}


@pytest.mark.parametrize(
    ("cases", "message"),
    [
        ("", "没有用例"),
        ("[[case]", "不是有效的 TOML"),
        ('[[case]]\nname = "空"\ngiven = {}', "expect：缺少这一项"),
        ('[[case]]\nname = "表名"\ngiven.salary = [{ a = 1 }]\nexpect = []', "没有名为 salary 的事实表"),
        ('[[case]]\nname = "列名"\ngiven.pay = [{ wage = 1 }]\nexpect = []', "没有列 wage"),
    ],
)
def test_a_case_file_out_of_form_says_what_to_mend(cases: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        check_cases(replace(RULES[0], cases=cases))

    assert message in str(caught.value)


def test_a_case_that_does_not_hold_says_how() -> None:
    rule = next(one for one in RULES if one.id == "I06")
    text = """
[[case]]
name = "有意写错"
given.source_record = [{ person_id = "A", id_class = "T18", department = "p", table = "s" }]
expect = [{ subject_key = "B" }]
count = 2
"""
    found = check_cases(replace(rule, cases=text))["有意写错"]

    assert found == ["没有得到 {'subject_key': 'B'}", "多出对象 A", "应有 2 行，实有 1 行"]
