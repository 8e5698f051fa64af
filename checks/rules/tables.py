"""Frames as tables that rules can read: tables of the database, so that every cursor on it sees them."""

from __future__ import annotations

import duckdb
import polars as pl


def lay(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Put a frame into the database under a name, in place of what had that name before."""
    connection.register("laid", frame)
    connection.execute(f'create or replace table "{name}" as from laid')
    connection.unregister("laid")
