"""All persons as the month has them, in the order of their ids, in pieces small enough for memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from assets.identity.people import BETWEEN_TWO, People
from assets.identity.rows import LEVEL, LISTS_ORDER
from assets.values.ids import birth_of, sex_of

_AT_ONCE = 4_000_000
_FIRST = "0123456789abcdef"
"""What an id begins with behind its P: of each as many as of another."""


def person_pieces(people: People, numbered: pl.DataFrame, others: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """All persons: those with a number, and those behind rows that belong to no number.

    Persons are found in the order of their numbers and told in that of their ids. Where they are too many to
    be sorted together, they are laid by the beginning of their ids first.

    Args:
        people: what was found out about the rows.
        numbered: key, person_id of all persons with a number, in the order of `people.persons`.
        others: row_uid, person_id of the rows whose person has no number.
    """
    folder = people.rows.spread.folder
    if folder is None:
        yield pl.concat(_pieces(people, numbered, others)).sort("person_id")
        return
    for n, piece in enumerate(_pieces(people, numbered, others)):
        begins = pl.col("person_id").str.slice(1, 1).alias("begins")
        place = pl.PartitionBy(_laid(folder, n), key=begins, include_key=False)
        piece.lazy().sink_parquet(place, compression="lz4", mkdir=True)
    for first in _FIRST:
        paths = sorted(
            path for laid in _laid(folder).glob("*") for path in (laid / f"begins={first}").glob("*")
        )
        if paths:
            yield pl.read_parquet(paths, glob=False).sort("person_id")


def _laid(folder: Path, n: int | None = None) -> Path:
    return folder / "person" if n is None else folder / "person" / str(n)


def _pieces(people: People, numbered: pl.DataFrame, others: pl.DataFrame) -> Iterator[pl.DataFrame]:
    between = pl.col("doubt").is_in(list(BETWEEN_TWO)) & pl.col("candidate").is_not_null()
    two = people.told.filter(between)
    other_sides = two.select("candidate").join(
        people.told.select(pl.col("row_uid").alias("candidate"), "key"), on="candidate"
    )
    conflicting = people.odd.filter(pl.col("match_level").is_in(["ML4", "ML5"]))
    in_conflict = (
        pl.concat([one.select("key") for one in (conflicting, two, other_sides)])
        .drop_nulls()
        .unique()
        .with_columns(pl.lit(True).alias("in_conflict"))
    )
    # Whatever is not odd is ML1, and no row of a number is less.
    weakest = people.odd.drop_nulls("key").group_by("key").agg(pl.col("match_level").max())
    maybe = people.maybe.with_columns(pl.lit(True).alias("yes"))
    flags = [
        maybe.filter(pl.col("department") == name).select("key", pl.col("yes").alias(f"maybe_{name}"))
        for name in LISTS_ORDER[:4]
    ]
    for start in range(0, max(people.persons.height, 1), _AT_ONCE):
        known = people.persons.slice(start, _AT_ONCE).drop("least_unit", "last_unit")
        known = known.with_columns(numbered["person_id"].slice(start, _AT_ONCE))
        for beside in (weakest, in_conflict, *flags):
            known = known.join(beside, on="key", how="left", maintain_order="left")
        level = pl.col("match_level").fill_null(pl.lit("ML1", dtype=LEVEL))
        yield _shown(known.drop("key").with_columns(level, pl.lit(None, dtype=pl.String).alias("fold")))
    alone = _without_number(people, others)
    flagless = [pl.lit(None, dtype=pl.Boolean).alias(f"maybe_{name}") for name in LISTS_ORDER[:4]]
    yield _shown(alone.with_columns(pl.lit(None, dtype=pl.String).alias("id_no"), *flagless))


def _shown(persons: pl.DataFrame) -> pl.DataFrame:
    presence = pl.concat_str(pl.col(f"on_{name}").cast(pl.Int8).cast(pl.String) for name in LISTS_ORDER)
    on_lists = [f"on_{name}" for name in LISTS_ORDER]
    maybe = [f"maybe_{name}" for name in LISTS_ORDER[:4]]
    return persons.select(
        "id_no",
        pl.col("id_class", "unit_id").cast(pl.String),
        *on_lists,
        "name",
        "person_id",
        pl.col("match_level").cast(pl.String),
        pl.col("in_conflict").fill_null(False),
        *(pl.col(name).fill_null(False) for name in maybe),
        "fold",
        presence.alias("presence"),
        birth_of(pl.col("id_no")).alias("birth_date"),
        sex_of(pl.col("id_no")).alias("sex"),
    )


def _without_number(people: People, others: pl.DataFrame) -> pl.DataFrame:
    """People of whom no number is known, from their rows; in conflict while a doubt names somebody else."""
    department = pl.col("table").str.split("__").list.first()
    doubted = pl.col("doubt").is_not_null() & (pl.col("doubt") != "judged")
    return (
        people.unattached.join(others, on="row_uid")
        .sort("name", "unit_id", "row_uid", nulls_last=True)
        .group_by("person_id", maintain_order=True)
        .agg(
            pl.col("name", "fold").drop_nulls().first(),
            pl.col("unit_id").min(),
            pl.when(doubted.any())
            .then(pl.col("match_level").cast(LEVEL).max().cast(pl.String))
            .otherwise(pl.lit("ML0"))
            .alias("match_level"),
            doubted.any().alias("in_conflict"),
            *((department == name).any().alias(f"on_{name}") for name in LISTS_ORDER),
        )
        .with_columns(pl.lit("NONE").alias("id_class"))
    )
