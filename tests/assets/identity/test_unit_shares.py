"""A budget unit of several bodies: which part of its people belongs to each."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.identity.unit_shares import people_of_bodies, shares_of, with_shares
from assets.identity.units import Link, Reference, references_frame

AGENCIES = pl.DataFrame({"agency_code": ["F1", "F1", "F1", "F2"], "unit_id": ["301", "302", "303", "101"]})


def xref() -> pl.DataFrame:
    named = [("F1", "城关镇政府", "301"), ("F1", "城关镇", "301"), ("F2", "教育局", "101")]
    return references_frame(
        Link(Reference("finance", code, name, 4), unit, "name", is_confirmed=True)
        for code, name, unit in named
    )


def located(**lists: list[tuple[int, str, str]]) -> dict[str, pl.LazyFrame]:
    """Roster rows: row, unit, status. Rows of 财政: row, agency."""
    frames = {
        "establishment__roster": pl.LazyFrame(
            lists["roster"], schema=["row_uid", "unit_id", "status"], orient="row"
        ).with_columns(pl.lit(None, dtype=pl.String).alias("quota_type"))
    }
    for key in ("finance__person", "finance__payroll"):
        frames[key] = pl.LazyFrame(
            [row[:2] for row in lists.get(key, [])],
            schema={"row_uid": pl.Int64, "agency_code": pl.String},
            orient="row",
        )
    return frames


def keys(*pairs: tuple[int, int | None]) -> pl.LazyFrame:
    return pl.LazyFrame(pairs, schema={"row_uid": pl.Int64, "key": pl.Int64}, orient="row")


def test_people_are_counted_once_at_the_body_on_whose_roster_they_are() -> None:
    roster = [(1, "301", "on"), (2, "302", "on"), (3, "302", "retired"), (4, "101", "on"), (5, "303", "on")]
    roster += [(6, "302", "on"), (7, "302", "on")]
    lists = located(
        roster=roster,
        finance__person=[(11, "F1", ""), (12, "F1", ""), (13, "F1", ""), (14, "F1", ""), (16, "F2", "")],
        finance__payroll=[(21, "F1", ""), (22, "F1", ""), (17, "F1", "")],
    )
    # 5 and 6 are one person on two rosters; 7 has no number; 4 is at a body of another budget unit.
    of_roster = [(1, 100), (2, 200), (3, 300), (4, 400), (5, 500), (6, 500), (7, None)]
    of_pay = [(11, 100), (12, 200), (13, 300), (14, 400), (16, 100), (21, 100), (22, 500), (17, None)]
    whose = keys(*of_roster, *of_pay)
    assert people_of_bodies(lists, AGENCIES, lambda _: whose) == {("F1", "301"): 1, ("F1", "302"): 2}


def test_every_body_of_a_budget_unit_stands_in_the_crosswalk_with_its_share() -> None:
    counts = {("F1", "301"): 1, ("F1", "302"): 2}
    frame = with_shares(xref(), AGENCIES, counts, {("F1", "303")}, {("F1", "302")})
    of_name = frame.filter(name="城关镇政府").select("unit_id", "method", "is_confirmed", "share", "n_rows")
    assert of_name.sort("unit_id").rows() == [
        ("301", "name", True, 0.3333, 4),
        ("302", "supervisor", True, 0.6667, 0),
        ("303", "answer", True, 0.0, 0),
    ]
    assert frame.filter(name="城关镇").height == 3
    assert frame.filter(code="F2").select("unit_id", "share").rows() == [("101", 1.0)]
    assert frame.select("department", "code", "name", "unit_id").is_unique().all()
    sums = frame.filter(pl.col("share") > 0).group_by("code", "name").agg(pl.col("share").sum())
    assert sums["share"].to_list() == pytest.approx([1.0] * 3)


def test_a_body_that_only_the_payroll_tells_of_is_not_confirmed_by_it() -> None:
    frame = with_shares(xref(), AGENCIES, {}, (), ())
    assert frame.filter(unit_id="302").select("method", "is_confirmed").unique().rows() == [
        ("payroll", False)
    ]


def test_where_no_roster_says_anything_all_belongs_to_the_body_that_is_named() -> None:
    frame = with_shares(xref(), AGENCIES, {}, (), ())
    assert dict(frame.filter(name="城关镇").select("unit_id", "share").iter_rows()) == {
        "301": 1.0,
        "302": 0.0,
        "303": 0.0,
    }


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=40).filter(sum))
def test_shares_sum_to_one_and_none_is_off_by_more_than_its_rounding(counts: list[int]) -> None:
    named = {f"{n:03d}": count for n, count in enumerate(counts)}
    shares = shares_of(named, "000")
    assert sum(Decimal(str(share)) for share in shares.values()) == 1
    for unit, count in named.items():
        assert abs(Decimal(str(shares[unit])) - Decimal(count) / sum(counts)) < Decimal("0.0001")
