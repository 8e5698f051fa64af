"""The first reader of workbooks: python-calamine, whole sheets to columns, completed by the second pass."""

from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from typing import TypeVar

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum
from python_calamine import SheetVisibleEnum as Visible

from connectors.readers.cells import ErrorText, frames
from connectors.readers.model import Limits, Merge, Scan, Sheet
from connectors.readers.troubles import Trouble, unreadable

T = TypeVar("T")


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def check_area(scan: Scan, sheet: str, file: str, limits: Limits) -> None:
    """Refuse a sheet whose values are strewn over more cells or columns than can be held."""
    n_rows = scan.last_row - scan.first_row + 1
    area = n_rows * scan.last_column
    limit = limits.max_cells if n_rows < 10 * scan.n_filled_rows else limits.max_strewn_cells
    if area > limit:
        raise unreadable(
            Trouble.TOO_SPREAD,
            file,
            sheet=sheet,
            cell=f"{column_letters(scan.last_column)}{scan.last_row}",
            area=f"{area:,}",
            limit=f"{limit:,}",
        )
    if scan.last_column > limits.max_columns:
        raise unreadable(
            Trouble.TOO_WIDE,
            file,
            sheet=sheet,
            columns=f"{scan.last_column:,}",
            limit=f"{limits.max_columns:,}",
        )


def clipped(merged: Iterator[Merge], top: int, n_rows: int, n_columns: int) -> tuple[Merge, ...]:
    """Merged ranges moved to the coordinates of `cells`, cut to it, those outside left out."""
    moved = (
        (max(t - top, 0), left, min(b - top, n_rows - 1), min(right, n_columns - 1))
        for t, left, b, right in merged
    )
    return tuple(sorted(m for m in moved if m[0] <= m[2] and m[1] <= m[3]))


def sheet_from_columns(
    name: str,
    index: int,
    hidden: bool,
    columns: list[list[object]],
    top: int,
    scan: Scan,
    merged: Iterator[Merge],
) -> Sheet:
    """A sheet from its columns (left to right from column A), its first row `top` (from 0) and its scan."""
    n_rows = len(columns[0]) if columns else 0
    for row, column, text in scan.error_cells:
        while column >= len(columns):
            columns.append([None] * n_rows)
        if row < top:
            gap: list[object] = [None] * (top - row)
            columns = [gap + values for values in columns]
            top, n_rows = row, n_rows + top - row
        if row >= top + n_rows:
            columns = [[*values, *([None] * (row - top - n_rows + 1))] for values in columns]
            n_rows = row - top + 1
        columns[column][row - top] = ErrorText(text)
    cells, kinds = frames(columns)
    return Sheet(
        name=name,
        index=index,
        hidden=hidden,
        cells=cells,
        kinds=kinds,
        first_row=top + 1,
        merged=clipped(merged, top, n_rows, len(columns)),
        hidden_rows=scan.hidden_rows,
        n_rows_counted=scan.n_filled_rows,
    )


def _columns(sheet: CalamineSheet) -> tuple[list[list[object]], int]:
    if sheet.start is None:
        return [], 0
    top, left = sheet.start
    rows = sheet.to_python()
    padding: list[list[object]] = [[None] * len(rows) for _ in range(left)]
    return [*padding, *(list(column) for column in zip(*rows, strict=True))], top


def read_workbook(
    data: bytes, file: str, limits: Limits, scan_of: Callable[[str], Scan | None]
) -> Iterator[Sheet]:
    """Sheets of .xlsx, .xlsm, .xlsb or .ods.

    Args:
        data: the workbook.
        file: bare name, for messages.
        limits: see `Limits`.
        scan_of: sheet name → its second pass; it is made first, so that a strewn sheet is refused before it
            is spread out in memory. None for a sheet without cells (a chart sheet).
    """
    workbook = _guarded(partial(CalamineWorkbook.from_filelike, BytesIO(data)), file)
    for index, metadata in enumerate(workbook.sheets_metadata):
        scan = scan_of(metadata.name)
        if scan is None or metadata.typ == SheetTypeEnum.ChartSheet:
            continue
        check_area(scan, metadata.name, file, limits)
        sheet = _guarded(partial(workbook.get_sheet_by_index, index), file)
        columns, top = _guarded(partial(_columns, sheet), file)
        ranges = ((t, left, b, r) for (t, left), (b, r) in sheet.merged_cell_ranges or ())
        yield sheet_from_columns(
            metadata.name,
            index,
            metadata.visible != Visible.Visible,
            columns,
            top,
            scan,
            iter((*ranges, *scan.merged)),
        )


def _guarded(step: Callable[[], T], file: str) -> T:
    """Run one step of the reader; whatever it trips over is told as a damaged file.

    A defect in its Rust code surfaces as PanicException, which is no Exception.
    """
    try:
        return step()
    except PasswordError as error:
        raise unreadable(Trouble.PASSWORD, file) from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise unreadable(Trouble.CORRUPT, file, detail="工作簿内部结构错误") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable(Trouble.CORRUPT, file, detail="工作簿内部结构错误") from error
