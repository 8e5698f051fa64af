"""The sums of a judged payroll: by action, by budget unit, and from last month to this one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from assets.contracts.casework import empty_casework
from assets.contracts.registry import published
from assets.published import Pointer, PublishedMonth
from reports.gate_list import back_pay_json, gate_json, gate_text
from reports.judged_payroll import (
    change_sums,
    judged_months,
    judged_payroll,
    payroll_book,
)

MONTH, DRAFT = "2026-10", "2026-11"
ZERO = Decimal("0.00")
Row = Mapping[str, Any]


def money(text: str) -> Decimal:
    return Decimal(text).quantize(ZERO)


def _line(
    agency: str | None, uid: int, action: str, amount: str, payable: str | None = None
) -> dict[str, Any]:
    paid = payable if payable is not None else (amount if action in ("release", "verify") else "0")
    return {
        "payroll_month": DRAFT,
        "agency_code": agency,
        "agency_name": f"单位{agency}",
        "per_id": f"{uid}",
        "person_id": f"P{uid}",
        "id_no": "629923199001011234",
        "row_uid": uid,
        "action": action,
        "amount": money(amount),
        "payable_amount": money(paid),
        "reasons": '[{"rule":"","number":"","sentence":"没有待核实事项","basis":"","note":""}]',
    }


LINES = (
    _line("A2", 2, "release", "5000.01"),
    _line("A1", 9, "verify", "6000.00"),
    _line("A1", 3, "hold", "4000.10"),
    _line("A1", 5, "release", "3000.00", "2250.00"),
    _line(None, 7, "reject_new", "100.00"),
    {**_line("A1", 1, "release", "777.00"), "payroll_month": MONTH},
)
CHANGES = (
    ("A1", "opening", "12000.00", None),
    ("A1", "removed", "-1500.00", True),
    ("A1", "added", "2500.10", False),
    ("A1", "raised", "0.05", True),
    ("A1", "lowered", "-0.05", False),
    ("A1", "closing", "13000.10", None),
    ("A2", "opening", "5000.00", None),
    ("A2", "raised", "0.01", True),
    ("A2", "closing", "5000.01", None),
)
OWED = {
    "payroll_month": DRAFT,
    "held_month": MONTH,
    "row_key": "A1|9|草表.xlsx|表|2",
    "agency_code": "A1",
    "per_id": "9",
    "person_id": "P9",
    "id_no": "629923199001011234",
    "held_amount": money("6000"),
    "paid_amount": money("1000"),
    "open_amount": money("5000"),
    "state": "part_paid",
    "rules": '["E04"]',
    "numbers": '["629923-E04-00001"]',
}


@pytest.fixture
def month() -> Iterator[PublishedMonth]:
    """A published month with these tables and no others."""
    connection = duckdb.connect()
    changes = [
        {
            "payroll_month": DRAFT,
            "agency_code": agency,
            "kind": kind,
            "change": money(change),
            "is_supported": has,
        }
        for agency, kind, change, has in CHANGES
    ]
    tables: dict[str, list[Row]] = {
        "gate": list(LINES),
        "gate_change": list(changes),
        "gate_backpay": [OWED],
        "meta": [{"key": "division_name", "value": "云岭县"}],
    }
    for name, rows in tables.items():
        frame = pl.DataFrame(rows, infer_schema_length=None).lazy()
        connection.register("laid", published()[name].shape(frame).collect())
        connection.execute(f'create table "{name}" as from laid')
        connection.unregister("laid")
    pointer = Pointer(MONTH, "r", "l", "s", "c", "", (), "")
    with PublishedMonth(pointer, connection, Path()) as opened:
        yield opened


def test_a_months_payrolls_are_known_and_no_others(month: PublishedMonth) -> None:
    assert judged_months(month) == [MONTH, DRAFT]
    assert judged_payroll(month, "2026-12") is None
    payroll = judged_payroll(month, DRAFT)
    assert payroll is not None
    assert (payroll.is_draft, payroll.kind, payroll.place) == (True, "发前核", "云岭县")


def test_lines_stand_by_budget_unit_and_then_as_in_the_payroll(month: PublishedMonth) -> None:
    payroll = judged_payroll(month, DRAFT)
    assert payroll is not None
    assert payroll.rows["row_uid"].to_list() == [3, 5, 9, 2, 7]


def test_sums_by_action_and_by_unit_are_those_of_the_lines(month: PublishedMonth) -> None:
    book = payroll_book(month, DRAFT, empty_casework()["hold"])
    own = [line for line in LINES if line["payroll_month"] == DRAFT]
    for one in book.actions:
        mine = [line for line in own if line["action"] == one.action]
        assert one.n == len(mine)
        assert one.amount == sum((line["amount"] for line in mine), ZERO)
        assert one.payable == sum((line["payable_amount"] for line in mine), ZERO)
    assert [one.n_reduced for one in book.actions if one.action == "release"] == [1]
    assert [one.code for one in book.agencies] == ["A1", "A2", ""]
    for unit in book.agencies:
        mine = [line for line in own if (line["agency_code"] or "") == unit.code]
        assert (unit.n, unit.amount) == (len(mine), sum((line["amount"] for line in mine), ZERO))
        assert sum(unit.n_of.values()) == unit.n
    assert sum((one.payable for one in book.actions), ZERO) == sum((u.payable for u in book.agencies), ZERO)


def test_last_month_and_the_changes_are_this_month_for_every_unit_and_together(month: PublishedMonth) -> None:
    payroll = judged_payroll(month, DRAFT)
    assert payroll is not None
    sums = {one.kind: one for one in change_sums(payroll.changes)}
    assert list(sums) == ["opening", "added", "removed", "raised", "lowered", "closing"]
    moves = sum((one.change for kind, one in sums.items() if kind not in ("opening", "closing")), ZERO)
    assert sums["opening"].change + moves == sums["closing"].change == money("18000.11")
    assert {kind: (one.n, one.n_open) for kind, one in sums.items()} == {
        "opening": (0, 0),
        "added": (1, 1),
        "removed": (1, 0),
        "raised": (2, 0),
        "lowered": (1, 1),
        "closing": (0, 0),
    }
    units: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in payroll.changes.iter_rows(named=True):
        units[row["agency_code"]] += -row["change"] if row["kind"] == "closing" else row["change"]
    assert set(units.values()) == {ZERO}
    assert payroll_book(month, DRAFT, empty_casework()["hold"]).change_sums == tuple(sums.values())


def test_a_long_payroll_keeps_its_sums_and_lists_what_needs_somebody(
    month: PublishedMonth, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = payroll_book(month, DRAFT, empty_casework()["hold"])
    monkeypatch.setattr("reports.judged_payroll.LINE_LIMIT", 2)
    short = payroll_book(month, DRAFT, empty_casework()["hold"])
    assert (whole.is_whole, short.is_whole) == (True, False)
    assert (short.actions, short.agencies, short.change_sums) == (
        whole.actions,
        whole.agencies,
        whole.change_sums,
    )
    assert short.payroll.rows["row_uid"].to_list() == [3, 5, 9, 7]
    kinds = short.payroll.changes["kind"].to_list()
    assert kinds == ["opening", "added", "lowered", "closing", "opening", "closing"]


def test_what_is_owed_goes_with_the_payees_line_and_stands_alone(month: PublishedMonth) -> None:
    payroll = judged_payroll(month, DRAFT)
    assert payroll is not None
    text = gate_text(payroll, width=80)
    assert "部分补发" in text
    assert "5,000.00" in text
    assert "629923199001011234" not in text
    said = gate_json(payroll)
    assert said.count('"held_month": "2026-10"') == 1
    assert "629923199001011234" not in said + back_pay_json(payroll.back_pay)
    assert "629923199001011234" in back_pay_json(payroll.back_pay, unmask=True)
