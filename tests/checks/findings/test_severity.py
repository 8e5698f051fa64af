"""The order in which a grade is made: the rule's, repetition, lag, then the limits, which win."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from checks.findings.severity import severities
from checks.rules.catalog import load_catalog

RULES = [rule for rule in load_catalog() if rule.id == "P02"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (2, 2)),
        ({"is_repeated": True}, (1, 2)),
        ({"own_severity": 1, "is_repeated": True}, (1, 1)),
        ({"in_lag": True}, (3, 3)),
        ({"in_lag": True, "is_repeated": True}, (2, 3)),
        ({"own_severity": 1, "is_repeated": True, "in_lag": True}, (2, 2)),
        ({"own_severity": 4, "in_lag": True}, (4, 4)),
        ({"match_level": "ML2b", "is_repeated": True}, (2, 2)),
        ({"match_level": "ML6", "is_repeated": True}, (3, 3)),
        ({"sources_used": ["finance"], "is_repeated": True}, (3, 3)),
        ({"is_exempt": True, "is_repeated": True}, (4, 2)),
    ],
)
def test_a_grade_and_what_it_would_be_without_people(
    given: dict[str, Any], expected: tuple[int, int]
) -> None:
    row: dict[str, Any] = {
        "rule_id": "P02",
        "own_severity": None,
        "severity_rule": 2,
        "in_lag": None,
        "match_level": "ML1",
        "sources_used": ["establishment"],
        "is_repeated": False,
        "is_exempt": False,
    }
    types = {"own_severity": pl.Int64, "in_lag": pl.Boolean}
    frame = pl.DataFrame([row | given], schema_overrides=types)
    graded = severities(frame, RULES, frozenset({"finance"} if given.get("sources_used") else ()))
    assert graded.select("severity", "severity_raw").row(0) == expected
