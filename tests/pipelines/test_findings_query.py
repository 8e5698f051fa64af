"""What `duibian findings` is asked for: what was refuted is on no list."""

from __future__ import annotations

from pathlib import Path

from pipelines.findings_query import Query, ask, ask_together
from pipelines.home import Home
from tests.reports.published_sample import MONTH, sample_tables, write_published_month

REFUTED = "629923-P01-00007"


def test_what_was_refuted_is_on_no_list_unless_it_is_asked_for(tmp_path: Path) -> None:
    home = Home(write_published_month(tmp_path, sample_tables()))
    listed, evidence = ask(home, Query((MONTH,)))
    every, _ = ask(home, Query((MONTH,)), with_refuted=True)
    assert set(every["number"]) - set(listed["number"]) == {REFUTED}
    assert set(evidence["finding_id"]) <= set(listed["finding_id"])


def test_what_a_later_month_refutes_is_not_brought_back_by_an_earlier_one(tmp_path: Path) -> None:
    tables = sample_tables()
    before = [{**row, "month": "2026-09", "status": "lead"} for row in tables["finding"]]
    home = Home(write_published_month(tmp_path, {**tables, "finding": before}, "2026-09"))
    write_published_month(tmp_path, tables, MONTH)
    months = ("2026-09", MONTH)
    assert REFUTED in set(ask(home, Query(("2026-09",)))[0]["number"])
    assert REFUTED not in set(ask_together(home, Query(months)).findings["number"])
    assert REFUTED in set(ask_together(home, Query(months), ("decisions",)).findings["number"])
