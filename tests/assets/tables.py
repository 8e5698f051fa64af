"""Raw and staged tables for tests: a few columns given, the rest absent or null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from assets.contracts.registry import staged_contract
from assets.staging.build import stage, truncated_parts
from assets.staging.problems import Answers, UnknownLabel, label_maps, problems
from connectors.issues import Issue
from connectors.rows import row_uid
from connectors.specs import load_specs

SPECS = load_specs()
MONTH = "2026-10"
MONTH_END = date(2026, 10, 31)
HIDDEN = ("part", "row", "_id_raw", "_name_raw", "_cell")


def raw_table(
    key: str,
    columns: Mapping[str, Sequence[str | None]],
    *,
    part: int = 1,
    kinds: Mapping[str, str] | None = None,
) -> pl.LazyFrame:
    """Rows as intake gives them; `kinds`: column → letter of its cells' type (text unless said otherwise)."""
    table = SPECS.table(key)
    n = len(next(iter(columns.values())))
    letters = "".join((kinds or {}).get(c, "t") if c in columns else "-" for c in table.column_names)
    return (
        pl.DataFrame({"row": range(2, n + 2), **columns}, schema_overrides=dict.fromkeys(columns, pl.String))
        .with_columns(
            row_uid(MONTH, part, pl.col("row")).alias("row_uid"),
            pl.lit(part, dtype=pl.Int64).alias("part"),
            pl.lit(letters).alias("cell_types"),
        )
        .lazy()
    )


def staged_from(raw: pl.LazyFrame, key: str, answers: Answers | None = None) -> pl.LazyFrame:
    """A raw table staged, as a month's run does it."""
    table = SPECS.table(key)
    labels = label_maps(raw, table, SPECS, answers or {})
    truncated = truncated_parts(raw, "id_no") if "id_no" in raw.collect_schema().names() else []
    return stage(raw, table, labels, month_end=MONTH_END, truncated=truncated)


def problems_of(
    raw: pl.LazyFrame, key: str, answers: Answers | None = None
) -> tuple[list[Issue], list[UnknownLabel]]:
    """What staging could not understand in a raw table."""
    places = dict.fromkeys(range(10), ("部门/文件.xlsx", "Sheet1"))
    return problems(staged_from(raw, key, answers), raw, SPECS.table(key), SPECS, places)


def staged_table(key: str, columns: Mapping[str, Sequence[object]], *, part: int = 1) -> pl.LazyFrame:
    """Staged rows as they come from staging: values in their types, hidden columns beside; ids are V18."""
    contract = staged_contract(SPECS.table(key))
    n = len(next(iter(columns.values())))
    given = {
        name: pl.Series(name, list(values)).cast(contract.schema[name]) for name, values in columns.items()
    }
    frame = pl.DataFrame(given).with_columns((pl.int_range(n) + 2).alias("row"))
    frame = frame.with_columns(
        row_uid(MONTH, part, pl.col("row")).alias("row_uid"), pl.lit(part, dtype=pl.Int64).alias("part")
    )
    if "id_no" in contract.names and "id_class" not in columns:
        ids = pl.col("id_no") if "id_no" in columns else pl.lit(None, dtype=pl.String)
        class_ = pl.when(ids.is_null()).then(pl.lit("NONE")).otherwise(pl.lit("V18"))
        frame = frame.with_columns(class_.alias("id_class"))
    present = set(frame.columns)
    hidden = [pl.lit(None, dtype=pl.String).alias(name) for name in HIDDEN if name not in present]
    missing = [
        pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in contract.schema.items()
        if name not in present
    ]
    return frame.with_columns(*hidden, *missing).lazy()
