"""Findings about persons who turned out to be one: decisions follow them to the ids that they have now."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from checks.findings.decisions import Decided
from checks.findings.life import hash_id

ALIASES = {"old_finding_id": pl.String(), "finding_id": pl.String()}


def finding_aliases(previous: pl.DataFrame, persons: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """Ids under which findings stood while their person was taken for another.

    Args:
        previous: last month's findings.
        persons: `person_alias` of this month; a person who was split is followed by nobody.
        earlier: what this function gave last month.

    Returns:
        old_finding_id, finding_id as it is now; sorted.
    """
    merged = persons.filter((pl.col("kind") == "merged") & (pl.len().over("old_person_id") == 1))
    now: dict[str, str] = dict(merged.select("old_person_id", "person_id").iter_rows())
    moved = previous.filter(pl.col("subject_key").is_in(list(now)))
    fresh = {
        old: hash_id(rule, subject, now[key], matter)
        for old, rule, subject, key, matter in moved.select(
            "finding_id", "rule_id", "subject", "subject_key", "matter"
        ).iter_rows()
    }
    known = {old: fresh.get(new, new) for old, new in earlier.select(list(ALIASES)).iter_rows()} | fresh
    return pl.DataFrame(sorted(known.items()), schema=ALIASES, orient="row")


def following(decided: Decided, aliases: pl.DataFrame) -> Decided:
    """Decisions and inquiries under the ids of this month.

    A decision on the finding itself goes before one that followed it.
    """
    named = pl.col("finding_id").alias("old_finding_id")
    moved = decided.decisions.select(named, pl.exclude("finding_id")).join(
        aliases, on="old_finding_id", how="left", maintain_order="left"
    )
    decisions = (
        moved.with_columns(pl.col("finding_id").is_not_null().alias("is_moved"))
        .with_columns(pl.coalesce("finding_id", "old_finding_id").alias("finding_id"))
        .sort("finding_id", "is_moved", "at", "old_finding_id", descending=[False, False, True, False])
        .unique("finding_id", keep="first", maintain_order=True)
        .select(decided.decisions.columns)
    )
    now = dict(aliases.iter_rows())
    asked = decided.inquiries.with_columns(pl.col("finding_id").replace(now))
    return replace(decided, decisions=decisions, inquiries=pl.concat([decided.inquiries, asked]))
