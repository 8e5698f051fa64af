"""The month's persons: one a number, with the name by authority, the home by the roster, the five lists."""

from __future__ import annotations

import polars as pl

from assets.identity.engine.numbers import key_text
from assets.identity.rows import (
    LISTS,
    NAME_AUTHORITY,
    ROSTER,
    is_named,
    on_any,
    tables_of,
)

_PLACE_BITS, _HASH_BITS = 34, 25


def persons_of(rows: pl.DataFrame, papers: pl.DataFrame) -> pl.DataFrame:
    """One row a number: name by authority, unit by the roster, the five lists it stands on.

    Args:
        rows: all rows of some numbers, see `rows.narrow`; a row that says nothing of the number itself has no
            id_class and no name.
        papers: see `rows.papers_of`.

    Returns:
        key (ascending), id_no, id_class, unit_id, least_unit, last_unit (of all rows: nearly everybody has no
        others), on_<department>, name.
    """
    seen = (
        rows.lazy()
        .filter(pl.col("key").is_not_null())
        .group_by("key")
        .agg(
            pl.col("id_class").min(),
            pl.col("unit_id").filter(on_any(rows, (ROSTER,))).min().alias("unit_id"),
            pl.col("unit_id").min().alias("least_unit"),
            pl.col("unit_id").max().alias("last_unit"),
            *(on_any(rows, keys).any().alias(f"on_{name}") for name, keys in LISTS.items()),
        )
        .collect(engine="streaming")
        .sort("key")
    )
    foreign = (
        rows.lazy()
        .filter(pl.col("key") < 0)
        .select("key", "row_uid")
        .join(papers.lazy(), on="row_uid")
        .group_by("key")
        .agg(pl.col("id_no").min())
        .collect()
    )
    named = _names_by_authority(rows)
    return (
        seen.join(_chosen_homes(rows), on="key", how="left", maintain_order="left")
        .join(named, on="key", how="left", maintain_order="left")
        .join(foreign, on="key", how="left", maintain_order="left")
        .select(
            "key",
            pl.coalesce("id_no", key_text(pl.col("key"))).alias("id_no"),
            "id_class",
            pl.coalesce("chosen", "unit_id").alias("unit_id"),
            "least_unit",
            "last_unit",
            *(f"on_{name}" for name in LISTS),
            "name",
        )
    )


def _names_by_authority(rows: pl.DataFrame) -> pl.DataFrame:
    """key, name: by the lists' authority; of several names on one list always the same, in whatever order.

    Rank, hash of the name and place of the row in one integer: the smallest decides, and says where the name
    stands. The tables without a rank of their own are asked last, and together.
    """
    known = [key for key in NAME_AUTHORITY if key in tables_of(rows)]
    rank = pl.col("table").replace_strict(
        {key: place for place, key in enumerate(known)}, default=None, return_dtype=pl.Int64
    )
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    hashed = (pl.col("name").hash(seed=0) % 2**_HASH_BITS).cast(pl.Int64)
    ordered = (rank * 2**_HASH_BITS + hashed) * 2**_PLACE_BITS + place
    first = (
        rows.lazy()
        .select("key", pl.when(is_named()).then(ordered).alias("place"))
        .filter(pl.col("key").is_not_null() & pl.col("place").is_not_null())
        .group_by("key")
        .agg(pl.col("place").min())
        .collect()
    )
    ranked = first.select("key", rows["name"].gather(first["place"] % 2**_PLACE_BITS).alias("name"))
    others = (
        rows.lazy()
        .filter(pl.col("key").is_not_null() & ~pl.col("table").is_in(known) & is_named())
        .join(first.lazy().select("key"), on="key", how="anti")
        .group_by("key")
        .agg(pl.col("name").min())
        .collect()
    )
    return pl.concat([ranked, others])


def _chosen_homes(rows: pl.DataFrame) -> pl.DataFrame:
    """For people on the rosters of several bodies: the body that most of their records name."""
    homes = rows.filter((pl.col("table").cast(pl.String) == ROSTER) & pl.col("key").is_not_null()).select(
        "key", "unit_id"
    )
    several = homes.drop_nulls().unique().filter(pl.len().over("key") > 1)
    votes = rows.join(several, on=["key", "unit_id"], how="semi").group_by("key", "unit_id").len()
    return (
        votes.sort("key", "len", "unit_id", descending=[False, True, False])
        .unique("key", keep="first", maintain_order=True)
        .select("key", pl.col("unit_id").alias("chosen"))
    )
