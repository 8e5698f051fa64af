"""What people have judged, and damaged numbers written alike: who is one person beyond the evidence."""

from __future__ import annotations

from typing import Final

import polars as pl

from assets.identity.engine.model import Evidence
from assets.identity.engine.places import components

# Numbers that can be the same and wrong on two lists: copied from one to the other.
_COPIED: Final = ("S18", "L17", "L19", "D8")


def written_alike(alone: pl.DataFrame) -> pl.DataFrame:
    """Records that nobody is found for, with one damaged number and one name: row, person.

    A wrong number goes from list to list with its person. This is no guess: the characters are the same.

    Args:
        alone: records without a whole number and without a person.
    """
    copied = alone.filter(pl.col("id_class").is_in(_COPIED) & pl.col("fold_no").is_not_null())
    return (
        copied.filter(pl.len().over("id_text", "fold_no") > 1)
        .with_columns(pl.col("row").min().over("id_text", "fold_no").alias("person"))
        .select("row", "person")
    )


def judge(people: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """People after what humans have said: same joins, different parts; different is stronger.

    Args:
        people: row, person.
        evidence: for the judgements.

    Returns:
        row, person, verdict ("same", "different" or null).
    """
    if evidence.same.is_empty() and evidence.different.is_empty():
        return people.with_columns(pl.lit(None, dtype=pl.String).alias("verdict"))
    whole = set(evidence.records.filter(pl.col("key").is_not_null())["row"].to_list())
    of = dict(people.iter_rows())
    pairs = [(of[a], of[b]) for a, b in evidence.same.sort("row_a", "row_b").iter_rows()]
    merged = components([a for a, _ in pairs], [b for _, b in pairs])
    told = {row for pair in evidence.same.iter_rows() for row in pair}
    apart: set[int] = set()
    for a, b in evidence.different.sort("row_a", "row_b").iter_rows():
        if merged.get(of[a], of[a]) == merged.get(of[b], of[b]):
            # The one that is weaker tied, else the later, stands alone.
            apart.add(max(a, b) if (a in whole) == (b in whole) else (a if b in whole else b))
    verdict = {**dict.fromkeys(told, "same"), **dict.fromkeys(apart, "different")}
    changed = [
        (row, row if row in apart else merged.get(person, person), verdict.get(row))
        for row, person in people.iter_rows()
        if row in verdict or person in merged
    ]
    frame = pl.DataFrame(
        changed, schema={"row": pl.UInt32, "to": pl.UInt32, "verdict": pl.String}, orient="row"
    )
    joined = people.join(frame, on="row", how="left").with_columns(pl.coalesce("to", "person").alias("person"))
    return joined.drop("to").with_columns(pl.col("row").min().over("person").alias("person"))
