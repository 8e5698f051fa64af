"""Who has signed a hold, and what that makes of it."""

from __future__ import annotations

import polars as pl

from assets.contracts.casework import CASEWORK
from checks.gate.holds import (
    breaker_scopes,
    breaker_signatures,
    held_payees,
    hold_states,
    is_lifted,
    row_key,
)

MONTH = "2026-11"
KEY = "A1|001|草表.xlsx|表|2"


def events(*steps: tuple[str, str], month: str = MONTH) -> pl.DataFrame:
    rows = [
        {"payroll_month": month, "row_key": KEY, "agency_code": "A1", "per_id": "001", "step": step, "by": by}
        for step, by in steps
    ]
    texts = {name: pl.String() for name in CASEWORK["hold"]}
    return pl.DataFrame([{**dict.fromkeys(texts, ""), **row} for row in rows], schema=texts)


def test_two_different_people_make_a_hold_real() -> None:
    assert hold_states(events(("handler", "甲"), ("reviewer", "乙")), MONTH)[KEY].is_confirmed


def test_one_person_never_does() -> None:
    assert not hold_states(events(("handler", "甲")), MONTH)[KEY].is_confirmed
    assert not hold_states(events(("handler", "甲"), ("reviewer", "甲")), MONTH)[KEY].is_confirmed


def test_a_lifted_hold_begins_anew() -> None:
    steps = (("handler", "甲"), ("reviewer", "乙"), ("lifted", "甲"))
    assert not hold_states(events(*steps), MONTH)[KEY].is_confirmed
    assert not hold_states(events(*steps, ("handler", "甲")), MONTH)[KEY].is_confirmed


def test_a_hold_ends_with_its_payroll() -> None:
    told = events(("handler", "甲"), ("reviewer", "乙"))
    assert hold_states(told, "2026-12") == {}
    assert held_payees(told, MONTH) == {("A1", "001")}


def test_a_renewal_needs_both_again() -> None:
    assert not hold_states(events(("renewed", "甲")), MONTH)[KEY].is_confirmed
    assert hold_states(events(("renewed", "甲"), ("renewed", "乙")), MONTH)[KEY].is_confirmed


def test_a_line_is_named_by_where_it_stands() -> None:
    rows = pl.DataFrame(
        {"agency_code": ["A1"], "per_id": ["001"], "file": ["草表.xlsx"], "sheet": ["表"], "row": [2]}
    )
    assert row_key(rows).to_list() == [KEY]


def breaker(*steps: tuple[str, str], agency: str = "") -> pl.DataFrame:
    texts = {name: pl.String() for name in CASEWORK["breaker"]}
    rows = [{"payroll_month": MONTH, "agency_code": agency, "step": step, "by": by} for step, by in steps]
    return pl.DataFrame([{**dict.fromkeys(texts, ""), **row} for row in rows], schema=texts)


def test_a_breaker_needs_reviewer_and_finance() -> None:
    def lifted(*steps: tuple[str, str]) -> bool:
        return is_lifted(breaker_signatures(breaker(*steps), MONTH, ""))

    assert lifted(("reviewer", "甲"), ("finance", "乙"))
    assert not lifted(("reviewer", "甲"))
    assert not lifted(("reviewer", "甲"), ("finance", "甲"))


def test_an_agency_and_the_whole_payroll_are_signed_apart() -> None:
    assert breaker_scopes("agency_holds", "A1") == ("A1",)
    assert breaker_scopes("incomplete,agency_holds", "A1") == ("", "A1")
    assert breaker_scopes(None, "A1") == ()
    assert breaker_signatures(breaker(("reviewer", "甲"), agency="A1"), MONTH, "") == {}
