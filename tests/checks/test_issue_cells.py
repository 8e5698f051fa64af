"""The cell that an issue names is the cell of the department's own file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from assets.ledger.month import Month
from assets.staging.addresses import ManyCells, rows_of
from assets.staging.department import stage_department
from assets.staging.problems import EACH_UP_TO
from checks.issue_cells import columns_of, with_cells
from connectors.issues import issues_frame, make_issue
from connectors.landing import land
from connectors.raw import ReadingOrder, read_department
from connectors.specs import load_specs
from connectors.store import RunStore

from ..connectors.delivered import FOLDERS, MONTH, NEXT_MONTH, Rows, write_book
from ..people import number

SPECS = load_specs()
TABLE = "finance__payroll"
HEAD = ["", "", "工资月份", "单位代码", "单位名称", "姓名", "身份证号", "人员状态", "应发工资", "实发工资"]
N_BAD, N_STRANGE = EACH_UP_TO + 7, 3


def _row(n: int, gross: str, status: str = "在职") -> list[str | int | float | None]:
    return [
        None,
        str(n),
        MONTH,
        "201001",
        "云岭县教育局",
        f"王{n}",
        number(n % 1000, f"1980{1 + n // 1000:02d}01"),
        status,
        gross,
        "4000",
    ]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A payroll that begins in the third column under a title; many amounts and some labels are none."""
    bad: Rows = [_row(n, f"五千{n}") for n in range(N_BAD)]
    strange: Rows = [_row(1000 + n, "5000", "候鸟") for n in range(N_STRANGE)]
    good: Rows = [_row(2000 + n, "5000") for n in range(40)]
    folder = tmp_path_factory.mktemp("cells")
    rows: Rows = [["云岭县十月工资"], HEAD, *good, *bad, *strange]
    return write_book(folder / "inbox/财政/统发工资.xlsx", {"工资": rows})


@pytest.fixture(scope="module")
def store(book: Path) -> RunStore:
    folder = book.parents[2]
    store = RunStore(folder / "lake" / MONTH / "run")
    deliveries = land(folder / "inbox", folder / "archive", FOLDERS).deliveries
    order = ReadingOrder("finance", 3, deliveries, folder / "archive", MONTH, NEXT_MONTH, "run")
    read_department(store, order, SPECS, lambda _: None)
    stage_department(store, "finance", SPECS, {}, Month(MONTH))
    return store


def test_the_named_cell_holds_the_value_that_was_not_understood(book: Path, store: RunStore) -> None:
    issues = with_cells(store.read("stg_issue_finance"), columns_of(store))
    money = issues.filter(pl.col("code") == "bad_money")
    assert money.height == EACH_UP_TO + 1
    sheet = openpyxl.load_workbook(book)["工资"]
    for cell, value, heading in money.select("cell", "value", "heading").iter_rows():
        assert sheet[cell].value == value
        assert heading == "应发工资"
    (strange,) = issues.filter(pl.col("code") == "unknown_label").iter_rows(named=True)
    assert sheet[strange["cell"]].value == "候鸟"


def test_every_cell_behind_one_message_is_found(book: Path, store: RunStore) -> None:
    issues = with_cells(store.read("stg_issue_finance"), columns_of(store))
    sheet = openpyxl.load_workbook(book)["工资"]
    for code, values in (("bad_money", "五千"), ("unknown_label", "候鸟")):
        (many,) = issues.filter((pl.col("code") == code) & (pl.col("n") > 1)).iter_rows(named=True)
        part = store.read("part_finance")["part"].item()
        rows = rows_of(store, SPECS, ManyCells(code, TABLE, many["column"], part, many["row"]))
        assert rows is not None
        letter = many["cell"].rstrip("0123456789")
        found = [sheet[f"{letter}{row}"].value for row in rows["row"]]
        assert len(found) == many["n"]
        assert all(isinstance(one, str) and one.startswith(values) for one in found)


def test_rows_of_what_the_run_does_not_keep_are_unknown(store: RunStore) -> None:
    assert rows_of(store, SPECS, ManyCells("bad_money", "finance__budget", "应发", 1, 2)) is None
    assert rows_of(store, SPECS, ManyCells("duplicate_file", TABLE, "", 1, 2)) is None


def test_an_issue_without_a_column_points_at_the_column_that_it_means(store: RunStore) -> None:
    issue = partial(make_issue, department="finance", table=TABLE, file="财政/统发工资.xlsx", sheet="工资")
    issues = issues_frame(
        [
            issue("borne_number", row=9),
            issue("same_as_other_month", month="2026-09"),
            issue("bad_date", row=4, column="没有这一列", value="x"),
        ]
    )
    found = with_cells(issues, columns_of(store)).select("cell", "heading").rows()
    assert found == [("G9", "身份证号"), (None, None), (None, None)]


def test_without_columns_there_are_no_cells() -> None:
    issues = issues_frame([make_issue("bad_money", file="a.xlsx", row=4, column="应发工资", value="x")])
    empty = columns_of(RunStore(Path("nowhere")))
    assert with_cells(issues, empty).select("cell", "heading").rows() == [(None, None)]
