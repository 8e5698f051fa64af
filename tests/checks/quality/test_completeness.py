"""Lists of everybody against one another in a first month: whole bodies and many people that one lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import pytest

from checks.quality.completeness import check_completeness
from checks.quality.result import QualityResult, Severity
from checks.quality.settings import QualitySettings

from .frames import SPECS, person_ids, staged

UNIT, ROSTER, STAFF = "establishment__unit", "establishment__roster", "personnel__staff"
AGENCY, PERSON, PAYROLL = "finance__agency", "finance__person", "finance__payroll"
LISTS = (ROSTER, PERSON, PAYROLL, STAFF)
SETTINGS = QualitySettings()
HOSPITAL, SCHOOL, OFFICE = "云岭县人民医院", "云岭县第一中学", "云岭县民政局"
SIZES = {HOSPITAL: 40, SCHOOL: 100, OFFICE: 9}
CODES = {HOSPITAL: "629923001", SCHOOL: "629923002", OFFICE: "629923003"}
UNIT_COLUMN = {ROSTER: "unit_name", STAFF: "unit_name", PERSON: "agency_name", PAYROLL: "agency_name"}

People = Sequence[tuple[str, str]]
"""Number and the body's name as a list writes it."""


def everybody() -> list[tuple[str, str]]:
    bodies = [body for body, n in SIZES.items() for _ in range(n)]
    return list(zip(person_ids(len(bodies)), bodies, strict=True))


def rows(table: str, people: People, **columns: Sequence[object]) -> pl.LazyFrame:
    given: dict[str, Sequence[object]] = {
        "id_no": [number for number, _ in people],
        "id_class": ["V18"] * len(people),
        "name": [f"某{number}" for number, _ in people],
        UNIT_COLUMN[table]: [body for _, body in people],
    }
    return staged(table, given | columns)


def county(
    changed: Mapping[str, People | pl.LazyFrame] | None = None, unified: Mapping[str, bool] | None = None
) -> dict[str, pl.LazyFrame]:
    """All lists with everybody, but for those that are given otherwise."""
    pays = unified or {}
    names = list(SIZES)
    tables = {
        UNIT: staged(
            UNIT,
            {
                "unit_code": [CODES[name] for name in names],
                "name": names,
                "short_name": [name.removeprefix("云岭") for name in names],
                "status": ["active"] * len(names),
            },
        ),
        AGENCY: staged(
            AGENCY,
            {
                "agency_code": [f"30{n}" for n in range(len(names))],
                "name": [name.removeprefix("云岭县") for name in names],
                "is_unified_pay": [pays.get(name, True) for name in names],
            },
        ),
    }
    for table in LISTS:
        given = (changed or {}).get(table, everybody())
        tables[table] = given if isinstance(given, pl.LazyFrame) else rows(table, given)
    return tables


def failed(
    tables: Mapping[str, pl.LazyFrame],
    fresh: Sequence[str] | None = None,
    settings: QualitySettings = SETTINGS,
) -> dict[tuple[str, str], QualityResult]:
    """What did not pass, by table and body ('' for the whole list)."""
    results = check_completeness(tables, fresh or list(tables), SPECS, settings)
    assert all(result.severity is Severity.WARNING for result in results)
    return {(result.table, result.column): result for result in results if not result.is_passed}


def without(body: str) -> list[tuple[str, str]]:
    return [person for person in everybody() if person[1] != body]


def test_lists_that_agree_have_nothing_to_tell_and_say_so() -> None:
    results = check_completeness(county(), list(county()), SPECS, SETTINGS)
    assert {(r.table, r.check) for r in results} == {
        (table, check) for table in LISTS for check in ("listed_people", "listed_body")
    }
    assert all(r.is_passed for r in results)


@pytest.mark.parametrize("table", LISTS)
def test_a_body_that_one_list_lacks_is_named_as_the_authority_calls_it(table: str) -> None:
    short = [(number, body.removeprefix("云岭")) for number, body in everybody()]
    found = failed(county({STAFF: short, table: without(HOSPITAL)}))
    assert set(found) == {(table, HOSPITAL), (table, "")}
    result = found[table, HOSPITAL]
    assert (result.n_rows, result.n_failed) == (40, 40)
    assert all(words in result.message for words in (SPECS.table(table).label, HOSPITAL, "40"))
    assert "请核对是否漏报该单位的文件" in result.remedy


def test_a_small_body_and_a_body_that_is_only_short_are_left_to_the_rules() -> None:
    half = [p for n, p in enumerate(everybody()) if n >= 6]
    assert not failed(county({PAYROLL: without(OFFICE)}))
    assert not failed(county({PAYROLL: half}))


