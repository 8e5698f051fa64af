"""送核清单 as a workbook and as CSV: number, name, ID number, what is to be verified."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from reports.findings_table import FORMULA_STARTS
from reports.render.book import footer_text, month_start, new_book
from reports.render.grid import Grid, GridColumn, GridRow
from reports.request_list import Request

TITLE = "送核清单"
COLUMNS = (
    GridColumn("请求序号", 9, "code"),
    GridColumn("送核姓名", 18, "text"),
    GridColumn("送核号码", 24, "code"),
    GridColumn("核验事项", 40, "text"),
)


def request_rows(requests: Sequence[Request]) -> list[tuple[str, str, str, str]]:
    """Lines in their order, numbered."""
    return [(str(n), one.name, one.id_no, "、".join(one.matters)) for n, one in enumerate(requests, 1)]


def write_request_book(requests: Sequence[Request], path: Path, *, month: str, place: str) -> None:
    """Write the workbook; it appears whole or not at all.

    Args:
        requests: in their order.
        path: the .xlsx.
        month: whose data gave rise to the list.
        place: the division that asks.
    """
    with new_book(
        path,
        title=TITLE,
        created=month_start(month),
        footer=footer_text("仅用于身份核验，用后销毁", "证件号未脱敏，注意保管"),
    ) as book:
        grid = Grid(TITLE, f"{place}{TITLE}", f"{month}，共 {len(requests):,} 条", COLUMNS, frozen=2)
        grid.write(book, (GridRow(row) for row in request_rows(requests)))


def request_csv(requests: Sequence[Request]) -> str:
    """The same for programs (with BOM, CRLF); a name that looks like a formula has an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.heading for column in COLUMNS])
    for row in request_rows(requests):
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in row])
    return "\ufeff" + out.getvalue()
