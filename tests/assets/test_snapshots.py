"""How old the month's sources are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from assets.contracts.registry import facts
from assets.snapshots import as_of_dates, source_snapshots, stale_tables
from connectors.delivery import CARRIED_SCHEMA
from connectors.raw import PART_SCHEMA
from connectors.store import RunStore

ROSTER, STAFF, PAYROLL = "establishment__roster", "personnel__staff", "finance__payroll"


def store_of(folder: Path) -> RunStore:
    store = RunStore(folder / "2026-10" / "run0")
    parts = [
        {"month": "2026-10", "table": ROSTER, "as_of": "2026-10-20"},
        {"month": "2026-10", "table": ROSTER, "as_of": "2026-09"},
        {"month": "2026-08", "table": STAFF, "as_of": None},
        {"month": "2026-10", "table": PAYROLL, "as_of": None},
    ]
    store.write("part_all", pl.DataFrame(parts, schema=PART_SCHEMA))
    carried = [{"table": STAFF, "month": "2026-08", "reason": "停机"}]
    store.write("carried_personnel", pl.DataFrame(carried, schema=CARRIED_SCHEMA))
    for table in (ROSTER, STAFF):
        store.write(f"stg_{table}", pl.DataFrame({"row_uid": [1]}))
    return store


def test_a_table_stands_for_its_latest_stated_day_else_for_the_end_of_its_month(tmp_path: Path) -> None:
    assert as_of_dates(store_of(tmp_path)) == {
        ROSTER: date(2026, 10, 20),
        STAFF: date(2026, 8, 31),
        PAYROLL: date(2026, 10, 31),
    }


def test_one_row_a_table_at_hand_says_whether_it_was_carried(tmp_path: Path) -> None:
    snapshots = source_snapshots(store_of(tmp_path), facts()["source_snapshot"])
    assert snapshots.rows() == [
        (ROSTER, "2026-10", date(2026, 10, 20), False),
        (STAFF, "2026-08", date(2026, 8, 31), True),
    ]


def test_tables_much_older_than_the_newest_are_stale_and_a_day_far_ahead_measures_nothing() -> None:
    ages = {ROSTER: date(2026, 10, 31), STAFF: date(2026, 9, 30), PAYROLL: date(2026, 9, 29)}
    assert stale_tables(ages, date(2026, 10, 31), 31) == {PAYROLL}
    assert stale_tables({**ages, "x": date(2036, 10, 31)}, date(2026, 10, 31), 31) == {PAYROLL}
    assert stale_tables({}, date(2026, 10, 31), 31) == frozenset()
