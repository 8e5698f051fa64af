"""The run as a whole, at a small size."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.identity.__main__ import main, run
from bench.identity.measure import measured


def test_a_small_run_writes_the_table(tmp_path: Path) -> None:
    docs = tmp_path / "table.md"
    arguments = ["--scale", "800", "--preset", "standard", "--seeds", "1", "--engines", "number"]
    assert main([*arguments, "--work", str(tmp_path), "--docs", str(docs)]) == 0
    text = docs.read_text(encoding="utf-8")
    assert "| worst of the seeds | number alone |" in text
    assert "| precision |" in text
    assert "bearers of another's number joined to its owner" in text
    assert str(tmp_path) not in text


def test_a_process_that_fails_is_told_of_and_not_scored(tmp_path: Path) -> None:
    process, links = run("number", tmp_path / "absent.parquet", tmp_path, sys.executable)
    assert links is None
    assert process.failure is not None
    assert process.failure.startswith("exit 1")


def test_seconds_and_memory_are_those_of_the_process(tmp_path: Path) -> None:
    used = measured([sys.executable, "-c", "b = bytearray(200_000_000)"], tmp_path / "log")
    assert used.failure is None
    assert used.peak_mib > 190
    assert used.seconds > 0
