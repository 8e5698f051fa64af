"""A payroll as locked, held against what the gate said of its draft."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from checks.gate.check import payroll_differences
from checks.gate.holds import row_key

MONEY = pl.Decimal(14, 2)


def gate(*lines: tuple[str, str, str]) -> pl.DataFrame:
    """per_id, action, payable of each line of 5,000."""
    return pl.DataFrame(
        [
            {
                "agency_code": "A1",
                "per_id": per,
                "id_no": None,
                "name": per,
                "file": "草表.xlsx",
                "sheet": "表",
                "row": n,
                "amount": Decimal("5000"),
                "payable_amount": Decimal(payable),
                "action": action,
            }
            for n, (per, action, payable) in enumerate(lines, 2)
        ],
        schema_overrides={"amount": MONEY, "payable_amount": MONEY, "id_no": pl.String},
    )


def final(*lines: tuple[str, str]) -> pl.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            "agency_code": "A1",
            "per_id": per,
            "id_no": None,
            "name": per,
            "file": "定稿.xlsx",
            "sheet": "表",
            "row": n,
            "gross": Decimal(gross),
        }
        for n, (per, gross) in enumerate(lines, 2)
    ]
    return pl.DataFrame(rows, schema_overrides={"gross": MONEY, "id_no": pl.String})


RELEASE, HOLD, REJECT = ("001", "release", "5000"), ("001", "hold", "0"), ("001", "reject_new", "0")
OTHER = ("009", "5000")


@pytest.mark.parametrize(
    ("line", "paid", "kind"),
    [
        (RELEASE, "5000", None),
        (("001", "verify", "5000"), "5000", None),
        (("001", "release", "2250"), "2250", None),
        (("001", "release", "2250"), "5000", "more"),
        (RELEASE, "5100", "more"),
        (RELEASE, "4900", "less"),
        (RELEASE, None, "missing"),
        (HOLD, "5000", "hold_paid"),
        (HOLD, None, "stopped_unconfirmed"),
        (HOLD, "0", "stopped_unconfirmed"),
        (REJECT, "5000", "reject_paid"),
        (REJECT, None, None),
    ],
)
def test_each_line_is_compared(line: tuple[str, str, str], paid: str | None, kind: str | None) -> None:
    locked = final(*([("001", paid)] if paid else []), OTHER)
    found = payroll_differences(gate(line, ("009", "release", "5000")), locked, ())
    assert found["kind"].to_list() == ([kind] if kind else [])


@pytest.mark.parametrize(("paid", "kind"), [("5000", "confirmed_hold_paid"), (None, None)])
def test_a_confirmed_hold_binds(paid: str | None, kind: str | None) -> None:
    told = gate(HOLD, ("009", "release", "5000"))
    locked = final(*([("001", paid)] if paid else []), OTHER)
    found = payroll_differences(told, locked, row_key(told.head(1)).to_list())
    assert found["kind"].to_list() == ([kind] if kind else [])


def test_a_payee_whom_nobody_has_judged_is_named_with_his_row() -> None:
    found = payroll_differences(gate(RELEASE), final(("001", "5000"), ("777", "100")), ())
    (row,) = found.to_dicts()
    assert (row["kind"], row["place"]) == ("not_judged", "定稿.xlsx ▸ 表 第 3 行")


def test_of_a_repeated_payment_one_line_may_stay() -> None:
    told = gate(("001", "verify", "5000"), HOLD)
    assert payroll_differences(told, final(("001", "5000")), row_key(told).to_list()).is_empty()
    assert payroll_differences(told, final(("001", "10000")), ())["kind"].to_list() == ["hold_paid"]


def test_the_worst_comes_first() -> None:
    told = gate(("001", "release", "5000"), ("002", "reject_new", "0"))
    found = payroll_differences(told, final(("001", "4000"), ("002", "5000")), ())
    assert found["severity"].to_list() == [1, 3]
