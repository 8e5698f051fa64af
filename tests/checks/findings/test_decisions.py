"""Which decisions hold, which are reopened and why; what stands in no list; what is 存量."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.contracts.casework import CASEWORK
from assets.contracts.registry import published
from assets.ledger.month import Month
from checks.findings.decisions import (
    Decided,
    as_decided,
    in_stock,
    listed,
    repeat_offences,
    with_decisions,
    with_offences,
)
from tests.frozen_casework import decision

SEPTEMBER, OCTOBER = "2026-09", Month("2026-10")
VALUES = '{"pay.status":["在职"]}'


def finding(**given: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "finding_id": "a",
        "number": "629923-P01-00001",
        "rule_id": "P01",
        "month": SEPTEMBER,
    }
    base |= {"evidence_hash": "one", "decided_values": VALUES, "change": "persisting", "status_raw": "lead"}
    return base | {"first_month": SEPTEMBER, "status": "lead", "unit_id": "u1"} | given


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return (
        published()["finding"]
        .shape(pl.DataFrame(list(rows), schema_overrides={"reopened": pl.String}).lazy())
        .collect()
    )


def decided(*decisions: dict[str, Any], **more: Any) -> Decided:
    return Decided(pl.DataFrame(list(decisions), schema=dict(CASEWORK["decision"])), **more)


def october(
    said: dict[str, Any], *, before: dict[str, Any] | None = None, month: Month = OCTOBER, **now: Any
) -> dict[str, Any]:
    """September's finding as it is in October, after one decision."""
    previous = frame(finding(), finding(finding_id="z")) if before is None else frame(finding(**before))
    standing = frame(finding(month=month.text, **now))
    return with_decisions(standing, decided(said), previous, month, SEPTEMBER).row(0, named=True)


def changes(row: dict[str, Any]) -> list[dict[str, str]]:
    return json.loads(row["reopened"])  # type: ignore[no-any-return]


def asked(**about: Any) -> pl.DataFrame:
    """The inquiry that was sent about September's finding."""
    texts: dict[str, Any] = dict.fromkeys(CASEWORK["inquiry"], "") | {"due_on": None}
    row = texts | {"finding_id": "a", "evidence_hash": "one", "month": SEPTEMBER} | about
    return pl.DataFrame([row], schema=dict(CASEWORK["inquiry"]))


@pytest.mark.parametrize(
    ("about", "status"),
    [({}, "verifying"), ({"evidence_hash": "two"}, "lead"), ({"finding_id": "b"}, "lead")],
)
def test_what_somebody_was_asked_is_being_verified_while_the_evidence_is_the_same(
    about: dict[str, str], status: str
) -> None:
    standing = frame(finding(month=OCTOBER.text))
    known = decided(inquiries=asked(**about))
    row = with_decisions(standing, known, frame(finding()), OCTOBER, SEPTEMBER).row(0, named=True)
    assert (row["status"], row["status_raw"]) == (status, status)


def test_a_decision_ends_the_asking() -> None:
    known = decided(decision(finding(), "refuted"), inquiries=asked())
    standing = frame(finding(month=OCTOBER.text))
    row = with_decisions(standing, known, frame(finding()), OCTOBER, SEPTEMBER).row(0, named=True)
    assert (row["status"], row["status_raw"]) == ("refuted", "verifying")


@pytest.mark.parametrize("verdict", ["confirmed", "refuted", "exempt", "rectifying", "closed"])
def test_the_same_evidence_keeps_the_verdict(verdict: str) -> None:
    row = october(decision(finding(), verdict))
    assert (row["status"], row["change"], row["reopened"]) == (verdict, "persisting", None)
    assert row["is_exempt"] is (verdict == "exempt")


@pytest.mark.parametrize(
    ("looked_at", "amount", "note"),
    [
        (SEPTEMBER, None, "已销号，本月证据仍在"),
        (SEPTEMBER, Decimal("5500.00"), "已销号，本月证据仍在，本月又涉及 5,500.00 元"),
        ("2026-10", Decimal("5500.00"), "已销号，本月证据仍在"),
    ],
)
def test_a_closed_matter_whose_evidence_stands_says_so(
    looked_at: str, amount: Decimal | None, note: str
) -> None:
    row = october(decision(finding(month=looked_at), "closed"), amount_month=amount)
    assert json.loads(row["decision"])["note"] == note


