"""Demoted rules: which demotion holds when, what is refused, and what findings and the rule table say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from checks.findings.demotion import Demotion, demotions_on, refuse_unfit_demotions
from checks.findings.severity import severities
from checks.rules.catalog import load_catalog
from checks.rules.header import RuleError
from tests.tiny_month import judged, judgement_of, only, with_facts

from .conftest import OCTOBER, tables

RULES = load_catalog()
WEAK = Demotion(
    "P06", 3, date(2026, 10, 1), date(2027, 3, 31), "张三（经办）、李四（批准）", "核实 14 条，属实 5 条"
)


@pytest.mark.parametrize(
    ("day", "severity"),
    [
        (date(2026, 9, 30), None),
        (date(2026, 10, 1), 3),
        (date(2027, 3, 31), 3),
        (date(2027, 4, 1), None),
        (date(2027, 5, 1), 4),
        (date(2030, 1, 1), 4),
    ],
)
def test_a_demotion_holds_from_its_first_day_to_its_last(day: date, severity: int | None) -> None:
    given = [replace(WEAK, severity=4, since=date(2027, 5, 1), until=None), WEAK]
    held = demotions_on(given, day).get("P06")
    assert (held.severity if held else None) == severity


def test_of_demotions_without_an_end_the_later_one_holds() -> None:
    first = replace(WEAK, until=None)
    later = replace(WEAK, severity=4, since=date(2027, 1, 1), until=None)
    assert demotions_on([later, first], date(2026, 12, 31)) == {"P06": first}
    assert demotions_on([later, first], date(2027, 1, 31)) == {"P06": later}


@pytest.mark.parametrize(
    ("change", "said"), [({"rule_id": "Z99"}, "没有规则 Z99"), ({"severity": 1}, "本来是 1 级")]
)
def test_what_demotes_nothing_is_refused(change: dict[str, Any], said: str) -> None:
    refuse_unfit_demotions([WEAK], RULES)
    with pytest.raises(RuleError, match=said):
        refuse_unfit_demotions([WEAK, replace(WEAK, **change)], RULES)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (3, 3)),
        ({"is_repeated": True, "own_severity": 1}, (3, 3)),
        ({"in_lag": True, "own_severity": 4}, (4, 4)),
        ({"is_exempt": True}, (4, 3)),
        ({"rule_id": "P01"}, (2, 2)),
    ],
)
def test_no_finding_of_a_demoted_rule_is_graver(given: dict[str, Any], expected: tuple[int, int]) -> None:
    row: dict[str, Any] = {
        "rule_id": "P06",
        "own_severity": None,
        "severity_rule": 2,
        "in_lag": False,
        "match_level": "ML1",
        "sources_used": ["establishment"],
        "is_repeated": False,
        "is_exempt": False,
    }
    frame = pl.DataFrame([row | given], schema_overrides={"own_severity": pl.Int64})
    graded = severities(frame, RULES, frozenset(), {"P06": WEAK})
    assert graded.select("severity", "severity_raw").row(0) == expected
    assert (graded["demotion"].item() is None) == (row | given)["rule_id"].startswith("P01")


def test_the_published_findings_are_milder_and_say_why(tmp_path: Path) -> None:
    store = with_facts(tmp_path, OCTOBER, tables(OCTOBER))
    settings = judgement_of(OCTOBER, only("P06", "I01"))
    judged(tmp_path, store, None, settings)
    plain = store.read("finding").filter(pl.col("rule_id") == "P06")
    judged(tmp_path, store, None, replace(settings, demoted={"P06": WEAK}))
    milder = store.read("finding").filter(pl.col("rule_id") == "P06")
    assert plain.height == milder.height > 0
    assert max(plain["severity"]) < 3
    assert set(plain["demotion"]) == {None}
    assert set(milder["severity"]) == set(milder["severity_raw"]) == {3}
    said = json.loads(milder["demotion"][0])
    assert said == {"severity": 3, "since": "2026-10-01", "by": WEAK.by, "basis": WEAK.basis}
    unchanged = (
        "finding_id",
        "number",
        "severity_rule",
        "evidence_hash",
        "explanation",
        "status",
        "amount_total",
    )
    assert milder.select(unchanged).equals(plain.select(unchanged))
    rules = {row["rule_id"]: row for row in store.read("rule").iter_rows(named=True)}
    assert json.loads(rules["P06"]["demotion"]) == said
    assert (rules["P06"]["severity"], rules["I01"]["demotion"]) == (1, None)
