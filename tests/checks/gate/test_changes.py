"""变动有据: what changed since last month's payroll, with its paper, and whether the sum closes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from assets.ledger.month import Month
from checks.gate.changes import ChangeTerms, pay_changes, sums_that_differ
from checks.gate.lines import Payroll
from connectors.specs import load_specs

from ..facts import connection_with
from .lists import NOVEMBER, pay

TERMS = ChangeTerms(date(2026, 8, 1), date(2026, 11, 30), 30, 10, 3)


def line(person: str, gross: str = "5000", agency: str = "A1", **more: Any) -> dict[str, Any]:
    return {"person_id": person, "agency_code": agency, "gross": Decimal(gross), **more}


def stated(
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    tables: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> pl.DataFrame:
    payroll = Payroll(Month(NOVEMBER), True, pay(*after), pay(*before))
    with connection_with(tables or {}) as connection:
        return pay_changes(payroll, connection, TERMS, load_specs())


def moved(statement: pl.DataFrame) -> list[tuple[str, str, Decimal, bool]]:
    rows = statement.filter(~pl.col("kind").is_in(["opening", "closing"])).sort("person_id")
    return list(rows.select("person_id", "kind", "change", "is_supported").iter_rows())


STILL = [line(f"S{n}") for n in range(40)]


def test_every_change_stands_with_its_sign_and_the_sum_closes() -> None:
    before = [*STILL, line("P1"), line("P2"), line("P3")]
    after = [*STILL, line("P2", "5600"), line("P3", "4500"), line("P4", "7000")]
    statement = stated(before, after)
    assert moved(statement) == [
        ("P1", "removed", Decimal("-5000.00"), False),
        ("P2", "raised", Decimal("600.00"), False),
        ("P3", "lowered", Decimal("-500.00"), False),
        ("P4", "added", Decimal("7000.00"), False),
    ]
    assert sums_that_differ(statement) == []
    edges = dict(
        statement.filter(pl.col("kind").is_in(["opening", "closing"])).select("kind", "change").iter_rows()
    )
    assert edges == {"opening": Decimal("215000.00"), "closing": Decimal("217100.00")}


def test_a_sum_that_does_not_close_is_found() -> None:
    statement = stated([*STILL, line("P1")], STILL)
    assert sums_that_differ(statement.filter(pl.col("kind") != "removed")) == ["A1"]


@pytest.mark.parametrize(
    ("table", "paper", "before", "after"),
    [
        ("entry", {"entry_no": "入1号", "entered_on": date(2026, 10, 8)}, None, "5000"),
        ("roster", {"quota_document_no": "编1号", "quota_entered_on": date(2026, 10, 8)}, None, "5000"),
        ("departure", {"document_no": "减1号", "left_on": date(2026, 2, 8)}, "5000", None),
        ("exit", {"exit_no": "出1号", "event_on": date(2026, 10, 8)}, "5000", None),
        ("retirement", {"document_no": "退1号", "retired_month": "2026-10"}, "5000", None),
        ("death", {"died_on": date(2026, 10, 8)}, "5000", None),
        ("wage_approval", {"document_no": "资1号", "pay_from": "2026-11"}, "5000", "5600"),
        ("probation", {"document_no": "转1号", "confirmed_on": date(2026, 10, 8)}, "5000", "5600"),
        ("absence", {"document_no": "离1号", "began_on": date(2026, 10, 8)}, "5000", "4000"),
        ("sanction", {"document_no": "处1号", "decided_on": date(2026, 10, 8)}, "5000", "4000"),
        ("detention", {"document_no": "拘1号", "began_on": date(2026, 10, 8)}, "5000", "2250"),
    ],
)
def test_a_paper_accounts_for_a_change(
    table: str, paper: Mapping[str, Any], before: str | None, after: str | None
) -> None:
    tables = {table: [{"person_id": "P1", **paper}]}
    statement = stated(
        [*STILL, *([line("P1", before)] if before else [])],
        [*STILL, *([line("P1", after)] if after else [])],
        tables,
    )
    ((_, _, _, is_supported),) = moved(statement)
    assert is_supported


@pytest.mark.parametrize(
    ("table", "paper", "before", "after"),
    [
        ("entry", {"entered_on": date(2015, 3, 1)}, None, "5000"),
        ("wage_approval", {"pay_from": "2025-01"}, "5000", "5600"),
        ("departure", {"left_on": date(2026, 10, 8)}, "5000", "5600"),
        ("entry", {"entered_on": date(2026, 10, 8)}, "5000", None),
    ],
)
def test_an_old_paper_or_one_for_another_change_does_not(
    table: str, paper: Mapping[str, Any], before: str | None, after: str | None
) -> None:
    statement = stated(
        [*STILL, *([line("P1", before)] if before else [])],
        [*STILL, *([line("P1", after)] if after else [])],
        {table: [{"person_id": "P1", **paper}]},
    )
    ((_, _, _, is_supported),) = moved(statement)
    assert not is_supported


def test_the_end_of_arrears_is_accounted_for_and_their_beginning_is_not() -> None:
    arrears = {"gross": Decimal("9000"), "back_pay": Decimal("4000")}
    plain = {"back_pay": Decimal("0")}
    ended = stated([*STILL, line("P1") | arrears], [*STILL, line("P1") | plain])
    begun = stated([*STILL, line("P1") | plain], [*STILL, line("P1") | arrears])
    assert [row[3] for row in moved(ended)] == [True]
    assert [row[3] for row in moved(begun)] == [False]


def test_what_moves_a_third_of_the_county_at_once_is_an_adjustment() -> None:
    after = [line(f"S{n}", "5200" if n < 20 else "5000") for n in range(40)]
    assert {row[3] for row in moved(stated(STILL, after))} == {True}
    few = [line(f"S{n}", "5200" if n < 9 else "5000") for n in range(40)]
    assert {row[3] for row in moved(stated(STILL, few))} == {False}


def test_somebody_who_is_paid_elsewhere_now_is_one_less_here_and_one_more_there() -> None:
    statement = stated([*STILL, line("P1")], [*STILL, line("P1", agency="A2")])
    assert sorted((kind, amount) for _, kind, amount, _ in moved(statement)) == [
        ("added", Decimal("5000.00")),
        ("removed", Decimal("-5000.00")),
    ]
    assert sums_that_differ(statement) == []


def test_without_last_months_payroll_nothing_is_stated() -> None:
    payroll = Payroll(Month(NOVEMBER), True, pay(line("P1")), None)
    with connection_with({}) as connection:
        assert pay_changes(payroll, connection, TERMS, load_specs()).is_empty()
