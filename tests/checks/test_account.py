"""The account of what came in: every file, every sheet's rows, every problem, every quarantined row."""

from __future__ import annotations

import shutil

import polars as pl
import pytest

from assets.contracts.registry import published
from assets.ledger.month import Month
from assets.staging.department import stage_department
from checks.account import write_account
from checks.conservation import check_conservation
from connectors.issues import issues_frame, make_issue
from connectors.landing import land
from connectors.raw import PART_SCHEMA, ReadingOrder, read_department
from connectors.specs import load_specs
from connectors.store import RunStore

from ..connectors.delivered import FOLDERS, MONTH, NEXT_MONTH, PAYROLL, Rows, pay_row, write_book
from ..people import number

SPECS = load_specs()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    """A month of one department: a payroll, its copy, a sheet of notes, a bad cell and a row of nobody."""
    folder = tmp_path_factory.mktemp("account")
    nobody = [MONTH, "201001", "云岭县教育局", None, None, 7, None]
    pay: Rows = [
        ["数据截止日期：2026-10-20"],
        PAYROLL,
        pay_row(number(1), "王一"),
        pay_row(number(2), "李二", "坏"),
        nobody,
    ]
    book = write_book(folder / "inbox/财政/工资.xlsx", {"工资": pay, "杂记": [["甲", "乙"], ["1", "2"]]})
    shutil.copyfile(book, book.with_name("工资(1).xlsx"))
    landing = land(folder / "inbox", folder / "archive", FOLDERS)
    store = RunStore(folder / "lake" / MONTH / "run")
    for no, department in enumerate(SPECS.departments):
        own = [d for d in landing.deliveries if d.department == department.key]
        order = ReadingOrder(department.key, no, own, folder / "archive", MONTH, NEXT_MONTH, "run")
        read_department(store, order, SPECS, lambda _: None)
        stage_department(store, department.key, SPECS, {}, Month(MONTH))
    old = {
        "month": "2026-09",
        "part": 1,
        "department": "police",
        "file": "公安/旧.xlsx",
        "as_of": "2026-09-30",
    }
    store.write("part_police", pl.DataFrame([{**old, "sha256": "s"}], schema=PART_SCHEMA))
    store.write("landing_issue", issues_frame(landing.issues))
    store.write(
        "identity_issue", issues_frame([make_issue("unknown_unit", department="finance", value="某站")])
    )
    write_account(store, landing.deliveries, {"police": "2026-09"}, SPECS, MONTH)
    return store


def test_every_file_stands_with_what_became_of_it(store: RunStore) -> None:
    files = store.read("intake_file").select("file_no", "file", "status", "n_sheets", "as_of", "carried_from")
    rows = [(no, file, status, n, str(day), since) for no, file, status, n, day, since in files.iter_rows()]
    assert rows == [
        (1, "财政/工资(1).xlsx", "taken", 2, "2026-10-20", None),
        (2, "财政/工资.xlsx", "duplicate", 0, "None", None),
        (3, "公安/旧.xlsx", "carried", None, "2026-09-30", "2026-09"),
    ]


def test_the_rows_of_every_sheet_are_conserved(store: RunStore) -> None:
    classes = store.read("intake_row_class")
    assert all(result.is_passed for result in check_conservation(classes))
    assert classes.select(published()["intake_row_class"].key).is_duplicated().any() is False
    tally = classes.group_by("class").agg(pl.col("n_rows").sum()).sort("class").rows()
    assert tally == [("header", 1), ("quarantined", 1), ("set_aside", 9), ("staged", 2), ("title", 1)]


def test_a_sheet_that_lost_a_row_is_found_out(store: RunStore) -> None:
    lost = store.read("intake_row_class").with_columns(
        pl.when(pl.col("class") == "staged").then(pl.col("n_rows") - 1).otherwise("n_rows").alias("n_rows")
    )
    assert [result.is_passed for result in check_conservation(lost)] == [False]


def test_issues_are_numbered_with_the_grave_ones_of_a_department_first(store: RunStore) -> None:
    issues = store.read("issue")
    assert issues["issue_no"].to_list() == list(range(1, issues.height + 1))
    finance = issues.filter(pl.col("department") == "finance")
    assert finance["severity"].to_list() == sorted(
        finance["severity"].to_list(), key=["error", "warning", "info"].index
    )
    assert {"quarantined_row", "bad_money", "duplicate_file", "unknown_sheet", "unknown_unit"} <= set(
        issues["code"]
    )
    assert issues["remedy"].null_count() == 0


def test_quarantined_rows_are_published_with_their_place_and_values(store: RunStore) -> None:
    (row,) = store.read("quarantine").iter_rows(named=True)
    assert (row["department"], row["table"], row["sheet"], row["row"]) == ("finance", "payroll", "工资", 5)
    assert '"gross": "7"' in row["values"]
