"""Drop-down lists: short ones in the cell's own rule, long ones on a hidden sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from reports.render.book import Book, cell_text

MAX_INLINE = 240


@dataclass
class ChoiceLists:
    """The lists of a book; a hidden sheet is made only when a list is too long for the cell's rule."""

    book: Book
    sheet_name: str
    always_on_sheet: bool = False
    _sheet: Worksheet | None = None
    _columns: dict[tuple[str, ...], int] = field(default_factory=dict)

    def source(self, choices: Sequence[str]) -> list[str] | str:
        """What a data validation names as its list."""
        clean = [cell_text(choice) for choice in choices]
        is_short = sum(map(len, clean)) + len(clean) <= MAX_INLINE and not any("," in c for c in clean)
        if is_short and not self.always_on_sheet:
            return clean
        column = xl_col_to_name(self._column(tuple(clean)))
        return f"='{self.sheet_name}'!${column}$1:${column}${len(clean)}"

    def _column(self, choices: tuple[str, ...]) -> int:
        if choices not in self._columns:
            if self._sheet is None:
                self._sheet = self.book.workbook.add_worksheet(self.book.free_name(self.sheet_name))
                self._sheet.hide()
            column = self._columns[choices] = len(self._columns)
            for row, choice in enumerate(choices):
                self._sheet.write_string(row, column, choice)
        return self._columns[choices]


def list_rule(source: list[str] | str, *, title: str, message: str, strict: bool) -> dict[str, Any]:
    """A data validation that offers a list; a strict one takes nothing else."""
    return {
        "validate": "list",
        "source": source,
        "input_title": title[:32],
        "input_message": message[:255],
        "error_title": "请从列表中选择",
        "error_message": "所填内容不在列表中。",
        "error_type": "stop" if strict else "warning",
    }
