"""A connection with a few rows of the tables that the review's SQL files read, every other column empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import polars as pl

from assets.contracts.registry import facts, published
from reports.review.lay import FACTS, run_file

END = date(2026, 10, 31)
PUBLISHED = ("finding", "finding_evidence", "person_xref", "unit", "rule")
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def laid(tables: Rows) -> duckdb.DuckDBPyConnection:
    """The tables on a new connection, `asked_unit` with every body, and the review's own tables."""
    connection = duckdb.connect()
    contracts = {
        **{f"fact_{name}": facts()[name] for name in FACTS},
        **{n: published()[n] for n in PUBLISHED},
    }
    units = tables["fact_unit"]
    given = {**tables, "unit": [{"unit_id": one["unit_id"], "name": one.get("name")} for one in units]}
    for name, contract in contracts.items():
        rows = [{column: row.get(column) for column in contract.names} for row in given.get(name, ())]
        frame = pl.DataFrame(rows, schema=contract.schema)
        connection.register("frame", frame)
        connection.execute(f'create table "{name}" as from frame')
        connection.unregister("frame")
    asked = pl.DataFrame(
        {"unit_id": [one["unit_id"] for one in units], "place": range(len(units))},
        schema={"unit_id": pl.String, "place": pl.Int32},
    )
    connection.register("frame", asked)
    connection.execute("create table asked_unit as from frame")
    connection.unregister("frame")
    for step in ("bodies", "ranks", "problems", "count", "checks"):
        run_file(connection, step, END)
    return connection


def numbers_of(connection: duckdb.DuckDBPyConnection, side: str) -> dict[str, int]:
    """Item → number of one side; items that nothing counts in are left out."""
    rows = connection.sql(
        "select item, cast(sum(n) as bigint) from review_number where side = $side group by item",
        params={"side": side},
    ).fetchall()
    return {item: n for item, n in rows if n}


def body(unit_id: str, name: str, **more: Any) -> dict[str, Any]:
    """An approved, existing body."""
    return {"unit_id": unit_id, "name": name, "is_approved": True, "is_active": True, **more}
