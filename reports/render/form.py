"""A table as offices file it: title, who reports as of when in what unit, headings, rows, 合计, signatures.

Rows come ready from a report model; a form adds nothing up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from xlsxwriter.worksheet import Worksheet

from reports.render.book import Book, cell_text
from reports.render.grid import (
    SHEET_ROWS,
    GridColumn,
    GridRow,
    write_row,
)
from reports.typesetting import wrapped_lines

SIGNATURES = ("填表人：", "审核人：", "负责人：", "填报日期：　　　年　　月　　日")
TITLE_ROW, NOTE_ROW, HEADING_ROW = 1, 2, 3


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
        remaining = iter(rows)
        room = sheet_rows - self._heading_rows - HEADING_ROW - len(self.notes) - 4
        names: list[str] = []
        chunk = list(islice(remaining, room))
        while chunk or not names:
            following = list(islice(remaining, room))
            names.append(self._sheet(book, chunk, None if following else total))
            chunk = following
        return names

    @property
    def _heading_rows(self) -> int:
        return 2 if any(column.group for column in self.columns) else 1

    def _sheet(self, book: Book, rows: Sequence[GridRow], total: GridRow | None) -> str:
        sheet = book.sheet(self.name)
        if self.portrait:
            sheet.set_portrait()
        for place, column in enumerate(self.columns):
            sheet.set_column(place, place, column.width)
        self._write_head(book, sheet)
        first = HEADING_ROW + self._heading_rows
        place = first
        for row in rows:
            write_row(sheet, book, place, self.columns, row)
            place += 1
        if not rows:
            sheet.write_string(place, 0, self.empty, book.style("form_note"))
            place += 1
        elif self._heading_rows == 1:
            sheet.autofilter(HEADING_ROW, 0, place - 1, len(self.columns) - 1)
        if total is not None:
            write_row(sheet, book, place, self.columns, total)
            place += 1
        place = self._write_foot(book, sheet, place)
        sheet.freeze_panes(first, self.frozen)
        sheet.repeat_rows(TITLE_ROW, first - 1)
        if self.frozen:
            sheet.repeat_columns(0, self.frozen - 1)
        sheet.print_area(0, 0, place - 1, len(self.columns) - 1)
        return str(sheet.get_name())

    def _write_head(self, book: Book, sheet: Worksheet) -> None:
        last = len(self.columns) - 1
        sheet.set_row(0, 16)
        if self.secrecy:
            sheet.write_string(0, 0, self.secrecy, book.style("form_secrecy"))
        sheet.set_row(TITLE_ROW, 34)
        _across(sheet, book, TITLE_ROW, 0, last, self.title, "form_title")
        sheet.set_row(NOTE_ROW, 18)
        sheet.write_string(NOTE_ROW, 0, cell_text(f"填报单位：{self.reporter}"), book.style("form_note"))
        if last >= 2:
            sheet.write_string(
                NOTE_ROW, last // 2, cell_text(f"截止日期：{self.as_of}"), book.style("form_note")
            )
        sheet.write_string(NOTE_ROW, last, cell_text(f"单位：{self.unit}"), book.style("form_note_right"))
        if self._heading_rows == 1:
            _heading_heights(sheet, HEADING_ROW, self.columns)
            for place, column in enumerate(self.columns):
                sheet.write_string(HEADING_ROW, place, column.heading, book.style("form_header"))
            return
        sheet.set_row(HEADING_ROW, 22)
        _heading_heights(sheet, HEADING_ROW + 1, self.columns)
        place = 0
        for group, members in groupby(self.columns, key=lambda column: column.group):
            columns = list(members)
            if group:
                end = place + len(columns) - 1
                _across(sheet, book, HEADING_ROW, place, end, group, "form_header")
                for n, column in enumerate(columns, place):
                    sheet.write_string(HEADING_ROW + 1, n, column.heading, book.style("form_header"))
            else:
                for n, column in enumerate(columns, place):
                    sheet.merge_range(
                        HEADING_ROW, n, HEADING_ROW + 1, n, column.heading, book.style("form_header")
                    )
            place += len(columns)

    def _write_foot(self, book: Book, sheet: Worksheet, place: int) -> int:
        last = len(self.columns) - 1
        room = sum(column.width for column in self.columns)
        for note in self.notes:
            sheet.set_row(place, 5 + 13.2 * wrapped_lines(note, room - 2))
            _across(sheet, book, place, 0, last, note, "form_remark")
            place += 1
        if self.signatures:
            sheet.set_row(place, 30)
            step = max((last + 1) / len(self.signatures), 1)
            for n, words in enumerate(self.signatures):
                sheet.write_string(place, min(int(n * step), last), words, book.style("form_note"))
            place += 1
        return place


def _across(sheet: Worksheet, book: Book, row: int, first: int, last: int, text: str, style: str) -> None:
    shape = book.style(style)
    if last > first:
        sheet.merge_range(row, first, row, last, cell_text(text), shape)
    else:
        sheet.write_string(row, first, cell_text(text), shape)


def _heading_heights(sheet: Worksheet, row: int, columns: Sequence[FormColumn]) -> None:
    lines = max(wrapped_lines(column.heading, column.width - 1) for column in columns)
    sheet.set_row(row, 10 + 13 * lines)
