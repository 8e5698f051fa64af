"""The sample against the rule catalogue: what is planted, and why the rest cannot be."""

from __future__ import annotations

from collections.abc import Set
from functools import cache

import pytest

from checks.rules.catalog import load_catalog
from connectors.sample.county import build_county
from connectors.sample.expected import expected
from connectors.sample.pay import Payroll

NOT_PLANTED = {
    "D09": "写明别的月份的名单会被拒收，只有缺报而沿用旧名单时才有，样例的月份都是齐全的",
    "G01": "有空编的单位都有，提示级，不写进答案",
    "G05": "差异的原因表已列尽来源文件能写出的情形，正常的文件埋不出",
    "Q06": "空编连续满一年才有，提示级，不写进答案",
    "Q08": "当月进多于出的月份都有，提示级，不写进答案",
    "R01": "要满一年，提示级，不写进答案",
    "R03": "要有核实属实的处理结论，来源文件里没有",
}
ONLY_IN_LONG_SAMPLES = {"R02", "R07"}


@cache
def planted(people: int, months: int, seed: int) -> Set[str]:
    made = build_county(people=people, months=months, until="2026-10", seed=seed, clean=False)
    payroll = Payroll(made)
    return {e.rule_id for month in made.months for e in expected(made, payroll, month)}


def test_every_rule_of_the_catalogue_is_planted_or_it_is_said_why_not() -> None:
    rules = {rule.id for rule in load_catalog()}
    assert rules - planted(3000, 3, 5) <= NOT_PLANTED.keys() | ONLY_IN_LONG_SAMPLES
    assert not planted(3000, 3, 5) & NOT_PLANTED.keys()


def test_a_sample_of_fourteen_months_has_what_needs_a_year() -> None:
    assert planted(3000, 14, 5) >= ONLY_IN_LONG_SAMPLES


@pytest.mark.parametrize(("people", "seed"), [(1200, 3), (1200, 7), (1500, 11)])
def test_a_small_county_has_room_for_a_hundred_rules(people: int, seed: int) -> None:
    assert len(planted(people, 3, seed)) >= 100


def test_months_beyond_fourteen_are_refused() -> None:
    with pytest.raises(ValueError, match="14"):
        build_county(people=300, months=15, until="2026-10", seed=7, clean=True)
