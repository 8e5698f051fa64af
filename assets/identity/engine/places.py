"""Which spellings of a body are one body, by the people they share.

Every list writes a body in its own way. People whose number is whole say which ways are one: where most of
the people that two spellings could share are shared, the spellings are one place. A spelling that stands for
several bodies (县 dropped) shares too few with each, and stays on its own.
"""

from __future__ import annotations

from typing import Final

import polars as pl

LEAST_SHARED: Final = 3
LEAST_SHARE: Final = 0.6


def one_spelling_a_place(records: pl.DataFrame) -> pl.DataFrame:
    """The records with `unit` replaced by one spelling for each place.

    Args:
        records: key, unit.
    """
    lived = records.lazy().select("key", "unit").drop_nulls().unique()
    pairs = (
        lived.join(lived, on="key", suffix="_other")
        .filter(pl.col("unit") != pl.col("unit_other"))
        .group_by("unit", "unit_other")
        .len("shared")
    )
    # People of a spelling who also stand under another one: only they can say anything.
    mobile = lived.filter(pl.len().over("key") > 1).group_by("unit").len("n")
    edges = (
        pairs.filter((pl.col("unit") < pl.col("unit_other")) & (pl.col("shared") >= LEAST_SHARED))
        .join(mobile, on="unit")
        .join(mobile, left_on="unit_other", right_on="unit", suffix="_other")
        .filter(pl.col("shared") >= LEAST_SHARE * pl.min_horizontal("n", "n_other"))
        .filter(pl.col("shared") >= LEAST_SHARE / 2 * pl.max_horizontal("n", "n_other"))
        .select("unit", "unit_other")
        .sort("unit", "unit_other")
        .collect()
    )
    if edges.is_empty():
        return records
    places = components(edges["unit"].to_list(), edges["unit_other"].to_list())
    mapping = pl.DataFrame(
        {"unit": list(places), "place": list(places.values())}, schema={"unit": pl.UInt64, "place": pl.UInt64}
    )
    known = records.join(mapping, on="unit", how="left", maintain_order="left")
    return known.with_columns(pl.coalesce("place", "unit").alias("unit")).drop("place")


def components(left: list[int], right: list[int]) -> dict[int, int]:
    """Each member of a chain of pairs → the smallest member of its chain."""
    parent: dict[int, int] = {}

    def top(one: int) -> int:
        root = one
        while parent.setdefault(root, root) != root:
            root = parent[root]
        while parent[one] != root:
            parent[one], one = root, parent[one]
        return root

    for a, b in zip(left, right, strict=True):
        low, high = sorted((top(a), top(b)))
        parent[high] = low
    return {one: top(one) for one in parent}
