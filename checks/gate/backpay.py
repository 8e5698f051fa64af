"""补发 of holds that have ended: what was held back of whom, and what later payrolls paid of it.

A hold is of one payroll and ends with it. What it kept from the payee is followed, from published month to
published month, until payrolls show it paid, or until the finding behind it is known to be true. Not here:
who signs a hold (`checks.gate.holds`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from assets.contracts.registry import published
from assets.ledger.month import Month
from checks.findings.decisions import TRUE
from checks.gate.decide import HOLD
from checks.gate.holds import HoldState, row_key, signed_holds

PROPOSED, PART_PAID, PAID = "proposed", "part_paid", "paid"
HELD_AGAIN, NOT_RESUMED, SETTLED = "held_again", "not_resumed", "settled"
BACK_PAY = "back_pay"
_ZERO = Decimal("0.00")
_PAYEE = ("agency_code", "per_id", "person_id")
Row = dict[str, Any]


@dataclass(frozen=True)
class Payrolls:
    """The payrolls that a month knows, in the form of fact `pay`.

    Attributes:
        month: the month that was paid.
        paid: what was paid in it; None where that payroll was not delivered.
        draft: what is about to be paid in the next one; None where there is no draft.
        draft_gate: the gate's word on the draft, in the form of table `gate`.
    """

    month: Month
    paid: pl.LazyFrame | None
    draft: pl.LazyFrame | None
    draft_gate: pl.DataFrame


def back_pay(
    judged_before: pl.DataFrame,
    followed: pl.DataFrame,
    casework: Mapping[str, pl.DataFrame],
    finding: pl.DataFrame,
    payrolls: Payrolls,
    months: int,
) -> pl.DataFrame:
    """Every hold that ended and is still followed.

    Args:
        judged_before: table `gate` of the last published month: its draft is the payroll now paid.
        followed: table `gate_backpay` of that month.
        casework: frames `hold` and `decision`.
        finding: this month's findings.
        payrolls: what was paid, and what is about to be.
        months: for how many months those are followed who did not come back to the payroll, or whose
            finding is known to be true.

    Returns:
        Table `gate_backpay`, in its order.
    """
    open_rows = followed.filter(pl.col("state") != PAID).sort("held_month", "row_key").to_dicts()
    ended = _ended(judged_before, casework["hold"], payrolls)
    rows = [*open_rows, *ended]
    if not rows:
        return published()["gate_backpay"].empty()
    paid = _lines_of(payrolls.paid, rows)
    draft = _lines_of(payrolls.draft, rows)
    again = _lines_of(payrolls.draft_gate.filter(pl.col("action") == HOLD).lazy(), rows)
    _see_paid(open_rows, paid, payrolls.month.text)
    known = _true_findings(casework["decision"])
    told = [
        {
            **_followed(row, finding, draft),
            "payroll_month": payrolls.month.next.text,
            "state": _state(row, payrolls, paid, draft, again),
        }
        for row in rows
    ]
    for row in told:
        if row["state"] != PAID and known & set(json.loads(row["numbers"])):
            row["state"] = SETTLED
    least = payrolls.month.number - months
    kept = [
        row
        for row in told
        if row["state"] not in (NOT_RESUMED, SETTLED) or Month(row["held_month"]).number >= least
    ]
    contract = published()["gate_backpay"]
    return (
        contract.shape(pl.DataFrame(kept, schema=dict(contract.schema)).lazy()).sort(*contract.key).collect()
    )


def _ended(judged_before: pl.DataFrame, holds: pl.DataFrame, payrolls: Payrolls) -> list[Row]:
    """Holds of the payroll now paid that two people had signed, where it really kept money back."""
    month = payrolls.month.text
    signed = signed_holds(holds, month)
    lines = judged_before.filter(pl.col("payroll_month") == month)
    lines = lines.with_columns(row_key(lines))
    held = lines.filter(pl.col("row_key").is_in(list(signed)))
    if held.is_empty() or payrolls.paid is None:
        return []
    rows = [_new(row, signed[row["row_key"]]) for row in held.sort("row_key").iter_rows(named=True)]
    others = lines.join(held, on="row_uid", how="anti").to_dicts()
    paid = _lines_of(payrolls.paid, rows)
    spare: dict[int, Decimal] = {}
    for row in rows:
        mine = [line for line in paid if _is_same(line, row)]
        usual = sum((line["amount"] or _ZERO for line in others if _is_same(line, row)), _ZERO)
        beyond = max(sum((_gross(line) for line in mine), _ZERO) - usual, _ZERO)
        payee = min(n for n, other in enumerate(rows) if _is_same(other, row))
        left = spare.get(payee, beyond)
        used = min(left, row["held_amount"])
        spare[payee] = left - used
        row["held_amount"] = row["open_amount"] = row["held_amount"] - used
    return [row for row in rows if row["held_amount"] > 0]


def _new(line: Mapping[str, Any], state: HoldState) -> Row:
    reasons = json.loads(line["reasons"] or "[]")
    return {
        "held_month": line["payroll_month"],
        "row_key": line["row_key"],
        **{name: line[name] for name in (*_PAYEE, "agency_name", "unit_id", "id_no", "name")},
        "normal_amount": line["amount"] or _ZERO,
        "held_amount": max(line["amount"] or _ZERO, _ZERO),
        "paid_amount": _ZERO,
        "open_amount": _ZERO,
        "paid_month": None,
        "rules": json.dumps(sorted({r["rule"] for r in reasons if r["rule"]})),
        "numbers": json.dumps(sorted({r["number"] for r in reasons if r["number"]})),
        "handler": state.handler,
        "reviewer": state.reviewer,
    }


def _lines_of(lines: pl.LazyFrame | None, rows: Sequence[Row]) -> list[Row]:
    """The lines of these payees: under their number at the same agency, or as the same person anywhere."""
    if lines is None:
        return []
    people = [row["person_id"] for row in rows if row["person_id"]]
    numbers = [row["per_id"] for row in rows if row["per_id"]]
    names = lines.collect_schema().names()
    wanted = [n for n in (*_PAYEE, "gross", "amount", BACK_PAY, "pay_kind") if n in names]
    found = lines.filter(pl.col("person_id").is_in(people) | pl.col("per_id").is_in(numbers)).select(wanted)
    return found.collect(engine="streaming").to_dicts()


def _is_same(line: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether a line is the payee's at the agency that held it."""
    if line["agency_code"] != row["agency_code"]:
        return False
    by_number = bool(row["per_id"]) and line["per_id"] == row["per_id"]
    return by_number or (row["person_id"] is not None and line["person_id"] == row["person_id"])


