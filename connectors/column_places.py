"""Where the columns of delivered sheets stand, for whoever must point at a cell of such a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.readers.calamine_sheets import column_letters
from connectors.recognise import Recognised
from connectors.specs import Specs

if TYPE_CHECKING:
    from connectors.taken import Part


@dataclass(frozen=True)
class ColumnPlace:
    """One column of a recognised sheet: where it stands, what its header says, what it was taken for.

    Attributes:
        part, table: of the sheet, as it counts this month.
        header_row: physical row of the header.
        letter: of the column, as spreadsheets name it; empty where the file has no cells (Parquet).
        header: as written.
        column, label: of the table; empty for a column that is not loaded.
    """

    part: int
    department: str
    table: str
    file: str
    sheet: str
    header_row: int
    letter: str
    header: str
    column: str
    label: str


def column_places(found: Recognised, part: Part, specs: Specs, *, has_cells: bool) -> Iterator[ColumnPlace]:
    """Every column of a sheet that has a header, from left to right."""
    table = specs.table(found.table)
    for mapped in found.columns:
        yield ColumnPlace(
            part=part.part,
            department=part.department,
            table=part.table,
            file=part.file,
            sheet=part.sheet,
            header_row=found.header_row,
            letter=column_letters(mapped.index + 1) if has_cells else "",
            header=mapped.header_text,
            column=mapped.column or "",
            label=table.column(mapped.column).label if mapped.column else "",
        )
