""".ods: content.xml read twice, by the first reader and by an expat pass that counts."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from connectors.readers.blank import is_blank
from connectors.readers.calamine_sheets import check_area, read_workbook
from connectors.readers.model import Limits, Merge, Scan, Sheet
from connectors.readers.packages import opened
from connectors.readers.troubles import Trouble, unreadable

_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
_MAX_ERROR_CELLS = 100_000
_BESIDE_TEXT = ("office:annotation", "draw:")
"""Elements inside a cell whose text is not the cell's: comments, drawings."""


@dataclass
class _Table:
    """One sheet as the pass goes over it; `row` is the physical row, from 0, that is open."""

    row: int = 0
    column: int = 0
    repeat: int = 1
    is_filled: bool = False
    n_filled: int = 0
    first_row: int = 0
    last_row: int = 0
    last_column: int = 0
    hidden: list[tuple[int, int]] = field(default_factory=list)
    merged: list[Merge] = field(default_factory=list)
    errors: list[tuple[int, int, str]] = field(default_factory=list)

    def open_row(self, attributes: dict[str, str]) -> None:
        self.repeat = int(attributes.get("table:number-rows-repeated", "1"))
        self.column = 0
        self.is_filled = False
        if attributes.get("table:visibility", "visible") != "visible":
            self.hidden.append((self.row + 1, self.row + self.repeat))

    def close_cell(self, attributes: dict[str, str], text: str) -> None:
        repeat = int(attributes.get("table:number-columns-repeated", "1"))
        kind = attributes.get("office:value-type", "")
        text = text or attributes.get("office:string-value", "")
        if attributes.get("calcext:value-type") == "error":
            text = text or "#N/A"
            if repeat * self.repeat <= _MAX_ERROR_CELLS:
                self.errors.extend(
                    (self.row + down, self.column + right, text)
                    for down in range(self.repeat)
                    for right in range(repeat)
                )
        if text or kind not in ("", "string"):
            self.first_row = self.first_row or self.row + 1
            self.last_row = self.row + self.repeat
            self.last_column = max(self.last_column, self.column + repeat)
            self.is_filled = self.is_filled or kind not in ("", "string") or not is_blank(text)
        down = int(attributes.get("table:number-rows-spanned", "1"))
        right = int(attributes.get("table:number-columns-spanned", "1"))
        if down > 1 or right > 1:
            self.merged.append((self.row, self.column, self.row + down - 1, self.column + right - 1))
        self.column += repeat

    def close_row(self) -> None:
        self.n_filled += self.repeat if self.is_filled else 0
        self.row += self.repeat

    def scan(self) -> Scan:
        hidden = (range(low, min(high, self.last_row) + 1) for low, high in self.hidden)
        return Scan(
            self.n_filled,
            self.first_row,
            self.last_row,
            self.last_column,
            frozenset(row for rows in hidden for row in rows),
            tuple(self.merged),
            tuple(self.errors),
        )


class _Pass:
    """Handlers of one expat pass over content.xml."""

    def __init__(self) -> None:
        self.scans: dict[str, Scan] = {}
        self._name = ""
        self._table: _Table | None = None
        self._depth = 0
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._beside = 0
        self._in_paragraph = 0

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if self._beside or (self._cell is not None and element.startswith(_BESIDE_TEXT)):
            self._beside += 1
        elif element == "table:table":
            self._depth += 1
            if self._depth == 1:
                self._name, self._table = attributes.get("table:name", ""), _Table()
        elif self._table is None or self._depth > 1:
            return
        elif element == "table:table-row":
            self._table.open_row(attributes)
        elif element in _CELLS:
            self._cell = attributes
            self._text = []
        elif element == "text:p":
            self._in_paragraph += 1

    def end(self, element: str) -> None:
        if self._beside:
            self._beside -= 1
        elif element == "table:table":
            self._depth -= 1
            if self._depth == 0 and self._table is not None:
                self.scans[self._name] = self._table.scan()
                self._table = None
        elif self._table is None or self._depth > 1:
            return
        elif element == "table:table-row":
            self._table.close_row()
        elif element in _CELLS and self._cell is not None:
            self._table.close_cell(self._cell, "".join(self._text))
            self._cell = None
        elif element == "text:p":
            self._in_paragraph -= 1
        elif element == "text:s" and self._cell is not None:
            self._text.append(" ")

    def characters(self, text: str) -> None:
        if self._in_paragraph and not self._beside:
            self._text.append(text)


def _refuse_doctype(*_: object) -> None:
    raise expat.ExpatError("document type declarations have no place in a workbook")


def scan_content(archive: zipfile.ZipFile, file: str) -> dict[str, Scan]:
    """Sheet name → its second pass.

    Raises:
        UnreadableFile: content.xml is not well formed.
    """
    passing = _Pass()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = passing.start
    parser.EndElementHandler = passing.end
    parser.CharacterDataHandler = passing.characters
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        with archive.open("content.xml") as stream:
            parser.ParseFile(stream)
    except (expat.ExpatError, ValueError) as error:
        raise unreadable(Trouble.CORRUPT, file, detail="content.xml 不是有效的 XML") from error
    return passing.scans


def read_ods(data: bytes, file: str, limits: Limits) -> Iterator[Sheet]:
    """Sheets of an .ods."""
    with opened(data, file, limits) as archive:
        scans = scan_content(archive, file)
        for name, scan in scans.items():  # before the first reader spreads all sheets out at once
            check_area(scan, name, file, limits)
        yield from read_workbook(data, file, limits, scans.get)
