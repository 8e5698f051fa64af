"""Keys that last: record keys, and person ids that are carried from month to month."""

from __future__ import annotations

from functools import cache

import duckdb
import polars as pl

from assets.published import CONFIG

NAMES_SOMEBODY = pl.col("id_no").is_not_null() | pl.col("name").is_not_null()
SEPARATOR = "\x1f"
SAID = ["id_no", "name", "unit_code"]
_BLOCK = 64
_SEEDS = 3_000_000
"""How many persons get their ids together."""
# Persons without a number are counted down from here; keys of foreign papers are negative too, but smaller.
_OWN = 2**62


def record_texts(staged: pl.LazyFrame, table: str, code: str | None, name: str | None) -> pl.LazyFrame:
    """What the record keys of a table are made of, for every row that names somebody.

    Args:
        staged: its staged rows.
        table: its key.
        code: the column in which it gives its body's code; None where it gives none.
        name: likewise the body's name.
    """
    unit = (
        pl.coalesce(*(pl.col(c) for c in (code, name) if c))
        if code or name
        else pl.lit(None, dtype=pl.String)
    )
    return staged.filter(NAMES_SOMEBODY).select(
        "row_uid", pl.lit(table).alias("table"), "id_no", "name", unit.alias("unit_code")
    )


def alike(texts: pl.LazyFrame, rows: pl.DataFrame, of: pl.LazyFrame | None = None) -> pl.DataFrame:
    """The rows of a table that say the same as some rows of it, these themselves among them.

    Args:
        texts: see `record_texts`.
        rows: row_uid.
        of: the same table of another month, in which to look instead.
    """
    said = texts.join(rows.lazy().select("row_uid"), on="row_uid", how="semi").select(SAID).unique()
    there = texts if of is None else of
    return there.join(said, on=SAID, how="semi", nulls_equal=True).collect(engine="streaming")


def record_keys(rows: pl.DataFrame) -> pl.DataFrame:
    """SHA-256 over department, table, normalised ID, normalised name, unit code and occurrence.

    Args:
        rows: row_uid, table ("department__table"), id_no, name, unit_code; of rows that say the same, all or
            none. Rows of one table at a time is enough.

    Returns:
        row_uid, record_key, in the order of row_uid.
    """
    with_text = rows.sort("row_uid").select(
        "row_uid",
        pl.concat_str(
            pl.col("table").cast(pl.String).str.replace("__", SEPARATOR, literal=True),
            pl.col("id_no").fill_null(""),
            pl.col("name").fill_null(""),
            pl.col("unit_code").fill_null(""),
            separator=SEPARATOR,
        ).alias("text"),
    )
    # Almost every text stands alone: only those whose hash occurs twice are compared.
    repeated = (
        with_text.filter(pl.col("text").hash().is_duplicated())
        .with_columns(pl.int_range(pl.len()).over("text").alias("occurrence"))
        .filter(pl.col("occurrence") > 0)
    )
    with _hashing().cursor() as connection:
        connection.register("texts", with_text)
        connection.register("repeated", repeated.select("row_uid", pl.col("occurrence").cast(pl.String)))
        hashed = connection.sql(
            "select sha256(texts.text || $separator || coalesce(repeated.occurrence, '0')) as record_key"
            " from texts left join repeated on repeated.row_uid = texts.row_uid order by texts.row_uid"
            if repeated.height
            else "select sha256(text || $separator || '0') as record_key from texts",
            params={"separator": SEPARATOR},
        ).pl()
    return with_text.select("row_uid", hashed["record_key"])


@cache
def _hashing() -> duckdb.DuckDBPyConnection:
    """A database in memory for all that is hashed: opening one takes longer than a table's hashes."""
    return duckdb.connect(config=CONFIG)


def new_person_ids(seeds: pl.Series, home_key: bytes) -> pl.Series:
    """`P` + 16 hex of HMAC-SHA256(home key, seed), for many seeds at once (RFC 2104)."""
    key = home_key.ljust(_BLOCK, b"\0")
    inner, outer = bytes(b ^ 0x36 for b in key), bytes(b ^ 0x5C for b in key)
    made = [pl.Series("person_id", [], dtype=pl.String)]
    with _hashing().cursor() as connection:
        for start in range(0, len(seeds), _SEEDS):
            some = seeds.slice(start, _SEEDS)
            connection.register("seeds", pl.DataFrame({"position": range(len(some)), "seed": some}))
            hashed: pl.DataFrame = connection.sql(
                "select 'P' || substring(sha256($outer || unhex(sha256($inner || encode(seed)))), 1, 16)"
                " as person_id from seeds order by position",
                params={"outer": outer, "inner": inner},
            ).pl()
            made.append(hashed.to_series())
    return pl.concat(made)


