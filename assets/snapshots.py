"""How old the month's sources are: the day that each delivered or carried table stands for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from assets.contracts.model import Contract
from assets.ledger.month import as_of_day
from connectors.delivery import carried_tables
from connectors.store import RunStore


def source_parts(store: RunStore) -> pl.DataFrame:
    """The parts of all departments: where the rows of each table came from."""
    return pl.concat([store.read(name) for name in store.names("part_")])


def as_of_dates(store: RunStore) -> dict[str, date]:
    """Table key → the day its data stand for: what its sheets state, else the end of their month."""
    ages: dict[str, date] = {}
    for table, month, as_of in (
        source_parts(store).select("table", "month", "as_of").sort("table").iter_rows()
    ):
        day = as_of_day(as_of, month)
        ages[table] = max(ages.get(table, day), day)
    return ages


def stale_tables(ages: Mapping[str, date], month_end: date, most_days: int) -> frozenset[str]:
    """Tables whose data are more than so many days older than the newest.

    Args:
        ages: table key → the day its data stand for.
        month_end: the month's last day; a day that lies much later is a slip of the pen, and nothing is
            measured by it.
        most_days: days that may lie between.
    """
    believed = [day for day in ages.values() if (day - month_end).days <= most_days]
    newest = max(believed, default=month_end)
    return frozenset(table for table, day in ages.items() if (newest - day).days > most_days)


def source_snapshots(store: RunStore, contract: Contract) -> pl.DataFrame:
    """One row a table at hand: its day, the month for which it was delivered, whether it was carried.

    Args:
        store: the run's tables, the departments' typed rows among them.
        contract: of fact `source_snapshot`.
    """
    months: dict[str, str] = {}
    for table, month in source_parts(store).select("table", "month").iter_rows():
        months[table] = max(months.get(table, month), month)
    carried = set(carried_tables(store)["table"])
    rows = [
        {"source": table, "month": months[table], "as_of_on": day, "is_carried": table in carried}
        for table, day in sorted(as_of_dates(store).items())
        if store.has(f"stg_{table}")
    ]
    return contract.shape(pl.DataFrame(rows, schema=contract.schema).lazy()).collect()
