"""Findings that rest on old data: not stricter than 3 (design §5.4), by department or by table."""

from __future__ import annotations

import polars as pl

from checks.findings.severity import severities
from tests.tiny_month import only

RULES = only("P01", "P06")


def graded(rule: str, sources: list[str], stale: set[str]) -> int:
    frame = pl.DataFrame(
        {
            "rule_id": [rule],
            "own_severity": [1],
            "severity_rule": [1],
            "in_lag": [False],
            "match_level": ["ML1"],
            "sources_used": [sources],
            "is_repeated": [False],
            "is_exempt": [False],
        },
        schema_overrides={"sources_used": pl.List(pl.String)},
    )
    return int(severities(frame, RULES, stale)["severity"].item())


def test_a_record_of_an_old_table_caps_the_finding_and_another_table_of_the_department_does_not() -> None:
    used = ["finance", "finance__person"]
    assert graded("P01", used, {"finance__person"}) == 3
    assert graded("P01", used, {"finance__agency"}) == 1
    assert graded("P01", used, {"finance"}) == 3


def test_a_rule_whose_needed_table_is_old_is_capped_unless_an_alternative_is_fresh() -> None:
    assert graded("P01", [], {"establishment__roster"}) == 3
    assert graded("P06", [], {"police__residency"}) == 1
    assert graded("P06", [], {"police__residency", "civil__death"}) == 3
