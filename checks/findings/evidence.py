"""The raw cells behind a finding: each record as delivered, with file, sheet, row and hash."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from connectors.rows import month_of, part_of, row_of
from connectors.specs import Specs

RawOf = Callable[[str, str], pl.LazyFrame | None]
_NULLS = r'"[^"\\]*":null,?'


def raw_cells(evidence: pl.DataFrame, parts: pl.DataFrame, raw_of: RawOf, specs: Specs) -> pl.DataFrame:
    """Where each evidence row stands and what its cells say.

    Args:
        evidence: row_uid (null for computed evidence).
        parts: month, run, part, department, table, file, sheet, sha256 of this and earlier months.
        raw_of: (run folder key "month/run", table key) → raw rows, or None when that run is gone.
        specs: the columns' headings.

    Returns:
        row_uid, department, table, file, sheet, row, values (JSON, keys sorted, empty cells left out),
        sha256, month; one row a distinct row_uid.
    """
    uids = evidence.select("row_uid").drop_nulls().unique().sort("row_uid")
    placed = uids.with_columns(
        month_of(pl.col("row_uid")).alias("month"),
        part_of(pl.col("row_uid")).alias("part"),
        row_of(pl.col("row_uid")).alias("row"),
    ).join(parts, on=["month", "part"], how="left")
    values = [pl.DataFrame(schema={"row_uid": pl.Int64, "values": pl.String})]
    for month, run, table in (
        placed.select("month", "run", "table").drop_nulls().unique().sort("month", "run", "table").iter_rows()
    ):
        raw = raw_of(f"{month}/{run}", table)
        if raw is None:
            continue
        wanted = placed.filter((pl.col("month") == month) & (pl.col("table") == table)).select("row_uid")
        values.append(_values(raw.join(wanted.lazy(), on="row_uid", how="semi"), table, specs))
    return placed.join(pl.concat(values), on="row_uid", how="left").select(
        "row_uid", "department", "table", "file", "sheet", "row", "values", "sha256", "month"
    )


def _values(raw: pl.LazyFrame, table: str, specs: Specs) -> pl.DataFrame:
    delivered = set(raw.collect_schema().names())
    labels = {column.name: column.label for column in specs.table(table).columns if column.name in delivered}
    ordered = sorted(labels, key=lambda name: labels[name])
    cells = pl.struct(pl.col(name).alias(labels[name]) for name in ordered).struct.json_encode()
    return (
        raw.select(
            "row_uid",
            cells.str.replace_all(_NULLS, "").str.replace(r",\}$", "}").alias("values"),
        )
        .collect(engine="streaming")
        .sort("row_uid")
    )
