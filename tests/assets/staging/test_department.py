"""A department's raw tables in the store become staged tables, issues and labels to be answered."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from assets.ledger.month import Month
from assets.staging.department import stage_department, staged_tables
from connectors.raw import PART_SCHEMA
from connectors.store import RunStore
from tests.tiny_month import delivered

from ..tables import SPECS, raw_table

PAYROLL = "finance__payroll"


def filled_store(folder: Path) -> RunStore:
    store = RunStore(folder)
    store.write(f"raw_{PAYROLL}", raw_table(PAYROLL, {"gross": ["5000", "坏"], "status": ["在职", "挂起"]}))
    parts = [
        {
            "month": "2026-10",
            "part": 1,
            "department": "finance",
            "table": PAYROLL,
            "file": "财政/a.xlsx",
            "sheet": "S",
        },
        {
            "month": "2026-09",
            "part": 1,
            "department": "finance",
            "table": "finance__agency",
            "file": "财政/旧.xlsx",
        },
    ]
    store.write("part_finance", pl.DataFrame(parts, schema=PART_SCHEMA))
    return store


def test_a_department_is_staged_with_its_issues_and_unknown_labels(tmp_path: Path) -> None:
    store = filled_store(tmp_path)
    assert stage_department(store, "finance", SPECS, {}, Month("2026-10")) == {PAYROLL: 2}
    issues = store.read("stg_issue_finance")
    assert set(issues.select("code", "file", "row").rows()) == {
        ("bad_money", "财政/a.xlsx", 3),
        ("unknown_label", "财政/a.xlsx", 3),
    }
    assert store.read("unknown_label_finance").select("column", "label", "n").rows() == [
        ("status", "挂起", 1)
    ]


def test_required_tables_that_nobody_delivered_are_there_and_empty(tmp_path: Path) -> None:
    store = filled_store(tmp_path)
    stage_department(store, "finance", SPECS, {}, Month("2026-10"))
    tables = staged_tables(store, SPECS)
    assert tables[PAYROLL].collect().height == 2
    assert tables["establishment__roster"].collect().is_empty()
    assert "finance__budget" not in tables


def test_a_body_without_a_code_is_known_by_its_credit_code_or_its_name(tmp_path: Path) -> None:
    store = delivered(
        tmp_path,
        "2026-10",
        {
            "establishment__unit": {
                "unit_code": ["101", None, None],
                "credit_code": [None, "11629923MB0000019N", "1162992"],
                "name": ["云岭县教育局", "云岭县财政局", "云岭县民政局"],
            }
        },
    )
    register = staged_tables(store, SPECS)["establishment__unit"].collect()

    assert register["unit_code"].to_list() == ["101", "11629923MB0000019N", "云岭县民政局"]
