"""Rows of a streamed sheet, written as XML straight into its file: several times as fast as cell by cell.

Only for books that keep no more than a row in memory (`new_book(streamed=True)`). It leans on how XlsxWriter
keeps such a sheet: the open file `row_data_fh`, `previous_row` and the sheet's dimensions. A test reads a
streamed sheet back beside an ordinary one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from reports.labels import severity_label
from reports.render.book import MAX_ROW_HEIGHT, Book, Variant, cell_text
from reports.render.grid import (
    DEFAULT_LINE_POINTS,
    LINE_POINTS,
    ROW_HEIGHT,
    WRAPPED,
    GridColumn,
    GridRow,
    Value,
    write_row,
)
from reports.typesetting import lines_of

EPOCH = date(1899, 12, 30)
POINTS_A_PIXEL = 0.75
SHORT = 1_000
_SPECIAL = re.compile("[&<>]|_x")
_LITERAL_ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_")


class RowStream:
    """Writes the rows of one sheet in their order."""

    def __init__(self, sheet: Worksheet, book: Book, columns: Sequence[GridColumn]) -> None:
        self.sheet, self.book, self.columns = sheet, book, columns
        self._letters = [xl_col_to_name(n) for n in range(len(columns))]
        self._wrapped = [
            (n, column.width - 0.8, LINE_POINTS.get(column.style, DEFAULT_LINE_POINTS))
            for n, column in enumerate(columns)
            if column.style in WRAPPED
        ]
        self._styles: dict[tuple[tuple[str, object], ...], list[int]] = {}
        self._severities: dict[int | None, int] = {}

    def write(self, row: int, line: GridRow) -> float:
        """One row, returns its height; rows come in ascending order."""
        sheet = self.sheet
        if line.links or line.formulas:
            return write_row(sheet, self.book, row, self.columns, line)
        if sheet.table:
            sheet._write_single_row(row)
        number = row + 1
        styles = self._styles_of(line.variant)
        cells = [
            self._cell(f"{letter}{number}", value, column.style, style)
            for letter, value, column, style in zip(
                self._letters, line.values, self.columns, styles, strict=True
            )
        ]
        height = int(self._height(line.values) / POINTS_A_PIXEL + 0.5) * POINTS_A_PIXEL
        level = f' outlineLevel="{line.level}"' if line.level else ""
        sheet.row_data_fh.write(
            f'<row r="{number}" ht="{height:.16g}" customHeight="1"{level}>{"".join(cells)}</row>'
        )
        sheet.previous_row = row
        sheet.dim_rowmax = max(sheet.dim_rowmax or 0, row)
        sheet.dim_colmax = max(sheet.dim_colmax or 0, len(self.columns) - 1)
        return height

    def _styles_of(self, variant: Variant) -> list[int]:
        key = tuple(sorted(variant.items()))
        if key not in self._styles:
            self._styles[key] = [
                self.book.style("centre" if c.style == "severity" else c.style, variant)._get_xf_index()
                for c in self.columns
            ]
        return self._styles[key]

    def _cell(self, place: str, value: Value, kind: str, style: int) -> str:
        if kind == "severity" and isinstance(value, int):
            if value not in self._severities:
                self._severities[value] = self.book.severity(value)._get_xf_index()
            return _text(place, severity_label(value), self._severities[value])
        if isinstance(value, str):
            return _text(place, value, style) if value else f'<c r="{place}" s="{style}"/>'
        if value is None:
            return f'<c r="{place}" s="{style}"/>'
        if isinstance(value, bool):
            return _text(place, "是" if value else "", style)
        if isinstance(value, date):
            return f'<c r="{place}" s="{style}"><v>{(value - EPOCH).days}</v></c>'
        number = float(value) if isinstance(value, Decimal) else value
        return f'<c r="{place}" s="{style}"><v>{number:.16G}</v></c>'

    def _height(self, values: Sequence[Value]) -> float:
        """As `reports.render.grid.row_height`, the width of each line by its bytes."""
        height = 0.0
        for n, room, points in self._wrapped:
            value = values[n]
            if isinstance(value, str) and (len(value) * 2 > room or "\n" in value):
                height = max(height, _lines(value, max(int(room), 1)) * points)
        return min(height + 5, MAX_ROW_HEIGHT) if height > DEFAULT_LINE_POINTS else ROW_HEIGHT


def _lines(text: str, room: int) -> int:
    """How many lines a text takes: a letter of three bytes is as wide as two of one byte."""
    widths = ((len(line) + len(line.encode("utf-8", "replace")) + 1) // 2 for line in text.split("\n"))
    return sum(lines_of(width, room) for width in widths)


def _text(place: str, text: str, style: int) -> str:
    clean = text if len(text) < SHORT and text.isprintable() else cell_text(text)
    if _SPECIAL.search(clean):
        clean = _LITERAL_ESCAPE.sub(lambda match: f"_x005F{match.group()}", clean)
        clean = clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{clean}</t></is></c>'
