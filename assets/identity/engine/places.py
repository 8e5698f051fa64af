"""Which spellings of a body are one body, and which body is paid under another, by the people they share.

Every list writes a body in its own way. People whose number is whole say which ways are one: where most of
the people that two spellings could share are shared, both ways, the spellings are one place. Where it holds
one way only (schools under a 学区, stations under a 镇政府), the larger is a wider place of the smaller one's
people. A spelling that stands for several bodies (县 dropped) shares too few with each, and stays on its own.
"""

from __future__ import annotations

from typing import Final

import polars as pl

LEAST_SHARED: Final = 3
LEAST_SHARE: Final = 0.6
LEAST_SHARE_BACK: Final = 0.3
# How many of a body's people a wider place must have, on the lists that name it.
LEAST_WITHIN: Final = 0.2


def one_spelling_a_place(records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The records with `unit` replaced by one spelling for each place; and wider places: unit, wider.

    Args:
        records: key, unit.
    """
    lived = records.lazy().select("key", "unit").drop_nulls().unique()
    mobile = lived.filter(pl.len().over("key") > 1).collect()
    # People of a spelling who also stand under another one: only they can say anything.
    counts = mobile.group_by("unit").len("n")
    edges = (
        mobile.join(mobile, on="key", suffix="_other")
        .filter(pl.col("unit") != pl.col("unit_other"))
        .group_by("unit", "unit_other")
        .len("shared")
        .filter(pl.col("shared") >= LEAST_SHARED)
        .join(counts, on="unit")
        .join(counts, left_on="unit_other", right_on="unit", suffix="_other")
        .with_columns(
            (pl.col("shared") / pl.min_horizontal("n", "n_other")).alias("most"),
            (pl.col("shared") / pl.max_horizontal("n", "n_other")).alias("least"),
        )
        .sort("unit", "unit_other")
    )
    same = edges.filter(
        (pl.col("unit") < pl.col("unit_other"))
        & (pl.col("most") >= LEAST_SHARE)
        & (pl.col("least") >= LEAST_SHARE_BACK)
    )
    places = components(same["unit"].to_list(), same["unit_other"].to_list())
    mapping = pl.DataFrame(
        {"unit": list(places), "place": list(places.values())}, schema={"unit": pl.UInt64, "place": pl.UInt64}
    )
    within = edges.filter((pl.col("n") < pl.col("n_other")) & (pl.col("most") >= LEAST_WITHIN)).select(
        _placed(pl.col("unit"), mapping).alias("unit"), _placed(pl.col("unit_other"), mapping).alias("wider")
    )
    wider = within.filter(pl.col("unit") != pl.col("wider")).unique().sort("unit", "wider")
    return records.with_columns(_placed(pl.col("unit"), mapping).alias("unit")), wider


def _placed(unit: pl.Expr, mapping: pl.DataFrame) -> pl.Expr:
    return unit.replace(mapping["unit"], mapping["place"]) if mapping.height else unit


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
