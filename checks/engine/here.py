"""The engine on this machine: one DuckDB connection over views on the run's Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from assets.contracts.registry import facts as fact_contracts
from assets.ledger.pay_items import pay_item_view
from assets.published import CONFIG
from checks.engine.model import Part, Replaced
from checks.rules.tables import OnDuckDB, Tables, lay
from connectors.specs import load_specs
from connectors.store import RunStore

_MEMORY = "3GB"
_SMALL = 50_000_000
"""Bytes of Parquet; a county has seven million."""
VIEWS = {"pay_item": pay_item_view}


class Here:
    """See `checks.engine.model.Engine`."""

    @contextmanager
    def open(
        self, store: RunStore, *, many_queries: bool = False, replaced: Replaced | None = None
    ) -> Iterator[Tables]:
        """See `Engine.open`."""
        with fact_connection(store, many_queries=many_queries) as connection:
            for name, parts in (replaced or {}).items():
                connection.execute(f'create or replace view "{name}" as {_union(store, parts)}')
            yield OnDuckDB(connection)


def fact_connection(store: RunStore, *, many_queries: bool = False) -> duckdb.DuckDBPyConnection:
    """One connection with a view a fact table of the run (empty tables where there is none).

    What does not fit into its memory goes to a folder beside the run's tables while it is open.

    Args:
        store: the run's tables.
        many_queries: whether a hundred queries are to come: a small month is then read once into tables, and
            each query has one thread, since opening files and sharing out work costs more than its rows.
    """
    facts = {name: contract for name, contract in fact_contracts().items() if name not in VIEWS}
    spill = str(store.folder / "spill")
    connection = duckdb.connect(config={**CONFIG, "memory_limit": _MEMORY, "temp_directory": spill})
    sizes = {name: store.path(f"fact_{name}").stat().st_size for name in facts if store.has(f"fact_{name}")}
    kind = "table" if many_queries and sum(sizes.values()) <= _SMALL else "view"
    if kind == "table":
        connection.execute("set threads = 1")
    for name, contract in facts.items():
        if name in sizes:
            query = f"from read_parquet({_quoted(store.path(f'fact_{name}'))})"
            connection.execute(f'create {kind} "{name}" as {query}')
        else:
            lay(connection, name, contract.empty())
    for name, query_of in VIEWS.items():
        connection.execute(f'create view "{name}" as {query_of(load_specs())}')
    return connection


def _union(store: RunStore, parts: Sequence[Part]) -> str:
    """Only our own paths go into it; a view cannot take them as parameters."""
    selects = []
    for part in parts:
        instead = ", ".join(f'{str(value).lower()} as "{name}"' for name, value in part.instead.items())
        star = f"* replace ({instead})" if instead else "*"
        selects.append(f"select {star} from read_parquet({_quoted(store.path(part.table))})")  # noqa: S608
    return " union all by name ".join(selects)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
