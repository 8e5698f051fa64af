"""When so many lines would be held that people must look first."""

from __future__ import annotations

import polars as pl
import pytest

from checks.gate.breaker import Limits, is_short, with_breakers

LIMITS = Limits(least=10, percent=1, agency=5, missing_least=10, missing_percent=15)


def lines(n: int, holds: list[int], agencies: int = 100) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "payee": [f"P{k}" for k in range(n)],
            "agency_code": [f"A{k % agencies}" for k in range(n)],
            "action": ["hold" if k in holds else "release" for k in range(n)],
        }
    )


def tripped(frame: pl.DataFrame, incomplete: tuple[str, ...] = ()) -> list[str | None]:
    return with_breakers(frame, LIMITS, incomplete).filter(pl.col("action") == "hold")["breaker"].to_list()


@pytest.mark.parametrize(
    ("n", "n_holds", "expected"),
    [
        (500, 10, None),
        (500, 11, "many_holds"),
        (2000, 20, None),
        (2000, 21, "many_holds"),
        (1050, 11, "many_holds"),
    ],
)
def test_more_than_ten_and_more_than_one_percent_trip_it(n: int, n_holds: int, expected: str | None) -> None:
    assert set(tripped(lines(n, list(range(n_holds))))) == {expected}


def test_more_than_five_in_one_agency_trip_it_there_alone() -> None:
    frame = lines(1000, [0, 10, 20, 30, 40, 50, 1, 2], agencies=10)
    found = with_breakers(frame, LIMITS, ()).filter(pl.col("action") == "hold")
    assert dict(found.select("agency_code", "breaker").unique().iter_rows()) == {
        "A0": "agency_holds",
        "A1": None,
        "A2": None,
    }


def test_five_in_one_agency_do_not() -> None:
    assert set(tripped(lines(1000, [0, 10, 20, 30, 40], agencies=10))) == {None}


def test_an_incomplete_delivery_trips_every_hold_and_nothing_else() -> None:
    found = with_breakers(lines(100, [3]), LIMITS, ("公安",))
    assert found.filter(pl.col("action") == "hold")["breaker"].to_list() == ["incomplete"]
    assert found.filter(pl.col("action") != "hold")["breaker"].null_count() == 99


def test_what_trips_at_once_is_named_together() -> None:
    assert set(tripped(lines(100, list(range(12)), agencies=2), ("公安",))) == {
        "incomplete,many_holds,agency_holds"
    }


@pytest.mark.parametrize(("n_missing", "is_it"), [(10, False), (14, False), (15, False), (16, True)])
def test_a_draft_that_lacks_many_of_last_months_payees_is_short(n_missing: int, is_it: bool) -> None:
    before = lines(100, [])
    assert is_short(before.tail(100 - n_missing), before, LIMITS) is is_it


def test_without_last_months_payroll_nothing_is_known_to_be_short() -> None:
    assert not is_short(lines(1, []), None, LIMITS)
