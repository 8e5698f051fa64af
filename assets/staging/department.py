"""Staging one department: its raw tables as typed rows, with what was not understood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date

import polars as pl

from assets.ledger.month import Month
from assets.staging.build import stage, truncated_parts
from assets.staging.problems import Answers, UnknownLabel, label_maps, problems
from assets.values.credit_codes import is_valid_credit_code
from connectors.delivery import carried_tables
from connectors.issues import Issue, issues_frame
from connectors.specs import Specs, Table
from connectors.store import RunStore

REGISTER = "establishment__unit"
UNKNOWN_SCHEMA: dict[str, pl.DataType] = {
    f.name: pl.List(pl.String())
    if f.name == "candidates"
    else pl.Int64()
    if f.name in ("n", "row")
    else pl.String()
    for f in fields(UnknownLabel)
}


def stage_department(
    store: RunStore, department: str, specs: Specs, answers: Answers, month: Month
) -> dict[str, int]:
    """raw_<table> → stg_<table> for every table of a department, and its issues.

    Returns:
        Rows a table.
    """
    issues: list[Issue] = []
    unknown: list[UnknownLabel] = []
    counts: dict[str, int] = {}
    parts = store.read(f"part_{department}")
    carried = set(carried_tables(store)["table"])
    for name in store.names(f"raw_{department}__"):
        if name.removeprefix("raw_") in carried:
            continue
        table = specs.table(name.removeprefix("raw_"))
        raw = store.scan(name)
        own = parts.filter(pl.col("table") == table.key).select("part", "file", "sheet")
        places = {part: (file, sheet) for part, file, sheet in own.iter_rows()}
        labels = label_maps(raw, table, specs, answers)
        has_ids = "id_no" in raw.collect_schema().names()
        truncated = truncated_parts(raw, "id_no") if has_ids else []
        staged = stage(raw, table, labels, month_end=month.end, truncated=truncated)
        counts[table.key] = store.write(f"stg_{table.key}", staged)
        found, labels_open = problems(store.scan(f"stg_{table.key}"), raw, table, specs, places)
        issues.extend(found)
        unknown.extend(labels_open)
    store.write(f"stg_issue_{department}", issues_frame(issues))
    store.write(f"unknown_label_{department}", unknown_frame(unknown))
    return counts


def unknown_frame(unknown: Iterable[UnknownLabel]) -> pl.DataFrame:
    """Unknown labels as a frame."""
    return pl.DataFrame([asdict(label) for label in unknown], schema=UNKNOWN_SCHEMA)


def staged_tables(store: RunStore, specs: Specs) -> dict[str, pl.LazyFrame]:
    """All staged tables of a run by key; a required one that nobody delivered is there, empty."""
    tables = {}
    for key, table in specs.tables.items():
        if store.has(f"stg_{key}"):
            tables[key] = store.scan(f"stg_{key}")
        elif table.required:
            tables[key] = _without_rows(table)
    if REGISTER in tables:
        tables[REGISTER] = _with_a_code(tables[REGISTER])
    return tables


def _with_a_code(register: pl.LazyFrame) -> pl.LazyFrame:
    """The register of bodies: one that it gives no code is known by its credit code, else by its name."""
    credit = pl.col("credit_code")
    return register.with_columns(
        pl.coalesce("unit_code", pl.when(is_valid_credit_code(credit)).then(credit), "name").alias(
            "unit_code"
        )
    )


def _without_rows(table: Table) -> pl.LazyFrame:
    """A staged table that nobody delivered: no rows, but all columns, the hidden ones too."""
    kinds: dict[str, pl.DataType] = {"row_uid": pl.Int64(), "part": pl.Int64(), "row": pl.Int32()}
    raw = pl.LazyFrame(schema=kinds | {"cell_types": pl.String()})
    return stage(raw, table, {}, month_end=date.max)
