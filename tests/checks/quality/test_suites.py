"""What a suite holds for each kind of column, and which shares and amounts it lets pass."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest

from assets.ledger.month import Month
from checks.quality.result import Severity
from checks.quality.settings import QualitySettings
from checks.quality.suites import suite_for

from .frames import MONTH, SPECS, person_ids, results_of, staged

PAYROLL = "finance__payroll"
ROSTER = "establishment__roster"


def payroll(n: int = 1, **columns: Sequence[object]) -> pl.LazyFrame:
    base: dict[str, Sequence[object]] = {
        "month": [MONTH] * n,
        "agency_name": ["甲局"] * n,
        "name": ["某人"] * n,
        "id_no": list(person_ids(n)),
        "id_class": ["V18"] * n,
        "gross": [5000] * n,
    }
    return staged(PAYROLL, base | columns)


@pytest.mark.parametrize("key", sorted(SPECS.tables))
def test_every_table_has_a_suite_of_its_own_columns(key: str) -> None:
    table = SPECS.table(key)
    suite = suite_for(table, SPECS, month=Month(MONTH), settings=QualitySettings())
    names = [e.name for e in suite.expectations]
    assert len(names) == len(set(names))
    staged_names = set(table.column_names) | {"id_class"}
    assert all(staged_names.issuperset(e.probe.columns) for e in suite.expectations)


def test_a_required_column_may_lack_one_row_in_a_hundred_and_not_more() -> None:
    names: list[object] = [None] + ["某人"] * 99
    assert results_of(payroll(100, name=names), PAYROLL)["given", "name"].is_passed
    worse = results_of(payroll(100, name=[None, None, *names[2:]]), PAYROLL)["given", "name"]
    assert not worse.is_passed
    assert worse.severity is Severity.WARNING
    assert (worse.n_failed, worse.n_rows, worse.row_uids) == (2, 100, (100, 101))


def test_amounts_that_are_mostly_missing_stop_the_run_but_missing_codes_do_not() -> None:
    n = 40
    results = results_of(payroll(n, gross=[None] * 21 + [1] * 19), PAYROLL)
    assert results["given", "gross"].is_blocking
    half = results_of(payroll(n, gross=[None] * 20 + [1] * 20), PAYROLL)["given", "gross"]
    assert not half.is_passed
    assert not half.is_blocking
    few = results_of(payroll(8, gross=[None] * 8), PAYROLL)["given", "gross"]
    assert not few.is_blocking
    roster = results_of(staged(ROSTER, {"name": ["某人"] * n}), ROSTER)
    assert not any(r.is_blocking for r in roster.values())
    assert not roster["given", "quota_type"].is_passed


def test_damaged_ids_warn_and_missing_ones_count_as_not_given() -> None:
    classes: Sequence[object] = ["V18"] * 95 + ["V15", "FOREIGN", "S18", "D8", "NONE"]
    results = results_of(payroll(100, id_class=classes), PAYROLL)
    damaged = results["id_class", "id_no"]
    assert (damaged.n_failed, damaged.n_rows, damaged.is_passed) == (2, 99, False)
    assert damaged.severity is Severity.WARNING
    assert results["given", "id_no"].n_failed == 1


def test_a_code_that_staging_should_never_let_through_stops_the_run() -> None:
    frame = payroll(3, quota_type=["X1", None, "X7"])
    result = results_of(frame, PAYROLL)["in_codes", "quota_type"]
    assert (result.n_failed, result.n_rows, result.row_uids) == (1, 2, (102,))
    assert result.is_blocking


def test_dates_reach_from_1900_to_a_year_after_the_month_and_births_only_to_its_end() -> None:
    days = [date(1899, 12, 31), date(1900, 1, 1), date(2027, 10, 31), date(2027, 11, 1)]
    frame = staged(ROSTER, {"name": ["某人"] * 4, "entered_on": days, "birth_on": days})
    results = results_of(frame, ROSTER)
    assert results["date_range", "entered_on"].row_uids == (100, 103)
    assert results["date_range", "birth_on"].row_uids == (100, 102, 103)


def test_a_year_after_the_end_of_a_leap_february_is_the_end_of_february() -> None:
    days = [date(2029, 2, 28), date(2029, 3, 1)]
    frame = staged(ROSTER, {"name": ["某人"] * 2, "entered_on": days})
    assert results_of(frame, ROSTER, month="2028-02")["date_range", "entered_on"].row_uids == (101,)


def test_amounts_are_not_negative_and_not_absurd_but_back_pay_may_be_negative() -> None:
    frame = payroll(3, gross=[-1, 200_000, 200_001], back_pay=[-500, 0, -200_001])
    results = results_of(frame, PAYROLL)
    assert results["money_range", "gross"].row_uids == (100, 102)
    assert results["money_range", "back_pay"].row_uids == (102,)


def test_a_payroll_states_the_month_of_the_run_and_a_draft_the_next_one() -> None:
    few = results_of(payroll(20, month=["2026-09"] + [MONTH] * 19), PAYROLL)["month_stated", "month"]
    assert (few.is_passed, few.severity, few.n_failed) == (False, Severity.WARNING, 1)
    assert results_of(payroll(20, month=["2026-09"] * 20), PAYROLL)["month_stated", "month"].is_blocking
    draft = staged("finance__payroll_draft", {"month": ["2026-11", MONTH]})
    assert results_of(draft, "finance__payroll_draft")["month_stated", "month"].row_uids == (101,)


def test_gross_is_the_sum_of_its_items_within_a_cent() -> None:
    frame = payroll(
        4,
        position_pay=["1000.01", "1000.00", "1000.00", None],
        grade_pay=["500.00", "500.00", "500.00", None],
        township_allowance=["200.00", "200.00", None, None],
        gross=["1700.00", "1700.02", "1500.00", "900.00"],
    )
    result = results_of(frame, PAYROLL)["sum_holds", "gross_sum"]
    assert (result.n_failed, result.n_rows, result.row_uids) == (1, 3, (101,))
    assert not result.is_blocking


def test_a_total_of_allowances_may_hold_all_or_some_of_them() -> None:
    frame = payroll(
        4,
        position_pay=["1000"] * 4,
        township_allowance=["200"] * 4,
        allowance=["200", "300", None, "300"],
        gross=["1200", "1500", "1200", "1400"],
    )
    assert results_of(frame, PAYROLL)["sum_holds", "gross_sum"].row_uids == (103,)


def test_sums_are_left_alone_where_a_file_has_items_that_nobody_understood() -> None:
    frame = payroll(2, position_pay=["1000", "1000"], gross=["1200", "1200"])
    complete = pl.Series("items_complete", [False, True])
    result = results_of(frame.with_columns(complete), PAYROLL)["sum_holds", "gross_sum"]
    assert (result.n_rows, result.row_uids) == (1, (101,))


def test_net_is_gross_less_deductions_and_is_not_judged_without_any() -> None:
    frame = payroll(
        3,
        gross=["5000", "5000", None],
        tax_deduction=["100", "100", "100"],
        pension_deduction=["400", "400", "400"],
        net=["4500", "4600", "4500"],
    )
    result = results_of(frame, PAYROLL)["sum_holds", "net_sum"]
    assert (result.n_rows, result.row_uids) == (2, (101,))
    bare = results_of(payroll(1, net=["4500"]), PAYROLL)["sum_holds", "net_sum"]
    assert (bare.is_passed, bare.n_rows) == (True, 0)
