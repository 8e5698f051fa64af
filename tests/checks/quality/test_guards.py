"""Guards over whole tables: keys, people who are missing, rows, drift, as-of dates; their edges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from checks.quality.guards import (
    TableInput,
    empty_shares,
    guard_table,
    has_rows,
    missing_people,
    row_count,
    stale_sources,
    unique_key,
)
from checks.quality.result import Severity
from checks.quality.settings import QualitySettings

from .frames import SPECS, person_ids, staged

ROSTER = "establishment__roster"
SETTINGS = QualitySettings()


def roster(ids: list[str], **columns: Sequence[object]) -> TableInput:
    base: dict[str, Sequence[object]] = {
        "name": [f"某{i}" for i in ids],
        "id_no": list(ids),
        "id_class": ["V18"] * len(ids),
    }
    return TableInput(SPECS.table(ROSTER), staged(ROSTER, base | columns))


@pytest.mark.parametrize(
    ("n_before", "n_gone", "stops"),
    [(40, 10, False), (40, 11, True), (66, 10, False), (100, 15, False), (100, 16, True), (20, 11, True)],
)
def test_more_than_ten_people_and_15_percent_missing_stop_the_run(
    n_before: int, n_gone: int, stops: bool
) -> None:
    ids = person_ids(n_before)
    result = missing_people(roster(ids[n_gone:]), roster(ids).frame, SETTINGS)
    assert (result.n_rows, result.n_failed, result.is_blocking) == (n_before, n_gone, stops)


def test_the_message_names_the_table_the_counts_and_the_remedy() -> None:
    ids = person_ids(100)
    result = missing_people(roster(ids[16:]), roster(ids).frame, SETTINGS)
    label = SPECS.table(ROSTER).label
    assert all(words in result.message for words in (label, "100", "16", "15"))
    assert "重新报送" in result.remedy


def test_newcomers_do_not_make_up_for_people_who_are_missing() -> None:
    ids, others = person_ids(100), person_ids(50, start=500)
    assert missing_people(roster(ids[50:] + others), roster(ids).frame, SETTINGS).is_blocking


def test_a_person_whose_number_was_damaged_this_month_is_not_missing() -> None:
    ids = person_ids(100)
    names: Sequence[object] = [f"某{i}" for i in ids]
    classes: Sequence[object] = ["T18"] * 30 + ["V18"] * 70
    now = roster([i[:15] + "000" for i in ids[:30]] + ids[30:], name=names, id_class=classes)
    assert missing_people(now, roster(ids).frame, SETTINGS).n_failed == 0


def test_lists_of_events_may_be_short_and_are_only_remarked() -> None:
    table = "establishment__departure"
    before = staged(table, {"name": ["某人"] * 40})
    given = TableInput(SPECS.table(table), staged(table, {"name": ["某人"] * 5}), before)
    results = {r.check: r for r in guard_table(given, SETTINGS)}
    assert "missing_people" not in results
    assert not results["row_count"].is_passed
    assert results["row_count"].severity is Severity.INFO


def test_a_required_table_that_became_much_shorter_warns() -> None:
    table = "establishment__unit"
    before = staged(table, {"name": [f"{i}局" for i in range(100)]})
    given = TableInput(SPECS.table(table), staged(table, {"name": [f"{i}局" for i in range(85)]}))
    assert row_count(given, before, SETTINGS).is_passed
    shorter = TableInput(SPECS.table(table), staged(table, {"name": [f"{i}局" for i in range(84)]}))
    result = row_count(shorter, before, SETTINGS)
    assert (result.is_passed, result.severity, result.is_blocking) == (False, Severity.WARNING, False)


def test_one_number_twice_in_a_list_warns_and_names_the_rows() -> None:
    a, b, c = person_ids(3)
    result = unique_key(roster([a, b, a, c]), SETTINGS)
    assert result is not None
    assert (result.n_failed, result.row_uids, result.severity) == (2, (100, 102), Severity.WARNING)


def test_damaged_numbers_and_namesakes_are_no_duplicates() -> None:
    a = person_ids(1)[0]
    result = unique_key(roster([a, a], id_class=["T18", "T18"], name=["某人", "某人"]), SETTINGS)
    assert result is not None
    assert result.is_passed


def test_two_pay_lines_of_one_person_in_two_bodies_are_no_duplicates() -> None:
    table = "finance__payroll"
    a = person_ids(1)[0]
    columns: dict[str, Sequence[object]] = {
        "month": ["2026-10"] * 3,
        "agency_code": ["001", "002", "002"],
        "id_no": [a] * 3,
        "id_class": ["V18"] * 3,
        "name": ["某人"] * 3,
    }
    result = unique_key(TableInput(SPECS.table(table), staged(table, columns)), SETTINGS)
    assert result is not None
    assert result.row_uids == (101, 102)


def test_a_table_without_rows_warns() -> None:
    assert not has_rows(roster([])).is_passed
    assert has_rows(roster(person_ids(1))).is_passed


def test_a_column_that_became_empty_is_remarked_and_a_small_change_is_not() -> None:
    ids = person_ids(100)
    full = roster(ids, unit_name=["甲局"] * 100)
    tenth = roster(ids, unit_name=[None] * 10 + ["甲局"] * 90)
    more = roster(ids, unit_name=[None] * 11 + ["甲局"] * 89)
    assert [r.is_passed for r in empty_shares(tenth, full.frame, SETTINGS)] == [True]
    (result,) = empty_shares(more, full.frame, SETTINGS)
    assert (result.column, result.severity, result.is_passed) == ("unit_name", Severity.INFO, False)
    assert "0%" in result.message
    assert "11%" in result.message


def test_a_source_more_than_31_days_behind_the_newest_warns() -> None:
    labels = {key: SPECS.table(key).label for key in SPECS.tables}
    as_of = {
        "finance__payroll": date(2026, 10, 31),
        "police__residency": date(2026, 9, 30),
        ROSTER: date(2026, 9, 29),
    }
    results = {r.table: r for r in stale_sources(as_of, labels, SETTINGS)}
    assert results["police__residency"].is_passed
    assert not results[ROSTER].is_passed
    assert "2026-09-29" in results[ROSTER].message
    assert not results[ROSTER].is_blocking
    assert stale_sources({}, labels, SETTINGS) == []
