"""The model of the sample county: clean it is consistent, planted it says exactly what was planted."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from connectors.sample.county import build_county
from connectors.sample.expected import expected, quota_class
from connectors.sample.model import County
from connectors.sample.numbers import DIVISION, is_valid_id
from connectors.sample.pay import Payroll
from connectors.sample.truth import truth_rows

RULES = [
    "P01",
    "P02",
    "P04",
    "P06",
    "P07",
    "P10",
    "P12",
    "P15",
    "E01",
    "E03",
    "E04",
    "T01",
    "T02",
    "T08",
    "O01",
    "O05",
    "Q01",
    "Q04",
    "Q12",
    "I01",
    "I02",
    "I06",
]
SIZES = [(300, 7), (1200, 3), (3000, 5)]


@cache
def county(people: int, seed: int, *, clean: bool) -> County:
    return build_county(people=people, months=3, until="2026-10", seed=seed, clean=clean)


@pytest.mark.parametrize(("people", "seed"), SIZES)
def test_a_clean_county_gives_no_rule_anything_to_say(people: int, seed: int) -> None:
    made = county(people, seed, clean=True)
    payroll = Payroll(made)
    assert [e for month in made.months for e in expected(made, payroll, month)] == []


@pytest.mark.parametrize(("people", "seed"), SIZES)
def test_in_a_clean_county_quotas_cover_people_and_paid_by_type(people: int, seed: int) -> None:
    made = county(people, seed, clean=True)
    for month in made.months:
        counts: Counter[tuple[str, str]] = Counter()
        for row in made.table("roster", month):
            counts[made.bodies[row.body].holder, row.quota_type] += 1
        for (holder, quota_type), n in counts.items():
            assert made.quota(holder, quota_type, month) >= n


def test_in_a_clean_county_the_five_lists_hold_the_same_people() -> None:
    made = county(3000, 5, clean=True)
    for month in made.months:
        roster = {r.id_no: r.body for r in made.table("roster", month)}
        assert roster == {r.id_no: r.body for r in made.table("staff", month)}
        in_service = {r.id_no: r.body for r in made.table("finance", month) if r.is_on_quota}
        assert roster == in_service
        paid = {r.id_no for r in made.table("pay", month) if r.is_on_quota}
        assert paid == {i for i, body in roster.items() if made.bodies[body].is_unified_pay}


@pytest.mark.parametrize("clean", [True, False])
def test_every_number_is_valid_and_of_no_assigned_division(clean: bool) -> None:
    made = county(1200, 3, clean=clean)
    for id_no in made.persons:
        assert id_no.startswith(DIVISION)
        assert is_valid_id(id_no)
    assert all(code.startswith(DIVISION) for code, body in made.bodies.items() if body.known)


@pytest.mark.parametrize(("people", "seed"), SIZES)
def test_every_rule_has_a_case_and_every_case_its_consequence(people: int, seed: int) -> None:
    made = county(people, seed, clean=False)
    found = expected(made, Payroll(made), made.last)
    said = {(e.rule_id, e.id_no or e.unit_code) for e in found}
    assert {e.rule_id for e in found} >= set(RULES)
    meant = {(rule, s.id_no or s.unit_code) for s in made.stories for rule in (*s.rules, *s.allowed)}
    assert meant <= said
    quiet = {(rule, s.id_no or s.unit_code) for s in made.stories for rule in s.silent}
    assert not quiet & said


def test_lag_and_exemption_are_told_apart_from_findings() -> None:
    made = county(3000, 5, clean=False)
    kinds = {(e.rule_id, e.expect) for e in expected(made, Payroll(made), made.last)}
    for rule in ("P01", "P04", "E01", "E03", "E04"):
        assert {(rule, "finding"), (rule, "in_lag")} <= kinds
    assert {("P02", "finding"), ("P02", "exempt"), ("P01", "allowed")} <= kinds


def test_a_subject_has_at_most_one_row_a_rule() -> None:
    made = county(3000, 5, clean=False)
    for month in made.months:
        found = expected(made, Payroll(made), month)
        assert max(Counter((e.rule_id, e.id_no or e.unit_code) for e in found).values()) == 1
        rows = truth_rows(made, found, month)
        assert max(Counter((r.rule_id, r.id_no or r.unit_code) for r in rows).values()) == 1


@pytest.mark.parametrize("clean", [True, False])
def test_pay_items_add_up_and_nobody_is_paid_less_than_nothing(clean: bool) -> None:
    made = county(1200, 3, clean=clean)
    payroll = Payroll(made)
    for month in made.months:
        for line in payroll.month(month):
            assert line.gross == sum(line.items.values()) > 0
            assert line.net == line.gross - sum(line.deductions.values()) > 0
            assert line.cost == line.gross + sum(line.employer.values())


def test_pay_rises_with_a_promotion() -> None:
    made = county(3000, 5, clean=True)
    payroll = Payroll(made)
    promotion = next(
        p for p in made.promotions if p.month == made.last and made.bodies[p.body].is_unified_pay
    )
    row = next(r for r in made.listings[promotion.id_no] if r.table == "pay")
    assert payroll.line(row, made.last).gross > payroll.line(row, made.last - 1).gross


def test_the_ledger_is_deltas_whose_sum_nowhere_falls_below_nothing() -> None:
    made = county(3000, 5, clean=True)
    for holder in {row.holder for row in made.ledger}:
        rows = [r for r in made.ledger if r.holder == holder and r.item == "编制"]
        for quota_type in {r.quota_type for r in rows}:
            mine = sorted((r for r in rows if r.quota_type == quota_type), key=lambda r: r.approved_on)
            assert sum(r.change for r in mine) >= 0
            assert mine


def test_reform_transfers_are_balanced() -> None:
    made = county(3000, 5, clean=True)
    moved: Counter[tuple[str, str]] = Counter()
    for row in made.ledger:
        if row.reason == "机构改革划转":
            moved[row.document_no, row.quota_type] += row.change
    assert moved
    assert set(moved.values()) == {0}


def test_schools_share_a_pool_and_have_no_quota_of_their_own() -> None:
    made = county(3000, 5, clean=True)
    schools = [b for b in made.bodies.values() if b.kind == "school"]
    assert len({s.holder for s in schools}) == 1
    for school in schools:
        assert quota_class("Y1") == "Y"
        assert made.quota(school.code, "Y1", made.last) == 0


def test_a_full_county_has_about_180_bodies_and_shared_budget_units() -> None:
    made = county(12000, 7, clean=True)
    assert 170 <= sum(b.known for b in made.bodies.values()) <= 200
    budget_units = Counter(b.agency_code for b in made.bodies.values() if b.agency_code)
    assert max(budget_units.values()) >= 5
    names = Counter(p.name for p in made.persons.values())
    assert sum(n for n in names.values() if n > 1) > 1000


@pytest.mark.parametrize("wrong", [{"people": 299}, {"people": 20001}, {"months": 0}, {"until": "2026-13"}])
def test_arguments_out_of_range_are_refused_with_the_limits(wrong: dict[str, int]) -> None:
    arguments = {"people": 300, "months": 1, "until": "2026-10", "seed": 1, "clean": True}
    with pytest.raises(ValueError, match=r"\d"):
        build_county(**{**arguments, **wrong})  # type: ignore[arg-type]
