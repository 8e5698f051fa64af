"""A workbook as this office prints it: fonts, colours, page set-up, and saving whole or not at all.

Every text goes in as a string, never as a formula; the time of creation is the month's, never the
clock's, so that the same content gives the same bytes.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from connectors.errors import UserError
from reports.typesetting import cut, printable

BODY = "宋体"
INK, RULE, MUTED, ALERT_INK = "#1F2D3D", "#2F4B6E", "#6B7683", "#8E1B12"
TOTAL_FILL = "#EDF1F6"
SEVERITY_COLOURS = {
    1: ("#F6D5D1", "#8E1B12"),
    2: ("#FBE3CC", "#8A4300"),
    3: ("#FFF3C4", "#6A5400"),
    4: ("#DCE8F5", "#1D4A7A"),
}
"""Fill and ink of each severity: light enough to read in black and white, beside the word itself."""
SEVERITY_SOLID = {1: "#B5382C", 2: "#DD8A3C", 3: "#E0BE4A", 4: "#7FA6CF"}

STREAMED_FROM = 5_000
"""Rows from which a book is streamed: a fifth of the time, nothing held in memory; few people page so far."""
MAX_TEXT = 32_000
MAX_ROW_HEIGHT = 400.0
A4 = 9
MARGINS = 0.45, 0.45, 0.75, 0.65
"""Of a printed page, in inches: left, right, top, bottom."""


@cache
def _styles() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("reports.render") / "styles.toml").read_text("utf-8"))


@cache
def _properties(name: str) -> dict[str, Any]:
    own = _styles()[name]
    under = _properties(own["like"]) if "like" in own else _styles()["base"]
    return {**under, **{k: v for k, v in own.items() if k != "like"}}


Variant = Mapping[str, Any]
PLAIN: Variant = {}
TOTAL: Variant = {"bold": True, "fg_color": TOTAL_FILL}
DETAIL: Variant = {"font_color": "#55606C"}


@dataclass
class Book:
    """A workbook being written, its formats made once each."""

    workbook: xlsxwriter.Workbook
    footer: str = ""
    header: str = ""
    is_streamed: bool = False
    _formats: dict[tuple[str, tuple[tuple[str, Any], ...]], Format] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)

    def style(self, name: str, variant: Variant = PLAIN) -> Format:
        """A named format, with some properties changed."""
        key = (name, tuple(sorted(variant.items())) if variant else ())
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format({**_properties(name), **variant})
        return self._formats[key]

    def severity(self, severity: int | None) -> Format:
        """The cell of a severity."""
        fill, ink = SEVERITY_COLOURS.get(severity or 0, ("#FFFFFF", INK))
        return self.style("centre", {"fg_color": fill, "font_color": ink, "bold": True})

    def sheet(self, name: str, *, tab: str | None = None) -> Worksheet:
        """A new sheet with the office's page set-up: A4 landscape, one page wide, page x of y."""
        title = self.free_name(name)
        sheet = self.workbook.add_worksheet(title)
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.set_margins(*MARGINS)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        if self.header:
            sheet.set_header(self.header, {"margin": 0.35})
        sheet.set_footer(self.footer, {"margin": 0.3})
        if tab:
            sheet.set_tab_color(tab)
        return sheet

    def free_name(self, name: str) -> str:
        """A sheet name that Excel takes and that no other sheet has."""
        clean = "".join("_" if char in r"[]:*?/\'" else char for char in name).strip() or "表"
        candidate, n = clean[:31], 1
        while candidate.lower() in self._names:
            n += 1
            tail = f"({n})"
            candidate = clean[: 31 - len(tail)] + tail
        self._names.add(candidate.lower())
        return candidate


def cell_text(text: str) -> str:
    """A text that a cell can hold: no control characters, not longer than Excel allows."""
    clean = printable(text)
    return clean if len(clean) <= MAX_TEXT else clean[:MAX_TEXT] + "…"


def page_text(text: str, width: int) -> str:
    """A text for a page header: short, its & doubled; a digit at its beginning is none of the font's size."""
    short = cut(printable(text).replace("\n", " "), width).replace("&", "&&")
    return f" {short}" if short[:1].isdigit() else short


def footer_text(left: str, right: str) -> str:
    """A page footer: what this is, page x of y, a remark. Never longer than the 255 that Excel allows."""
    font = '&"宋体,Regular"&8'
    return f"&L{font}{page_text(left, 70)}&C{font}第 &P 页，共 &N 页&R{font}{page_text(right, 70)}"


def header_text(left: str, right: str) -> str:
    """A page header: whose list, how old the data are."""
    font = '&"宋体,Regular"&8'
    return f"&L{font}{page_text(left, 60)}&R{font}{page_text(right, 165)}"


def month_start(month: str) -> datetime:
    """The first moment of a month: what a book of that month says about its creation."""
    return datetime(int(month[:4]), int(month[5:7]), 1)


@contextmanager
def new_book(
    path: Path,
    *,
    title: str,
    created: datetime,
    footer: str = "",
    header: str = "",
    streamed: bool = False,
) -> Iterator[Book]:
    """A book that appears under `path` when it is complete, and not at all when anything fails.

    Args:
        path: the .xlsx to write.
        title: what its properties say.
        created: when they say that it was made.
        footer: of every page.
        header: of every page.
        streamed: keep a row in memory only until the next one of its sheet is begun; for large books, as
            some programs read such files less well.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    os.close(handle)
    part = Path(name)
    rows = tempfile.TemporaryDirectory(
        dir=path.parent, prefix=".", suffix=".rows", ignore_cleanup_errors=True
    )
    try:
        workbook = xlsxwriter.Workbook(
            str(part),
            {
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
                "nan_inf_to_errors": True,
                "constant_memory": streamed,
                "tmpdir": rows.name,
                "default_date_format": "yyyy-mm-dd",
                "default_format_properties": {"font_name": BODY, "font_size": 10},
            },
        )
        workbook.set_properties(
            {"title": printable(title), "author": "对编", "company": "", "created": created}
        )
        workbook.set_size(1900, 1200)
        yield Book(workbook, footer, header, streamed)
        workbook.close()
        try:
            part.replace(path)
        except PermissionError as error:
            raise UserError(
                f"“{path.name}”正被打开，无法写入新的内容",
                where=path.parent.name,
                remedy="请在 Excel 或 WPS 中关闭该文件，然后重新执行同一条命令",
            ) from error
    finally:
        part.unlink(missing_ok=True)
        rows.cleanup()
