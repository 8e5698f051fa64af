"""补发 after a hold: proposed when the hold has ended, followed until payrolls show it paid."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from assets.contracts.casework import CASEWORK, empty_casework
from assets.contracts.registry import published
from assets.ledger.month import Month
from checks.gate.backpay import Payrolls, back_pay

from .lists import NOVEMBER, OCTOBER, pay

SEPTEMBER = "2026-09"
NUMBER = "629923-E04-00001"
FILE = "草表.xlsx|表|2"
Line = Mapping[str, Any]


def money(amount: str) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"))


def gate(month: str, *lines: Line) -> pl.DataFrame:
    """The gate's word on a draft: held lines of 5,000 unless they say otherwise."""
    reasons = json.dumps([{"rule": "E04", "number": NUMBER, "sentence": "", "basis": "", "note": ""}])
    usual = {
        "payroll_month": month,
        "agency_code": "A1",
        "unit_id": "u1",
        "file": "草表.xlsx",
        "sheet": "表",
        "amount": money("5000"),
        "payable_amount": money("0"),
        "action": "hold",
        "reasons": reasons,
    }
    rows = [
        {**usual, "per_id": line["person_id"], "row": n, "row_uid": n, **line}
        for n, line in enumerate(lines, 2)
    ]
    if not rows:
        return published()["gate"].empty()
    return published()["gate"].shape(pl.DataFrame(rows, infer_schema_length=None).lazy()).collect()


def signed(month: str, *steps: tuple[str, str], person: str = "P1", row: int = 2) -> dict[str, pl.DataFrame]:
    """Casework in which these signed a hold of P1's line."""
    event = {
        "payroll_month": month,
        "row_key": f"A1|{person}|草表.xlsx|表|{row}",
        "agency_code": "A1",
        "per_id": person,
    }
    texts = dict.fromkeys(CASEWORK["hold"], "")
    rows = [{**texts, **event, "step": step, "by": by} for step, by in steps]
    return {**empty_casework(), "hold": pl.DataFrame(rows, schema=dict(CASEWORK["hold"]))}


BOTH = (("handler", "甲"), ("reviewer", "乙"))


def decided(casework: dict[str, pl.DataFrame], verdict: str) -> dict[str, pl.DataFrame]:
    row = {**dict.fromkeys(CASEWORK["decision"], ""), "number": NUMBER, "verdict": verdict, "until": None}
    return {**casework, "decision": pl.DataFrame([row], schema=dict(CASEWORK["decision"]))}


def after(
    month: str,
    casework: Mapping[str, pl.DataFrame],
    paid: Sequence[Line],
    *,
    judged: pl.DataFrame | None = None,
    followed: pl.DataFrame | None = None,
    draft: Sequence[Line] | None = None,
    held_again: Sequence[Line] = (),
    months: int = 12,
) -> pl.DataFrame:
    """What is followed after a month's payroll."""
    next_month = Month(month).next.text
    payrolls = Payrolls(
        Month(month),
        pay(*paid, month=month),
        pay(*draft, month=next_month) if draft is not None else None,
        gate(next_month, *held_again),
    )
    return back_pay(
        judged if judged is not None else published()["gate"].empty(),
        followed if followed is not None else published()["gate_backpay"].empty(),
        casework,
        published()["finding"].empty(),
        payrolls,
        months,
    )


def one(rows: pl.DataFrame) -> dict[str, Any]:
    (row,) = rows.to_dicts()
    return row


OTHER = {"person_id": "P9"}


def held_in_october(**more: Any) -> pl.DataFrame:
    return after(OCTOBER, signed(OCTOBER, *BOTH), [OTHER], judged=gate(OCTOBER, {"person_id": "P1"}), **more)


def test_a_hold_that_two_people_signed_and_that_kept_the_pay_is_proposed_for_the_next_payroll() -> None:
    row = one(held_in_october())
    assert (row["state"], row["held_month"], row["payroll_month"]) == ("proposed", OCTOBER, NOVEMBER)
    assert (row["held_amount"], row["paid_amount"], row["open_amount"]) == (
        money("5000"),
        money("0"),
        money("5000"),
    )
    assert (row["per_id"], row["handler"], row["reviewer"]) == ("P1", "甲", "乙")
    assert json.loads(row["numbers"]) == [NUMBER]


@pytest.mark.parametrize("steps", [(), BOTH[:1], (("handler", "甲"), ("reviewer", "甲"))])
def test_a_hold_that_was_never_real_kept_nothing_back(steps: tuple[tuple[str, str], ...]) -> None:
    judged = gate(OCTOBER, {"person_id": "P1"})
    assert after(OCTOBER, signed(OCTOBER, *steps), [OTHER], judged=judged).is_empty()


def test_who_was_paid_all_the_same_is_owed_nothing() -> None:
    judged = gate(OCTOBER, {"person_id": "P1"})
    assert after(OCTOBER, signed(OCTOBER, *BOTH), [{"person_id": "P1"}], judged=judged).is_empty()


def test_a_hold_lifted_after_it_was_signed_still_owes_what_it_kept() -> None:
    lifted = signed(OCTOBER, *BOTH, ("lifted", "甲"))
    row = one(after(OCTOBER, lifted, [OTHER], judged=gate(OCTOBER, {"person_id": "P1"})))
    assert row["open_amount"] == money("5000")


