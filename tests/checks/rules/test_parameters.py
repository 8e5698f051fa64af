"""Dated parameters and lag windows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest

from checks.rules.header import RuleError
from checks.rules.parameters import LagWindow, in_lag, lag_windows, month_number, month_text, resolve


def test_the_standard_parameters_of_a_month() -> None:
    values = resolve({}, "2026-01")

    assert values["month"] == "2026-01"
    assert values["month_no"] == 2026 * 12
    assert values["month_start"] == date(2026, 1, 1)
    assert values["month_end"] == date(2026, 1, 31)
    assert values["previous_month"] == "2025-12"


@pytest.mark.parametrize("month", ["2010-01", "2025-12", "2026-10"])
def test_month_numbers_are_whole_months(month: str) -> None:
    assert month_text(month_number(month)) == month
    assert month_number("2026-01") - month_number("2025-12") == 1


def test_a_setting_replaces_the_shipped_value() -> None:
    assert resolve({}, "2026-10")["p01_red_after_months"] == 2
    assert resolve({"p01_red_after_months": 6}, "2026-10")["p01_red_after_months"] == 6


def test_a_dated_setting_holds_in_its_months_only() -> None:
    dated = [
        {"from": date(2026, 6, 1), "value": 3},
        {"from": date(2026, 1, 1), "to": date(2026, 3, 31), "value": 9},
    ]
    values = {
        month: resolve({"p01_red_after_months": dated}, month)["p01_red_after_months"]
        for month in ("2025-12", "2026-02", "2026-04", "2026-06")
    }

    assert values == {"2025-12": 2, "2026-02": 9, "2026-04": 2, "2026-06": 3}


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"p99": 1}, "没有名为 p99 的参数"),
        ({"p01_red_after_months": "two"}, "写成整数"),
        ({"p01_red_after_months": True}, "写成整数"),
        ({"p01_red_after_months": [{"value": 1}]}, "缺少这一项"),
        ({"p01_red_after_months": [3]}, "每一项应为表"),
        (
            {
                "p01_red_after_months": [
                    {"from": date(2026, 1, 1), "to": date(2026, 6, 30), "value": 1},
                    {"from": date(2026, 6, 30), "value": 2},
                ]
            },
            "有效期重叠",
        ),
    ],
)
def test_a_wrong_setting_is_refused_in_chinese(overrides: dict[str, object], message: str) -> None:
    with pytest.raises(RuleError) as caught:
        resolve(overrides, "2026-10")

    assert message in str(caught.value)


def in_lag_of(days: Sequence[date | None], window: LagWindow, **more: object) -> list[bool]:
    frame = pl.DataFrame({"event_on": days}, schema={"event_on": pl.Date})
    numbers = more.get("working_no")
    assert numbers is None or isinstance(numbers, dict)
    return frame.select(in_lag(pl.col("event_on"), window, "2026-10", numbers)).to_series().to_list()


def test_a_window_in_months_holds_through_its_last_month() -> None:
    entry = lag_windows({}, "2026-10")["entry"]
    days = [date(2026, 10, 8), date(2026, 8, 1), date(2026, 7, 31), None]

    assert entry.value == 2
    assert in_lag_of(days, entry) == [True, True, False, False]


def test_a_window_in_days_counts_to_the_end_of_the_month() -> None:
    window = LagWindow("registration", "登记", 60, "days")

    assert in_lag_of([date(2026, 9, 1), date(2026, 8, 31)], window) == [True, False]


def test_a_window_in_working_days_uses_the_calendar_and_never_guesses() -> None:
    window = LagWindow("appointment", "任免", 2, "working_days")
    numbers = {date(2026, 10, 31): 20, date(2026, 10, 30): 20, date(2026, 10, 28): 18, date(2026, 10, 27): 17}
    days = [date(2026, 10, 28), date(2026, 10, 27), date(2020, 1, 1)]

    assert in_lag_of(days, window, working_no=numbers) == [True, False, False]
    assert in_lag_of(days, window) == [False, False, False]


def test_a_lag_window_can_be_set() -> None:
    assert lag_windows({"death": 3}, "2026-10")["death"].value == 3
