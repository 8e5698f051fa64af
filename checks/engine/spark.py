"""The engine on Spark: the run's Parquet read by the executors, the rules' SQL translated by sqlglot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass

import polars as pl

from assets.contracts.registry import facts as fact_contracts
from assets.ledger.pay_items import pay_item_view_on_spark
from assets.spark.session import Spark
from assets.spark.tables import FEW_BYTES, SparkFault, SparkTables
from checks.engine.here import VIEWS
from checks.engine.model import Part, Replaced
from checks.rules.tables import QueryFault, Tables
from connectors.specs import load_specs
from connectors.store import RunStore

SPARK_VIEWS = {"pay_item": pay_item_view_on_spark}


@dataclass(frozen=True)
class Asked:
    """The tables of a session as rules ask them (`checks.rules.tables.Tables`)."""

    tables: SparkTables

    @property
    def at_once(self) -> int:
        """See `Tables`."""
        return self.tables.at_once

    def names(self) -> AbstractSet[str]:
        """See `Tables`."""
        return self.tables.names()

    def query(self, sql: str, parameters: Mapping[str, object]) -> pl.DataFrame:
        """See `Tables`."""
        try:
            return self.tables.query(sql, parameters)
        except SparkFault as fault:
            raise QueryFault(fault.said) from None

    def keep(self, name: str, sql: str) -> None:
        """See `Tables`."""
        try:
            self.tables.keep(name, sql)
        except SparkFault as fault:
            raise QueryFault(fault.said) from None


@dataclass(frozen=True)
class OnSpark:
    """See `checks.engine.model.Engine`."""

    spark: Spark

    @contextmanager
    def open(
        self, store: RunStore, *, many_queries: bool = False, replaced: Replaced | None = None
    ) -> Iterator[Tables]:
        """See `Engine.open`; how many queries are to come changes nothing here."""
        facts = {name: contract for name, contract in fact_contracts().items() if name not in VIEWS}
        there = {name: store.path(f"fact_{name}") for name in facts if store.has(f"fact_{name}")}
        few_rows = sum(path.stat().st_size for path in there.values()) <= FEW_BYTES
        with SparkTables(self.spark, few_rows=few_rows) as tables:
            for name, contract in facts.items():
                own = (Part(f"fact_{name}"),) if name in there else ()
                parts = (replaced or {}).get(name, own)
                tables.lay(name, contract.schema, [(store.path(part.table), part.instead) for part in parts])
            for name, query_of in SPARK_VIEWS.items():
                tables.view(name, query_of(load_specs()), reads=["pay"])
            yield Asked(tables)
