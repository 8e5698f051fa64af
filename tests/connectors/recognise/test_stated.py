"""Dates that titles and footers state."""

from __future__ import annotations

import pytest

from connectors.recognise.stated import find_dates


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("截止日期：2026年9月31日", "2026-09"),
        ("2026-02-30", "2026-02"),
        ("20260931", "2026-09"),
        ("二〇二六年十一月三十一日", "2026-11"),
        ("2024年2月29日", "2024-02-29"),
        ("2026年9月30日", "2026-09-30"),
    ],
)
def test_a_day_that_its_month_does_not_have_leaves_the_month(text: str, value: str) -> None:
    assert [stated.value for stated in find_dates(text)] == [value]


def test_a_day_that_no_month_has_states_nothing() -> None:
    assert find_dates("2026年9月45日") == []
