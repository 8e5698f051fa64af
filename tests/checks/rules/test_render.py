"""The wording of findings."""

from __future__ import annotations

import json
from decimal import Decimal

import duckdb
import pytest

from checks.rules.cases import case_parameters, load_cases, prepare
from checks.rules.catalog import load_catalog
from checks.rules.header import STANDARD_FIELDS, Rule
from checks.rules.render import MISSING, money, months, render_sentence, sentence_labels
from checks.rules.runner import run_rule

LABELS = {"quota_type": {"X1": "行政编制"}}


def test_money_has_thousands_and_two_decimals() -> None:
    assert money(Decimal("17721.00")) == "17,721.00 元"
    assert money("0.5") == "0.50 元"


def test_months_join_unbroken_runs() -> None:
    assert months(["2026-10", "2026-08", "2026-09"]) == "2026年8月至2026年10月"
    assert months(["2025-12", "2026-01", "2026-03"]) == "2025年12月至2026年1月、2026年3月"


def test_fields_of_several_rows_are_joined_once_each_and_codes_get_their_labels() -> None:
    fields: list[dict[str, object]] = [{"t": "X1", "d": None}, {"t": "X1"}, {"t": "Y"}, {"other": 1}]
    text = render_sentence(
        "类型 {t:quota_type}，{d}，{amount_gross:money}", {"amount_gross": Decimal(5)}, fields, LABELS
    )

    assert text == f"类型 行政编制、Y，{MISSING}，5.00 元"


def test_standard_fields_win_and_braces_survive() -> None:
    assert (
        render_sentence("{{x}} {month:month}", {"month": "2026-10"}, [{"month": "2020-01"}], {})
        == "{x} 2026年10月"
    )


def test_an_empty_list_of_months_is_not_invented() -> None:
    assert render_sentence("{months:months}", {"months": []}, [], {}) == MISSING


def test_what_is_missing_inside_brackets_has_one_pair_of_them() -> None:
    assert render_sentence("发到同一张工资卡（{card}）。", {}, [], {}) == "发到同一张工资卡（未记载）。"


@pytest.mark.parametrize("rule", load_catalog(), ids=lambda rule: rule.id)
def test_every_rule_words_its_first_case_without_gaps_of_format(rule: Rule) -> None:
    file = load_cases(rule)
    case = file.case[0]
    with duckdb.connect() as connection:
        prepare(connection, rule, file, case)
        evidence = run_rule(connection, rule, case_parameters(case))
    standard = dict.fromkeys(STANDARD_FIELDS, "甲") | {
        "months": ["2026-09", "2026-10"],
        "amount_gross": Decimal("1234.50"),
        "amount_employer": Decimal("321.00"),
    }
    fields = [json.loads(text) for text in evidence["fields"]]
    text = render_sentence(rule.header.sentence, standard, fields, sentence_labels())

    assert "{" not in text
    assert "None" not in text
    own = {name for row in fields for name in row}
    assert not own & STANDARD_FIELDS, "the runner's own words would stand in their place"


def test_a_part_in_square_brackets_is_said_only_when_everything_in_it_is_known() -> None:
    template = "[预算 {n} 人，实发 {m} 人][金额 {paid:money}]，比例 {p}%"

    assert render_sentence(template, {}, [{"n": 3, "p": 3}, {"m": 0}], {}) == "预算 3 人，实发 0 人，比例 3%"
    assert render_sentence(template, {}, [{"n": 3, "paid": Decimal(1234)}], {}) == (
        f"金额 1,234.00 元，比例 {MISSING}%"
    )


def test_what_is_missing_inside_a_bracket_brings_no_second_one() -> None:
    template = "任职（{title}，文号 {document}），名册为{state}"

    assert render_sentence(template, {}, [{"title": "局长"}], {}) == (
        f"任职（局长，文号 未记载），名册为{MISSING}"
    )
