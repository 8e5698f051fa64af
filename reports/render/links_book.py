"""The links of a list of records as a plain sheet: column names in the first row, for other programs too."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from reports.render.book import cell_text, month_start, new_book

SHEET_ROWS = 1_000_000
_WIDTHS = {"evidence": 60.0}
_WIDTH = 20.0


def write_links_book(links: pl.DataFrame, path: Path) -> None:
    """Write links, on as many sheets as they need; the file appears whole or not at all.

    Args:
        links: columns of text and numbers.
        path: the .xlsx to write.
    """
    with new_book(path, title="记录归并结果", created=month_start("2010-01")) as book:
        for part in links.iter_slices(SHEET_ROWS) if links.height else (links,):
            sheet = book.sheet("归并结果")
            for place, name in enumerate(part.columns):
                sheet.set_column(place, place, _WIDTHS.get(name, _WIDTH))
                sheet.write_string(0, place, name, book.style("header"))
            for row, values in enumerate(part.iter_rows(), 1):
                for place, value in enumerate(values):
                    if isinstance(value, float):
                        sheet.write_number(row, place, value)
                    elif value is not None:
                        sheet.write_string(row, place, cell_text(str(value)))
            sheet.freeze_panes(1, 0)
