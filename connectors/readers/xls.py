"""Old .xls and WPS .et: xlrd reads, the BIFF records count.

xlrd and not python-calamine, which gives wrong first columns of some old files (python-calamine issue 161),
drops error values, and takes the Chinese date formats 27–36 and 50–58 for numbers. With 65,536 rows a sheet
at most, the speed is enough.
"""

import datetime as dt
import os
import struct
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import xlrd
from xlrd.compdoc import CompDocError
from xlrd.xldate import XLDateError, xldate_as_datetime

from connectors.readers.calamine_sheets import check_area, sheet_from_columns
from connectors.readers.cells import ErrorText
from connectors.readers.locked import unlocked
from connectors.readers.model import Limits, Scan, Sheet
from connectors.readers.troubles import Trouble, unreadable
from connectors.readers.xls_errors import ERROR_TEXTS
from connectors.readers.xls_scan import count_filled_rows, is_encrypted, workbook_stream

_BROKEN = (
    xlrd.XLRDError, CompDocError, struct.error, AssertionError, LookupError, TypeError, ValueError,
    AttributeError, EOFError, OSError, MemoryError, OverflowError,
)  # fmt: skip


def _date(serial: float, mode: int, seen: dict[float, object]) -> object:
    """A date cell as date and time; a time of day below one day; the bare number where it is no date."""
    if serial not in seen:
        try:
            stamp: dt.datetime = xldate_as_datetime(serial, mode)
        except (XLDateError, OverflowError, ValueError):
            seen[serial] = serial
        else:
            seen[serial] = stamp.time() if 0 <= serial < 1 else stamp if serial >= 1 else serial
    return seen[serial]


def _column(sheet: Any, column: int, mode: int, seen: dict[float, object]) -> list[object]:
    values: list[object] = sheet.col_values(column)
    kinds: list[int] = sheet.col_types(column)
    present = set(kinds)
    if present <= {xlrd.XL_CELL_TEXT, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_NUMBER}:
        return values
    convert: dict[int, Callable[[Any], object]] = {
        xlrd.XL_CELL_DATE: lambda value: _date(value, mode, seen),
        xlrd.XL_CELL_BOOLEAN: bool,
        xlrd.XL_CELL_ERROR: lambda value: ErrorText(ERROR_TEXTS.get(value, "#N/A")),
    }
    return [
        convert[kind](value) if kind in convert else value for kind, value in zip(kinds, values, strict=True)
    ]


def _opened(data: bytes) -> Any:
    """The workbook, with row and merge information where the file allows it."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        try:
            return xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=nowhere)
        except _BROKEN:
            return xlrd.open_workbook(file_contents=data, logfile=nowhere)


def read_xls(data: bytes, file: str, limits: Limits) -> Iterator[Sheet]:
    """Sheets of an .xls.

    Raises:
        UnreadableFile: a password, a broken stream.
    """
    try:
        stream = workbook_stream(BytesIO(data))
    except _BROKEN as error:
        raise unreadable(Trouble.TRUNCATED, file) from error
    if is_encrypted(stream):
        data = unlocked(data, file)
        stream = workbook_stream(BytesIO(data))
    try:
        book = _opened(data)
        counts = count_filled_rows(stream)
    except _BROKEN as error:
        raise unreadable(Trouble.CORRUPT, file, detail="工作簿内部结构错误") from error
    for position, (index, n_filled) in enumerate(counts):
        yield _sheet(book, position, index, n_filled, file, limits)


def _sheet(book: Any, position: int, index: int, n_filled: int, file: str, limits: Limits) -> Sheet:
    sheet = book.sheet_by_index(position)
    seen: dict[float, object] = {}
    columns = [_column(sheet, column, book.datemode, seen) for column in range(sheet.ncols)]
    used = [
        row for row in range(sheet.nrows)
        if any(column[row] is not None and column[row] != "" for column in columns)
    ]  # fmt: skip
    top, bottom = (used[0], used[-1] + 1) if used else (0, 0)
    columns = [column[top:bottom] for column in columns] if used else []
    while columns and not any(value is not None and value != "" for value in columns[-1]):
        columns.pop()
    hidden = frozenset(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden)
    scan = Scan(n_filled, top + 1, bottom, len(columns), hidden)
    check_area(scan, sheet.name, file, limits)
    merged = ((low, left, high - 1, right - 1) for low, high, left, right in sheet.merged_cells)
    return sheet_from_columns(sheet.name, index, sheet.visibility != 0, columns, top, scan, iter(merged))
