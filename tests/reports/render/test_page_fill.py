"""Where the last printed page of a table begins: 合计 and signatures never stand alone on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from reports.render.book import new_book
from reports.render.form import Form, FormColumn, total_row
from reports.render.grid import GridRow
from reports.render.page_fill import PageFill, row_room

ROOM, HEAD, ROW = 500.0, 50.0, 18.0


ON_A_PAGE = 25
"""Rows that 500 points hold under 50 of headings."""


def ends(n_rows: int, foot: float) -> list[int]:
    """The rows, counted from 0, before which a page ends."""
    fill = PageFill(ROOM, HEAD)
    fill.beside(HEAD)
    for place in range(n_rows):
        fill.row(place, ROW)
    fill.beside(foot)
    return fill.ends()


def test_what_fits_one_page_is_left_alone() -> None:
    assert ends(5, 60) == []
    assert ends(0, 60) == []


def test_a_foot_that_would_stand_alone_gets_rows_of_the_page_before() -> None:
    (begins,) = ends(ON_A_PAGE, 60)
    assert 0.2 * ROOM < (ON_A_PAGE - begins) * ROW < 0.4 * ROOM


def test_pages_end_where_they_are_full_and_the_last_one_holds_what_is_left() -> None:
    assert ends(2 * ON_A_PAGE + 12, 60) == [ON_A_PAGE, 2 * ON_A_PAGE]


@pytest.mark.parametrize("n_left", [0, 1, 2])
def test_a_last_page_with_hardly_a_row_gets_more_of_them(n_left: int) -> None:
    n = 3 * ON_A_PAGE + n_left
    *full, last = ends(n, 60)
    assert full == [ON_A_PAGE, 2 * ON_A_PAGE]
    assert 2 * ON_A_PAGE < last < 3 * ON_A_PAGE - 3


def test_a_few_rows_over_a_long_foot_stay_under_their_headings() -> None:
    assert ends(2, ROOM) == []


def test_a_list_longer_than_a_spreadsheet_takes_breaks_is_left_to_the_program() -> None:
    assert ends(1_100 * ON_A_PAGE, 60) == []


def test_a_wide_table_is_scaled_and_takes_more_rows() -> None:
    narrow = (FormColumn("甲", 20),)
    wide = tuple(FormColumn("甲", 20) for _ in range(15))
    assert row_room(wide, portrait=False) > 1.5 * row_room(narrow, portrait=False)
    # A4 across: 595.3 pt less 0.75 and 0.65 inches.
    assert 0.9 * (595.3 - 1.4 * 72) < row_room(narrow, portrait=False) < 595.3 - 1.4 * 72


def rows(n: int) -> Iterator[GridRow]:
    return (GridRow((place, f"单位{place}", 2, 2, 2, 2)) for place in range(1, n + 1))


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(("n", "is_broken"), [(12, False), (20, True)])
def test_a_form_begins_its_last_page_with_rows(
    tmp_path: Path, n: int, *, is_broken: bool, streamed: bool
) -> None:
    form = Form(
        name="表",
        title="情况表",
        reporter="编办",
        as_of="2026年10月31日",
        unit="人",
        columns=(
            FormColumn("序号", 6, "centre"),
            FormColumn("单位", 30),
            *(FormColumn(f"人数{n}", 15, "int") for n in range(4)),
        ),
    )
    path = tmp_path / "a.xlsx"
    with new_book(path, title="表", created=datetime(2026, 10, 1), streamed=streamed) as book:
        form.write(book, rows(n), total_row((None, "合计", *[2 * n] * 4)))
    (sheet,) = openpyxl.load_workbook(path).worksheets
    at = [one.id for one in sheet.row_breaks.brk]
    assert len(at) == is_broken
    for place in at:
        moved = [row[1] for row in sheet.iter_rows(place + 1, sheet.max_row, values_only=True)]
        assert moved[0] == f"单位{place - 3}"
        assert sum(str(words).startswith("单位") for words in moved) >= 4
