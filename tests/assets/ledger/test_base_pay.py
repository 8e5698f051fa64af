"""基本工资 as payrolls write it: a total, its parts, both, or a line beside 薪级工资."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from assets.contracts.registry import facts
from assets.ledger.base_pay import base_pay, base_pay_of_parts
from tests.tiny_month import with_facts

from ...people import number
from ..tables import SPECS

COLUMNS = SPECS.table("finance__payroll").columns


def of(**items: str) -> Decimal:
    """The 基本工资 of a pay line with these items."""
    line = {name: [Decimal(amount)] for name, amount in items.items()}
    frame = facts()["pay"].shape(pl.LazyFrame(line)).select(base_pay(COLUMNS))
    return Decimal(frame.collect().item())


@pytest.mark.parametrize(
    ("items", "amount"),
    [
        ({"position_pay": "2000", "grade_pay": "1000.50"}, "3000.50"),
        ({"position_pay": "2000", "technical_pay": "300", "floating_pay": "50"}, "2350"),
        ({"base_pay": "3000.50"}, "3000.50"),
        ({}, "0"),
        ({"base_pay": "0", "position_pay": "2000", "grade_pay": "1000"}, "3000"),
    ],
)
def test_one_column_or_its_parts_alone_are_the_basic_pay(items: dict[str, str], amount: str) -> None:
    assert of(**items) == Decimal(amount)


def test_a_total_beside_its_parts_counts_once() -> None:
    assert of(base_pay="3000.50", position_pay="2000", grade_pay="1000.50") == Decimal("3000.50")


def test_a_total_that_holds_a_part_which_is_not_shown_is_the_basic_pay() -> None:
    assert of(base_pay="3300", position_pay="2000", grade_pay="1000") == 3300


def test_a_total_without_the_teachers_tenth_is_added_to_it_once() -> None:
    assert of(base_pay="3000", position_pay="2000", grade_pay="1000", teacher_nurse_pay="300") == 3300


def test_a_column_smaller_than_its_parts_is_a_line_of_its_own() -> None:
    assert of(base_pay="1500", grade_pay="2600") == 4100
    assert of(base_pay="2000", position_pay="2000", grade_pay="1000", gross="5000") == 5000


def test_the_gross_pay_tells_a_line_of_its_own_from_a_total() -> None:
    beside = {"base_pay": "3000", "teacher_nurse_pay": "300", "performance_base": "700"}
    assert of(**beside, gross="4000") == 3300
    assert of(**beside, gross="3700") == 3000
    assert of(base_pay="2600", grade_pay="1500", township_allowance="200", gross="4300") == 4100


def test_totals_of_allowances_do_not_hide_what_the_gross_pay_tells() -> None:
    items = {"base_pay": "2600", "grade_pay": "1500", "township_allowance": "200", "allowance": "500"}
    assert of(**items, gross="4600") == 4100
    assert of(**items, gross="4800") == 4100
    assert of(**items, gross="3100") == 2600
    assert of(**items, gross="3300") == 2600


def test_without_a_gross_pay_that_adds_up_the_size_decides() -> None:
    assert of(base_pay="3000", position_pay="2000", grade_pay="1000", gross="9999") == 3000
    assert of(base_pay="1500", grade_pay="2600", gross="9999") == 4100


def test_a_payroll_without_the_column_adds_its_parts() -> None:
    line = {"position_pay": [Decimal(2000)], "teacher_nurse_pay": [Decimal(200)]}
    frame = facts()["pay"].shape(pl.LazyFrame(line)).select(base_pay_of_parts(COLUMNS))
    assert frame.collect().item() == Decimal(2200)


@pytest.mark.month
def test_a_months_pay_counts_the_total_once_and_its_items_stay_as_delivered(tmp_path: Path) -> None:
    store = with_facts(
        tmp_path,
        "2026-10",
        {
            "establishment__unit": {"unit_code": ["301"], "name": ["云岭县财政局"], "status": ["正常"]},
            "finance__payroll": {
                "agency_name": ["云岭县财政局"] * 2,
                "name": ["甲", "乙"],
                "id_no": [number(1), number(2)],
                "gross": ["3000", "4000"],
                "base_pay": ["3000", None],
                "position_pay": ["2000", "2500"],
                "grade_pay": ["1000", "1500"],
            },
        },
    )
    lines = store.read("fact_pay").sort("row_uid")
    assert lines["base_pay"].to_list() == [Decimal(3000), Decimal(4000)]
    assert lines["base_pay_stated"].to_list() == [Decimal(3000), None]
