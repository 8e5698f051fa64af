"""Dates that a ledger writes as 年 | 月 | 日: put together, or reported with their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from ..tables import problems_of, raw_table, staged_from

Cells = Mapping[str, Sequence[str | None]]
LEDGER = "establishment__ledger"
NAMES = ("approved_year", "approved_month", "approved_day")


def parts(*cells: str | None) -> Cells:
    return {name: [cell] for name, cell in zip(NAMES, cells, strict=False)}


def day_of(columns: Cells) -> date | None:
    frame = staged_from(raw_table(LEDGER, {"unit_name": ["财政局"], **columns}), LEDGER)
    found = frame.collect()["approved_on"].item()
    assert found is None or isinstance(found, date)
    return found


def reported(columns: Cells) -> list[tuple[str, str, str, int | None]]:
    issues, _ = problems_of(raw_table(LEDGER, {"unit_name": ["财政局"], **columns}), LEDGER)
    return [(issue.code, issue.column, issue.value, issue.row) for issue in issues]


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        (("2014", "3", "31"), date(2014, 3, 31)),
        (("2014", "03", None), date(2014, 3, 1)),
        (("2014", None, None), date(2014, 1, 1)),
        (("2014", "/", ""), date(2014, 1, 1)),
        (("2014",), date(2014, 1, 1)),
        (("2014年", "3月", "31日"), date(2014, 3, 31)),
        (("2014.0", "3.0", "31.0"), date(2014, 3, 31)),
    ],
)
def test_a_year_a_month_and_a_day_or_fewer_make_a_date(cells: tuple[str | None, ...], day: date) -> None:
    assert day_of(parts(*cells)) == day
    assert reported(parts(*cells)) == []


@pytest.mark.parametrize(
    "cells",
    [
        ("2014", "2", "31"),
        ("2014", "13", "1"),
        ("2014", "0", "1"),
        ("14", "3", "1"),
        ("2014", "", "31"),
        ("", "3", "31"),
    ],
)
def test_parts_that_make_no_date_are_reported_together(cells: tuple[str, str, str]) -> None:
    assert day_of(parts(*cells)) is None
    assert reported(parts(*cells)) == [("bad_date", "年、月、日", "-".join(cells), 2)]


def test_a_part_that_is_no_number_is_reported_by_itself_and_never_defaulted() -> None:
    cells = parts("2014", "三", "31")
    assert day_of(cells) is None
    assert reported(cells) == [("bad_date", "月", "三", 2)]
    assert day_of(parts("2014", "三月")) is None


def test_nothing_said_is_nothing_wrong() -> None:
    assert day_of(parts(None, "", "—")) is None
    assert reported(parts(None, "", "—")) == []


def test_a_date_in_one_cell_goes_before_its_parts() -> None:
    both = {"approved_on": ["2014-03-31"], **parts("2014", "2", "31")}
    assert day_of(both) == date(2014, 3, 31)
    assert reported(both) == []
    assert day_of({"approved_on": [None], **parts("2014", "3", "31")}) == date(2014, 3, 31)


def test_a_date_in_one_cell_that_is_none_is_reported_as_it_stands() -> None:
    assert reported({"approved_on": ["某日"], **parts("2014", "3", "31")}) == [
        ("bad_date", "批准日期", "某日", 2)
    ]


def test_the_report_names_file_sheet_and_remedy() -> None:
    issues, _ = problems_of(raw_table(LEDGER, {"unit_name": ["财政局"], **parts("2014", "2", "31")}), LEDGER)
    (issue,) = issues
    assert (issue.file, issue.sheet, issue.table) == ("部门/文件.xlsx", "Sheet1", LEDGER)
    assert "2014-03-31" in issue.remedy
    assert "2014-2-31" in issue.message
