"""Statutory retirement months: the vectors of the law, before and after 2025."""

from __future__ import annotations

import polars as pl
import pytest

from assets.ledger.month import month_number
from assets.ledger.retirement import retirement_columns


def months(birth: str | None) -> dict[str, object]:
    """The columns of one birth month."""
    number = None if birth is None else month_number(birth)
    frame = pl.DataFrame({"birth": [number]}, schema={"birth": pl.Int64})
    return frame.select(retirement_columns(pl.col("birth"))).row(0, named=True)


@pytest.mark.parametrize(
    ("birth", "age", "month"),
    [
        ("1964-12", 60, "2024-12"),
        ("1965-01", 60, "2025-02"),
        ("1965-04", 60, "2025-05"),
        ("1965-05", 60, "2025-07"),
        ("1976-08", 60, "2039-07"),
        ("1976-09", 60, "2039-09"),
        ("1990-01", 60, "2053-01"),
        ("1969-12", 55, "2024-12"),
        ("1970-01", 55, "2025-02"),
        ("1981-09", 55, "2039-09"),
        ("1974-12", 50, "2024-12"),
        ("1975-01", 50, "2025-02"),
        ("1975-02", 50, "2025-03"),
        ("1975-03", 50, "2025-05"),
        ("1984-11", 50, "2039-11"),
        ("1990-01", 50, "2045-01"),
    ],
)
def test_the_statutory_month_follows_the_law_of_its_time(birth: str, age: int, month: str) -> None:
    found = months(birth)

    assert found[f"retire_{age}_month"] == month
    assert found[f"retire_{age}_month_no"] == month_number(month)


def test_an_unknown_birth_has_no_statutory_month() -> None:
    assert set(months(None).values()) == {None}
