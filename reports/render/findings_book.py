"""The findings of a query as one sheet: `duibian findings --format xlsx`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from assets.contracts.model import Column
from reports.findings_table import SEVERITIES, masked, shown_cell, shown_columns
from reports.render.book import footer_text, header_text, month_start, new_book
from reports.render.grid import Grid, GridColumn, GridRow, Value

_STYLES = {"int": ("int", 8.0), "money": ("money", 14.0), "date": ("date", 11.0), "bool": ("centre", 7.0)}
_WIDTHS = {
    "number": 19.0,
    "id_no": 21.0,
    "explanation": 50.0,
    "remedy": 34.0,
    "unit_name": 26.0,
    "name": 11.0,
    "counterfactual": 40.0,
    "counter_evidence": 34.0,
    "supervisor": 18.0,
}
_CODES = frozenset({"id_no", "number", "person_id", "unit_id", "finding_id", "case_id", "evidence_hash"})


def write_findings(
    findings: pl.DataFrame,
    path: Path,
    *,
    title: str = "疑点",
    unmask: bool = False,
    watermark: str = "",
) -> None:
    """Write findings with all their columns under Chinese headings; the file appears whole or not at all.

    Args:
        findings: rows of table `finding`.
        path: the .xlsx to write.
        title: what was asked for.
        unmask: write identity numbers whole.
        watermark: who took it out; on every page, and under the title.
    """
    columns = shown_columns(findings)
    months = findings["month"].drop_nulls()
    first = str(months.min()) if len(months) else "2010-01"
    with new_book(
        path,
        title=title,
        created=month_start(first),
        footer=footer_text(
            "疑点是核查线索，不是结论", "证件号未脱敏，注意保管" if unmask else "证件号已脱敏"
        ),
        header=header_text("待核实事项", watermark) if watermark else "",
    ) as book:
        grid = Grid(
            "疑点",
            title,
            "　".join(filter(None, (f"共 {len(findings):,} 项", watermark))),
            [_grid_column(c) for c in columns],
            frozen=2,
            pages_wide=4,
        )
        grid.write(book, _rows(columns, masked(findings, unmask=unmask)))


def _grid_column(column: Column) -> GridColumn:
    if column.name in SEVERITIES:
        return GridColumn(column.label, 6, "severity")
    style, width = _STYLES.get(column.type, ("code" if column.name in _CODES else "text", 12.0))
    return GridColumn(column.label, _WIDTHS.get(column.name, width), style)


def _rows(columns: list[Column], rows: list[dict[str, Any]]) -> Iterator[GridRow]:
    for row in rows:
        yield GridRow([_value(c, row[c.name]) for c in columns])


def _value(column: Column, value: object) -> Value:
    if isinstance(value, (bool, int, Decimal, date)):
        return value
    return shown_cell(column.name, value)
