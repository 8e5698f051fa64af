"""What a code or a label stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl


def looked_up(value: pl.Expr, known: Mapping[Any, Any], kind: type[pl.DataType]) -> pl.Expr:
    """What each value stands for; null where it is not known.

    Polars 2.1 computes `replace_strict` over a whole column at once: in a query that passes by in batches all
    other columns of the table wait for it in memory. So it is asked batch by batch.

    Args:
        value: codes or texts.
        known: value → what it stands for.
        kind: of what it stands for.
    """
    return value.map_batches(
        lambda batch: batch.replace_strict(known, default=None, return_dtype=kind),
        return_dtype=kind(),
        is_elementwise=True,
    )
