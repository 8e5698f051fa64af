"""What people have judged, and damaged numbers written alike: who is one person beyond the evidence."""

from __future__ import annotations

from typing import Final

import polars as pl

from assets.identity.engine.model import Evidence
from assets.identity.engine.numbers import enumerate_repairs, prefixes
from assets.identity.engine.places import components

# Numbers that can be the same and wrong on two lists: copied from one to the other.
_COPIED: Final = ("S18", "L17", "L19", "D8")
# Beyond so many left over, only numbers that are written alike are compared.
MOST_ALONE: Final = 300_000


def written_alike(alone: pl.DataFrame, newest: int) -> pl.DataFrame:
    """Records that nobody is found for, with one name and damaged numbers that can only be one number.

    They are written alike (a wrong number goes from list to list with its person), or what is left of each
    agrees: they can be mended to one number, or keep the same first 15 digits. No number is made up: the
    records are one person's, whose number nobody has given whole.

    Args:
        alone: records without a whole number and without a person.
        newest: the latest year of birth that can be.

    Returns:
        row, person.
    """
    told = alone.filter(pl.col("id_text").is_not_null() & pl.col("fold_no").is_not_null())
    # Nobody is like a record whose name stands alone.
    told = told.filter(pl.col("fold_no").is_duplicated())
    if told.is_empty():
        return pl.DataFrame(schema={"row": pl.UInt32, "person": pl.UInt32})
    names = told.select("row", "fold_no")
    damaged = told.select("row", "id_text", "id_class")
    mended = enumerate_repairs(damaged, newest) if damaged.height <= MOST_ALONE else damaged.clear()
    cut = prefixes(damaged).rename({"prefix": "sign"})
    whole = pl.DataFrame(schema=cut.schema)
    if mended.height:
        # A repair is compared with repairs, and by its first digits with what a spreadsheet has cut.
        known = cut.select(pl.col("sign").unique())
        whole = pl.concat(
            [
                mended.select("row", pl.col("key").alias("sign")),
                mended.select("row", (pl.col("key") // 100).alias("sign")).join(known, on="sign", how="semi"),
            ]
        )
    written = damaged.filter(pl.col("id_class").is_in(_COPIED)).select(
        "row", (pl.col("id_text").hash() // 4).cast(pl.Int64).alias("sign")
    )
    signs = pl.concat([cut, whole, written]).unique().join(names, on="row")
    shared = signs.with_columns(pl.col("row").min().over("sign", "fold_no").alias("first")).filter(
        pl.col("row") != pl.col("first")
    )
    chains = components(shared["first"].to_list(), shared["row"].to_list())
    return pl.DataFrame(sorted(chains.items()), schema={"row": pl.UInt32, "person": pl.UInt32}, orient="row")


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
    joined = people.join(frame, on="row", how="left").with_columns(
        pl.coalesce("to", "person").alias("person")
    )
    return joined.drop("to").with_columns(pl.col("row").min().over("person").alias("person"))
