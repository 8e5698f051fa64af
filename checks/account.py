"""The account of what came in: files, rows, problems and quarantined rows, as published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from assets.contracts.registry import published
from assets.ledger.month import as_of_day
from checks.issue_cells import columns_of, with_cells
from connectors.landing import Delivery
from connectors.specs import Specs
from connectors.store import RunStore

SEVERITIES = {"error": 0, "warning": 1, "info": 2}
ISSUE_ORDER = ["department", "rank", "file", "sheet", "row", "column", "code", "value", "message", "row_uid"]
SHORT_TABLE = pl.col("table").str.split("__").list.last()


def write_account(
    store: RunStore, deliveries: Sequence[Delivery], carried: Mapping[str, str], specs: Specs, month: str
) -> None:
    """Write intake_file, intake_row_class, issue and quarantine.

    Args:
        store: the run's tables.
        deliveries: of all departments.
        specs: the departments' tables.
        month: YYYY-MM.
        carried: department → the month whose snapshot stands for it.
    """
    store.write("intake_file", _files(store, deliveries, carried, month))
    store.write("intake_row_class", row_classes(store))
    store.write("issue", _issues(store, month))
    store.write("quarantine", _quarantine(store, month))


def _all(store: RunStore, prefix: str) -> pl.DataFrame:
    return pl.concat([store.read(name) for name in store.names(prefix)])


def row_classes(store: RunStore) -> pl.DataFrame:
    """What became of the rows of every sheet, as published; sheets without a part get negative ones."""
    rows = _all(store, "row_class_")
    sheets = (
        rows.filter(pl.col("part") == 0)
        .select("department", "file", "sheet")
        .unique()
        .sort("department", "file", "sheet")
    )
    numbered = sheets.with_columns(-(pl.int_range(pl.len()) + 1).cast(pl.Int64).alias("given"))
    parted = rows.join(numbered, on=["department", "file", "sheet"], how="left").with_columns(
        pl.when(pl.col("part") == 0).then("given").otherwise("part").alias("part"), SHORT_TABLE.alias("table")
    )
    contract = published()["intake_row_class"]
    return contract.shape(parted.lazy()).sort(contract.key).collect()


def _files(
    store: RunStore, deliveries: Sequence[Delivery], carried: Mapping[str, str], month: str
) -> pl.DataFrame:
    states = {
        (file, status): (message, n)
        for file, status, message, n in _all(store, "file_state_")
        .select("file", "status", "message", "n_sheets")
        .iter_rows()
    }
    parts = _all(store, "part_")
    as_of: dict[tuple[str, str], date] = {}
    for of_month, file, stated in parts.select("month", "file", "as_of").iter_rows():
        day = as_of_day(stated, of_month)
        as_of[of_month, file] = max(as_of.get((of_month, file), day), day)
    rows = []
    for delivery in deliveries:
        message, n_sheets = states.get((delivery.file, delivery.status), (delivery.message, 0))
        rows.append(
            {
                "file_no": delivery.file_no,
                "month": month,
                "department": delivery.department,
                "file": delivery.file,
                "sha256": delivery.sha256,
                "size": delivery.size,
                "status": delivery.status,
                "message": message or delivery.message,
                "n_sheets": n_sheets,
                "as_of": as_of.get((month, delivery.file)) if delivery.status == "taken" else None,
                "carried_from": None,
            }
        )
    for department, since in sorted(carried.items()):
        own = parts.filter((pl.col("department") == department) & (pl.col("month") != month))
        files = own.select("month", "file", "sha256").unique().sort("month", "file")
        for of_month, file, sha256 in files.iter_rows():
            rows.append(
                {
                    "file_no": len(rows) + 1,
                    "month": month,
                    "department": department,
                    "file": file,
                    "sha256": sha256,
                    "status": "carried",
                    "message": f"本月未报送，沿用 {since}",
                    "as_of": as_of.get((of_month, file)),
                    "carried_from": since,
                }
            )
    return pl.DataFrame(rows, schema=published()["intake_file"].schema)


def _issues(store: RunStore, month: str) -> pl.DataFrame:
    """All issues, the grave ones first within a department, numbered."""
    names = [*store.names("raw_issue_"), *store.names("stg_issue_"), *store.names("identity_issue")]
    names += [*store.names("ledger_issue"), *store.names("landing_issue")]
    rows = with_cells(pl.concat([store.read(name) for name in names]), columns_of(store))
    ordered = rows.with_columns(
        pl.col("severity").replace_strict(SEVERITIES, return_dtype=pl.Int8).alias("rank"),
        SHORT_TABLE.alias("table"),
    ).sort(ISSUE_ORDER, nulls_last=True)
    numbered = ordered.with_columns(
        (pl.int_range(pl.len()) + 1).cast(pl.Int64).alias("issue_no"), pl.lit(month).alias("month")
    )
    return published()["issue"].shape(numbered.lazy()).collect()


def _quarantine(store: RunStore, month: str) -> pl.DataFrame:
    parts = _all(store, "part_").filter(pl.col("month") == month)
    parts = parts.select("part", "department", "table", "file", "sheet")
    rows = (
        _all(store, "quarantine_")
        .join(parts, on="part", how="left")
        .with_columns(SHORT_TABLE.alias("table"), pl.lit("没有姓名、身份证号，也没有机构").alias("reason"))
    )
    return published()["quarantine"].shape(rows.lazy()).sort("row_uid").collect()
