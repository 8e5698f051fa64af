"""One department in the run's store: raw tables, the account of every row, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from connectors.raw import ACCOUNTS, ReadingOrder, RefusedFiles, read_department
from connectors.rows import month_of, part_of, row_of
from connectors.specs import load_specs
from connectors.store import RunStore

from ..people import number
from .delivered import MONTH, NEXT_MONTH, PAYROLL, Rows, landed, pay_row, write_book

RUN = "00000000000000aa"


def read(folder: Path, department: str = "finance", no: int = 3) -> RunStore:
    store = RunStore(folder / "lake" / MONTH / RUN)
    deliveries = [d for d in landed(folder).deliveries if d.department == department]
    order = ReadingOrder(department, no, deliveries, folder / "archive", MONTH, NEXT_MONTH, RUN)
    read_department(store, order, load_specs(), lambda _: None)
    return store


def test_a_department_without_files_has_its_empty_accounts(tmp_path: Path) -> None:
    store = read(tmp_path)
    for account in ("part", "row_class", "raw_issue", "quarantine", "file_state"):
        assert account in ACCOUNTS
        assert store.read(f"{account}_finance").is_empty()
    assert store.names("raw_finance__") == []


def test_raw_rows_keep_their_text_and_say_where_they_stand(tmp_path: Path) -> None:
    rows: Rows = [PAYROLL, pay_row(number(1), "王 一", 5000.5), pay_row("'" + number(2), "李二", "五千")]
    write_book(tmp_path / "inbox/财政/工资.xlsx", {"工资": rows})
    store = read(tmp_path)
    raw = store.read("raw_finance__payroll")
    assert raw.select("name", "id_no", "gross").rows() == [
        ("王 一", number(1), "5000.5"),
        ("李二", "'" + number(2), "五千"),
    ]
    (part,) = store.read("part_finance").iter_rows(named=True)
    assert (part["month"], part["run"], part["file"], part["sheet"]) == (MONTH, RUN, "财政/工资.xlsx", "工资")
    uid = pl.col("row_uid")
    places = raw.select(month_of(uid).alias("month"), part_of(uid).alias("part"), row_of(uid).alias("row"))
    assert places.rows() == [(MONTH, part["part"], 2), (MONTH, part["part"], 3)]


def test_parts_of_two_departments_never_meet(tmp_path: Path) -> None:
    write_book(tmp_path / "inbox/财政/工资.xlsx", {"工资": [PAYROLL, pay_row(number(1), "王一")]})
    first = read(tmp_path, no=3).read("part_finance")["part"].to_list()
    second = read(tmp_path, no=4).read("part_finance")["part"].to_list()
    assert not set(first) & set(second)


def test_quarantined_rows_are_kept_with_all_their_values(tmp_path: Path) -> None:
    nobody = [MONTH, "201001", "云岭县教育局", None, None, 7, None]
    write_book(tmp_path / "inbox/财政/工资.xlsx", {"工资": [PAYROLL, pay_row(number(1), "王一"), nobody]})
    (row,) = read(tmp_path).read("quarantine_finance").iter_rows(named=True)
    assert row["row"] == 3
    assert json.loads(row["values"]) == {
        "agency_code": "201001",
        "agency_name": "云岭县教育局",
        "gross": "7",
        "month": MONTH,
    }


def test_sheets_with_different_columns_stand_in_one_table(tmp_path: Path) -> None:
    write_book(tmp_path / "inbox/财政/a.xlsx", {"工资": [PAYROLL, pay_row(number(1), "王一")]})
    short = [[*row[:6]] for row in (PAYROLL, pay_row(number(2), "李二"))]
    write_book(tmp_path / "inbox/财政/b.xlsx", {"工资": short})
    raw = read(tmp_path).read("raw_finance__payroll")
    assert raw.select("name", "net").rows() == [("王一", "4000"), ("李二", None)]


def test_one_refusal_is_said_as_it_is_and_several_together(tmp_path: Path) -> None:
    write_book(
        tmp_path / "inbox/财政/a.xlsx", {"工资": [PAYROLL, pay_row(number(1), "王一", month="2025-10")]}
    )
    with pytest.raises(RefusedFiles, match="2025-10"):
        read(tmp_path)
    (tmp_path / "inbox/财政/b.xlsx").write_bytes(b"")
    with pytest.raises(RefusedFiles) as error:
        read(tmp_path)
    assert "a.xlsx" in error.value.what
    assert "b.xlsx" in error.value.what
    assert not RunStore(tmp_path / "lake" / MONTH / RUN).has("raw_finance__payroll")
