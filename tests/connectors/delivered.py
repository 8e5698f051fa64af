"""Files as departments deliver them: tiny workbooks in an inbox, landed and taken in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

from connectors.intake import take_in
from connectors.landing import Landing, land
from connectors.specs import load_specs
from connectors.taken import Intake

MONTH, NEXT_MONTH = "2026-10", "2026-11"
FOLDERS = {folder: d.key for d in load_specs().departments for folder in d.folders}
PAYROLL = ["工资月份", "单位代码", "单位名称", "姓名", "身份证号", "应发工资", "实发工资"]
Cell = str | int | float | None
Rows = Sequence[Sequence[Cell]]


def write_book(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook; text stays text, numbers numbers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                for k, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(n, k, cell)
                    elif cell is not None:
                        sheet.write_number(n, k, cell)
    return path


def pay_row(id_no: str, name: str, gross: Cell = 5000, month: str | None = MONTH) -> list[Cell]:
    """One line of a payroll under the headers of `PAYROLL`."""
    return [month, "201001", "云岭县教育局", name, id_no, gross, 4000]


def landed(folder: Path) -> Landing:
    """What lies in `folder/inbox`."""
    return land(folder / "inbox", folder / "archive", FOLDERS)


def taken_in(
    folder: Path, allowed: frozenset[str] = frozenset(), awaited: frozenset[str] = frozenset()
) -> Intake:
    """What the files in `folder/inbox` hold."""
    return take_in(
        landed(folder).deliveries,
        folder / "archive",
        load_specs(),
        month=MONTH,
        next_month=NEXT_MONTH,
        progress=lambda _: None,
        allowed=allowed,
        awaited=awaited,
    )


def lost_rows(intake: Intake) -> dict[tuple[str, str], int]:
    """Sheets whose rows do not add up to the independent count: (file, sheet) → rows without a place."""
    sums: dict[tuple[str, str], int] = {}
    counted: dict[tuple[str, str], int] = {}
    for entry in intake.classes:
        place = entry.file, entry.sheet
        sums[place] = sums.get(place, 0) + entry.n_rows
        counted[place] = entry.n_counted
    return {place: counted[place] - n for place, n in sums.items() if counted[place] != n}


def counts(intake: Intake, file: str) -> dict[tuple[str, str], int]:
    """(class, reason) → rows of one file."""
    found: dict[tuple[str, str], int] = {}
    for entry in intake.classes:
        if entry.file == file and entry.n_rows:
            found[entry.row_class, entry.reason] = (
                found.get((entry.row_class, entry.reason), 0) + entry.n_rows
            )
    return found