def test_other_evidence_reopens_and_names_each_field() -> None:
    values = '{"pay.agency_code":["F2"],"pay.status":["retired",""]}'
    said = decision(finding(), "refuted")
    row = october(said, change="changed", evidence_hash="two", decided_values=values)
    assert (row["status"], row["verdict"], row["change"]) == ("lead", None, "reopened")
    assert changes(row) == [
        {"field": "统发工资表·人员状态", "old": "在职", "new": "退休、（空）"},
        {"field": "统发工资表·单位代码", "old": "（无）", "new": "F2"},
    ]


@pytest.mark.parametrize("kept", ["", "{}", "not json", "[1]"])
def test_values_that_a_decision_did_not_keep_are_those_of_the_month_it_looked_at(kept: str) -> None:
    now: dict[str, Any] = {"evidence_hash": "two", "decided_values": '{"pay.status":["退休"]}'}
    said = decision(finding(), "confirmed", evidence=kept)
    assert changes(october(said, **now)) == [{"field": "统发工资表·人员状态", "old": "在职", "new": "退休"}]
    assert changes(october(said, before={"evidence_hash": "other"}, **now))[0]["new"] == "已变化"


def test_a_finding_is_reopened_once_and_then_stands_open() -> None:
    said = decision(finding(month="2026-08"), "confirmed")
    row = october(said, before={"evidence_hash": "two", "reopened": "[]"}, evidence_hash="two")
    assert (row["status"], row["change"]) == ("lead", "persisting")
    assert changes(row) is not None
    late = october(said, before={"evidence_hash": "two"}, evidence_hash="two")
    assert late["change"] == "reopened"
    renewed = october(
        decision(finding(), "confirmed"),
        before={"evidence_hash": "one", "reopened": "[]"},
        evidence_hash="two",
    )
    assert renewed["change"] == "reopened"


def test_a_decision_on_a_later_month_is_no_matter_of_an_earlier_one_with_other_evidence() -> None:
    later = finding(month="2026-11", evidence_hash="three")
    row = october(decision(later, "confirmed"))
    assert (row["status"], row["decision"], row["reopened"]) == ("lead", None, None)
    assert october(decision(finding(month="2026-11"), "confirmed"))["status"] == "confirmed"


@pytest.mark.parametrize(
    ("verdict", "until", "status"),
    [
        ("confirmed", date(2026, 10, 31), "confirmed"),
        ("confirmed", date(2026, 10, 30), "lead"),
        ("exempt", date(2026, 10, 1), "exempt"),
        ("exempt", date(2026, 9, 30), "lead"),
        ("closed", None, "closed"),
    ],
)
def test_a_decision_ends_with_its_term(verdict: str, until: date | None, status: str) -> None:
    row = october(decision(finding(), verdict, until=until))
    assert row["status"] == status
    if status == "lead":
        assert changes(row) == [{"field": "结论有效期", "old": str(until), "new": "已过"}]
        assert row["change"] == "reopened"


@pytest.mark.parametrize(
    ("verdict", "status"),
    [("closed", "lead"), ("rectifying", "lead"), ("confirmed", "confirmed"), ("refuted", "refuted")],
)
def test_what_was_mended_and_comes_back_is_open_again(verdict: str, status: str) -> None:
    row = october(decision(finding(), verdict), change="reopened")
    assert row["status"] == status
    assert (row["reopened"] is not None) is (status == "lead")


def test_a_registered_exemption_outweighs_what_was_found_true_and_nothing_else() -> None:
    status = {
        verdict: october(decision(finding(), verdict), exemption_id="E1")["status"]
        for verdict in ("confirmed", "rectifying", "refuted", "closed")
    }
    assert status == {
        "confirmed": "exempt",
        "rectifying": "exempt",
        "refuted": "refuted",
        "closed": "closed",
    }


@pytest.mark.parametrize(
    ("verdict", "month", "repeated"),
    [
        ("confirmed", SEPTEMBER, True),
        ("rectifying", SEPTEMBER, True),
        ("closed", SEPTEMBER, True),
        ("confirmed", "2026-10", False),
        ("refuted", SEPTEMBER, False),
        ("exempt", SEPTEMBER, False),
    ],
)
def test_only_what_was_true_before_is_a_repetition(verdict: str, month: str, repeated: bool) -> None:
    assert october(decision(finding(month=month), verdict), evidence_hash="one")["is_repeated"] is repeated


