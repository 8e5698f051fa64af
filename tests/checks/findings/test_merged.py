"""Two persons become one: what was decided about either is not asked again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from assets.contracts.casework import CASEWORK
from assets.contracts.registry import published
from checks.findings.decisions import Decided
from checks.findings.life import hash_id
from checks.findings.merged import ALIASES, finding_aliases, following

NOTHING = pl.DataFrame(schema=ALIASES)


def of(person: str) -> str:
    return hash_id("P01", "person", person, "")


def findings(*persons: str) -> pl.DataFrame:
    rows = [
        {"finding_id": of(p), "rule_id": "P01", "subject": "person", "subject_key": p, "matter": ""}
        for p in persons
    ]
    return published()["finding"].shape(pl.DataFrame(rows).lazy()).collect()


def merged(*pairs: tuple[str, str], kind: str = "merged") -> pl.DataFrame:
    rows = [{"old_person_id": old, "person_id": new, "kind": kind} for old, new in pairs]
    return published()["person_alias"].shape(pl.DataFrame(rows).lazy()).collect()


def decided(*said: tuple[str, str, str]) -> Decided:
    """Decisions by person: verdict and day."""
    empty: dict[str, Any] = dict.fromkeys(CASEWORK["decision"], "") | {"until": None}
    rows = [empty | {"finding_id": of(p), "verdict": v, "at": at} for p, v, at in said]
    return Decided(pl.DataFrame(rows, schema=dict(CASEWORK["decision"])))


def test_a_finding_is_known_under_the_id_of_the_person_who_stays() -> None:
    aliases = finding_aliases(findings("A", "B"), merged(("A", "B")), NOTHING)
    assert aliases.rows() == [(of("A"), of("B"))]
    later = finding_aliases(findings("B"), merged(("B", "C")), aliases)
    assert dict(later.iter_rows()) == {of("A"): of("C"), of("B"): of("C")}
    assert finding_aliases(findings("C"), merged(("Z", "C")), later).equals(later)


def test_who_was_split_is_followed_by_nobody() -> None:
    assert finding_aliases(findings("A"), merged(("A", "B"), kind="split"), NOTHING).is_empty()
    assert finding_aliases(findings("A"), merged(("A", "B"), ("A", "C")), NOTHING).is_empty()


def test_decisions_follow_and_the_findings_own_goes_before() -> None:
    aliases = pl.DataFrame([(of("A"), of("C")), (of("B"), of("C"))], schema=ALIASES, orient="row")
    moved = following(decided(("A", "refuted", "1"), ("B", "exempt", "2"), ("D", "closed", "1")), aliases)
    told = dict(moved.decisions.select("finding_id", "verdict").iter_rows())
    assert told == {of("C"): "exempt", of("D"): "closed"}
    own = following(decided(("A", "refuted", "9"), ("C", "confirmed", "1")), aliases)
    assert own.decisions.select("finding_id", "verdict").rows() == [(of("C"), "confirmed")]
    assert following(decided(), aliases).decisions.is_empty()


def test_what_somebody_was_asked_follows_too_and_stays_known_under_the_old_id() -> None:
    aliases = pl.DataFrame([(of("A"), of("C"))], schema=ALIASES, orient="row")
    texts: dict[str, Any] = dict.fromkeys(CASEWORK["inquiry"], "") | {"due_on": None}
    rows = [texts | {"finding_id": of(p), "evidence_hash": p} for p in ("A", "B")]
    asked = replace(decided(), inquiries=pl.DataFrame(rows, schema=dict(CASEWORK["inquiry"])))
    told = following(asked, aliases).inquiries.select("finding_id", "evidence_hash").unique()
    assert set(told.rows()) == {(of("A"), "A"), (of("C"), "A"), (of("B"), "B")}