def _is_person(line: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Likewise, or the same person's elsewhere: arrears may follow who moved."""
    return _is_same(line, row) or (row["person_id"] is not None and line["person_id"] == row["person_id"])


def _gross(line: Mapping[str, Any]) -> Decimal:
    return line["gross"] or _ZERO


def _arrears(line: Mapping[str, Any]) -> Decimal:
    """What of a line is 补发: the whole line where it is of that kind, else the item of that name."""
    if line["pay_kind"] == BACK_PAY:
        return max(_gross(line), _ZERO)
    return max(line[BACK_PAY] or _ZERO, _ZERO)


def _see_paid(rows: Sequence[Row], paid: Sequence[Row], month: str) -> None:
    """Take what a payroll paid of these holds off what is open, the oldest first.

    Where no arrears are stated, pay that reaches the usual amount and all that is open counts as well.
    """
    used: dict[str, Decimal] = {}
    for row in rows:
        if row["held_month"] >= month:
            continue
        mine = [line for line in paid if _is_person(line, row)]
        payee = row["person_id"] or f"{row['agency_code']}|{row['per_id']}"
        stated = sum((_arrears(line) for line in mine), _ZERO)
        here = sum((_gross(line) for line in mine if _is_same(line, row)), _ZERO)
        left = (stated or here - row["normal_amount"]) - used.get(payee, _ZERO)
        if left <= 0 or (not stated and left < row["open_amount"]):
            continue
        taken = min(left, row["open_amount"])
        used[payee] = used.get(payee, _ZERO) + taken
        row["paid_amount"] += taken
        row["open_amount"] -= taken
        row["paid_month"] = month


def _followed(row: Row, finding: pl.DataFrame, draft: Sequence[Row]) -> Row:
    """A row with what the draft says, and the numbers that its findings have got by now."""
    numbers = set(json.loads(row["numbers"]))
    if row["person_id"]:
        same = (pl.col("person_id") == row["person_id"]) & pl.col("rule_id").is_in(json.loads(row["rules"]))
        numbers |= set(finding.filter(same)["number"].drop_nulls().to_list())
    arrears = sum((_arrears(line) for line in draft if _is_person(line, row)), _ZERO)
    return {**row, "draft_amount": arrears, "numbers": json.dumps(sorted(numbers))}


def _state(
    row: Row, payrolls: Payrolls, paid: Sequence[Row], draft: Sequence[Row], again: Sequence[Row]
) -> str:
    """How far the 补发 of one hold has come, by the newest payroll there is."""
    if row["open_amount"] <= 0:
        return PAID
    if any(_is_same(line, row) for line in again):
        return HELD_AGAIN
    newest = draft if payrolls.draft is not None else paid
    is_known = payrolls.draft is not None or row["held_month"] < payrolls.month.text
    if is_known and not any(_is_person(line, row) and _gross(line) > 0 for line in newest):
        return NOT_RESUMED
    return PART_PAID if row["paid_amount"] > 0 else PROPOSED


def _true_findings(decision: pl.DataFrame) -> set[str]:
    """Numbers of the findings that somebody decided to be true."""
    return set(decision.filter(pl.col("verdict").is_in(list(TRUE)))["number"].to_list())
