"""三数对应 and its bridge: every line has one reason, and the lines are the difference, always."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from assets.ledger.month import Month
from checks.bridge.build import Bridge, build_bridge, ledger_entries, sums_that_differ
from checks.rules.tables import OnDuckDB

from ..facts import Rows, connection_with, fact

OCTOBER = Month("2026-10")
LAG_MONTHS = 2
UNITS: Rows = [{"unit_id": "u1", "is_unified_pay": True}, {"unit_id": "u2", "is_unified_pay": False}]


def on_roster(
    person: str | None, unit: str | None = "u1", type_: str | None = "X1", **more: Any
) -> dict[str, Any]:
    base = {
        "person_id": person,
        "unit_id": unit,
        "ledger_type": type_,
        "quota_class": (type_ or "")[:2] or None,
    }
    return base | {"is_active": True, "entered_month_no": 24000, **more}


def paid(
    person: str | None, unit: str | None = "u1", type_: str | None = "X1", **more: Any
) -> dict[str, Any]:
    base: dict[str, Any] = {"person_id": person, "unit_id": unit, "ledger_type": type_, "gross": 5000}
    return base | {"is_current": True, "is_in_service": True, **more}


def on_staff(
    person: str | None, unit: str | None = "u1", type_: str | None = "X1", **more: Any
) -> dict[str, Any]:
    return {
        "person_id": person,
        "unit_id": unit,
        "quota_type": type_,
        "ledger_type": type_,
        "is_active": True,
        **more,
    }


def bridge(**tables: Rows) -> Bridge:
    with connection_with({"unit": UNITS, **tables}) as connection:
        return build_bridge(OnDuckDB(connection), OCTOBER, LAG_MONTHS)


def reasons(built: Bridge, comparison: str = "paid") -> dict[tuple[str | None, int], str]:
    lines = built.bridge.filter(pl.col("comparison") == comparison)
    assert lines.height == lines.select("unit_id", "quota_type", "person_id", "sign").unique().height
    return {
        (person, sign): reason
        for person, sign, reason in lines.select("person_id", "sign", "reason").iter_rows()
    }


def numbers(built: Bridge, unit: str = "u1", type_: str = "X1") -> Mapping[str, Any]:
    rows = built.three_numbers.filter((pl.col("unit_id") == unit) & (pl.col("quota_type") == type_))
    return rows.row(0, named=True) if rows.height else {}


def test_the_three_numbers_count_persons_and_not_rows() -> None:
    built = bridge(
        quota=[{"unit_id": "u1", "quota_type": "X1", "approved": 5}],
        roster=[on_roster("a"), on_roster("a"), on_roster("b"), on_roster("gone", is_active=False)],
        pay=[
            paid("a"),
            paid("a"),
            paid("c", is_on_quota=False),
            paid("d", pay_kind="back_pay"),
            paid("e", is_in_service=False),
            paid("f", gross=0),
            paid("g", is_current=False),
        ],
        staff=[on_staff("a"), on_staff("b", is_active=False)],
    )
    assert numbers(built) == {
        "unit_id": "u1",
        "quota_type": "X1",
        "approved": 5,
        "on_roster": 2,
        "paid": 1,
        "n_organisation": 0,
        "n_personnel": 1,
        "pool_id": None,
    }


ON_ROSTER_UNPAID: list[tuple[str, dict[str, Rows]]] = [
    ("not_listed", {}),
    ("dead", {"death": [{"person_id": "a", "died_on": date(2026, 5, 1)}]}),
    ("retired", {"retirement": [{"person_id": "a", "retired_month_no": OCTOBER.number}]}),
    (
        "retired",
        {
            "pension_payee": [
                {
                    "person_id": "a",
                    "status": "normal",
                    "benefit_class": "retire",
                    "retired_month_no": OCTOBER.number - 3,
                }
            ]
        },
    ),
    ("identity", {"person": [{"person_id": "a", "maybe_finance": True}]}),
    ("identity", {"person": [{"person_id": "a", "in_conflict": True}]}),
    ("other_type", {"pay": [paid("a", type_="Y")]}),
    ("other_unit", {"pay": [paid("a", "u2")]}),
    ("away_unpaid", {"roster": [on_roster("a", status="24")]}),
    ("not_unified", {"roster": [on_roster("a", "u2")]}),
    ("exemption", {"exemption": [{"person_id": "a", "exemption_class": "secondment"}]}),
    ("lag", {"departure": [{"person_id": "a", "left_on": date(2026, 9, 20)}]}),
    ("lag", {"entry": [{"person_id": "a", "entered_on": date(2026, 9, 1)}]}),
    ("lag", {"roster": [on_roster("a", entered_month_no=OCTOBER.number)]}),
]


PAID_UNLISTED: list[tuple[str, dict[str, Rows]]] = [
    ("not_on_roster", {}),
    ("contract", {"contract_staff": [{"person_id": "a", "is_active": True}]}),
    ("dead", {"death": [{"person_id": "a", "died_on": date(2026, 5, 1)}]}),
    ("identity", {"person": [{"person_id": "a", "maybe_establishment": True}]}),
    ("other_unit", {"roster": [on_roster("a", "u2")]}),
    ("lag", {"exit": [{"person_id": "a", "event_on": date(2026, 8, 31)}]}),
    ("lag", {"pay": [paid("a", entered_on=date(2026, 9, 5))]}),
]


def all_at_once(cases: list[tuple[str, dict[str, Rows]]], usual: dict[str, Rows]) -> Bridge:
    """One bridge over all cases: the person "a" of the n-th case is "a<n>"."""
    tables: dict[str, list[Mapping[str, Any]]] = {}
    for n, (_, given) in enumerate(cases):
        for name, rows in (usual | given).items():
            tables.setdefault(name, []).extend({**row, "person_id": f"a{n}"} for row in rows)
    return bridge(**tables)


def test_whoever_is_on_the_roster_and_not_paid_there_has_the_reason_that_fits() -> None:
    built = all_at_once(ON_ROSTER_UNPAID, {"roster": [on_roster("a")]})
    found = reasons(built)
    assert [found[f"a{n}", -1] for n in range(len(ON_ROSTER_UNPAID))] == [why for why, _ in ON_ROSTER_UNPAID]
    assert sums_that_differ(built).is_empty()


def test_whoever_is_paid_and_not_on_the_roster_there_has_the_reason_that_fits() -> None:
    built = all_at_once(PAID_UNLISTED, {"pay": [paid("a")]})
    found = reasons(built)
    assert [found[f"a{n}", 1] for n in range(len(PAID_UNLISTED))] == [why for why, _ in PAID_UNLISTED]
    assert sums_that_differ(built).is_empty()


def test_of_several_reasons_the_first_of_the_list_stands() -> None:
    every: dict[str, Rows] = {
        "departure": [{"left_on": date(2026, 9, 20)}],
        "exemption": [{"exemption_class": "secondment"}],
        "person": [{"in_conflict": True}],
        "retirement": [{"retired_month_no": OCTOBER.number}],
        "death": [{"died_on": date(2026, 5, 1)}],
    }
    ordered = ["lag", "exemption", "identity", "retired", "dead"]
    cases = [(reason, dict(list(every.items())[n:])) for n, reason in enumerate(ordered)]
    found = reasons(all_at_once(cases, {"roster": [on_roster("a")]}))
    assert [found[f"a{n}", -1] for n in range(len(cases))] == ordered


def test_events_before_the_lag_window_explain_nothing() -> None:
    built = bridge(roster=[on_roster("a")], departure=[{"person_id": "a", "left_on": date(2026, 7, 31)}])
    assert reasons(built)["a", -1] == "not_listed"


def test_a_second_post_is_no_excuse_for_missing_pay() -> None:
    built = bridge(
        roster=[on_roster("a")],
        exemption=[
            {"person_id": "a", "exemption_class": "dual_post"},
            {"person_id": "a", "exemption_class": "secondment", "ended_on": date(2026, 9, 30)},
        ],
    )
    assert reasons(built)["a", -1] == "not_listed"


def test_a_person_twice_on_the_roster_has_one_line_a_place() -> None:
    built = bridge(
        roster=[on_roster("a", status="24"), on_roster("a", "u2", status="24"), on_roster("a", status="24")]
    )
    assert sums_that_differ(built).is_empty()
    assert built.bridge.filter(pl.col("comparison") == "paid").height == 2


def test_rows_that_name_nobody_count_nowhere() -> None:
    built = bridge(
        roster=[on_roster(None), on_roster("a")],
        pay=[paid(None), paid("a")],
        staff=[on_staff(None), on_staff("a")],
    )
    assert built.bridge.filter(pl.col("comparison") != "organisation").is_empty()
    assert sums_that_differ(built).is_empty()


def test_a_body_that_establishment_does_not_know_is_explained_too() -> None:
    built = bridge(pay=[paid("a", "finance:F9", None)], staff=[on_staff("a", "finance:F9", None)])
    assert numbers(built, "finance:F9", "")["paid"] == 1
    assert reasons(built)["a", 1] == "not_on_roster"
    assert sums_that_differ(built).is_empty()


def test_a_type_without_funding_agrees_with_the_rosters_type_of_its_class() -> None:
    built = bridge(
        roster=[on_roster("a", type_="Y1", quota_class="Y"), on_roster("b", type_="Y1", quota_class="Y")],
        staff=[on_staff("a", type_="Y"), on_staff("b", type_=None)],
    )
    assert reasons(built, "personnel") == {}
    assert numbers(built, type_="Y1")["n_personnel"] == 2


def test_whom_organisation_does_not_keep_is_one_line_a_body_and_type() -> None:
    built = bridge(
        roster=[
            on_roster("civil", identity="civil"),
            on_roster("missing", identity="civil"),
            on_roster("worker", identity="office_worker"),
            on_roster("other", identity=None),
            on_roster("kept", identity="manager"),
        ],
        cadre=[on_staff("civil"), on_staff("kept"), on_staff("unknown")],
    )
    assert reasons(built, "organisation") == {
        ("missing", -1): "not_listed",
        ("unknown", 1): "not_on_roster",
        (None, -2): "not_managed",
    }
    assert numbers(built)["n_organisation"] == 3
    assert sums_that_differ(built).is_empty()


def test_the_lines_add_up_for_every_body_and_type_whatever_the_lists_say() -> None:
    dice = random.Random(5)
    units, types, people = (
        ["u1", "u2", "finance:9", None],
        ["X1", "Y", "Y1", None],
        [*"abcdefghij", None],
    )

    def rows(make: Any, n: int) -> Rows:
        return [make(dice.choice(people), dice.choice(units), dice.choice(types)) for _ in range(n)]

    for _ in range(4):
        roster = [{**row, "identity": dice.choice(["civil", None])} for row in rows(on_roster, 14)]
        built = bridge(
            roster=roster,
            pay=rows(paid, 14),
            staff=rows(on_staff, 14),
            cadre=rows(on_staff, 10),
            departure=[{"person_id": "a", "left_on": date(2026, 10, 1)}] * 2,
            exemption=[{"person_id": "b", "exemption_class": "secondment"}] * 2,
            contract_staff=[{"person_id": "c", "is_active": True}] * 2,
            retirement=[{"person_id": "d", "retired_month_no": 1}] * 2,
        )
        assert sums_that_differ(built).rows() == []
        assert set(built.bridge["reason"]) <= {
            *(
                "lag",
                "exemption",
                "not_unified",
                "away_unpaid",
                "other_unit",
                "other_type",
                "identity",
                "retired",
            ),
            *("dead", "contract", "not_on_roster", "not_listed", "not_managed"),
        }


def test_a_sum_that_differs_is_told() -> None:
    built = bridge(roster=[on_roster("a")])
    wrong = Bridge(built.three_numbers, built.bridge.filter(pl.col("comparison") != "paid"), built.unit_count)
    assert sums_that_differ(wrong).rows() == [("u1", "X1", "paid", -1, 0)]


def test_the_ledgers_entries_stand_behind_the_type_they_were_approved_for() -> None:
    ledger = fact(
        "ledger",
        [
            {
                "unit_id": "u1",
                "item": "quota",
                "quota_type": "Y1",
                "change": 9,
                "effective_on": date(2012, 3, 1),
            },
            {
                "unit_id": "u1",
                "item": "quota",
                "quota_type": "Y2",
                "change": -2,
                "effective_on": date(2011, 3, 1),
            },
            {
                "unit_id": "u1",
                "item": "quota",
                "quota_type": "X1",
                "change": 4,
                "document_no": "编发〔2011〕1号",
            },
            {
                "unit_id": "u1",
                "item": "quota",
                "quota_type": "X1",
                "change": 7,
                "effective_on": date(2026, 11, 1),
            },
            {"unit_id": "u1", "item": "unit_chief", "quota_type": "X1", "change": 1},
        ],
    )
    entries = dict(ledger_entries(ledger.lazy(), OCTOBER).select("quota_type", "ledger_entries").iter_rows())
    assert sorted(entries) == ["X1", "Y", "Y1", "Y2"]
    assert '"增减": 4' in entries["X1"]
    assert '"增减": 7' not in entries["X1"]
    assert entries["Y"].index('"增减": -2') < entries["Y"].index('"增减": 9')