def test_somebody_paid_elsewhere_does_not_hide_that_his_body_is_missing() -> None:
    moved = [(everybody()[0][0], SCHOOL), *without(HOSPITAL)]
    result = failed(county({PAYROLL: moved}))[PAYROLL, HOSPITAL]
    assert (result.n_rows, result.n_failed) == (40, 39)


@pytest.mark.parametrize(("n_gone", "is_told"), [(22, False), (23, True)])
def test_more_than_ten_people_and_15_percent_who_are_missing_are_told(n_gone: int, is_told: bool) -> None:
    kept = [p for n, p in enumerate(everybody()) if n % 6 or n >= 6 * n_gone]
    found = failed(county({ROSTER: kept}))
    assert ((ROSTER, "") in found) is is_told
    assert set(found) <= {(ROSTER, "")}


def test_bodies_that_pay_their_own_people_are_not_expected_on_the_finance_lists() -> None:
    tables = county({PAYROLL: without(HOSPITAL), PERSON: without(HOSPITAL)}, unified={HOSPITAL: False})
    assert not failed(tables)


def test_the_settings_may_name_a_body_that_pays_its_own_people() -> None:
    tables = county({PAYROLL: without(HOSPITAL)})
    for body in (HOSPITAL, CODES[HOSPITAL]):
        assert not failed(tables, settings=QualitySettings(not_unified_pay=(body,)))


def test_a_body_under_a_budget_unit_that_pays_its_own_people_does_so_too() -> None:
    person = rows(
        PERSON,
        [(number, "" if body == HOSPITAL else body) for number, body in everybody()],
        agency_code=["399" if body == HOSPITAL else None for _, body in everybody()],
    )
    tables = county({PERSON: person, PAYROLL: without(HOSPITAL)})
    assert (PAYROLL, HOSPITAL) in failed(tables)
    own: dict[str, Sequence[object]] = {
        "agency_code": ["399"],
        "name": ["县卫生健康局"],
        "is_unified_pay": [False],
    }
    assert not failed(tables | {AGENCY: staged(AGENCY, own)})


def test_pensioners_and_contract_staff_who_are_paid_are_not_missing_from_the_roster() -> None:
    people = everybody()
    others = [(number, SCHOOL) for number in person_ids(40, start=500)]
    status = ["active"] * len(people) + ["retired"] * 20 + ["active"] * 20
    paid = {table: rows(table, people + others, status=status) for table in (PERSON, PAYROLL)}
    assert (ROSTER, "") not in failed(county({**paid, STAFF: people}))  # 20 are within the limit
    contract = "establishment__contract_staff"
    numbers = [number for number, _ in others[20:]]
    listed = staged(contract, {"id_no": numbers, "id_class": ["V18"] * len(numbers)})
    results = check_completeness(county(paid) | {contract: listed}, LISTS, SPECS, SETTINGS)
    assert {r.n_failed for r in results} == {0}


def test_people_whose_numbers_are_damaged_on_a_list_are_not_missing_from_it() -> None:
    people = everybody()
    classes = ["T18" if body == HOSPITAL else "V18" for _, body in people]
    assert not failed(county({ROSTER: rows(ROSTER, people, id_class=classes)}))


def test_a_list_that_was_carried_over_is_a_witness_and_not_judged() -> None:
    tables = county({PAYROLL: without(HOSPITAL), STAFF: without(SCHOOL)})
    assert {table for table, _ in failed(tables, fresh=[UNIT, ROSTER, AGENCY, PERSON, PAYROLL])} == {PAYROLL}


def test_two_lists_alone_cannot_say_which_is_short() -> None:
    tables = county({PAYROLL: without(HOSPITAL)})
    assert not check_completeness({k: tables[k] for k in (ROSTER, PAYROLL)}, [PAYROLL], SPECS, SETTINGS)


def test_a_body_unknown_to_the_authority_is_named_as_written_and_no_person_is() -> None:
    strangers = [(number, "云岭县融媒体中心") for number in person_ids(12, start=900)]
    found = failed(county({t: [*everybody(), *strangers] for t in (PERSON, PAYROLL, STAFF)}))
    assert set(found) == {(ROSTER, "云岭县融媒体中心")}
    assert not any(number in str(result) for result in found.values() for number, _ in strangers)


def test_of_many_bodies_the_largest_are_named_and_the_rest_counted() -> None:
    settings = QualitySettings(examples=1)
    found = failed(county({PAYROLL: without(SCHOOL)[40:]}), settings=settings)
    assert {column for _, column in found} == {"", SCHOOL, "另外 1 个机构"}
