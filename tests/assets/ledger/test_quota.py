"""Approved quota: deltas summed as of a day, at the grain at which the ledger approves."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from assets.ledger.quota import Pool, approved, at_ledger_grain, ledger_facts, with_funding

from ..tables import staged_table

END = date(2026, 10, 31)


def ledger(*rows: dict[str, Any]) -> pl.LazyFrame:
    names = sorted({"unit_code", *(name for row in rows for name in row)})
    columns = {name: [row.get(name, "u1" if name == "unit_code" else None) for row in rows] for name in names}
    columns.setdefault("item", ["quota"] * len(rows))
    staged = staged_table("establishment__ledger", columns)
    return ledger_facts(staged.with_columns(pl.col("unit_code").alias("unit_id")))


def quota(*rows: dict[str, Any], pools: tuple[Pool, ...] = ()) -> dict[tuple[str, str], int]:
    frame = approved(ledger(*rows), END, pools)
    return {
        (unit, type_): n for unit, type_, n in frame.select("unit_id", "quota_type", "approved").iter_rows()
    }


def entry(
    type_: str | None, increase: int | None = None, decrease: int | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "quota_type": type_,
        "increase": increase,
        "decrease": decrease,
        "approved_on": date(2020, 1, 1),
    } | more


def test_approvals_are_deltas_and_may_be_negative() -> None:
    assert quota(entry("X1", 18), entry("X1", 2), entry("X1", None, 5), entry("X1", -3)) == {("u1", "X1"): 12}


def test_only_what_was_approved_by_month_end_counts() -> None:
    late = entry("X1", 7, approved_on=date(2026, 11, 1))
    assert quota(entry("X1", 3), late) == {("u1", "X1"): 3}


def test_an_entry_without_a_readable_date_counts() -> None:
    assert quota(entry("X1", 3, approved_on=None)) == {("u1", "X1"): 3}


def test_leaders_and_untyped_entries_are_no_quota() -> None:
    chief = entry("X1", 1, item="unit_chief")
    assert quota({**entry("X1", 3), "item": "quota"}, chief, {**entry(None, 9), "item": "quota"}) == {
        ("u1", "X1"): 3
    }


def test_funding_stands_apart_only_where_every_row_states_it() -> None:
    assert quota(entry("Y1", 3), entry("Y2", 4)) == {("u1", "Y1"): 3, ("u1", "Y2"): 4}
    assert quota(entry("Y1", 3), entry("Y", 4)) == {("u1", "Y"): 7}
    assert quota(entry("Y1", 3), entry("YC", 4), entry("X1", 2)) == {("u1", "X1"): 2, ("u1", "Y"): 7}


def test_the_funding_may_stand_in_a_column_of_its_own() -> None:
    full, part = entry("Y", 3, funding="1"), entry("Y", 4, funding="2")
    assert quota(full, part, entry("X1", 2, funding="1")) == {
        ("u1", "Y1"): 3,
        ("u1", "Y2"): 4,
        ("u1", "X1"): 2,
    }
    assert quota(full, entry("Y2", 4, funding="1")) == {("u1", "Y1"): 3, ("u1", "Y2"): 4}
    assert quota(full, entry("Y", 4)) == {("u1", "Y"): 7}


def test_another_bodys_entries_do_not_blur_the_grain() -> None:
    found = quota(entry("Y1", 3), entry("Y", 4, unit_code="u2"))
    assert found == {("u1", "Y1"): 3, ("u2", "Y"): 4}


POOL = Pool("pool", ("u1", "u2"), ("Y",))


def test_people_count_at_the_grain_and_in_the_pool_at_which_the_ledger_approves() -> None:
    approvals = approved(
        ledger(entry("Y1", 9, unit_code="pool"), entry("Y", 2, unit_code="u3"), entry("X1", 1)), END, [POOL]
    )
    assert approvals.filter("is_pool")["unit_id"].to_list() == ["pool"]
    people = pl.LazyFrame(
        {
            "unit_id": ["u1", "u2", "u3", "u1", "u4"],
            "quota_type": ["Y1", "Y", "Y1", "X1", None],
            "quota_class": ["Y", "Y", "Y", "X1", None],
        }
    )
    frame = at_ledger_grain(people, approvals, [POOL]).select("quota_unit_id", "ledger_type").collect()
    assert sorted(frame.rows(), key=repr) == sorted(
        [("pool", "Y1"), ("pool", "Y"), ("u3", "Y"), ("u1", "X1"), ("u4", None)], key=repr
    )


def test_funding_comes_from_the_record_else_from_the_body_else_it_is_unknown() -> None:
    units = pl.DataFrame(
        {
            "unit_id": ["u1", "u2"],
            "funding": ["2", None],
            "is_civil_managed": [None, True],
        },
        schema={"unit_id": pl.String, "funding": pl.String, "is_civil_managed": pl.Boolean},
    )
    people = pl.LazyFrame(
        {
            "unit_id": ["u1", "u1", "u1", "u2", "u2", "u1"],
            "quota_type": ["Y", "Y", "Y3", "Y", "X1", "YC"],
            "funding": [None, "1", "1", None, None, None],
        }
    )
    frame = with_funding(people, units).select("quota_type", "quota_class", "is_civil").collect()
    assert frame["quota_type"].to_list() == ["Y2", "Y1", "Y3", "Y", "X1", "Y2"]
    assert frame["quota_class"].to_list() == ["Y", "Y", "Y", "Y", "X1", "Y"]
    assert frame["is_civil"].to_list()[3:] == [True, False, True]
