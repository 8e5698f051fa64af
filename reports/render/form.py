"""A table as offices file it: title, who reports as of when in what unit, headings, rows, 合计, signatures.

Rows come ready from a report model; a form adds nothing up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate, chain, groupby, islice

from xlsxwriter.worksheet import Worksheet

from reports.render.book import TOTAL, Book, Variant, cell_text
from reports.render.grid import (
    SHEET_ROWS,
    GridColumn,
    GridRow,
    Value,
    row_writer,
    write_cell,
)
from reports.render.page_fill import PageFill, row_room
from reports.typesetting import display_width, wrapped_lines

SIGNATURES = ("填表人：", "审核人：", "负责人：", "填报日期：　　　年　　月　　日")
TITLE_ROW, NOTE_ROW, HEADING_ROW = 1, 2, 3
SECRECY_HEIGHT, TITLE_HEIGHT, NOTE_HEIGHT, SIGN_HEIGHT = 16, 34, 18, 30
BLACK: Variant = {"font_color": "#000000", "border_color": "#595959"}
"""Forms are copied and faxed: black on white, lines that are seen."""


@dataclass(frozen=True)
class FormColumn(GridColumn):
    """A column of a form; neighbours with the same `group` stand under one heading."""

    group: str = ""


@dataclass(frozen=True)
class Form:
    """One table of a workbook.

    Attributes:
        name: of the sheet.
        title: in the middle of the first line.
        reporter: who reports, behind 填报单位.
        as_of: 截止日期, printed as it stands.
        unit: what the figures count, behind 单位.
        columns: in their order; text and codes from `styles.toml`.
        secrecy: 密级 in the upper left corner.
        notes: lines below the table.
        signatures: what is to be signed; none where the sheet only accompanies another one.
        portrait: printed upright.
        frozen: columns that stay in sight and are repeated on every printed page.
    """

    name: str
    title: str
    reporter: str
    as_of: str
    unit: str
    columns: Sequence[FormColumn]
    secrecy: str = ""
    notes: Sequence[str] = ()
    signatures: Sequence[str] = SIGNATURES
    portrait: bool = False
    frozen: int = 0
    empty: str = "本期没有。"

    def write(
        self,
        book: Book,
        rows: Iterable[GridRow],
        total: GridRow | None = None,
        *,
        sheet_rows: int = SHEET_ROWS,
    ) -> list[str]:
        """Write the rows on as many sheets as they need, 合计 under the last; returns the sheets' names."""
        if total is not None:
            fitting = [_fitting(c, value) for c, value in zip(self.columns, total.values, strict=True)]
            return replace(self, columns=fitting)._write(book, rows, total, sheet_rows)
        return self._write(book, rows, None, sheet_rows)

    def _write(
        self, book: Book, rows: Iterable[GridRow], total: GridRow | None, sheet_rows: int
    ) -> list[str]:
        remaining = iter(rows)
        room = sheet_rows - self._heading_rows - HEADING_ROW - len(self.notes) - 4
        names: list[str] = []
        following = next(remaining, None)
        while following is not None or not names:
            head = [] if following is None else [following]
            name, following = self._sheet(book, chain(head, remaining), room, total)
            names.append(name)
        return names

    def unsigned(self) -> Form:
        """The same without a signature block, for a sheet that accompanies a signed one."""
        return replace(self, signatures=())

    @property
    def _heading_rows(self) -> int:
        return 2 if any(column.group for column in self.columns) else 1

    @property
    def _room(self) -> float:
        """The width of all columns, in Latin letters."""
        return sum(column.width for column in self.columns)

    def _column_at(self, distance: float) -> int:
        """The column whose left edge is the first at this distance from the left, or behind it."""
        edges = accumulate((column.width for column in self.columns), initial=0.0)
        return next((n for n, edge in enumerate(edges) if edge >= distance - 0.5), len(self.columns) - 1)

    def _signature_rows(self) -> list[list[tuple[int, str, int]]]:
        """The signature block: rows of first column, words, last column; in pairs where one is too narrow."""
        signatures = self.signatures
        for each in (len(signatures), 2):
            parts = [signatures[n : n + each] for n in range(0, len(signatures), max(each, 1))]
            rows = [self._side_by_side(part) for part in parts]
            if all(rows):
                return rows
        return [[(0, words, len(self.columns) - 1)] for words in signatures]

    def _side_by_side(self, signatures: Sequence[str]) -> list[tuple[int, str, int]]:
        """Where they stand in one row, evenly spread; nothing where one of them would be cut off."""
        starts = [self._column_at(n * self._room / len(signatures)) for n in range(len(signatures))]
        ends = [*starts[1:], len(self.columns)]
        placed = list(zip(starts, signatures, ends, strict=True))
        is_cut = any(display_width(words) > self._between(first, end) for first, words, end in placed)
        return [] if is_cut else [(first, words, end - 1) for first, words, end in placed]

    def _between(self, first: int, end: int) -> float:
        """The width of the columns from one up to another, which is not counted."""
        return sum(column.width for column in self.columns[first:end])

    def _sheet(
        self, book: Book, rows: Iterator[GridRow], room: int, total: GridRow | None
    ) -> tuple[str, GridRow | None]:
        """One sheet with as many rows as it has room for; its name, and the first row of the next sheet."""
        sheet = book.sheet(self.name)
        if self.portrait:
            sheet.set_portrait()
        for place, column in enumerate(self.columns):
            sheet.set_column(place, place, column.width)
        repeated = self._write_head(book, sheet)
        fill = PageFill(row_room(self.columns, portrait=self.portrait), repeated)
        fill.beside(SECRECY_HEIGHT + repeated)
        first = HEADING_ROW + self._heading_rows
        place = first
        write = row_writer(sheet, book, self.columns)
        for row in islice(rows, room):
            fill.row(place, write(place, _black(row)))
            place += 1
        following = next(rows, None)
        if place == first:
            sheet.write_string(place, 0, self.empty, book.style("form_note"))
            place += 1
        else:
            sheet.autofilter(first - 1, 0, place - 1, len(self.columns) - 1)
        if total is not None and following is None:
            fill.beside(write(place, _black(total)))
            place += 1
        place = self._write_foot(book, sheet, place, fill)
        sheet.set_h_pagebreaks(fill.ends())
        sheet.freeze_panes(first, self.frozen)
        sheet.repeat_rows(TITLE_ROW, first - 1)
        if self.frozen:
            sheet.repeat_columns(0, self.frozen - 1)
        sheet.print_area(0, 0, place - 1, len(self.columns) - 1)
        return str(sheet.get_name()), following

    def _write_head(self, book: Book, sheet: Worksheet) -> float:
        """Title, who, as of when, and the headings, which stand on every page; returns their height."""
        last = len(self.columns) - 1
        sheet.set_row(0, SECRECY_HEIGHT)
        if self.secrecy:
            sheet.write_string(0, 0, self.secrecy, book.style("form_secrecy"))
        sheet.set_row(TITLE_ROW, TITLE_HEIGHT)
        _across(sheet, book, TITLE_ROW, 0, last, self.title, "form_title")
        sheet.set_row(NOTE_ROW, NOTE_HEIGHT)
        reporter, as_of = f"填报单位：{self.reporter}", f"截止日期：{self.as_of}"
        sheet.write_string(NOTE_ROW, 0, cell_text(reporter), book.style("form_note"))
        middle = (self._room - display_width(as_of)) / 2
        place = self._column_at(max(middle, display_width(reporter) + 2))
        counted = f"单位：{self.unit}"
        if 0 < place < last and display_width(as_of) <= self._between(place, last):
            sheet.write_string(NOTE_ROW, place, cell_text(as_of), book.style("form_note"))
        else:
            counted = f"{as_of}　　{counted}"
        sheet.write_string(NOTE_ROW, last, cell_text(counted), book.style("form_note_right"))
        if self._heading_rows == 1:
            height = _heading_height(self.columns)
            sheet.set_row(HEADING_ROW, height)
            for place, column in enumerate(self.columns):
                sheet.write_string(HEADING_ROW, place, column.heading, book.style("form_header"))
        else:
            height = self._write_grouped_headings(book, sheet)
        return TITLE_HEIGHT + NOTE_HEIGHT + height

    def _write_grouped_headings(self, book: Book, sheet: Worksheet) -> float:
        """Headings of two rows, written row by row: a streamed sheet keeps no more than one."""
        upper, lower = HEADING_ROW, HEADING_ROW + 1
        places = list(enumerate(self.columns))
        spans: list[tuple[int, int, int, int]] = []
        above = 9 + 13 * self._group_lines()
        sheet.set_row(upper, above)
        for group, members in groupby(places, key=lambda placed: placed[1].group):
            columns = list(members)
            first, last = columns[0][0], columns[-1][0]
            if group:
                spans += [(upper, first, upper, last)] if last > first else []
            else:
                spans += [(upper, place, lower, place) for place, _ in columns]
            for place, column in columns:
                text = group if group and place == first else "" if group else column.heading
                write_cell(sheet, book, upper, place, text, "form_header")
        height = _heading_height(self.columns)
        sheet.set_row(lower, height)
        for place, column in places:
            text = column.heading if column.group else ""
            write_cell(sheet, book, lower, place, text, "form_header")
        for span in spans:
            # merge_range would write the cells of both rows again.
            sheet.merge.append(list(span))
        return above + height

    def _group_lines(self) -> int:
        """Lines of the tallest heading over several columns."""
        groups = groupby(self.columns, key=lambda column: column.group)
        return max(wrapped_lines(group, sum(c.width for c in members) - 1) for group, members in groups)

    def _write_foot(self, book: Book, sheet: Worksheet, place: int, fill: PageFill) -> int:
        last = len(self.columns) - 1
        for note in self.notes:
            height = 5 + 13.2 * wrapped_lines(note, self._room - 2)
            sheet.set_row(place, height)
            fill.beside(height)
            _across(sheet, book, place, 0, last, note, "form_remark")
            place += 1
        for words in self._signature_rows():
            sheet.set_row(place, SIGN_HEIGHT)
            fill.beside(SIGN_HEIGHT)
            for column, text, end in words:
                _across(sheet, book, place, column, end, text, "form_note")
            place += 1
        return place


def total_row(values: Sequence[Value]) -> GridRow:
    """The line 合计: bold on grey."""
    return GridRow(values, variant=TOTAL)


def _fitting(column: FormColumn, total: Value) -> FormColumn:
    """The column wide enough for its sum, which is bold and its widest figure."""
    if isinstance(total, bool) or not isinstance(total, (int, Decimal)):
        return column
    digits = f"{total:,.2f}" if isinstance(total, Decimal) else f"{total:,}"
    return replace(column, width=max(column.width, 1.15 * len(digits) + 1.5))


def _black(row: GridRow) -> GridRow:
    return replace(row, variant={**BLACK, **row.variant})


def _across(sheet: Worksheet, book: Book, row: int, first: int, last: int, text: str, style: str) -> None:
    shape = book.style(style)
    if last > first:
        sheet.merge_range(row, first, row, last, cell_text(text), shape)
    else:
        sheet.write_string(row, first, cell_text(text), shape)


def _heading_height(columns: Sequence[FormColumn]) -> float:
    return 10 + 13 * max(wrapped_lines(column.heading, column.width - 1) for column in columns)
