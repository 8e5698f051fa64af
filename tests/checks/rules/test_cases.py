"""Every rule's cases hold, and each condition of each rule is held by a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest
from sqlglot import exp

from checks.rules.cases import case_parameters, check_cases, differences, load_cases, prepare
from checks.rules.catalog import load_catalog
from checks.rules.header import Rule, RuleError
from checks.rules.runner import run_rule
from checks.rules.tree import parse

RULES = load_catalog()

# Conditions that only keep the work small: taking them away changes no row.
ONLY_FOR_SPEED = {
    "E02": {
        "placed: COALESCE(n.retire_50_month_no, 0) < $month_no",
        "birth: p.person_id = n.person_id",
        "birth: p.person_id = c.person_id",
        "birth: p.person_id = b.person_id",
    },
    "E09": {"reference: b.person_id = p.person_id"},
    "I03": {"slip: NOT s.near_person_id IS NULL"},
    "I09": {"open_pair: NOT s.candidate_person_id IS NULL"},
    "P01": {"last_placed: u.person_id = m.person_id"},
    "P10": {"paid_twice: COUNT(DISTINCT COALESCE(p.agency_unit_id, p.agency_code)) > 1"},
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_case_of_a_rule_holds(rule: Rule) -> None:
    results = check_cases(rule)

    assert {name: found for name, found in results.items() if found} == {}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_hits_and_near_misses(rule: Rule) -> None:
    cases = load_cases(rule).case

    assert any(case.expect for case in cases)
    assert any(
        len(rows) > len(case.expect) or not case.expect for case in cases for rows in case.given.values()
    )


def leaves(condition: exp.Expr, *, neutral: bool) -> Iterator[tuple[exp.Expr, bool]]:
    """Each single condition with the value that takes it away: true under AND, false under OR."""
    if isinstance(condition, exp.Paren):
        yield from leaves(condition.this, neutral=neutral)
    elif isinstance(condition, exp.And | exp.Or):
        is_and = isinstance(condition, exp.And)
        yield from leaves(condition.left, neutral=is_and)
        yield from leaves(condition.right, neutral=is_and)
    else:
        yield condition, neutral


def conditions(query: exp.Query) -> list[tuple[exp.Expr, bool]]:
    roots = [node.this for node in query.find_all(exp.Where, exp.Having)]
    roots += [join.args["on"] for join in query.find_all(exp.Join) if join.args.get("on") is not None]
    return [leaf for root in roots for leaf in leaves(root, neutral=True)]


def mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """(what was taken away, the rule without it), one for every condition of a WHERE, HAVING or ON."""
    for number in range(len(conditions(parse(rule)))):
        query = parse(rule)
        leaf, neutral = conditions(query)[number]
        cte = leaf.find_ancestor(exp.CTE)
        label = f"{cte.alias if cte else 'select'}: {leaf.sql('duckdb')}"
        kept = leaf.copy()  # stays in the text, so that its parameters do
        without = exp.or_(kept, exp.true()) if neutral else exp.and_(kept, exp.false())
        leaf.replace(exp.paren(without))
        yield label, replace(rule, sql=query.sql("duckdb"))


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_taking_away_any_condition_fails_a_case(rule: Rule) -> None:
    file = load_cases(rule)
    alive = dict(mutants(rule))
    with duckdb.connect() as connection:
        for case in file.case:
            prepare(connection, rule, file, case)
            for label, mutant in list(alive.items()):
                if differences(case, run_rule(connection, mutant, case_parameters(case))):
                    del alive[label]

    assert set(alive) == ONLY_FOR_SPEED.get(rule.id, set())


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
