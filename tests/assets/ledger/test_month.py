"""A month as the computations see it."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from assets.ledger.month import Month, as_of_day, month_text, number_of_date, number_of_month


def test_a_month_knows_its_days_and_neighbours() -> None:
    month = Month("2024-02")
    assert (month.start, month.end) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (month.previous.text, month.next.text) == ("2024-01", "2024-03")
    assert (Month("2026-01").previous.text, Month("2025-12").next.text) == ("2025-12", "2026-01")


def test_a_difference_of_numbers_is_a_number_of_months() -> None:
    assert Month("2027-02").number - Month("2026-11").number == 3
    assert month_text(Month("2026-10").number) == "2026-10"
    frame = pl.DataFrame({"m": ["2026-10", None], "d": [date(2026, 10, 31), None]})
    numbers = frame.select(number_of_month(pl.col("m")).alias("m"), number_of_date(pl.col("d")).alias("d"))
    assert numbers.rows() == [(Month("2026-10").number,) * 2, (None, None)]


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2026-10-25", date(2026, 10, 25)),
        ("2026-09", date(2026, 9, 30)),
        (None, date(2026, 10, 31)),
        ("", date(2026, 10, 31)),
    ],
)
def test_a_list_stands_for_what_it_states_else_for_the_end_of_its_month(
    stated: str | None, day: date
) -> None:
    assert as_of_day(stated, "2026-10") == day
