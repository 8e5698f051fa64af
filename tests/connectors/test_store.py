"""A run's tables lie where they lie, whatever signs the folder's name has."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from checks.engine.here import fact_connection
from connectors.store import RunStore


@pytest.mark.parametrize("name", ["对编[2026]", "a*b", "what?", "{x,y}", "it's"])
def test_a_table_is_read_from_a_folder_whose_name_looks_like_a_pattern(tmp_path: Path, name: str) -> None:
    store = RunStore(tmp_path / name / "0123456789abcdef")
    rows = pl.DataFrame({"unit_id": ["1"]})
    store.write("fact_unit", rows.lazy())
    store.write("other", rows)
    assert store.scan("fact_unit").collect().equals(rows)
    assert store.read("other").equals(rows)
    assert store.names() == ["fact_unit", "other"]
    with fact_connection(store) as connection:
        assert connection.sql("select unit_id from unit").fetchall() == [("1",)]
