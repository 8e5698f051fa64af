"""What a reader hands on: sheets of cells as they are stored, and the limits it reads within.

No meaning here: header rows, dates and numbers are understood by later floors.
"""

from dataclasses import dataclass

import polars as pl

Merge = tuple[int, int, int, int]
"""(top, left, bottom, right), all inclusive and counted from 0."""

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How much a file may unfold to before it is refused.

    Attributes:
        max_file_bytes: size of a file that is read as a whole (not Parquet).
        max_uncompressed_bytes: sum of the declared sizes inside one zip (also the one inside .xlsx and .ods).
        max_ratio: uncompressed to compressed bytes of one entry; looked at only above `ratio_floor_bytes`,
            because a sheet of empty formatted rows packs a hundredfold too.
        ratio_floor_bytes: entries below this size are never called a bomb.
        max_cells: rows times columns of the area that really holds values, in one sheet.
        max_strewn_cells: the same where not one row in ten of that area holds anything: a value far below all
            others would make everything between it and them be held.
        max_columns: columns of that area; lists have some hundreds at most, and each is looked at many times.
        max_entries: files in one delivered archive, those of nested archives included.
        max_quoted_lines: lines one quoted text cell may run over before its quote counts as unpaired.
    """

    max_file_bytes: int = 1024 * MIB
    max_uncompressed_bytes: int = 2048 * MIB
    max_ratio: float = 300.0
    ratio_floor_bytes: int = 32 * MIB
    max_cells: int = 40_000_000
    max_strewn_cells: int = 4_000_000
    max_columns: int = 4_096
    max_entries: int = 5_000
    max_quoted_lines: int = 50


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet, every cell as text.

    Attributes:
        name: sheet name; for text files and HTML the file stem.
        index: position in the file, from 0.
        hidden: hidden or very hidden in the workbook.
        cells: columns `c0` (always column A) to `cN`, all String; empty cell null, blank text kept.
        kinds: same shape; t text, n number, d date or time, b truth value, e error; null for an empty cell.
        first_row: physical row number, from 1, of row 0 of `cells`; the rows after it are contiguous.
        merged: merged ranges in coordinates of `cells`.
        hidden_rows: physical row numbers.
        n_rows_counted: non-empty rows by the second, independent pass.
    """

    name: str
    index: int
    hidden: bool
    cells: pl.DataFrame
    kinds: pl.DataFrame
    first_row: int
    merged: tuple[Merge, ...]
    hidden_rows: frozenset[int]
    n_rows_counted: int


@dataclass(frozen=True, eq=False)
class ColumnarSheet:
    """One Parquet file, lazily: its columns cast to text, nothing read yet.

    Attributes:
        name: file stem.
        index: always 0.
        header: column names as stored.
        frame: columns named as in `header`, all String.
        kinds: column name to the letter of `Sheet.kinds`.
        n_rows_counted: rows by the file's own metadata.
    """

    name: str
    index: int
    header: tuple[str, ...]
    frame: pl.LazyFrame
    kinds: dict[str, str]
    n_rows_counted: int


@dataclass(frozen=True)
class Scan:
    """What the second pass over one sheet found, without reading its values.

    Attributes:
        n_filled_rows: rows with at least one cell that is not blank.
        first_row, last_row: physical rows, from 1, of the first and the last cell with a value; 0 when none.
        last_column: rightmost column with a value, from 1.
        hidden_rows: physical row numbers.
        merged: ranges in physical coordinates from 0.
        error_cells: (row, column, text), both from 0, of cells that hold an error, or a formula that was
            never calculated: the first reader gives these as empty.
    """

    n_filled_rows: int = 0
    first_row: int = 0
    last_row: int = 0
    last_column: int = 0
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[Merge, ...] = ()
    error_cells: tuple[tuple[int, int, str], ...] = ()
