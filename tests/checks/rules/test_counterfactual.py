"""What each rule says would clear its finding does clear it."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from checks.rules.cases import case_parameters, load_cases, prepare
from checks.rules.catalog import load_catalog
from checks.rules.counterfactual import check_counterfactuals
from checks.rules.header import STANDARD_FIELDS, Rule, RuleError
from checks.rules.render import MISSING, render_sentence, sentence_labels
from checks.rules.runner import run_rule

RULES = load_catalog()
UNREADABLE = next(rule for rule in RULES if rule.id == "I06")
CASE = """
[[case]]
name = "数值存放"
given.source_record = [{ person_id = "A", id_class = "T18", department = "personnel", table = "staff" }]
expect = [{ subject_key = "A" }]

[[counterfactual]]
"""


def named(rule: Rule) -> str:
    return rule.id


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_change_that_a_rule_names_clears_its_finding(rule: Rule) -> None:
    assert load_cases(rule).counterfactual
    assert check_counterfactuals(rule) == []


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_every_rule_says_under_which_condition_whose_change_clears_it(rule: Rule) -> None:
    text = rule.header.counterfactual

    assert text.startswith("若")
    assert "消除" in text
    assert "name" not in rule.header.placeholders


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_every_rule_words_what_would_clear_a_finding_without_gaps(rule: Rule) -> None:
    file = load_cases(rule)
    change = file.counterfactual[0]
    case = next(one for one in file.case if one.name == change.case)
    with duckdb.connect() as connection:
        prepare(connection, rule, file, case)
        found = run_rule(connection, rule, case_parameters(case))
    own = found.filter(pl.col("subject_key") == change.subject)
    own = own if change.matter is None else own.filter(pl.col("matter") == change.matter)
    standard: dict[str, object] = {**dict.fromkeys(STANDARD_FIELDS, "甲"), "month": case.month}
    standard |= {"months": [case.month], "amount_gross": Decimal("1234.50")}
    fields: list[dict[str, object]] = [json.loads(text) for text in own["fields"]]
    text = render_sentence(rule.header.counterfactual, standard, fields, sentence_labels())

    assert MISSING not in text
    assert not any(part in text for part in ("{", "None"))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            'case = "没有"\nsubject = "A"\nremove.source_record = [{ person_id = "A" }]',
            "没有名为“没有”的用例",
        ),
        (
            'case = "数值存放"\nsubject = "B"\nremove.source_record = [{ person_id = "A" }]',
            "“数值存放”本来就没有对象 B",
        ),
        (
            'case = "数值存放"\nsubject = "A"\nmatter = "finance|payroll"\n'
            'remove.source_record = [{ person_id = "A" }]',
            "“数值存放”本来就没有对象 A",
        ),
        (
            'case = "数值存放"\nsubject = "A"\n'
            'replace.source_record = [{ where = { person_id = "A" }, by = { id_class = "E18" } }]',
            "“数值存放”改后仍有对象 A",
        ),
        (
            'case = "数值存放"\nsubject = "A"\nadd.source_record = [{ person_id = "B", id_class = "V18" }]',
            "“数值存放”改后仍有对象 A",
        ),
    ],
)
def test_a_change_that_does_not_clear_says_so(change: str, problem: str) -> None:
    assert check_counterfactuals(replace(UNREADABLE, cases=CASE + change)) == [problem]


@pytest.mark.parametrize(
    "change",
    [
        'remove.source_record = [{ person_id = "Z" }]',
        'remove.pay = [{ person_id = "A" }]',
        'replace.source_record = [{ where = { id_class = "V18" }, by = { id_class = "E18" } }]',
    ],
)
def test_a_change_of_a_row_that_is_not_there_is_refused(change: str) -> None:
    cases = f'{CASE}case = "数值存放"\nsubject = "A"\n{change}'

    with pytest.raises(RuleError, match="要改的行不存在"):
        check_counterfactuals(replace(UNREADABLE, cases=cases))
