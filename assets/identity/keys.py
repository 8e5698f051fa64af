"""Keys that last: record keys, and person ids that are carried from month to month."""

from __future__ import annotations

import duckdb
import polars as pl

SEPARATOR = "\x1f"
_BLOCK = 64


def record_keys(rows: pl.DataFrame) -> pl.DataFrame:
    """SHA-256 over department, table, normalised ID, normalised name, unit code and occurrence.

    Args:
        rows: row_uid, table ("department__table"), id_no, name, unit_code.

    Returns:
        row_uid, record_key, in the order of row_uid.
    """
    with_text = rows.sort("row_uid").select(
        "row_uid",
        pl.concat_str(
            pl.col("table").str.replace("__", SEPARATOR, literal=True),
            pl.col("id_no").fill_null(""),
            pl.col("name").fill_null(""),
            pl.col("unit_code").fill_null(""),
            separator=SEPARATOR,
        ).alias("text"),
    )
    repeated = with_text.filter(pl.col("text").is_duplicated()).with_columns(
        pl.int_range(pl.len()).over("text").cast(pl.String).alias("occurrence")
    )
    numbered = with_text.join(repeated.select("row_uid", "occurrence"), on="row_uid", how="left").select(
        "row_uid",
        pl.concat_str("text", pl.col("occurrence").fill_null("0"), separator=SEPARATOR).alias("text"),
    )
    with duckdb.connect() as connection:
        connection.register("numbered", numbered)
        return connection.sql(
            "select row_uid, sha256(text) as record_key from numbered order by row_uid"
        ).pl()


def new_person_ids(seeds: pl.Series, home_key: bytes) -> pl.Series:
    """`P` + 16 hex of HMAC-SHA256(home key, seed), for many seeds at once (RFC 2104)."""
    key = home_key.ljust(_BLOCK, b"\0")
    inner, outer = bytes(b ^ 0x36 for b in key), bytes(b ^ 0x5C for b in key)
    with duckdb.connect() as connection:
        connection.register("seeds", pl.DataFrame({"position": range(len(seeds)), "seed": seeds}))
        hashed = connection.sql(
            "select 'P' || substring(sha256($outer || unhex(sha256($inner || encode(seed)))), 1, 16) as person_id"
            " from seeds order by position",
            params={"outer": outer, "inner": inner},
        ).pl()
    return hashed["person_id"]


def carry_person_ids(
    persons: pl.DataFrame,
    rows: pl.DataFrame,
    previous_person: pl.DataFrame | None,
    previous_xref: pl.DataFrame | None,
    home_key: bytes,
) -> pl.DataFrame:
    """The person id of every row: carried where the person was known last month, else new.

    A number known last month keeps its person. Other clusters take the id that most of their records
    had (by record key; a tie goes to the smaller id), provided no cluster has it yet.

    Args:
        persons: key, id_no.
        rows: row_uid, key (null: a person of its own), record_key.
        previous_person: person_id, id_no of the last published month.
        previous_xref: record_key, person_id of the last published month.

    Returns:
        row_uid, key, person_id for every row.
    """
    cluster = pl.when(pl.col("key").is_null()).then(pl.col("record_key")).otherwise(pl.col("key").cast(pl.String))
    members = rows.with_columns(cluster.alias("cluster"))
    seeds = members.filter(pl.col("key").is_null()).select("cluster", pl.col("record_key").alias("seed"))
    known = persons.select(pl.col("key").cast(pl.String).alias("cluster"), pl.col("id_no").alias("seed"))
    clusters = pl.concat([known, seeds]).unique("cluster").sort("cluster")
    carried = _carried(clusters, members, previous_person, previous_xref)
    fresh = clusters.join(carried, on="cluster", how="anti")
    made = fresh.select("cluster", new_person_ids(fresh["seed"], home_key).alias("person_id"))
    taken = set(carried["person_id"]) & set(made["person_id"]) if not carried.is_empty() else set()
    if taken:
        retry = made.filter(pl.col("person_id").is_in(sorted(taken))).join(fresh, on="cluster")
        renewed = retry.select("cluster", new_person_ids(retry["seed"] + SEPARATOR + "2", home_key).alias("person_id"))
        made = pl.concat([made.filter(~pl.col("person_id").is_in(sorted(taken))), renewed])
    return members.join(pl.concat([carried, made]), on="cluster", how="left").select("row_uid", "key", "person_id")


def _carried(
    clusters: pl.DataFrame,
    members: pl.DataFrame,
    previous_person: pl.DataFrame | None,
    previous_xref: pl.DataFrame | None,
) -> pl.DataFrame:
    empty = pl.DataFrame(schema={"cluster": pl.String, "person_id": pl.String})
    if previous_person is None or previous_xref is None:
        return empty
    by_number = (
        clusters.join(
            previous_person.filter(pl.col("id_no").is_not_null()).select(pl.col("id_no").alias("seed"), "person_id"),
            on="seed",
        )
        .select("cluster", "person_id")
        .unique("cluster", keep="first", maintain_order=True)
    )
    open_members = members.join(by_number, on="cluster", how="anti")
    votes = (
        open_members.join(previous_xref.select("record_key", "person_id"), on="record_key")
        .join(by_number.select("person_id"), on="person_id", how="anti")
        .group_by("cluster", "person_id")
        .len()
        .sort(["len", "person_id", "cluster"], descending=[True, False, False])
        .unique("cluster", keep="first", maintain_order=True)
        .unique("person_id", keep="first", maintain_order=True)
        .select("cluster", "person_id")
    )
    return pl.concat([by_number, votes]) if not votes.is_empty() else by_number