def carry_person_ids(
    persons: pl.DataFrame,
    open_rows: pl.DataFrame,
    previous_person: pl.LazyFrame | None,
    previous_xref: pl.LazyFrame | None,
    home_key: bytes,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The id of every person: carried where the person was known last month, else new.

    A number known last month keeps its person. Other clusters take the id that most of their records
    had (by record key; a tie goes to the smaller id), provided no cluster has it yet.

    Args:
        persons: key, id_no.
        open_rows: row_uid, key, own (for rows without a key: the same for all of one person), record_key of
            the rows that may vote: those without a number of their own and those of numbers that were not
            known last month.
        previous_person: person_id, id_no of the last published month.
        previous_xref: record_key, person_id of the last published month.
        home_key: the home's secret, from which new ids are derived.

    Returns:
        key, person_id for the persons with a number; row_uid, person_id for the others.
    """
    by_number = _known_numbers(persons, previous_person)
    own = pl.col("own").rank("dense").cast(pl.Int64)
    cluster = pl.when(pl.col("key").is_null()).then(-own - _OWN).otherwise("key")
    members = open_rows.sort("record_key").with_columns(cluster.alias("cluster"))
    seeds = (
        members.filter(pl.col("key").is_null())
        .group_by("cluster")
        .agg(pl.col("record_key").min().alias("seed"))
    )
    numbers = persons.select(pl.col("key").alias("cluster"), pl.col("id_no").alias("seed"))
    fresh = pl.concat([numbers, seeds]).join(by_number, on="cluster", how="anti")
    votes = _votes(members.join(by_number, on="cluster", how="anti"), by_number, previous_xref)
    carried = pl.concat([by_number, votes])
    fresh = fresh.join(votes, on="cluster", how="anti")
    made = fresh.select("cluster", new_person_ids(fresh["seed"], home_key).alias("person_id"))
    taken = made.join(carried, on="person_id", how="semi").select("cluster")
    if taken.height:
        retry = fresh.join(taken, on="cluster", how="semi")
        renewed = retry.select(
            "cluster", new_person_ids(retry["seed"] + SEPARATOR + "2", home_key).alias("person_id")
        )
        made = pl.concat([made.join(taken, on="cluster", how="anti"), renewed])
    known = pl.concat([carried, made])
    return (
        persons.select("key").join(
            known, left_on="key", right_on="cluster", how="left", maintain_order="left"
        ),
        members.filter(pl.col("key").is_null()).join(known, on="cluster").select("row_uid", "person_id"),
    )


def unknown_numbers(persons: pl.DataFrame, previous_person: pl.LazyFrame | None) -> pl.DataFrame:
    """Keys of the numbers that nobody had last month; none in the first month, where nothing can vote."""
    if previous_person is None:
        return persons.clear().select("key")
    known = _known_numbers(persons, previous_person)
    return persons.select("key").join(known, left_on="key", right_on="cluster", how="anti")


def _known_numbers(persons: pl.DataFrame, previous_person: pl.LazyFrame | None) -> pl.DataFrame:
    """cluster, person_id of the numbers that had a person last month."""
    if previous_person is None:
        return pl.DataFrame(schema={"cluster": pl.Int64, "person_id": pl.String})
    before = previous_person.filter(pl.col("id_no").is_not_null()).select("id_no", "person_id").collect()
    return (
        persons.select(pl.col("key").alias("cluster"), "id_no")
        .join(before.sort("person_id").unique("id_no", keep="first", maintain_order=True), on="id_no")
        .select("cluster", "person_id")
    )


def _votes(
    members: pl.DataFrame, by_number: pl.DataFrame, previous_xref: pl.LazyFrame | None
) -> pl.DataFrame:
    """cluster, person_id of the clusters that take over the person of most of their records."""
    if previous_xref is None or members.is_empty():
        return by_number.clear()
    before = (
        previous_xref.select("record_key", "person_id")
        .join(members.lazy().select("record_key").unique(), on="record_key", how="semi")
        .collect(engine="streaming")
    )
    return (
        members.join(before, on="record_key")
        .join(by_number.select("person_id"), on="person_id", how="anti")
        .group_by("cluster", "person_id")
        .agg(pl.len(), pl.col("record_key").min())
        .sort(["len", "person_id", "record_key"], descending=[True, False, False])
        .unique("cluster", keep="first", maintain_order=True)
        .unique("person_id", keep="first", maintain_order=True)
        .select("cluster", "person_id")
    )
