"""Record keys of a run's rows: those that the lake holds, and those computed when somebody asks for them.

`person_xref` holds the keys of the rows that the identity engine has seen; all others follow from what the
row says. A month of an earlier program holds all of them, and has no table that says what they are made of.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from assets.identity.keys import alike, record_keys, record_texts
from connectors.store import RunStore

RECORD_UNITS = "record_unit"
SCHEMA = {"row_uid": pl.Int64, "record_key": pl.String}


def keys_of_rows(store: RunStore, rows: pl.DataFrame) -> pl.DataFrame:
    """The keys of some rows.

    Args:
        store: a run's tables.
        rows: row_uid, table, record_key (null where the lake holds none).

    Returns:
        row_uid, record_key.
    """
    found = [rows.filter(pl.col("record_key").is_not_null()).select(*SCHEMA)]
    texts = _texts(store)
    for (table,), wanted in rows.filter(pl.col("record_key").is_null()).group_by("table"):
        if (text := texts.get(str(table))) is None:
            continue
        found.append(record_keys(alike(text, wanted)).join(wanted, on="row_uid", how="semi"))
    return pl.concat(found).sort("row_uid")


def rows_of_keys(store: RunStore, keys: Collection[str]) -> pl.DataFrame:
    """The rows that have these keys: row_uid, record_key; all tables are read where one is not held."""
    wanted = pl.DataFrame({"record_key": sorted(set(keys))}, schema={"record_key": pl.String})
    held = store.scan("person_xref").select(*SCHEMA).join(wanted.lazy(), on="record_key", how="semi")
    found = [held.collect(engine="streaming")]
    for text in _texts(store).values():
        wanted = wanted.join(found[-1], on="record_key", how="anti")
        if wanted.is_empty():
            break
        keyed = record_keys(text.collect(engine="streaming"))
        found.append(keyed.join(wanted, on="record_key", how="semi"))
    return pl.concat(found).sort("row_uid")


def _texts(store: RunStore) -> dict[str, pl.LazyFrame]:
    """Table key → what its record keys are made of; empty for a month of an earlier program."""
    if not store.has(RECORD_UNITS):
        return {}
    return {
        table: record_texts(store.scan(f"stg_{table}"), table, code, name)
        for table, code, name in store.read(RECORD_UNITS).sort("table").iter_rows()
        if store.has(f"stg_{table}")
    }
