"""The second pass over .xlsb: the records of [MS-XLSB] themselves, most of them skipped by their length."""

import struct
import zipfile
from collections.abc import Iterator

from connectors.readers.blank import is_blank
from connectors.readers.cjk_dates import CJK_DATE_FORMATS, KNOWN_DATE_FORMAT
from connectors.readers.model import Merge, Scan
from connectors.readers.xls_errors import ERROR_TEXTS

ROW_HEADER = 0
CELL_ERROR = 3
CELL_SHARED_STRING = 7
FORMULA_STRING = 8
FORMULA_ERROR = 11
CELL_INLINE_STRING = 6
CELL_RICH_STRING = 62
VALUE_CELLS = frozenset({2, 4, 5, 9, 10})
"""Numbers and truth values, plain or calculated: never blank."""
ERROR_CELLS = frozenset({CELL_ERROR, FORMULA_ERROR})
TEXT_CELLS = frozenset({CELL_INLINE_STRING, FORMULA_STRING, CELL_RICH_STRING})
SHARED_STRING = 19
MERGED_RANGE = 176
LISTED_SHEET = 156
CUSTOM_FORMAT = 44
CELL_FORMATS_BEGIN, CELL_FORMATS_END = 617, 618
CELL_FORMAT = 47
HIDDEN_ROW = 0x10
"""fDyZero in the byte at offset 11 of a row header."""


def records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(record type, where its content begins, its length) of each record."""
    position, end = 0, len(data)
    while position < end:
        kind = data[position]
        position += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[position] << 7)
            position += 1
        length = shift = 0
        while True:
            byte = data[position]
            position += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift == 28:
                break
        yield kind, position, length
        position += length


def wide_string(data: bytes, at: int) -> tuple[str, int]:
    """An XLWideString and where it ends."""
    (length,) = struct.unpack_from("<I", data, at)
    end = at + 4 + 2 * length
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


def listed(workbook: bytes) -> dict[str, str]:
    """Sheet name → relation id, from the workbook part."""
    found = {}
    for kind, at, _ in records(workbook):
        if kind == LISTED_SHEET:
            relation, end = wide_string(workbook, at + 8)
            found[wide_string(workbook, end)[0]] = relation
    return found


def blank_strings(archive: zipfile.ZipFile, entry: str | None) -> frozenset[int]:
    """Numbers of the shared strings that are blank."""
    if entry is None:
        return frozenset()
    data = archive.read(entry)
    items = (at for kind, at, _ in records(data) if kind == SHARED_STRING)
    return frozenset(i for i, at in enumerate(items) if is_blank(wide_string(data, at + 1)[0]))


def plain_styles(styles: bytes) -> bytes:
    """The styles part with the CJK date formats of cells replaced (see `cjk_dates`)."""
    changed = bytearray(styles)
    own: set[int] = set()
    is_inside = False
    for kind, at, _ in records(styles):
        if kind == CUSTOM_FORMAT:
            own.add(struct.unpack_from("<H", styles, at)[0])
        elif kind in (CELL_FORMATS_BEGIN, CELL_FORMATS_END):
            is_inside = kind == CELL_FORMATS_BEGIN
        elif kind == CELL_FORMAT and is_inside:
            (number,) = struct.unpack_from("<H", styles, at + 2)
            if number in CJK_DATE_FORMATS - own:
                struct.pack_into("<H", changed, at + 2, KNOWN_DATE_FORMAT)
    return bytes(changed)


def scan_sheet(data: bytes, blanks: frozenset[int]) -> Scan:
    """Second pass over one sheet part."""
    row = -1
    first = last = last_column = 0
    filled: set[int] = set()
    hidden: list[int] = []
    merged: list[Merge] = []
    errors: list[tuple[int, int, str]] = []
    for kind, at, _ in records(data):
        if kind == ROW_HEADER:
            (row,) = struct.unpack_from("<I", data, at)
            if data[at + 11] & HIDDEN_ROW:
                hidden.append(row + 1)
            continue
        if kind == MERGED_RANGE:
            top, bottom, left, right = struct.unpack_from("<4I", data, at)
            merged.append((top, left, bottom, right))
            continue
        if kind in ERROR_CELLS:
            (column,) = struct.unpack_from("<I", data, at)
            errors.append((row, column, ERROR_TEXTS.get(data[at + 8], "#N/A")))
            is_filled = True
        elif kind == CELL_SHARED_STRING:
            is_filled = struct.unpack_from("<I", data, at + 8)[0] not in blanks
        elif kind in TEXT_CELLS:
            start = at + 8 + (kind == CELL_RICH_STRING)
            is_filled = not is_blank(wide_string(data, start)[0])
        elif kind in VALUE_CELLS:
            is_filled = True
        else:
            continue
        (column,) = struct.unpack_from("<I", data, at)
        first = first or row + 1
        last = max(last, row + 1)
        last_column = max(last_column, column + 1)
        if is_filled:
            filled.add(row)
    return Scan(len(filled), first, last, last_column, frozenset(hidden), tuple(merged), tuple(errors))
