"""What the month knows beside numbers and names: facts of rows, 公安's corrections, human judgements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from assets.identity.keys import record_keys
from assets.identity.leftover import FACTS
from assets.identity.people import CHANGES, FORMER, JUDGED, Beside
from assets.identity.rows import VALID
from assets.values.ids import check_char

VERIFICATION, CORRECTIONS = "police__verification", "police__id_change"
# Answers that mean: this number is this name's.
CONFIRMING = ("match", "cancelled")


def beside_of(
    staged: Mapping[str, pl.LazyFrame],
    texts: Mapping[str, pl.LazyFrame],
    agency_units: pl.DataFrame,
    unit_xref: pl.DataFrame,
    judgements: pl.DataFrame,
) -> Beside:
    """All that is known beside the rows of the month's person tables.

    Args:
        staged: table key → staged rows.
        texts: table key → what its record keys are made of, for every person table.
        agency_units: agency_code, unit_id.
        unit_xref: how every reference was resolved.
        judgements: key_a, key_b (record keys), verdict.
    """
    return Beside(
        {key: facts for key in texts if (facts := _facts(key, staged[key])) is not None},
        _names(staged, ((VERIFICATION, "former_name"), (CORRECTIONS, "former_name"))),
        _names(staged, ((VERIFICATION, "registered_name"),)),
        _changes(staged),
        judged_rows(judgements, texts),
        _wider(agency_units, unit_xref),
    )


def _facts(key: str, frame: pl.LazyFrame) -> pl.LazyFrame | None:
    """The columns of a table that say something of a person; None where it has none."""
    schema = frame.collect_schema()
    columns = [name for name, dtype in FACTS.items() if name in schema and schema[name] == dtype]
    if key == VERIFICATION:
        confirms = pl.col("result").is_in(list(CONFIRMING)).fill_null(False).alias("is_authority")
        return frame.select("row_uid", *columns, confirms)
    return frame.select("row_uid", *columns) if columns else None


def _names(staged: Mapping[str, pl.LazyFrame], columns: Sequence[tuple[str, str]]) -> pl.DataFrame:
    """id_no, name: what 公安 says of whole numbers in some of its columns."""
    parts = [
        staged[key]
        # A name that was asked about and confirmed needs no second witness.
        .filter(
            pl.col("id_class").is_in(VALID)
            & pl.col(column).is_not_null()
            & pl.col(column).ne_missing(pl.col("name"))
        )
        .select("id_no", pl.col(column).alias("name"))
        for key, column in columns
        if key in staged
    ]
    if not parts:
        return pl.DataFrame(schema=FORMER)
    return pl.concat(parts).unique().sort("id_no", "name").collect(engine="streaming")


def _changes(staged: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """Old and new number of one row of 公安's register of corrections, once a name of its bearer."""
    if CORRECTIONS not in staged:
        return pl.DataFrame(schema=CHANGES)
    old = pl.col("old_id_no")
    is_whole = old.str.contains("^[0-9]{17}[0-9X]$") & (check_char(old.str.slice(0, 17)) == old.str.slice(17))
    rows = staged[CORRECTIONS].filter(
        pl.col("id_class").is_in(VALID) & is_whole.fill_null(False) & (old != pl.col("id_no"))
    )
    named = rows.select("old_id_no", "id_no", "name", "former_name").collect(engine="streaming")
    names = pl.concat(
        [
            named.select("old_id_no", "id_no", "name"),
            named.filter(pl.col("former_name").is_not_null()).select(
                "old_id_no", "id_no", pl.col("former_name").alias("name")
            ),
        ]
    )
    return names.unique().sort("old_id_no", "id_no", "name")


def judged_rows(judgements: pl.DataFrame, texts: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """The judged pairs as rows of this month: row_uid_a, row_uid_b, verdict.

    Pairs of which a record is not there this month are left out: they wait for the month in which it is.

    Args:
        judgements: key_a, key_b (record keys), verdict.
        texts: table key → what its record keys are made of.
    """
    if judgements.is_empty():
        return pl.DataFrame(schema=JUDGED)
    wanted = pl.concat([judgements.select(record_key=c) for c in ("key_a", "key_b")]).unique()
    found = pl.concat(
        record_keys(text.collect(engine="streaming")).join(wanted, on="record_key", how="semi")
        for _, text in sorted(texts.items())
    )
    uids = found.select("record_key", "row_uid")
    return (
        judgements.select("key_a", "key_b", "verdict")
        .join(uids, left_on="key_a", right_on="record_key")
        .join(uids, left_on="key_b", right_on="record_key", suffix="_b")
        .select(pl.col("row_uid").alias("row_uid_a"), "row_uid_b", "verdict")
        .unique()
        .sort("row_uid_a", "row_uid_b")
    )


def _wider(agency_units: pl.DataFrame, unit_xref: pl.DataFrame) -> pl.DataFrame:
    """unit_id, wider: bodies, and the body whose budget unit pays their people."""
    named = (
        unit_xref.filter((pl.col("department") == "finance") & (pl.col("code") != ""))
        .select(pl.col("code").alias("agency_code"), pl.col("unit_id").alias("wider"))
        .unique()
    )
    return (
        agency_units.join(named, on="agency_code")
        .filter((pl.col("unit_id") != pl.col("wider")) & (pl.col("unit_id") != "") & (pl.col("wider") != ""))
        .select("unit_id", "wider")
        .unique()
        .sort("unit_id", "wider")
    )
