""".xlsx, .xlsm and .xlsb: the package, the second pass of each sheet, then the first reader."""

from collections.abc import Iterator

from connectors.readers import xlsb_scan, xlsx_scan
from connectors.readers.calamine_sheets import read_workbook
from connectors.readers.cjk_dates import plain_xml_styles
from connectors.readers.model import Limits, Scan, Sheet
from connectors.readers.packages import opened, with_entry, workbook_parts


def read_xlsx(data: bytes, file: str, limits: Limits) -> Iterator[Sheet]:
    """Sheets of an .xlsx or .xlsm."""
    with opened(data, file, limits) as archive:
        parts = workbook_parts(archive, file)
        blanks = xlsx_scan.blank_strings(archive, parts.shared_strings)
        if parts.styles is not None:
            styles = archive.read(parts.styles)
            plain = plain_xml_styles(styles)
            if plain != styles:
                data = with_entry(data, parts.styles, plain)

        def scan_of(name: str) -> Scan | None:
            entry = parts.sheets.get(name)
            return None if entry is None else xlsx_scan.scan_sheet(archive, entry, blanks)

        yield from read_workbook(data, file, limits, scan_of)


def read_xlsb(data: bytes, file: str, limits: Limits) -> Iterator[Sheet]:
    """Sheets of an .xlsb."""
    with opened(data, file, limits) as archive:
        parts = workbook_parts(archive, file, xlsb_scan.listed)
        blanks = xlsb_scan.blank_strings(archive, parts.shared_strings)
        if parts.styles is not None:
            styles = archive.read(parts.styles)
            plain = xlsb_scan.plain_styles(styles)
            if plain != styles:
                data = with_entry(data, parts.styles, plain)

        def scan_of(name: str) -> Scan | None:
            entry = parts.sheets.get(name)
            return None if entry is None else xlsb_scan.scan_sheet(archive.read(entry), blanks)

        yield from read_workbook(data, file, limits, scan_of)
