"""Whom a registered exemption excuses: its person, its unit, or a class of staff there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from assets.ledger.month import Month
from checks.findings.exempt import exemption_marks
from checks.rules.catalog import load_catalog
from checks.rules.header import Rule

from ..facts import Rows, fact

OCTOBER = Month("2026-10")
RULE: Rule = next(rule for rule in load_catalog() if rule.id == "P01")
LISTS = ("roster", "contract_staff", "staff", "cadre", "budget_person", "pay")
WORKERS = {"unit_id": "u1", "staff_class": "工勤人员", "class_identities": "office_worker|worker"}


def marks(*registered: dict[str, Any], lists: Mapping[str, Rows] | None = None) -> list[str]:
    """Numbers of the exemptions that excuse a finding about P1 at u1."""
    class_ = RULE.header.exceptions[0]
    rows: Rows = [
        {"exemption_class": class_, "exemption_id": f"E{n}", **row} for n, row in enumerate(registered)
    ]
    subjects = pl.DataFrame(
        {"rule_id": "P01", "subject_key": "P1", "matter": "", "person_id": "P1", "unit_id": "u1"}
    )
    facts = {"exemption": fact("exemption", rows).lazy()}
    facts |= {name: fact(name, (lists or {}).get(name, ())).lazy() for name in LISTS}
    return exemption_marks(subjects, [RULE], facts, OCTOBER)["exemption_id"].to_list()


def test_an_exemption_marks_its_person_or_its_whole_unit_while_it_is_in_force() -> None:
    assert marks({"person_id": "P1", "id_no": "1"}) == ["E0"]
    assert marks({"unit_id": "u1"}) == ["E0"]
    assert marks({"person_id": "P2", "id_no": "2", "unit_id": "u1"}) == []
    assert marks({"unit_id": "u2"}) == []
    assert marks({"person_id": "P1", "id_no": "1", "ended_on": date(2026, 9, 30)}) == []
    assert marks({"person_id": "P1", "id_no": "1", "began_on": date(2026, 11, 1)}) == []
    assert marks({"person_id": "P1", "id_no": "1", "ended_on": date(2026, 10, 1)}) == ["E0"]
    assert marks({"person_id": "P1", "id_no": "1", "exemption_class": "of another kind"}) == []


@pytest.mark.parametrize(
    "lists",
    [
        {"roster": [{"person_id": "P1", "is_active": True, "identity": "office_worker"}]},
        {"roster": [{"person_id": "P1", "is_active": True, "post_category": "worker"}]},
        {"staff": [{"person_id": "P1", "is_active": True, "identity": "worker"}]},
        {"pay": [{"person_id": "P1", "is_current": True, "identity": "office_worker"}]},
        {
            "roster": [{"person_id": "P1", "is_active": True, "identity": "worker"}],
            "pay": [{"person_id": "P1", "is_current": True, "identity": "civil"}],
        },
    ],
)
def test_a_class_of_staff_is_excused_by_what_the_first_list_says(lists: Mapping[str, Rows]) -> None:
    assert marks(WORKERS, lists=lists) == ["E0"]


@pytest.mark.parametrize(
    "lists",
    [
        {},
        {"roster": [{"person_id": "P1", "is_active": True, "identity": "civil"}]},
        {"roster": [{"person_id": "P2", "is_active": True, "identity": "worker"}]},
        {"roster": [{"person_id": "P1", "is_active": False, "identity": "worker"}]},
        {
            "roster": [{"person_id": "P1", "is_active": True, "identity": "manager"}],
            "pay": [{"person_id": "P1", "is_current": True, "identity": "worker"}],
        },
    ],
)
def test_another_class_another_person_or_nothing_known_is_not_excused(lists: Mapping[str, Rows]) -> None:
    assert marks(WORKERS, lists=lists) == []


def test_a_class_of_staff_of_another_unit_or_of_nobody_excuses_nothing() -> None:
    worker = {"roster": [{"person_id": "P1", "is_active": True, "identity": "worker"}]}
    assert marks({**WORKERS, "unit_id": "u2"}, lists=worker) == []
    assert marks({**WORKERS, "class_identities": ""}, lists=worker) == []


def test_people_outside_the_quota_are_known_by_their_list() -> None:
    outside = {"unit_id": "u1", "class_identities": "contract"}
    assert marks(outside, lists={"contract_staff": [{"person_id": "P1", "is_active": True}]}) == ["E0"]
    assert marks(outside, lists={"contract_staff": [{"person_id": "P1", "is_active": False}]}) == []


def test_all_on_the_roster_are_a_class_of_their_own() -> None:
    on_roster = {"unit_id": "u1", "class_identities": "on_roster"}
    assert marks(on_roster, lists={"roster": [{"person_id": "P1", "is_active": True}]}) == ["E0"]
    assert marks(on_roster, lists={"contract_staff": [{"person_id": "P1", "is_active": True}]}) == []
