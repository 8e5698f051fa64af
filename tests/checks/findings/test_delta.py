"""Why a finding of last month is gone, and what stands although its rule could not run."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest

from assets.contracts.registry import published
from assets.ledger.month import Month
from checks.findings.build import FindingContext
from checks.findings.decisions import Decided
from checks.findings.delta import known_reasons, not_checked, resolved
from checks.findings.exempt import newly_excused
from checks.rules.catalog import load_catalog
from tests.frozen_casework import decision

from ..facts import fact

OCTOBER = Month("2026-10")
RULES = {rule.id: rule for rule in load_catalog()}
BASE = {
    "finding_id": "a",
    "number": "629923-E05-00001",
    "rule_id": "E05",
    "month": "2026-09",
    "subject": "person",
    "subject_key": "P1",
    "matter": "",
    "person_id": "P1",
    "unit_id": "u1",
    "status": "lead",
    "evidence_hash": "one",
    "decided_values": "{}",
    "first_month": "2026-09",
    "months_open": 1,
    "case_id": "c",
}


def previous(**given: Any) -> pl.DataFrame:
    version = RULES[str(given.get("rule_id", BASE["rule_id"]))].header.version
    row = pl.DataFrame([BASE | {"rule_version": version} | given])
    return published()["finding"].shape(row.lazy()).collect()


def context(before: pl.DataFrame, *decisions: dict[str, Any], exemptions: Any = ()) -> FindingContext:
    said = Decided(pl.DataFrame(list(decisions), schema=dict(Decided().decisions.schema)))
    given = {
        "month": OCTOBER,
        "previous_month": "2026-09",
        "previous": before,
        "decided": said,
        "rules": list(RULES.values()),
        "facts": {"exemption": fact("exemption", exemptions).lazy()},
    }
    return cast(FindingContext, SimpleNamespace(**given))


def reason(before: pl.DataFrame, reasons: dict[str, str]) -> str:
    nobody = pl.DataFrame(schema=dict.fromkeys(("person_id", "table", "values"), pl.String))
    evidence = pl.DataFrame(schema=dict.fromkeys(("finding_id", "table", "values"), pl.String))
    merged = pl.DataFrame({"old_person_id": ["merged"]})
    standing = pl.DataFrame({"finding_id": ["z"]})
    gone = resolved(before, evidence, standing, list(RULES.values()), merged, nobody, reasons)
    return str(gone["reason"].item())


EXEMPTION = {"exemption_id": "LW1", "person_id": "P1", "exemption_class": "secondment"}


def test_a_rule_that_passes_over_exemptions_is_silent_since_one_was_registered_or_prolonged() -> None:
    def excused(rule: str, now: dict[str, Any], then: dict[str, Any] | None) -> bool:
        facts = {"exemption": fact("exemption", [now]).lazy()}
        before = fact("exemption", [then] if then else []).lazy()
        found = newly_excused(previous(rule_id=rule), list(RULES.values()), facts, before, OCTOBER)
        return not found.is_empty()

    prolonged = EXEMPTION | {"ended_on": date(2026, 12, 31)}
    assert excused("E05", EXEMPTION, None)
    assert excused("E05", prolonged, EXEMPTION | {"ended_on": date(2026, 9, 30)})
    assert excused("E05", EXEMPTION | {"person_id": None, "unit_id": "u1"}, None)
    assert not excused("E05", EXEMPTION, EXEMPTION)
    assert not excused("E05", EXEMPTION | {"person_id": "P2"}, None)
    assert not excused("E05", EXEMPTION | {"ended_on": date(2026, 9, 30)}, None)
    assert not excused("P01", EXEMPTION, None)


def test_reasons_that_people_gave_are_told() -> None:
    before = previous()
    assert known_reasons(context(before, exemptions=[EXEMPTION]), before, None) == {"a": "exempted"}
    for settled in ("closed", "refuted"):
        gone = previous(status=settled)
        assert known_reasons(context(gone, exemptions=[EXEMPTION]), gone, None) == {"a": "decided"}
    assert known_reasons(context(before), before, None) == {}


@pytest.mark.parametrize(
    ("given", "reasons", "expected"),
    [
        ({}, {}, "corrected"),
        ({}, {"a": "exempted"}, "exempted"),
        ({"rule_version": 99}, {"a": "decided"}, "decided"),
        ({"rule_version": 99}, {"a": "exempted"}, "rule_changed"),
        ({"person_id": "merged"}, {"a": "exempted"}, "person_merged"),
        ({"person_id": None, "matter": "merged"}, {}, "person_merged"),
    ],
)
def test_each_reason_has_its_place(given: dict[str, Any], reasons: dict[str, str], expected: str) -> None:
    assert reason(previous(**given), reasons) == expected


@pytest.mark.parametrize(
    ("verdict", "status", "case"),
    [(None, "not_checked", "c"), ("confirmed", "not_checked", "c"), ("refuted", "refuted", None)],
)
def test_a_late_source_brings_nothing_back_that_was_refuted(
    verdict: str | None, status: str, case: str | None
) -> None:
    before = previous(status="refuted", case_id="c")
    said = [decision(before.row(0, named=True), verdict)] if verdict else []
    (kept,) = not_checked(context(before, *said), before.clear(), {"E05": "缺少来源"}).to_dicts()
    assert (kept["status"], kept["status_raw"], kept["case_id"]) == (status, "not_checked", case)
    assert (kept["month"], kept["change"], kept["months_open"]) == ("2026-10", "persisting", 2)
