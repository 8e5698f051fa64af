"""Values by row: rows are numbered from 0, so a value belongs at its row's place, and no join is needed."""

from __future__ import annotations

import polars as pl


def by_row(rows: pl.Series, values: pl.Series, n_rows: int) -> pl.Series:
    """The values at the places of their rows, null elsewhere.

    Args:
        rows: row numbers, each at most once.
        values: one value a row number; of a fixed-size type.
        n_rows: how many rows there are.
    """
    empty = pl.repeat(None, n_rows, dtype=values.dtype, eager=True).alias(values.name)
    return empty.scatter(rows, values) if len(rows) else empty
