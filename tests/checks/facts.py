"""Fact tables of a few rows on a DuckDB connection: the columns given, the rest null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import polars as pl

from assets.contracts.registry import facts

Rows = Sequence[Mapping[str, Any]]


def fact(name: str, rows: Rows, first_uid: int = 1) -> pl.DataFrame:
    """Rows of a fact table in the form of its contract; row_uid counts up where it is not given."""
    contract = facts()[name]
    unknown = {key for row in rows for key in row} - set(contract.names)
    assert not unknown, f"{name} has no {unknown}"
    given = [
        {"row_uid": first_uid + n, **row} if "row_uid" in contract.names else dict(row)
        for n, row in enumerate(rows)
    ]
    columns = {c: [row.get(c) for row in given] for c in contract.names if any(c in row for row in given)}
    frame = pl.DataFrame(
        {c: pl.Series(c, v, strict=False).cast(contract.schema[c]) for c, v in columns.items()}
    )
    return contract.shape(frame.lazy()).collect() if rows else contract.empty()


def connection_with(tables: Mapping[str, Rows]) -> duckdb.DuckDBPyConnection:
    """A connection with every fact table, empty where no rows are given."""
    connection = duckdb.connect()
    for n, name in enumerate(facts()):
        connection.register(name, fact(name, tables.get(name, ()), 1000 * (n + 1)))
    return connection
