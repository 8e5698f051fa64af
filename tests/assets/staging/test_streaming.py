"""Typing a table lets its rows pass by: sixty million of them are never in memory together."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from assets.staging.build import LabelMap, stage
from connectors.specs import load_specs

SPECS = load_specs()
LARGE = [table.key for table in SPECS.tables.values() if "id_no" in table.column_names]


@pytest.mark.parametrize("key", LARGE)
def test_no_step_waits_for_a_whole_column(key: str) -> None:
    table = SPECS.table(key)
    # Polars cannot draw a plan of a hundred columns: of those that are read alike, a few stand for all.
    alike = [column.name for column in table.of_kind("money")][3:]
    delivered = [name for name in table.column_names if name not in alike]
    texts = dict.fromkeys(["cell_types", *delivered], pl.String)
    raw = pl.LazyFrame(schema={"row_uid": pl.Int64, "part": pl.Int64, "row": pl.Int32, **texts})
    labels = {column.name: LabelMap({"是": "1", "否": "0"}) for column in table.of_kind("code", "bool")}
    staged = stage(raw, table, labels, month_end=date(2026, 10, 31), truncated=[1])
    plan = staged.show_graph(raw_output=True, engine="streaming", plan_stage="physical")
    assert plan
    assert "select" in plan
    assert "columnar-function" not in plan
    assert "in-memory-map" not in plan
