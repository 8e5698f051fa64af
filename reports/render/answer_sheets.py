"""Sheets that people fill in and that are read back: fixed headings in the first row, answers unlocked.

What is locked keeps its form so that it can be recognised again; there is no password.
"""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from reports.render.book import RULE, Book, cell_text
from reports.render.grid import GridColumn, GridRow, Value, row_height, write_cell

HELP_SHEET = "填写说明"


def place_of(columns: Sequence[GridColumn], heading: str) -> int:
    """Which column has a heading."""
    return next(n for n, column in enumerate(columns) if column.heading == heading)


def answer_sheet(book: Book, name: str, columns: Sequence[GridColumn]) -> Worksheet:
    """A sheet with its headings in the first row, those of the answers marked."""
    sheet = book.sheet(name, tab=RULE)
    sheet.set_row(0, 26)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        style = "header_required" if column.style == "answer" else "header"
        sheet.write_string(0, place, column.heading, book.style(style))
    return sheet


def write_answer_row(
    sheet: Worksheet, book: Book, number: int, columns: Sequence[GridColumn], values: Sequence[Value]
) -> None:
    """One row, tall enough to read; texts stay texts when somebody edits them."""
    line = GridRow(values)
    sheet.set_row(number, row_height(columns, line.values) or 18)
    for place, (column, value) in enumerate(zip(columns, line.values, strict=True)):
        is_text = isinstance(value, str)
        write_cell(sheet, book, number, place, value, column.style, {"num_format": "@"} if is_text else {})


def finish(sheet: Worksheet, columns: Sequence[GridColumn], n_rows: int, n_spare: int) -> None:
    """Filter, frozen headings, and everything but the answers locked, without a password."""
    last = len(columns) - 1
    sheet.autofilter(0, 0, max(n_rows, 1), last)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, max(n_rows, 1), last)
    sheet.protect(
        "",
        {
            "autofilter": True,
            "sort": True,
            "format_columns": True,
            "format_rows": True,
            "insert_rows": n_spare > 0,
        },
    )


def help_sheet(book: Book, lines: Sequence[str]) -> None:
    """How to fill the book in."""
    sheet = book.sheet(HELP_SHEET)
    sheet.set_column(0, 0, 120)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, HELP_SHEET, book.style("title"))
    for number, line in enumerate(lines, 1):
        sheet.set_row(number, 34)
        sheet.write_string(number, 0, cell_text(f"{number}. {line}"), book.style("note"))
