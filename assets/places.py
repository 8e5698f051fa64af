"""Where rows of a run stand in the files that were delivered."""

from __future__ import annotations

import polars as pl

from connectors.rows import month_of
from connectors.store import RunStore


def places(store: RunStore, row_uids: pl.Series) -> pl.DataFrame:
    """row_uid → department, table, file, sheet, row of these rows."""
    parts = pl.concat([store.read(name) for name in store.names("part_")])
    wanted = row_uids.unique().to_frame("row_uid").lazy()
    rows = [
        store.scan(name).select("row_uid", "part", "row").join(wanted, on="row_uid", how="semi")
        for name in store.names("stg_")
        if "__" in name
    ]
    return (
        pl.concat(
            [
                frame.with_columns(pl.col("part").cast(pl.Int64), pl.col("row").cast(pl.Int64))
                for frame in rows
            ]
        )
        .with_columns(month_of(pl.col("row_uid")).alias("month"))
        .join(
            parts.lazy().select("month", "part", "department", "table", "file", "sheet"),
            on=["month", "part"],
            how="left",
        )
        .collect(engine="streaming")
    )
