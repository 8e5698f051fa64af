"""Two editions of a table, row by row."""

from __future__ import annotations

import polars as pl

from assets.contracts.model import Column, Contract
from checks.compare import compare_tables

CONTRACT = Contract(
    "t",
    "表",
    (
        Column("k", "text", "键"),
        Column("a", "int", "甲"),
        Column("b", "text", "乙"),
        Column("c", "text", "丙"),
    ),
    ("k",),
)


def edition(**columns: list[object]) -> pl.DataFrame:
    return pl.DataFrame(columns)


def test_rows_are_added_dropped_and_changed_by_field() -> None:
    old = edition(k=["1", "2", "3"], a=[1, 2, 3], b=["x", None, "z"])
    new = edition(k=["4", "3", "2"], a=[4, 3, 5], b=["w", "z", "y"])
    found = compare_tables(old, new, CONTRACT, carry=("b",))
    assert found.added.rows() == [("4", "4", "w")]
    assert found.dropped.rows() == [("1", "1", "x")]
    assert found.changed.rows() == [("2", "y", "a", "2", "5"), ("2", "y", "b", None, "y")]
    assert found.n_rows == 4


def test_the_order_of_rows_and_twice_the_same_key_make_no_difference() -> None:
    old = edition(k=["1", "1", None], a=[1, 2, 3], b=["x", "y", None])
    found = compare_tables(old, old.reverse(), CONTRACT)
    assert found.n_rows == 0
    assert compare_tables(old, old.head(1), CONTRACT).dropped.height == 2


def test_a_column_that_one_edition_lacks_is_named() -> None:
    old = edition(k=["1"], a=[1], b=["x"])
    new = edition(k=["1"], a=[1], c=["y"])
    found = compare_tables(old, new, CONTRACT)
    assert (found.columns_added, found.columns_dropped, found.n_rows) == (("c",), ("b",), 0)


def test_only_the_rows_of_one_value_are_kept() -> None:
    old = edition(k=["1", "2"], a=[1, 2], b=["x", "y"])
    new = edition(k=["1", "3"], a=[3, 9], b=["x", "y"])
    found = compare_tables(old, new, CONTRACT, carry=("b",)).only("b", ["x"])
    assert (found.added.height, found.dropped.height, found.changed.height) == (0, 0, 1)
