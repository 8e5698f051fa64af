"""A query in Spark's words, its CTEs one after another."""

from __future__ import annotations

from importlib.resources import files

import pytest
import sqlglot

from assets.spark.tables import steps
from checks.rules.catalog import load_catalog
from checks.rules.header import Rule
from checks.rules.tree import facts_read

RULES = load_catalog()
QUERY = """
with paid as materialized (select person_id, gross from pay where month = $month),
twice as (select a.person_id from paid as a join paid on paid.person_id = a.person_id)
select twice.person_id, r.unit_id
from twice
join roster as r on r.person_id = twice.person_id
where r.entered_on >= $since
"""


def test_each_step_names_only_its_own_tables_and_parameters() -> None:
    found = {step.name: step for step in steps(QUERY)}
    assert list(found) == ["paid", "twice", ""]
    assert [found[name].reads for name in found] == [{"pay"}, set(), {"roster"}]
    assert [found[name].parameters for name in found] == [{"month"}, set(), {"since"}]


def test_what_is_named_twice_is_shared_and_what_is_named_once_is_not() -> None:
    assert {step.name: step.is_shared for step in steps(QUERY)} == {"paid": True, "twice": False, "": False}


def test_a_step_keeps_the_name_by_which_its_columns_are_called() -> None:
    twice = next(step for step in steps(QUERY) if step.name == "twice")
    tree = sqlglot.parse_one(twice.text, read="spark")
    assert sorted(table.alias for table in tree.find_all(sqlglot.exp.Table)) == ["a", "paid"]
    assert all(table.name.endswith("_paid") for table in tree.find_all(sqlglot.exp.Table))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_all_steps_of_a_rule_together_read_what_it_reads(rule: Rule) -> None:
    found = steps(rule.sql)
    assert frozenset().union(*(step.reads for step in found)) == facts_read(rule)
    assert frozenset().union(*(step.parameters for step in found)) == set(rule.header.parameters)
    assert found[-1].name == ""


@pytest.mark.parametrize("name", ["bridge.sql", "three_numbers.sql"])
def test_the_bridge_is_in_sparks_words(name: str) -> None:
    for step in steps((files("checks.bridge") / name).read_text("utf-8")):
        sqlglot.parse_one(step.text, read="spark")
        assert "materialized" not in step.text.lower()
