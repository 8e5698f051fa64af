"""In which cell of a department's own file an issue stands: D17, and what the column is headed there."""

from __future__ import annotations

import polars as pl

from connectors.raw import COLUMN_SCHEMA
from connectors.store import RunStore

PLACE = ["department", "table", "file", "sheet"]
UNIT_COLUMNS = ("unit_name", "agency_name", "unit_code", "agency_code", "name")
MEANT = {
    "borne_number": ("id_no",),
    "unattached_row": ("id_no",),
    "identity_conflict": ("id_no",),
    "two_papers": ("id_no",),
    "unconfirmed_unit": UNIT_COLUMNS,
    "unknown_unit": UNIT_COLUMNS,
}
"""Code of an issue that names no column → the columns it is about; the first that the sheet has."""
SHORT_TABLE = pl.col("table").str.split("__").list.last()


def columns_of(store: RunStore) -> pl.DataFrame:
    """Every column of every sheet that was read."""
    frames = [store.read(name) for name in store.names("column_")]
    return pl.concat([pl.DataFrame(schema=COLUMN_SCHEMA), *frames])


def with_cells(issues: pl.DataFrame, columns: pl.DataFrame) -> pl.DataFrame:
    """The issues with `cell` (several of one row joined by 、) and `heading`; null where neither is known.

    Args:
        issues: of one month, `column` being a label of the spec, a header as written, or labels joined by 、.
        columns: as `columns_of` gives them.
    """
    placed = columns.with_columns(SHORT_TABLE.alias("table"))
    by_label = placed.filter(pl.col("label") != "").select(*PLACE, "letter", "header", name="label")
    by_header = placed.select(*PLACE, "letter", "header", name="header")
    named = pl.concat([by_label, by_header]).unique([*PLACE, "name"], keep="first", maintain_order=True)
    asked = issues.with_row_index("_issue").with_columns(SHORT_TABLE.alias("table"))
    said = asked.filter(pl.col("column") != "").select(
        "_issue", "row", *PLACE, pl.col("column").str.split("、").alias("name")
    )
    found = pl.concat([_found(said.explode("name"), named), _meant(asked, placed)])
    cells = (
        found.with_columns(
            pl.when((pl.col("letter") != "") & pl.col("row").is_not_null())
            .then(pl.col("letter") + pl.col("row").cast(pl.String))
            .alias("cell")
        )
        .group_by("_issue", maintain_order=True)
        .agg(pl.col("cell").drop_nulls().str.join("、"), pl.col("header").str.join("、").alias("heading"))
        .with_columns(
            pl.when(pl.col("cell") != "").then("cell"), pl.when(pl.col("heading") != "").then("heading")
        )
    )
    numbered = issues.with_row_index("_issue")
    return numbered.join(cells, on="_issue", how="left", maintain_order="left").drop("_issue")


def _found(asked: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    return asked.join(named, on=[*PLACE, "name"], how="inner", maintain_order="left").select(
        "_issue", "row", "letter", "header"
    )


def _meant(asked: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """The cell of an issue that names no column but is known to be about one."""
    orders = pl.DataFrame(
        [(code, name, place) for code, names in MEANT.items() for place, name in enumerate(names)],
        schema={"code": pl.String, "name": pl.String, "_place": pl.Int64},
        orient="row",
    )
    loaded = placed.filter(pl.col("column") != "").select(*PLACE, "letter", "header", name="column")
    return (
        asked.filter((pl.col("column") == "") & pl.col("row").is_not_null())
        .join(orders, on="code", how="inner")
        .join(loaded, on=[*PLACE, "name"], how="inner")
        .sort("_issue", "_place")
        .unique("_issue", keep="first", maintain_order=True)
        .select("_issue", "row", "letter", "header")
    )
