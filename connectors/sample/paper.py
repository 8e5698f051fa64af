"""What a delivered file holds, before it is bytes: sheets of titles, headers, rows and footers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Cell = str | int | float | date | None
Row = list[Cell]
Form = Literal["xlsx", "xls", "html", "csv", "txt"]


def words(text: str) -> tuple[str, ...]:
    """The words of a line of data: headers, labels, names."""
    return tuple(text.split())


@dataclass(frozen=True)
class SheetData:
    """One sheet. ``groups`` are the labels of a merged row above the header, each with its width."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    titles: Sequence[str] = ()
    groups: Sequence[tuple[str, int]] = ()
    codes: Sequence[str] = ()
    total: Sequence[Cell] = ()
    footer: Sequence[str] = ()


@dataclass(frozen=True)
class FileData:
    """One file: its path under the department's folder, its form, its sheets (one for csv, txt and html)."""

    path: str
    form: Form
    sheets: Sequence[SheetData]
    encoding: str = "gb18030"
    packed_in: str = ""
    """Name of the zip archive that holds the file, or nothing."""

    @property
    def n_rows(self) -> int:
        """Data rows of all sheets."""
        return sum(len(sheet.rows) for sheet in self.sheets)


def all_rows(sheet: SheetData) -> list[Sequence[Cell]]:
    """Every row of the sheet from top to bottom, as cells."""
    rows: list[Sequence[Cell]] = [[title] for title in sheet.titles]
    if sheet.groups:
        group_row: list[Cell] = []
        for label, width in sheet.groups:
            group_row += [label, *[None] * (width - 1)]
        rows.append(group_row)
    rows.append(list(sheet.header))
    if sheet.codes:
        rows.append(list(sheet.codes))
    rows += sheet.rows
    if sheet.total:
        rows.append(sheet.total)
    if sheet.footer:
        footer: list[Cell] = []
        for label in sheet.footer:
            footer += [label, None]
        rows.append(footer)
    return rows
