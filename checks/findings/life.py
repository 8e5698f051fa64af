"""A finding from month to month: its id, its number, since when it stands, what changed since last month."""

from __future__ import annotations

import hashlib

import polars as pl

from assets.ledger.month import Month

SEPARATOR = "\x1f"
REGISTRY_SCHEMA: dict[str, pl.DataType] = {
    "finding_id": pl.String(),
    "number": pl.String(),
    "rule_id": pl.String(),
    "first_month": pl.String(),
    "last_month": pl.String(),
    "n_months": pl.Int64(),
    "evidence_hash": pl.String(),
}


def hash_id(*words: str) -> str:
    """16 hex of SHA-256 over the words."""
    return hashlib.sha256(SEPARATOR.join(words).encode()).hexdigest()[:16]


def life(
    frame: pl.DataFrame, registry: pl.DataFrame, month: Month, previous_month: str, division: str
) -> pl.DataFrame:
    """Number, first month, months open and what changed, against all findings ever made.

    Args:
        frame: one row a finding, with evidence_hash.
        registry: `REGISTRY_SCHEMA`.
        month: the month.
        previous_month: the last published month; '' when there was none.
        division: the first part of every number.
    """
    ids = [hash_id(*row) for row in frame.select("rule_id", "subject", "subject_key", "matter").iter_rows()]
    known = registry.rename({"evidence_hash": "old_hash", "rule_id": "_rule"})
    joined = frame.with_columns(pl.Series("finding_id", ids, dtype=pl.String)).join(
        known, on="finding_id", how="left"
    )
    of_number = pl.col("number").str.split("-").list.last().cast(pl.Int64)
    last: dict[str, int] = dict(registry.group_by("rule_id").agg(of_number.max()).iter_rows())
    fresh = joined.filter(pl.col("number").is_null()).sort(
        "rule_id", "unit_id", "id_no", "subject_key", "matter", nulls_last=True
    )
    numbers: list[str] = []
    for rule in fresh["rule_id"].to_list():
        last[rule] = last.get(rule, 0) + 1
        numbers.append(f"{division}-{rule}-{last[rule]:05d}")
    given = fresh.select("finding_id").with_columns(pl.Series("new_number", numbers, dtype=pl.String))
    was_open = pl.col("last_month") == (previous_month or month.previous.text)
    return joined.join(given, on="finding_id", how="left").with_columns(
        pl.coalesce("number", "new_number").alias("number"),
        pl.coalesce("first_month", pl.lit(month.text)).alias("first_month"),
        (pl.col("n_months").fill_null(0) + 1).alias("months_open"),
        pl.when(pl.col("last_month").is_null())
        .then(pl.lit("new"))
        .when(~was_open)
        .then(pl.lit("reopened"))
        .when(pl.col("old_hash") != pl.col("evidence_hash"))
        .then(pl.lit("changed"))
        .otherwise(pl.lit("persisting"))
        .alias("change"),
    )


def registered(registry: pl.DataFrame, finding: pl.DataFrame) -> pl.DataFrame:
    """A registry in which these findings stand as they are in their month."""
    now = finding.select(
        "finding_id",
        "number",
        "rule_id",
        "first_month",
        pl.col("month").alias("last_month"),
        pl.col("months_open").alias("n_months"),
        "evidence_hash",
    )
    old = registry.join(now, on="finding_id", how="anti")
    return pl.concat([old, now.cast(REGISTRY_SCHEMA)]).sort("number")  # type: ignore[arg-type]
