"""All rows that an issue speaks for when it names only the first of many."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from assets.staging.build import bad_bit, clean_text
from assets.staging.problems import EACH_UP_TO
from connectors.specs import Specs, Table
from connectors.store import RunStore

LABELS = frozenset({"unknown_label", "ambiguous_label"})
UNITS = frozenset({"unknown_unit", "unconfirmed_unit"})
UNIT_COLUMNS = ("unit_code", "unit_name", "agency_code", "agency_name")


@dataclass(frozen=True)
class ManyCells:
    """An issue that stands for several cells, by what is published of it.

    Attributes:
        table: full key. column: label of the spec, '' where the issue is about rows.
        part, row: of the first cell.
    """

    code: str
    table: str
    column: str
    part: int
    row: int


def rows_of(store: RunStore, specs: Specs, asked: ManyCells) -> pl.DataFrame | None:
    """Part and row of every cell that the issue stands for; None where the run does not keep them."""
    raw_name, stg_name = f"raw_{asked.table}", f"stg_{asked.table}"
    if asked.table not in specs.tables or not (store.has(raw_name) and store.has(stg_name)):
        return None
    table = specs.table(asked.table)
    raw = store.scan(raw_name)
    if asked.code in UNITS:
        return _alike(raw, asked, [c for c in UNIT_COLUMNS if c in raw.collect_schema().names()])
    place = next((n for n, c in enumerate(table.columns) if c.label == asked.column), None)
    if place is None:
        return None
    if asked.code in LABELS:
        return _alike(raw, asked, [table.columns[place].name])
    return _not_understood(store.scan(stg_name), table, place, asked)


def _alike(raw: pl.LazyFrame, asked: ManyCells, columns: list[str]) -> pl.DataFrame | None:
    """The rows whose cells say the same as those of the first one."""
    here = (pl.col("part") == asked.part) & (pl.col("row") == asked.row)
    said = raw.select("part", "row", *(clean_text(pl.col(name)).alias(name) for name in columns))
    first = said.filter(here).collect()
    if first.is_empty() or not columns:
        return None
    same = said.filter(
        *(pl.col(name).eq_missing(pl.lit(first[name][0], dtype=pl.String)) for name in columns)
    )
    return _sorted(same)


def _not_understood(staged: pl.LazyFrame, table: Table, place: int, asked: ManyCells) -> pl.DataFrame | None:
    """The rows of a sheet whose cell was not understood, from the one on where they are told together."""
    mask, bit = bad_bit(place)
    if mask not in staged.collect_schema().names():
        return None
    bad = staged.filter((pl.col("part") == asked.part) & ((pl.col(mask) // bit) % 2 == 1))
    return _sorted(bad).slice(EACH_UP_TO)


def _sorted(rows: pl.LazyFrame) -> pl.DataFrame:
    placed = rows.select(pl.col("part").cast(pl.Int64), pl.col("row").cast(pl.Int64))
    return placed.sort("part", "row").collect(engine="streaming")
