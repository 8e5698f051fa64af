"""Signs of life and of service that are dated after the death, retirement or departure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets.ledger.month import Month
from checks.findings.counter import counter_evidence, signs
from connectors.raw import PART_SCHEMA
from connectors.rows import row_uid
from tests.tiny_month import Cells, Tables, judged, judgement_of, only, with_facts

from ..facts import Rows, fact
from .conftest import DEAD, OCTOBER, tables

MONTH = Month(OCTOBER)
EVENTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "P06": ("death", {"died_on": date(2026, 6, 30), "kind": "death"}),
    "P08": ("court", {"judged_on": date(2026, 6, 30), "declaration": "death"}),
    "E01": ("retirement", {"retired_month": "2026-06"}),
    "P15": ("pension_payee", {"first_month": "2026-06", "status": "normal"}),
    "E03": ("departure", {"left_on": date(2026, 6, 30), "unit_id": "u1"}),
    "E04": ("exit", {"event_on": date(2026, 6, 30), "unit_id": "u1"}),
}
ALL = tuple(EVENTS)
BY_UNIT = ("E03", "E04")
RECORDS: tuple[tuple[str, dict[str, Any], str, tuple[str, ...]], ...] = (
    ("verification", {"result": "match"}, "verified_on", ("P06", "P08")),
    ("wage_approval", {"change_reason": "promotion", "unit_id": "u1"}, "approved_on", ALL),
    ("wage_approval", {"unit_id": "u1"}, "pay_from", ALL),
    ("post", {"unit_id": "u1", "title": "副局长"}, "appointed_on", ALL),
    ("rank", {"rank_level": "section_1"}, "approved_on", ("P06", "P08", "E01", "P15")),
    ("entry", {"unit_id": "u1"}, "entered_on", ALL),
    ("roster", {"unit_id": "u1", "is_active": True}, "entered_on", ALL),
    ("roster", {"unit_id": "u1", "is_active": True}, "quota_entered_on", ALL),
    ("roster", {"unit_id": "u1", "is_active": True}, "position_since", ALL),
    ("staff", {"unit_id": "u1", "is_active": True}, "entered_on", ALL),
    ("staff", {"unit_id": "u1", "is_active": True}, "contract_from", ALL),
    ("probation", {"unit_id": "u1"}, "hired_on", ALL),
    ("contract_staff", {"unit_id": "u1"}, "began_on", ALL),
    ("absence", {"unit_id": "u1"}, "began_on", ALL),
    ("attendance", {"unit_id": "u1", "n_present": 20.0}, "month", ALL),
)
MONTHS = {"pay_from", "month"}


def found(rule: str, lists: Mapping[str, Rows]) -> list[dict[str, Any]]:
    """What speaks against a finding about P1, whose event is dated 2026-06-30."""
    name, given = EVENTS[rule]
    rows: dict[str, Rows] = {name: [{"person_id": "P1", "row_uid": 7, **given}]}
    for table, more in lists.items():
        rows[table] = [*rows.get(table, ()), *more]
    facts = {table: fact(table, more, 100 * n).lazy() for n, (table, more) in enumerate(rows.items(), 1)}
    evidence = pl.DataFrame({"rule_id": [rule], "subject_key": ["P1"], "matter": [""], "row_uid": [7]})
    result = counter_evidence(evidence, facts, pl.DataFrame(schema=PART_SCHEMA), MONTH)
    return [item for text in result["counter_evidence"] for item in json.loads(text)]


def dated(column: str, day: date) -> dict[str, Any]:
    return {column: day.isoformat()[:7] if column in MONTHS else day}


@pytest.mark.parametrize(("table", "row", "column", "rules"), RECORDS, ids=lambda part: str(part))
def test_a_record_dated_later_speaks_against_it_and_one_dated_earlier_does_not(
    table: str, row: dict[str, Any], column: str, rules: tuple[str, ...]
) -> None:
    for rule in ALL:
        later = found(rule, {table: [{"person_id": "P1", **row, **dated(column, date(2026, 7, 1))}]})
        earlier = found(rule, {table: [{"person_id": "P1", **row, **dated(column, date(2026, 6, 30))}]})

        assert [item["date"] for item in later] == (["2026-07-01"] if rule in rules else [])
        assert earlier == []


@pytest.mark.parametrize("rule", BY_UNIT)
def test_only_what_happens_at_the_unit_that_was_left_speaks_against_the_leaving(rule: str) -> None:
    approval = {"person_id": "P1", "approved_on": date(2026, 8, 1)}

    assert found(rule, {"wage_approval": [approval | {"unit_id": "u2"}, approval]}) == []
    assert found("P06", {"wage_approval": [approval | {"unit_id": "u2"}]}) != []


@pytest.mark.parametrize("rule", ["E01", "P15"])
def test_a_retirement_counts_to_the_end_of_its_month(rule: str) -> None:
    assert found(rule, {"post": [{"person_id": "P1", "appointed_on": date(2026, 6, 30)}]}) == []
    assert found(rule, {"wage_approval": [{"person_id": "P1", "pay_from": "2026-06"}]}) == []
    assert found(rule, {"wage_approval": [{"person_id": "P1", "pay_from": "2026-07"}]}) != []


def test_a_pay_month_counts_before_the_day_of_the_approval() -> None:
    backdated = {"person_id": "P1", "pay_from": "2026-01", "approved_on": date(2026, 8, 1)}

    assert found("P06", {"wage_approval": [backdated]}) == []


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("verification", {"result": "cancelled", "verified_on": date(2026, 8, 1)}),
        ("verification", {"result": "match"}),
        ("wage_approval", {"change_reason": "stop", "approved_on": date(2026, 8, 1)}),
        ("attendance", {"n_present": 0.0, "month": "2026-08"}),
        ("attendance", {"month": "2026-08"}),
        ("roster", {"is_active": False, "entered_on": date(2026, 8, 1)}),
        ("post", {"appointed_on": date(2026, 12, 1)}),
    ],
)
def test_records_that_are_no_sign(table: str, row: dict[str, Any]) -> None:
    assert found("P06", {table: [{"person_id": "P1", **row}]}) == []


def test_a_household_that_stands_counts_by_the_day_of_its_list() -> None:
    normal: dict[str, Rows] = {"residency": [{"person_id": "P1", "status": "normal"}]}

    def as_of(day: date) -> Mapping[str, Rows]:
        snapshot = {"source": "police__residency", "month": OCTOBER, "as_of_on": day, "is_carried": False}
        return {**normal, "source_snapshot": [snapshot]}

    assert [item["what"] for item in found("P06", as_of(date(2026, 10, 31)))] == ["公安户籍状态正常"]
    assert found("P06", as_of(date(2026, 6, 30))) == []
    assert found("P06", normal) == []
    assert found("E01", as_of(date(2026, 10, 31))) == []


def test_the_household_of_a_person_declared_missing_says_nothing() -> None:
    verified = fact("verification", [{"person_id": "P1", "result": "match", "verified_on": date(2026, 8, 1)}])
    wage = fact("wage_approval", [{"person_id": "P1", "pay_from": "2026-08"}])
    lists = {"verification": verified.lazy(), "wage_approval": wage.lazy()}

    def signs_after(*declarations: str) -> list[str]:
        declared = [
            {"person_id": "P1", "judged_on": date(2026, 6, n), "declaration": one}
            for n, one in enumerate(declarations, 1)
        ]
        court = fact("court", declared, 50)
        n = len(declarations)
        evidence = pl.DataFrame(
            {
                "rule_id": ["P08"] * n,
                "subject_key": ["P1"] * n,
                "matter": [""] * n,
                "row_uid": court["row_uid"],
            }
        )
        facts = {**lists, "court": court.lazy()}
        result = counter_evidence(evidence, facts, pl.DataFrame(schema=PART_SCHEMA), MONTH)
        return [item["what"] for text in result["counter_evidence"] for item in json.loads(text)]

    assert signs_after("missing") == ["人社工资审批"]
    assert signs_after("missing", "death") == ["人社工资审批", "公安核验返回一致"]


def test_signs_stand_in_order_of_date_and_only_the_persons_own() -> None:
    lists: dict[str, Rows] = {
        "wage_approval": [
            {"person_id": "P1", "pay_from": "2026-09"},
            {"person_id": "P2", "pay_from": "2026-09"},
        ],
        "post": [{"person_id": "P1", "appointed_on": date(2026, 8, 5)}],
    }
    assert [(item["date"], item["what"]) for item in found("P06", lists)] == [
        ("2026-08-05", "组织部任职"),
        ("2026-09-01", "人社工资审批"),
    ]


def test_a_sign_must_be_later_than_every_record_of_the_event() -> None:
    approval = {"wage_approval": [{"person_id": "P1", "pay_from": "2026-07"}]}
    evidence = pl.DataFrame(
        {"rule_id": ["E01"] * 2, "subject_key": ["P1"] * 2, "matter": [""] * 2, "row_uid": [1, 2]}
    )
    retired = [{"person_id": "P1", "retired_month": month} for month in ("2026-05", "2026-08")]
    facts = {"retirement": fact("retirement", retired).lazy()}
    facts |= {name: fact(name, rows, 50).lazy() for name, rows in approval.items()}
    parts = pl.DataFrame(schema=PART_SCHEMA)

    assert counter_evidence(evidence, facts, parts, MONTH).is_empty()
    assert counter_evidence(evidence.head(1), facts, parts, MONTH).height == 1


def test_findings_of_other_rules_have_none() -> None:
    evidence = pl.DataFrame({"rule_id": ["P01"], "subject_key": ["P1"], "matter": [""], "row_uid": [7]})
    facts = {"wage_approval": fact("wage_approval", [{"person_id": "P1", "pay_from": "2026-09"}]).lazy()}

    assert counter_evidence(evidence, facts, pl.DataFrame(schema=PART_SCHEMA), MONTH).is_empty()


def test_every_sign_and_event_names_columns_that_there_are() -> None:
    for entry in (*signs().event, *signs().sign):
        names = set(fact(entry.fact, ()).columns)
        assert {*entry.on, "person_id", "row_uid"} <= names
    for sign in signs().sign:
        assert {*sign.where, *sign.unless, *sign.above} <= set(fact(sign.fact, ()).columns)
        assert set(sign.rules) <= set(ALL)


def test_a_finding_shows_the_record_with_its_place_and_stays_what_it_is(tmp_path: Path) -> None:
    verified: Cells = {"id_no": [DEAD], "name": ["死者"], "result": ["一致"], "verified_on": ["2026-09-12"]}
    rules = only("P06")
    found_with = {}
    lists: dict[str, Tables] = {"plain": {}, "verified": {"police__verification": verified}}
    for name, more in lists.items():
        store = with_facts(tmp_path / name, OCTOBER, {**tables(OCTOBER), **more})
        judged(tmp_path / name, store, None, judgement_of(OCTOBER, rules))
        found_with[name] = store.read("finding").filter(pl.col("id_no") == DEAD).row(0, named=True)

    plain, spoken = found_with["plain"], found_with["verified"]
    (sign,) = json.loads(spoken["counter_evidence"])
    uid = sign.pop("row_uid")
    assert sign == {
        "what": "公安核验返回一致",
        "date": "2026-09-12",
        "department": "police",
        "table": "verification",
        "file": "police/police__verification.xlsx",
        "sheet": "Sheet1",
        "row": 2,
    }
    part = (uid >> 30) % (1 << 22)
    assert uid == pl.select(row_uid(OCTOBER, part, pl.lit(2))).item()
    assert plain["counter_evidence"] == "[]"
    assert {name: spoken[name] for name in ("status", "severity", "amount_gross", "evidence_hash")} == {
        name: plain[name] for name in ("status", "severity", "amount_gross", "evidence_hash")
    }
    assert plain["counterfactual"] == (
        "若公安、民政撤销有误的死亡登记，或者财政自 2026年10月 起停发在职工资，则本条消除；"
        "停发前多发的金额仍须追缴"
    )
