"""三数对应 and its bridge: every difference explained by lines, and the proof that they add up."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import duckdb
import polars as pl

from assets.contracts.registry import facts as fact_contracts
from assets.ledger.month import Month, month_text
from assets.ledger.quota import CLASS_OF
from checks.rules.tables import Tables

_TABLE = re.compile(r"create table (\w+) as\s+")
COMPARED = {"paid": "paid", "organisation": "n_organisation", "personnel": "n_personnel"}


@dataclass(frozen=True)
class Bridge:
    """three_numbers and bridge in the form of the fact contracts, unit_count beside them."""

    three_numbers: pl.DataFrame
    bridge: pl.DataFrame
    unit_count: pl.DataFrame


def _sql(name: str) -> str:
    return (files("checks.bridge") / name).read_text("utf-8")


def build_bridge(tables: Tables, month: Month, lag_months: int) -> Bridge:
    """Compute the three numbers and the bridge over the fact tables.

    Args:
        tables: the fact tables.
        month: the month.
        lag_months: an entry or a departure this many months back still explains a difference.
    """
    since = Month(month_text(month.number - lag_months))
    for statement in duckdb.extract_statements(_sql("counts.sql")):
        _, name, query = _TABLE.split(statement.query)
        tables.keep(name, query)
    three = tables.query(_sql("three_numbers.sql"), {})
    known = {
        "month_no": month.number,
        "month_start": month.start,
        "month_end": month.end,
        "lag_start": since.start,
        "lag_month_no": since.number,
    }
    query = _sql("bridge.sql")
    bridge = tables.query(query, {k: v for k, v in known.items() if re.search(rf"\${k}\b", query)})
    counts = tables.query("select * from own_count order by department, unit_id, quota_type", {})
    contracts = fact_contracts()
    return Bridge(
        contracts["three_numbers"].shape(three.lazy()).collect(),
        contracts["bridge"].shape(bridge.lazy()).collect(),
        contracts["unit_count"].shape(counts.lazy()).collect(),
    )


def sums_that_differ(bridge: Bridge) -> pl.DataFrame:
    """Bodies and types where the lines do not add up to the difference; empty when the promise holds.

    Returns:
        unit_id, quota_type, comparison, difference, lines.
    """
    lines = bridge.bridge.group_by("unit_id", "quota_type", "comparison").agg(
        pl.col("sign").sum().alias("lines")
    )
    checks = [
        bridge.three_numbers.select(
            "unit_id",
            "quota_type",
            pl.lit(comparison).alias("comparison"),
            (pl.col(column) - pl.col("on_roster")).alias("difference"),
        )
        for comparison, column in COMPARED.items()
    ]
    return (
        pl.concat(checks)
        .join(lines, on=["unit_id", "quota_type", "comparison"], how="full", coalesce=True)
        .with_columns(pl.col("difference", "lines").fill_null(0))
        .filter(pl.col("difference") != pl.col("lines"))
        .sort("unit_id", "quota_type", "comparison")
    )


def ledger_entries(ledger: pl.LazyFrame, month: Month) -> pl.DataFrame:
    """The ledger's entries behind the approved number of each body and type, as JSON in date order.

    Returns:
        unit_id, quota_type (Y1 Y2 Y3, and Y for all of them together), ledger_entries.
    """
    in_force = pl.col("effective_on").is_null() | (pl.col("effective_on") <= month.end)
    rows = (
        ledger.filter((pl.col("item") == "quota") & in_force)
        .select("unit_id", "quota_type", "effective_on", "document_no", "change", "row_uid")
        .sort("unit_id", "effective_on", "row_uid")
        .collect()
    )
    grouped: dict[tuple[str, str], list[Mapping[str, object]]] = {}
    for row in rows.iter_rows(named=True):
        if row["unit_id"] and row["quota_type"]:
            entry = {
                "批准日期": row["effective_on"].isoformat() if row["effective_on"] else "",
                "批准文号": row["document_no"] or "",
                "增减": row["change"],
            }
            for type_ in {row["quota_type"], CLASS_OF.get(row["quota_type"], row["quota_type"])}:
                grouped.setdefault((row["unit_id"], type_), []).append(entry)
    return pl.DataFrame(
        [
            {
                "unit_id": unit,
                "quota_type": type_,
                "ledger_entries": json.dumps(entries, ensure_ascii=False, sort_keys=True),
            }
            for (unit, type_), entries in sorted(grouped.items())
        ],
        schema={"unit_id": pl.String, "quota_type": pl.String, "ledger_entries": pl.String},
    )
