from __future__ import annotations

from pathlib import Path

import polars as pl

from assets.contracts.casework import CASEWORK, casework, empty_casework
from connectors.store import RunStore


def test_a_frame_that_a_run_does_not_have_is_empty(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    for name, frame in empty_casework().items():
        assert casework(store, name).equals(frame)
        assert dict(frame.schema) == dict(CASEWORK[name])


def test_a_frame_that_a_run_has_is_read(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.write("casework_baseline", pl.DataFrame({"month": ["2026-10"]}))
    assert casework(store, "baseline")["month"].to_list() == ["2026-10"]


def test_only_days_are_not_texts() -> None:
    other = {
        (name, column)
        for name, columns in CASEWORK.items()
        for column, t in columns.items()
        if t != pl.String
    }
    assert other == {("decision", "until"), ("inquiry", "due_on")}
