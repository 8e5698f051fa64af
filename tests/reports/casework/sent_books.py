"""核实单 as they were sent, and what an office does to them before they come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import xlwt
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.casework.decisions import Actor, Finding, Standing
from reports.casework.filled import read_book
from reports.casework.replies import Known, Replies, Source, read_replies, sent_inquiries
from reports.casework.sendings import sending
from reports.inquiry.codes import check_code
from reports.inquiry.model import NEEDED
from reports.inquiry.read import lay_inquiries
from reports.render.inquiry_book import write_books
from reports.web.casework.events import ReplyEvent
from tests.reports.inquiry.asking import KEY, asked_tables, request_over

ACTOR = Actor("张三", "handler")
MONTH, LATER = "2026-10", "2026-11"
ON = date(2026, 11, 4)
HEADING_ROW = 5
Answers = Mapping[str, Mapping[str, Any]]


class SentBooks:
    """The books of one month in a folder, and what was recorded when they were sent."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "sent"
        with request_over(home) as request:
            lay_inquiries(request)
            written = write_books(request, self.folder)
        self.events = [asdict(event) for event in sending(written, ACTOR)]
        self.findings = {
            row["number"]: Finding(
                row["finding_id"], row["number"], row["rule_id"], MONTH, row["evidence_hash"]
            )
            for row in asked_tables()["finding"]
        }
        self.codes = {line.number: line.code for one in written for line in one.lines}

    @property
    def education(self) -> Path:
        """The book of 教育局: one school, two findings."""
        return self.folder / "核实单 2026-10 云岭县教育局.xlsx"

    @property
    def water(self) -> Path:
        """The book of 水务局: its own sheet with two findings, and one of a station with one."""
        return self.folder / "核实单 2026-10 云岭县水务局.xlsx"

    def known(
        self,
        standing: Mapping[str, Standing] | None = None,
        pending: Mapping[str, ReplyEvent] | None = None,
        later: Mapping[str, Finding] | None = None,
        events: list[dict[str, Any]] | None = None,
    ) -> Known:
        """What answers are held against; `later` are the findings of the month after."""
        months = {MONTH: self.findings} | ({LATER: later} if later is not None else {})
        return Known(
            sent=sent_inquiries(
                self.events if events is None else events,
                lambda number, evidence, month, recipient: check_code(
                    KEY, number, evidence, month, recipient
                ),
            ),
            findings=months.get,
            newest=max(months),
            on=ON,
            standing=standing or {},
            pending=pending or {},
        )

    def take(self, *paths: Path, **known: Any) -> Replies:
        """What comes of files that came back."""
        books = [(Source(path.name, f"{n:064x}"), read_book(path, NEEDED)) for n, path in enumerate(paths)]
        return read_replies(books, self.known(**known), ACTOR)


def column(sheet: Worksheet, heading: str) -> int:
    return next(int(cell.column or 0) for cell in sheet[HEADING_ROW] if cell.value == heading)


def row_of(sheet: Worksheet, number: str) -> int:
    return next(int(cell.row or 0) for cell in sheet["B"] if cell.value == number)


def altered(path: Path, target: Path, change: Callable[[Any], None]) -> Path:
    """The book as it is after somebody worked on it in another program."""
    book = load_workbook(path)
    change(book)
    book.save(target)
    return target


def filled(path: Path, target: Path, answers: Answers) -> Path:
    """The book with cells typed in: number → heading → text."""

    def fill(book: Any) -> None:
        for sheet in book.worksheets:
            if sheet.cell(HEADING_ROW, 2).value != "疑点编号":
                continue
            for row in range(HEADING_ROW + 1, sheet.max_row + 1):
                for heading, text in answers.get(str(sheet.cell(row, 2).value), {}).items():
                    sheet.cell(row, column(sheet, heading)).value = text

    return altered(path, target, fill)


def as_xls(path: Path, target: Path) -> Path:
    """The same cells as an Excel 97 file, which is also what WPS calls .et."""
    book = load_workbook(path)
    old = xlwt.Workbook()
    for sheet in book.worksheets:
        page = old.add_sheet(sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    page.write(cell.row - 1, cell.column - 1, cell.value)
    old.save(str(target))
    return target


def n_filled_rows(path: Path) -> int:
    """Rows with any text in a workbook, counted by another reader."""
    return sum(
        any(cell.value not in (None, "") for cell in row)
        for sheet in load_workbook(path).worksheets
        for row in sheet.iter_rows()
    )
