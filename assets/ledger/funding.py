"""Bodies with 事业编制 of which nobody says how they are funded (design §5.4)."""

from __future__ import annotations

import polars as pl


def without_funding(roster: pl.LazyFrame, units: pl.LazyFrame) -> pl.DataFrame:
    """One row a body whose roster has posts of plain Y: neither the row nor the body states the funding.

    Args:
        roster: the fact, whose quota_type is Y only where the funding is unknown.
        units: the fact; a body that 编办 does not know goes by its name on the roster.

    Returns:
        code, column, value (name of the body), n (roster rows), row_uid (the first of them).
    """
    names = units.select("unit_id", pl.col("name").alias("body"))
    return (
        roster.filter(pl.col("quota_type") == "Y")
        .join(names, on="unit_id", how="left")
        .with_columns(pl.coalesce("body", "unit_name", "unit_code", pl.lit("")).alias("value"))
        .group_by(pl.coalesce("unit_id", "value").alias("key"))
        .agg(
            pl.lit("funding_unknown").alias("code").first(),
            pl.lit("编制经费形式").alias("column").first(),
            pl.col("value").min(),
            pl.len().cast(pl.Int64).alias("n"),
            pl.col("row_uid").min(),
        )
        .drop("key")
        .sort("row_uid")
        .collect(engine="streaming")
    )