def test_a_rule_that_a_body_breaks_for_months_counts_for_its_other_findings_too() -> None:
    past = frame(
        finding(finding_id="a", status="confirmed", first_month="2026-07"),
        finding(finding_id="b", status="confirmed", first_month="2026-08", unit_id="u2"),
        finding(finding_id="c", status="lead", first_month="2026-01", unit_id="u3"),
        finding(finding_id="d", status="rectifying", first_month="2026-01", unit_id="u4", rule_id="R04"),
        finding(finding_id="e", status="confirmed", first_month="2026-01", unit_id=None),
    )
    offences = repeat_offences(past.lazy(), OCTOBER, 3)
    assert offences.rows() == [("P01", "u1")]
    now = frame(
        finding(finding_id="f"),
        finding(finding_id="g", unit_id="u2"),
        finding(finding_id="h", rule_id="P02"),
        finding(finding_id="i", status="closed"),
    ).with_columns(pl.lit(False).alias("is_repeated"))
    assert with_offences(now, offences)["is_repeated"].to_list() == [True, False, False, False]


def test_last_months_findings_stand_as_decided_since() -> None:
    past = frame(
        finding(finding_id="a"),
        finding(finding_id="b", evidence_hash="two"),
        finding(finding_id="c", status="not_checked", status_raw="not_checked"),
        finding(finding_id="d", status="refuted"),
        finding(finding_id="e", status="exempt", exemption_id="E1", first_month="2026-10"),
    )
    said = [decision(finding(finding_id=one), "confirmed") for one in "abc"]
    now = as_decided(past, decided(*said, baseline=SEPTEMBER), OCTOBER)
    assert dict(now.select("finding_id", "status").iter_rows()) == {
        "a": "confirmed",
        "b": "lead",
        "c": "not_checked",
        "d": "lead",  # the decision was withdrawn
        "e": "exempt",
    }
    assert dict(now.select("finding_id", "stock").iter_rows())["e"] is False


def test_stock_and_settled_findings_have_no_due_date() -> None:
    due = date(2026, 10, 20)
    rows = frame(
        finding(finding_id="a", first_month="2026-08", due_on=due),
        finding(finding_id="b", due_on=due),
        finding(finding_id="c", first_month="2026-10", due_on=due),
        finding(finding_id="d", first_month="2026-10", due_on=due, status="closed"),
    )
    now = in_stock(rows, SEPTEMBER)
    assert now["stock"].to_list() == [True, True, False, False]
    assert now["due_on"].to_list() == [None, None, due, None]
    assert in_stock(rows, "")["stock"].any() is False


def test_lists_leave_out_what_was_refuted() -> None:
    rows = frame(finding(status="refuted"), finding(finding_id="b", status="closed"))
    assert listed(rows)["finding_id"].to_list() == ["b"]


texts = st.sampled_from(["one", "two", "three"])
findings = st.lists(
    st.fixed_dictionaries(
        {
            "finding_id": st.sampled_from("abcdef"),
            "evidence_hash": texts,
            "change": st.sampled_from(["new", "persisting", "changed", "reopened"]),
            "exemption_id": st.none() | st.just("E1"),
        }
    ),
    unique_by=lambda row: row["finding_id"],
    max_size=6,
)


@given(rows=findings, hashes=st.lists(texts, max_size=4))
def test_decisions_on_other_findings_change_nothing(rows: list[dict[str, Any]], hashes: list[str]) -> None:
    now = frame(*(finding(**row) for row in rows)) if rows else published()["finding"].empty()
    said = [
        decision(finding(finding_id=f"other{n}", evidence_hash=one), "refuted")
        for n, one in enumerate(hashes)
    ]
    columns = [*now.columns, "is_exempt", "is_repeated", "verdict"]
    with_none = with_decisions(now, decided(), now, OCTOBER, SEPTEMBER).select(columns)
    assert with_decisions(now, decided(*said), now, OCTOBER, SEPTEMBER).select(columns).equals(with_none)
    assert with_none["change"].equals(now["change"])
    assert with_none["decision"].null_count() == with_none["reopened"].null_count() == now.height
    exempt = now["exemption_id"].is_not_null()
    assert (with_none["status"] == "exempt").equals(exempt, check_names=False)