def test_only_what_was_kept_is_owed() -> None:
    judged = gate(OCTOBER, {"person_id": "P1"})
    paid = [{"person_id": "P1", "gross": money("1800")}]
    assert one(after(OCTOBER, signed(OCTOBER, *BOTH), paid, judged=judged))["open_amount"] == money("3200")


def test_another_line_of_the_same_payee_that_was_paid_does_not_pay_the_held_one() -> None:
    judged = gate(
        OCTOBER, {"person_id": "P1"}, {"person_id": "P1", "action": "verify", "amount": money("700")}
    )
    paid = [{"person_id": "P1", "gross": money("700")}]
    assert one(after(OCTOBER, signed(OCTOBER, *BOTH), paid, judged=judged))["open_amount"] == money("5000")


def resumed(*lines: Line, **more: Any) -> dict[str, Any]:
    return one(after(NOVEMBER, empty_casework(), lines, followed=held_in_october(), **more))


@pytest.mark.parametrize(
    "line",
    [
        {"gross": "10000", "back_pay": "5000"},
        {"gross": "9600", "back_pay": "5000"},
        {"gross": "10000"},
        {"gross": "10400"},
    ],
)
def test_arrears_or_pay_that_covers_both_months_end_the_matter(line: Mapping[str, str]) -> None:
    row = resumed({"person_id": "P1", **{name: money(value) for name, value in line.items()}})
    assert (row["state"], row["paid_month"]) == ("paid", NOVEMBER)
    assert (row["paid_amount"], row["open_amount"]) == (money("5000"), money("0"))


def test_a_line_of_the_kind_of_arrears_counts_as_such() -> None:
    row = resumed({"person_id": "P1"}, {"person_id": "P1", "pay_kind": "back_pay"})
    assert row["state"] == "paid"


def test_arrears_follow_the_person_to_another_payer() -> None:
    line = {
        "person_id": "P1",
        "agency_code": "A2",
        "per_id": "77",
        "gross": money("11000"),
        "back_pay": money("5000"),
    }
    assert resumed(line)["state"] == "paid"


def test_ordinary_pay_ends_nothing_and_part_of_it_only_a_part() -> None:
    assert resumed({"person_id": "P1"})["state"] == "proposed"
    assert resumed({"person_id": "P1", "gross": money("7000")})["state"] == "proposed"
    part = resumed({"person_id": "P1", "gross": money("7000"), "back_pay": money("2000")})
    assert (part["state"], part["paid_amount"], part["open_amount"]) == (
        "part_paid",
        money("2000"),
        money("3000"),
    )


def test_what_is_paid_is_shown_once_and_then_no_more() -> None:
    seen = after(
        NOVEMBER,
        empty_casework(),
        [{"person_id": "P1", "gross": money("10000"), "back_pay": money("5000")}],
        followed=held_in_october(),
    )
    assert one(seen)["state"] == "paid"
    assert after("2026-12", empty_casework(), [{"person_id": "P1"}], followed=seen).is_empty()


def test_two_held_months_are_paid_one_after_the_other() -> None:
    first = after(SEPTEMBER, signed(SEPTEMBER, *BOTH), [OTHER], judged=gate(SEPTEMBER, {"person_id": "P1"}))
    renewed = signed(OCTOBER, ("renewed", "甲"), ("renewed", "乙"))
    both = after(OCTOBER, renewed, [OTHER], judged=gate(OCTOBER, {"person_id": "P1"}), followed=first)
    assert both["open_amount"].to_list() == [money("5000"), money("5000")]
    line = {"person_id": "P1", "gross": money("12000"), "back_pay": money("7000")}
    paid = after(NOVEMBER, empty_casework(), [line], followed=both)
    assert paid["state"].to_list() == ["paid", "part_paid"]
    assert paid["open_amount"].to_list() == [money("0"), money("3000")]


def test_the_draft_says_what_is_about_to_be_paid() -> None:
    row = one(
        held_in_october(draft=[{"person_id": "P1", "back_pay": money("5000"), "gross": money("10000")}])
    )
    assert (row["state"], row["draft_amount"], row["open_amount"]) == (
        "proposed",
        money("5000"),
        money("5000"),
    )


def test_who_is_to_be_held_again_or_did_not_come_back_is_said() -> None:
    again = held_in_october(draft=[{"person_id": "P1"}], held_again=[{"person_id": "P1"}])
    assert one(again)["state"] == "held_again"
    assert one(held_in_october(draft=[OTHER]))["state"] == "not_resumed"
    assert resumed(OTHER)["state"] == "not_resumed"


def test_who_does_not_come_back_is_followed_for_so_many_months() -> None:
    gone = held_in_october(draft=[OTHER])
    assert not after("2026-11", empty_casework(), [OTHER], followed=gone, months=1).is_empty()
    assert after("2026-12", empty_casework(), [OTHER], followed=gone, months=1).is_empty()
    still = after("2026-12", empty_casework(), [{"person_id": "P1"}], followed=gone, months=1)
    assert one(still)["state"] == "proposed"


@pytest.mark.parametrize(
    ("verdict", "state"), [("confirmed", "settled"), ("rectifying", "settled"), ("refuted", "proposed")]
)
def test_a_finding_known_to_be_true_proposes_nothing(verdict: str, state: str) -> None:
    casework = decided(signed(OCTOBER, *BOTH), verdict)
    assert one(after(OCTOBER, casework, [OTHER], judged=gate(OCTOBER, {"person_id": "P1"})))["state"] == state
