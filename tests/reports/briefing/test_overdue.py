"""Days late, counted by hand."""

from __future__ import annotations

import json
from datetime import date

import pytest

from checks.rules.catalog import load_catalog
from reports.briefing.overdue import Limits, late_kinds, overdue
from tests.reports.briefing.two_months import weekday

LIMITS = Limits(
    date(2026, 10, 31),
    {
        "d02_grace_days": 0,
        "d03_working_days": 30,
        "d04_days": 30,
        "d05_unstopped_months": 1,
        "d05_unpaid_months": 2,
        "d06_valid_days": 366,
        "d11_months": 2,
    },
    weekday,
)


@pytest.mark.parametrize(
    ("rule", "decided", "due_on", "days"),
    [
        # Left in April, so due on 30 April; reviewed 22 May.
        ("D02", {"exit.event_on": "2026-04-12", "exit.reviewed_on": "2026-05-22"}, "2026-04-30", 22),
        # 30 weekdays after Friday 27 March are six weeks: Friday 8 May; not done by 31 October.
        ("D03", {"exit.reviewed_on": "2026-03-27"}, "2026-05-08", 176),
        ("D04", {"exit.event_on": "2026-02-12", "exit.applied_on": "2026-04-14"}, "2026-03-14", 31),
        # Who retires in February is gone from 1 March.
        ("D04", {"retirement.retired_month": "2026-02"}, "2026-03-31", 214),
        ("D05", {"exit.event_on": "2026-04-25", "exit.reviewed_on": "2026-04-28"}, "2026-05-31", 153),
        ("D05", {"entry.entered_on": "2026-07-03"}, "2026-09-30", 31),
        ("D06", {"permit.approved_on": "2025-05-10", "permit.valid_until": "2026-06-30"}, "2026-06-30", 123),
        ("D11", {"retirement.retired_month": "2026-07"}, "2026-09-30", 31),
    ],
)
def test_days_are_counted_from_the_last_day_allowed(
    rule: str, decided: dict[str, str], due_on: str, days: int
) -> None:
    found = overdue(rule, json.dumps({name: [value] for name, value in decided.items()}), LIMITS)
    assert found is not None
    assert (found.due_on.isoformat(), found.days) == (due_on, days)


@pytest.mark.parametrize(
    ("rule", "decided"),
    [
        ("D02", {"exit.event_on": ["2026-04-12"], "exit.reviewed_on": ["2026-04-30"]}),
        ("D02", {}),
        ("D01", {"entry.entered_on": ["2026-09-03"]}),
        ("P06", {"exit.event_on": ["2026-04-12"]}),
    ],
)
def test_what_is_in_time_or_has_no_limit_has_no_days(rule: str, decided: dict[str, list[str]]) -> None:
    assert overdue(rule, json.dumps(decided), LIMITS) is None


def test_every_kind_names_values_that_its_rule_decides_by_and_a_parameter_that_it_has() -> None:
    rules = {rule.id: rule for rule in load_catalog()}
    for name, kinds in late_kinds().items():
        for kind in kinds:
            assert {*kind.since, *kind.until, *kind.due} <= set(rules[name].header.decided_by), name
            assert kind.parameter in rules[name].header.parameters, name
