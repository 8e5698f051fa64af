"""Damaged numbers that are one slip away from the valid number of a namesake (rule I03).

Only rows whose number cannot be trusted are looked at, so that the pairs are few.
"""

from __future__ import annotations

import polars as pl
from rapidfuzz.distance import OSA

from assets.values.names import fold_name

DAMAGED = ("S18", "L17", "L19", "D8")
VALID = "V18"
OLD = "V15"
ONE_SLIP = 1


def near_numbers(rows: pl.LazyFrame, persons: pl.LazyFrame) -> pl.DataFrame:
    """The one person whose name a damaged row bears and whose number is at most one slip away.

    Two valid numbers are never compared: a slip cannot turn one into another. An old number of 15 digits
    has no check digit, so it is compared with the 15 digits of a namesake's 18.

    Args:
        rows: source rows with row_uid, id_class, id_no, name_fold, person_id.
        persons: person_id, id_no, id_class, name.

    Returns:
        row_uid, near_person_id.
    """
    doubtful = (
        rows.filter(pl.col("id_class").is_in([*DAMAGED, OLD]) & pl.col("id_no").is_not_null())
        .filter(pl.col("name_fold").is_not_null())
        .select("row_uid", "id_class", "id_no", "name_fold", "person_id")
        .collect(engine="streaming")
    )
    wanted = doubtful["name_fold"].unique()
    bearers = (
        persons.filter(pl.col("id_class") == VALID)
        .select(
            pl.col("person_id").alias("near_person_id"),
            pl.col("id_no").alias("number"),
            fold_name(pl.col("name")).alias("name_fold"),
        )
        .filter(pl.col("name_fold").is_in(wanted.implode()))
        .collect(engine="streaming")
    )
    pairs = doubtful.join(bearers, on="name_fold")
    near = [
        _is_near(id_class, damaged, number)
        for id_class, damaged, number in pairs.select("id_class", "id_no", "number").iter_rows()
    ]
    return (
        pairs.filter(pl.Series(near, dtype=pl.Boolean))
        .group_by("row_uid")
        .agg(pl.col("near_person_id").min(), pl.col("near_person_id").n_unique().alias("n"))
        .filter(pl.col("n") == 1)
        .select("row_uid", "near_person_id")
    )


def _is_near(id_class: str, damaged: str, number: str) -> bool:
    if id_class == OLD:
        old = number[:6] + number[8:17]
        return damaged != old and OSA.distance(damaged, old) <= ONE_SLIP
    return bool(OSA.distance(damaged, number) <= ONE_SLIP)
