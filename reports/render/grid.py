"""A table on a sheet: title, headings that stay and repeat, filter, typed cells, rows tall enough to read.

More rows than a sheet can hold go on to further sheets of the same form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from xlsxwriter.worksheet import Worksheet

from reports.labels import severity_label
from reports.render.book import DETAIL, MAX_ROW_HEIGHT, PLAIN, Book, Variant, cell_text
from reports.typesetting import wrapped_lines

Value = str | int | Decimal | date | bool | None

SHEET_ROWS = 1_048_576
HEADER_ROWS = 3
PIXELS_A_LETTER, CELL_PADDING = 7, 5
LINE_POINTS = {"top": 12.8}
DEFAULT_LINE_POINTS = 14.4
"""Of a line of text; the fonts that stand in for 宋体 on some systems are a tenth taller than it."""
ROW_HEIGHT = 18.0
WRAPPED = frozenset({"text", "top", "centre"})


@dataclass(frozen=True)
class GridColumn:
    """A column: heading, width in Latin letters, and its cells' style in `styles.toml` (or severity)."""

    heading: str
    width: float
    style: str = "text"
    printed: bool = True

    @property
    def pixels(self) -> float:
        """The width on a screen at 100 %."""
        return self.width * PIXELS_A_LETTER + CELL_PADDING


@dataclass(frozen=True)
class GridRow:
    """One row; `level` 1 is a detail that can be folded away, `variant` changes its looks."""

    values: Sequence[Value]
    level: int = 0
    variant: Variant = field(default_factory=dict)
    formulas: Mapping[int, str] = field(default_factory=dict)
    """Column → formula; ours, never from user text. The cell's value is kept beside it."""
    links: Mapping[int, str] = field(default_factory=dict)


def write_cell(
    sheet: Worksheet, book: Book, row: int, column: int, value: Value, style: str, variant: Variant = PLAIN
) -> None:
    """One cell by its type; text is always a string."""
    if style == "severity" and isinstance(value, int):
        sheet.write_string(row, column, severity_label(value), book.severity(value))
        return
    shape = book.style("centre" if style == "severity" else style, variant)
    if value is None or value == "":
        sheet.write_blank(row, column, None, shape)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "", shape)
    elif isinstance(value, (int, Decimal)):
        sheet.write_number(row, column, float(value) if isinstance(value, Decimal) else value, shape)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, shape)
    else:
        sheet.write_string(row, column, cell_text(value), shape)


def row_height(columns: Sequence[GridColumn], values: Sequence[Value]) -> float | None:
    """The height at which every wrapped text of the row can be read; None when one line is enough."""
    height = 0.0
    for column, value in zip(columns, values, strict=True):
        if isinstance(value, str) and column.style in WRAPPED and value:
            lines = wrapped_lines(value, column.width - 0.8)
            height = max(height, lines * LINE_POINTS.get(column.style, DEFAULT_LINE_POINTS))
    return min(height + 5, MAX_ROW_HEIGHT) if height > DEFAULT_LINE_POINTS else None


def write_heading_row(
    sheet: Worksheet, book: Book, row: int, columns: Sequence[GridColumn], first: int = 0
) -> None:
    """The headings of a table."""
    lines = max(wrapped_lines(c.heading, c.width - 1) for c in columns)
    sheet.set_row(row, 8 + 13 * lines)
    for place, column in enumerate(columns, first):
        sheet.write_string(row, place, column.heading, book.style("header"))


def write_row(
    sheet: Worksheet, book: Book, row: int, columns: Sequence[GridColumn], line: GridRow, first: int = 0
) -> float:
    """One row of a table, as tall as it must be; returns how tall that is."""
    options: dict[str, Any] = {"level": line.level} if line.level else {}
    height = row_height(columns, line.values) or ROW_HEIGHT
    sheet.set_row(row, height, None, options)
    for place, (column, value) in enumerate(zip(columns, line.values, strict=True)):
        if place in line.formulas:
            cached = int(value) if isinstance(value, int) else 0
            shape = book.style(column.style, line.variant)
            sheet.write_formula(row, first + place, line.formulas[place], shape, cached)
        elif place in line.links and isinstance(value, str) and value:
            sheet.write_url(
                row, first + place, line.links[place], book.style("link", line.variant), cell_text(value)
            )
        else:
            write_cell(sheet, book, row, first + place, value, column.style, line.variant)
    return height


def row_writer(
    sheet: Worksheet, book: Book, columns: Sequence[GridColumn]
) -> Callable[[int, GridRow], float]:
    """Writes one row at a place and returns its height; fast where the book is streamed."""
    if book.is_streamed:
        from reports.render.row_stream import RowStream

        return RowStream(sheet, book, columns).write
    return lambda place, row: write_row(sheet, book, place, columns, row)


@dataclass(frozen=True)
class Grid:
    """A sheet that holds one table."""

    name: str
    title: str
    subtitle: str
    columns: Sequence[GridColumn]
    frozen: int = 0
    """How many columns stay in sight and are repeated on every printed page."""
    pages_wide: int = 1
    """Printed pages side by side, the frozen columns standing on each."""
    tab: str | None = None
    empty: str = "本月没有记录。"

    def write(self, book: Book, rows: Iterable[GridRow], *, sheet_rows: int = SHEET_ROWS) -> list[str]:
        """Write the rows on as many sheets as they need; returns the names of the sheets."""
        remaining = iter(rows)
        names: list[str] = []
        following = next(remaining, None)
        while following is not None or not names:
            head = [] if following is None else [following]
            name, following = self._write_sheet(book, chain(head, remaining), sheet_rows - HEADER_ROWS)
            names.append(name)
        return names

    def _write_sheet(self, book: Book, rows: Iterator[GridRow], room: int) -> tuple[str, GridRow | None]:
        """One sheet with as many rows as it has room for; its name, and the first row of the next sheet."""
        sheet = book.sheet(self.name, tab=self.tab)
        last = len(self.columns) - 1
        for place, column in enumerate(self.columns):
            sheet.set_column(place, place, column.width)
        sheet.set_row(0, 28)
        sheet.write_string(0, 0, cell_text(self.title), book.style("title"))
        sheet.set_row(1, 17)
        sheet.write_string(1, 0, cell_text(self.subtitle), book.style("subtitle"))
        write_heading_row(sheet, book, 2, self.columns)
        sheet.outline_settings(True, False, True, False)
        end = HEADER_ROWS - 1
        write = row_writer(sheet, book, self.columns)
        for end, row in enumerate(islice(rows, room), HEADER_ROWS):
            write(end, row)
        following = next(rows, None)
        if end >= HEADER_ROWS:
            sheet.autofilter(2, 0, end, last)
        else:
            end = HEADER_ROWS
            sheet.write_string(end, 0, self.empty, book.style("note", {"text_wrap": False, **DETAIL}))
        sheet.freeze_panes(HEADER_ROWS, self.frozen)
        sheet.repeat_rows(2)
        if self.pages_wide > 1:
            sheet.fit_to_pages(self.pages_wide, 0)
            sheet.repeat_columns(0, max(self.frozen - 1, 0))
        printed = max(n for n, column in enumerate(self.columns) if column.printed)
        sheet.print_area(0, 0, end, printed)
        return str(sheet.get_name()), following
