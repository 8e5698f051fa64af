"""What is kept of attempts, and the page that is drawn from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench.faults.campaign import Attempt, Results
from bench.faults.page import write_page

DONE = Attempt("kills", "run", 0, "next run: same content, nothing half", is_right=True, counted=3)


def test_a_campaign_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    results = Results(tmp_path, "abc", 1)
    results.keep(DONE)
    results.keep(replace(DONE, number=2))
    with results.path.open("a", encoding="utf-8") as lines:
        lines.write('{"part": "kills", "num')
    assert results.open_numbers("kills", 4) == [1, 3]
    assert results.attempts("kills") == [DONE, replace(DONE, number=2)]
    assert results.open_numbers("space", 1) == [0]


def test_what_another_program_or_seed_did_is_not_counted(tmp_path: Path) -> None:
    Results(tmp_path, "abc", 1).keep(DONE)
    assert Results(tmp_path, "abd", 1).attempts() == []
    assert Results(tmp_path, "abc", 2).attempts() == []


def test_the_page_counts_faults_and_tells_what_was_not_as_promised(tmp_path: Path) -> None:
    results = Results(tmp_path, "abc", 1)
    results.keep(DONE)
    results.keep(
        Attempt("kills", "run", 1, "harmed", is_right=False, detail="2026-09: other content", counted=2)
    )
    results.keep(
        Attempt("workbooks", "cut off", 0, "refused", is_right=True, detail="文件…是空的", seconds=0.5)
    )
    write_page(tmp_path / "page.md", [results], {"space": "needs root and mount"})
    text = (tmp_path / "page.md").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("| kill −9 at random"))
    assert line.endswith("| 5 | next run: same content, nothing half (1); harmed (1) | 1 |")
    assert "| cut off | 1 | 0 | 1 | 0 |" in text
    assert "disk full during a run: left out here, needs root and mount." in text
    assert "- kills 1, run: 2026-09: other content" in text
    assert "- program abc (a hash over its files), seed 1: kills, workbooks" in text
