"""发放名单: plain sheets and CSV, no title, no merged cell, to be taken into 预算管理一体化 as they are."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import polars as pl

from connectors.errors import UserError
from reports.briefing.pay_list import PayList, pay_lists, pieces
from reports.exceptions.plain import month_title
from reports.judged_payroll import ACTIONS, LINE_LIMIT
from reports.labels import label
from reports.render.book import (
    STREAMED_FROM,
    Book,
    footer_text,
    header_text,
    month_start,
    new_book,
)
from reports.render.folder import new_folder
from reports.render.grid import GridColumn, GridRow, row_writer, write_heading_row
from reports.request import ReportRequest
from reports.standing import Standing, footer_right, standing

NAME = "发放名单"
CAUTION = "待核实事项是核查线索，不是结论；暂停须经两人确认"
COLUMNS = (
    GridColumn("工资月份", 9, "code"),
    GridColumn("单位代码", 10, "code"),
    GridColumn("单位名称", 22),
    GridColumn("人员编号", 14, "code"),
    GridColumn("姓名", 11, "centre"),
    GridColumn("证件号", 20, "code"),
    GridColumn("动作", 11, "code"),
    GridColumn("应发金额", 11, "money"),
    GridColumn("可发金额", 11, "money"),
    GridColumn("生活费等标准", 14),
    GridColumn("原因码", 9),
    GridColumn("待核实事项", 40),
    GridColumn("依据", 20),
    GridColumn("编办或人社确认人", 11, "code"),
    GridColumn("财政复核人", 11, "code"),
    GridColumn("生效月", 9, "code"),
    GridColumn("恢复条件", 22),
    GridColumn("限期", 11, "date"),
)


def write_pay_lists(request: ReportRequest, path: Path) -> None:
    """Write the payrolls that the month has judged: a folder with both forms of each, or a file of the last.

    Raises:
        UserError: the month has judged no payroll, and one file was asked for.
    """
    lists = pay_lists(request.month)
    said = standing(request.month)
    if not path.suffix:
        with new_folder(path) as folder:
            for one in lists:
                _write_book(request, said, one, folder / f"{_title(one)}.xlsx")
                _write_csv(request, one, folder / f"{_title(one)}.csv")
        return
    if not lists:
        raise UserError(
            f"{request.month.month} 没有核对过工资", where=NAME, remedy="请先报送工资表并重新运行"
        )
    if path.suffix.lower() == ".csv":
        _write_csv(request, lists[-1], path)
    else:
        _write_book(request, said, lists[-1], path)


def _title(one: PayList) -> str:
    return f"{NAME}{one.payroll_month}（{'发前核' if one.is_draft else '发后核'}）"


def _write_book(request: ReportRequest, said: Standing, one: PayList, path: Path) -> None:
    """A sheet an action that has lines; those that are simply paid only where a sheet can be read."""
    name = f"{said.division}　{month_title(one.payroll_month)}　{_title(one)}"
    with new_book(
        path,
        title=name,
        created=month_start(one.payroll_month),
        footer=footer_text(CAUTION, footer_right(request, said)),
        header=header_text(f"{request.office.secrecy}　{name}".strip("　"), f"数据截至 {said.as_of_text}"),
        streamed=sum(one.counts.values()) > STREAMED_FROM,
    ) as book:
        for action in ("release", *(a for a in ACTIONS if a != "release")):
            n = one.counts.get(action, 0)
            if 0 < n <= LINE_LIMIT or (action != "release" and n):
                _sheet(book, request, one, action)
        if not book.workbook.worksheets():
            _sheet(book, request, one, "hold")


def _sheet(book: Book, request: ReportRequest, one: PayList, action: str) -> None:
    sheet = book.sheet(label("gate_action", action))
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
    write_heading_row(sheet, book, 0, COLUMNS)
    place = 0
    write = row_writer(sheet, book, COLUMNS)
    for lines in pieces(request, one, action):
        for line in lines.iter_rows():
            place += 1
            write(place, GridRow(line))
    sheet.autofilter(0, 0, max(place, 1), len(COLUMNS) - 1)
    sheet.freeze_panes(1, 5)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, max(place, 1), len(COLUMNS) - 1)


def _write_csv(request: ReportRequest, one: PayList, path: Path) -> None:
    """All lines, UTF-8 with the mark that Excel needs; written piece by piece."""
    with _whole(path) as file:
        file.write(",".join(column.heading for column in COLUMNS).encode("utf-8-sig") + b"\n")
        for lines in pieces(request, one):
            lines.with_columns(_plain(pl.col(pl.String))).write_csv(file, include_header=False)


def _plain(text: pl.Expr) -> pl.Expr:
    """A text that a spreadsheet would take for a formula is led in by an apostrophe."""
    is_formula = text.str.contains(r"^[=+\-@\t]")
    return pl.when(is_formula).then(pl.lit("'") + text).otherwise(text).name.keep()


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
