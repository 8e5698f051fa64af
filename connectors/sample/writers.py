"""Files as departments' systems write them: xlsx, old xls, HTML that calls itself xls, csv and text, zip."""

from __future__ import annotations

import csv
import html
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from connectors.sample.paper import Cell, FileData, SheetData, all_rows

_WRITTEN_AT = datetime(2026, 1, 1, 9, 0, 0)  # fixed: identical counties have identical bytes
_ZIP_TIME = (2026, 1, 1, 9, 0, 0)


def _text(cell: Cell) -> str:
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)


def _merges(sheet: SheetData) -> list[tuple[int, int, int]]:
    """Merged cells as (row, first column, last column): title lines and group labels."""
    last = len(sheet.header) - 1
    merged = [(row, 0, last) for row in range(len(sheet.titles))] if last else []
    column = 0
    for _, width in sheet.groups:
        if width > 1:
            merged.append((len(sheet.titles), column, column + width - 1))
        column += width
    return merged


def _xlsx(sheets: Sequence[SheetData]) -> bytes:
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"created": _WRITTEN_AT, "author": ""})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    middle = book.add_format({"align": "center"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        merged = _merges(sheet)
        tops = {(row, first) for row, first, _ in merged}
        for number, row in enumerate(all_rows(sheet)):
            for column, cell in enumerate(row):
                if cell is None or (number, column) in tops:
                    continue
                if isinstance(cell, str):
                    if cell:
                        page.write_string(number, column, cell)
                elif isinstance(cell, date):
                    page.write_datetime(number, column, datetime(cell.year, cell.month, cell.day), day)
                else:
                    page.write_number(number, column, cell)
        rows = all_rows(sheet)
        for row_number, first, last in merged:
            page.merge_range(row_number, first, row_number, last, _text(rows[row_number][first]), middle)
    book.close()
    return target.getvalue()


def _xls(sheets: Sequence[SheetData]) -> bytes:
    # Needed for samples only, so asked for only here.
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        merged = _merges(sheet)
        tops = {(row, first) for row, first, _ in merged}
        rows = all_rows(sheet)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is None or cell == "" or (number, column) in tops:
                    continue
                if isinstance(cell, date):
                    page.write(number, column, cell, day)
                else:
                    page.write(number, column, cell)
        for row_number, first, last in merged:
            page.write_merge(row_number, row_number, first, last, _text(rows[row_number][first]))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _html(sheet: SheetData) -> bytes:
    lines = ['<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>']
    lines.append('<table border="1">')
    for title in sheet.titles:
        lines.append(f'<tr><td colspan="{len(sheet.header)}">{html.escape(title)}</td></tr>')
    for row in all_rows(sheet)[len(sheet.titles) :]:
        cells = "".join(
            f"<td style=\"mso-number-format:'\\@'\">{html.escape(_text(cell))}</td>" for cell in row
        )
        lines.append(f"<tr>{cells}</tr>")
    lines.append("</table></body></html>")
    return "\r\n".join(lines).encode()


def _delimited(sheet: SheetData, encoding: str, delimiter: str) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([_text(cell) for cell in row] for row in all_rows(sheet))
    return target.getvalue().encode(encoding)


def file_bytes(file: FileData) -> bytes:
    """The file as it stands on disk."""
    if file.form == "xlsx":
        return _xlsx(file.sheets)
    if file.form == "xls":
        return _xls(file.sheets)
    if file.form == "html":
        return _html(file.sheets[0])
    return _delimited(file.sheets[0], file.encoding, "," if file.form == "csv" else "\t")


class _GbkEntry(zipfile.ZipInfo):
    """An entry whose name is in GBK without the UTF-8 mark, as Chinese Windows writes it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 (the name zipfile calls)
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def write_files(files: Sequence[FileData], folder: Path) -> list[Path]:
    """Write the files of one department; those packed in an archive end up in that archive."""
    written: list[Path] = []
    archives: dict[str, list[FileData]] = {}
    for file in files:
        if file.packed_in:
            archives.setdefault(file.packed_in, []).append(file)
            continue
        target = folder / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file_bytes(file))
        written.append(target)
    for name, members in archives.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in members:
                entry = _GbkEntry(member.path, _ZIP_TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, file_bytes(member))
        written.append(target)
    return written
