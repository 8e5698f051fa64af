"""Wide tables looked up by a few of their columns.

A join hands on every column of its left side, row by row; a pay line has sixty and needs three of them. So
the few are joined by themselves, and what comes of it is laid beside the rest: same rows, same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import polars as pl


def beside(rows: pl.LazyFrame, more: pl.LazyFrame) -> pl.LazyFrame:
    """Rows with the columns of `more` instead of their own of that name.

    Args:
        rows: any rows.
        more: as many rows in the same order; a different number stops the query.
    """
    own = set(more.collect_schema().names())
    kept = [name for name in rows.collect_schema().names() if name not in own]
    return pl.concat([rows.select(kept), more], how="horizontal")


def by_few(
    rows: pl.LazyFrame, few: Iterable[str], step: Callable[[pl.LazyFrame], pl.LazyFrame]
) -> pl.LazyFrame:
    """Rows with what `step` makes of a few of their columns.

    Args:
        rows: any rows.
        few: the columns that the step needs; those that the rows do not have are left out.
        step: keeps the number and the order of rows (left joins to unique keys).
    """
    there = set(rows.collect_schema().names())
    return beside(rows, step(rows.select(sorted({name for name in few if name in there}))))


def first_of_each(rows: pl.DataFrame, keys: Sequence[str], order: Sequence[str]) -> pl.DataFrame:
    """Of rows with the same keys the first by `order`, nulls last; rows in no order.

    Nearly every key stands alone: only the others are sorted.
    """
    is_repeated = rows.select(pl.struct(keys) if len(keys) > 1 else pl.col(keys)).to_series().is_duplicated()
    repeated = rows.filter(is_repeated).sort(order, nulls_last=True)
    return pl.concat([rows.filter(~is_repeated), repeated.unique(keys, keep="first", maintain_order=True)])
