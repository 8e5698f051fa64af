"""Tiny months, built from raw cells to findings in a run's store, as the pipeline builds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from assets.ledger.month import Month
from assets.ledger.quota import Pool
from assets.month import MonthSettings, build_month_facts, identify_month, known_month
from assets.staging.department import stage_department
from checks.month import JudgementSettings, bridge_month, judge_month
from checks.rules.catalog import load_catalog
from checks.rules.header import Rule
from checks.rules.parameters import lag_windows, resolve
from connectors.raw import CLASS_SCHEMA, PART_SCHEMA, QUARANTINE_SCHEMA, STATE_SCHEMA
from connectors.rows import row_uid
from connectors.specs import load_specs
from connectors.store import RunStore

SPECS = load_specs()
DIVISION = "629923"
RUN = "run0"
Cells = Mapping[str, Sequence[str | None]]
Tables = Mapping[str, Cells]


def raw_frame(key: str, columns: Cells, month: str, part: int) -> pl.DataFrame:
    """Raw rows of one table as intake gives them; all cells are text."""
    table = SPECS.table(key)
    n = len(next(iter(columns.values())))
    letters = "".join("t" if c in columns else "-" for c in table.column_names)
    return pl.DataFrame(
        {"row": range(2, n + 2), **columns}, schema_overrides=dict.fromkeys(columns, pl.String)
    ).select(
        row_uid(month, part, pl.col("row")).alias("row_uid"),
        pl.lit(part, dtype=pl.Int64).alias("part"),
        "row",
        pl.lit(letters).alias("cell_types"),
        *(name for name in table.column_names if name in columns),
    )


def delivered(folder: Path, month: str, tables: Tables) -> RunStore:
    """A month's raw tables in its store: one file a table, 部门/<table>.xlsx, first row 2."""
    store = RunStore(folder / "lake" / month / RUN)
    parts: dict[str, list[dict[str, object]]] = {d.key: [] for d in SPECS.departments}
    for n, (key, columns) in enumerate(sorted(tables.items()), 1):
        department = key.split("__")[0]
        store.write(f"raw_{key}", raw_frame(key, columns, month, n))
        parts[department].append(
            {
                "month": month,
                "run": RUN,
                "part": n,
                "department": department,
                "table": key,
                "file": f"{department}/{key}.xlsx",
                "sheet": "Sheet1",
                "sha256": f"{month}-{n}",
            }
        )
    empty = {"row_class": CLASS_SCHEMA, "quarantine": QUARANTINE_SCHEMA, "file_state": STATE_SCHEMA}
    for department, rows in parts.items():
        store.write(f"part_{department}", pl.DataFrame(rows, schema=PART_SCHEMA))
        for account, schema in empty.items():
            store.write(f"{account}_{department}", pl.DataFrame(schema=schema))
        stage_department(store, department, SPECS, {}, Month(month))
    return store


def settings_of(month: str, pools: Sequence[Pool] = ()) -> MonthSettings:
    """The settings of a month without answers; weekdays are working days."""
    start = Month(month).start - timedelta(days=60)
    days = [start + timedelta(days=n) for n in range(150)]
    calendar = pl.DataFrame({"day": days, "is_working": [day.weekday() < 5 for day in days]})
    return MonthSettings(Month(month), DIVISION, ["云岭县"], pools, {}, calendar, b"k" * 32)


def identified(folder: Path, month: str, tables: Tables, earlier: RunStore | None = None) -> RunStore:
    """A month up to who is who."""
    store = delivered(folder, month, tables)
    identify_month(store, earlier, SPECS, settings_of(month))
    return store


def with_facts(
    folder: Path, month: str, tables: Tables, earlier: RunStore | None = None, pools: Sequence[Pool] = ()
) -> RunStore:
    """A month up to its fact tables, those of the bridge among them."""
    store = delivered(folder, month, tables)
    settings = settings_of(month, pools)
    identify_month(store, earlier, SPECS, settings)
    build_month_facts(store, earlier, SPECS, settings, known_month(store))
    bridge_month(store, earlier, judgement_of(month))
    return store


def judgement_of(
    month: str, rules: Sequence[Rule] | None = None, stale: frozenset[str] = frozenset()
) -> JudgementSettings:
    """How a month is judged, by the shipped parameters; scheduled for its tenth day."""
    return JudgementSettings(
        Month(month),
        DIVISION,
        load_catalog() if rules is None else rules,
        resolve({}, month),
        lag_windows({}, month),
        date(int(month[:4]), int(month[5:]), 10),
        stale,
    )


def judged(folder: Path, store: RunStore, earlier: RunStore | None, settings: JudgementSettings) -> None:
    """Findings and what belongs to them, in the month's store."""

    def raw_of(run: str, table: str) -> pl.LazyFrame | None:
        one = RunStore(folder / "lake" / run)
        return one.scan(f"raw_{table}") if one.has(f"raw_{table}") else None

    judge_month(store, earlier, raw_of, SPECS, settings)


def only(*rule_ids: str) -> list[Rule]:
    """Rules of the shipped catalogue."""
    return [rule for rule in load_catalog() if rule.id in rule_ids]


def renewed(rule: Rule) -> Rule:
    """The same rule in its next version."""
    return replace(rule, header=rule.header.model_copy(update={"version": rule.header.version + 1}))
