"""Rows of a book that came back filled in, whatever program saved it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from assets.values.dates import date_grain, parse_date
from connectors.errors import UserError
from connectors.readers import Sheet, UnreadableFile, read_file
from reports.typesetting import printable

HEADER_ROWS = 10
"""In how many of the first rows the headings are looked for: somebody may have put a title above them."""

TEXT_LIMIT = 1000


@dataclass(frozen=True)
class Cell:
    """A cell as stored, blanks around it gone, and the letter of its kind."""

    text: str = ""
    kind: str = "t"


@dataclass(frozen=True)
class FilledRow:
    """One row with its place and its cells by heading."""

    sheet: str
    row: int
    cells: dict[str, Cell]

    def text(self, heading: str) -> str:
        """What a cell says; '' where it is empty or there is no such column."""
        return self.cells.get(heading, Cell()).text


@dataclass(frozen=True)
class Rejection:
    """A row that was not taken, and why; `key` names what it is about."""

    sheet: str
    row: int
    key: str
    why: str


@dataclass(frozen=True)
class OtherSheet:
    """A sheet without the headings: its rows with place and texts, blanks around them gone."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class FilledBook:
    """Everything that stands in a book: rows under the headings, what stands above them, other sheets.

    Attributes:
        rows: see `FilledRow`. headings: sheet → its headings as they stand, in their order.
        above: sheet → how many rows with text stand above the headings and with them.
    """

    rows: tuple[FilledRow, ...]
    headings: Mapping[str, tuple[str, ...]]
    above: Mapping[str, int]
    others: tuple[OtherSheet, ...]


class Refused(ValueError):
    """A row that says nothing that can be taken; the message is for the person who filled it in."""


def read_filled(path: Path, headings: Collection[str]) -> list[FilledRow]:
    """All rows under the headings, of every sheet that has them.

    Args:
        path: xlsx, xls, et, ods, csv and whatever else `connectors.readers` reads.
        headings: those that the sheet must have.

    Raises:
        UserError: the file cannot be read, or no sheet has the headings.
    """
    book = read_book(path, headings)
    if not book.headings:
        raise UserError(
            f"没有找到带“{'、'.join(headings)}”各列的表",
            where=path.name,
            remedy="请用对应的 export 命令导出表格，在导出的表里填写，不要改动列名",
        )
    return list(book.rows)


def read_book(path: Path, headings: Collection[str]) -> FilledBook:
    """Everything in a book, whether or not a sheet has the headings.

    Args:
        path: as `read_filled`.
        headings: as `read_filled`.

    Raises:
        UserError: the file cannot be read.
    """
    try:
        sheets = [sheet for sheet in read_file(path) if isinstance(sheet, Sheet)]
    except UnreadableFile as error:
        raise UserError(error.what, where=path.name, remedy=error.remedy) from error
    except OSError as error:
        raise UserError(
            "读不到这个文件", where=path.name, remedy="请检查路径，并关闭正在打开它的程序"
        ) from error
    places = [(sheet, _heading_row(sheet, headings)) for sheet in sheets]
    found = [(sheet, place) for sheet, place in places if place is not None]
    return FilledBook(
        rows=tuple(row for sheet, place in found for row in _rows(sheet, place)),
        headings={sheet.name: tuple(filter(None, _names(sheet, place))) for sheet, place in found},
        above={
            sheet.name: sum(map(_has_text, sheet.cells.head(place + 1).iter_rows())) for sheet, place in found
        },
        others=tuple(_other(sheet) for sheet, place in places if place is None),
    )


def day_in(cell: Cell) -> date | None:
    """The date of a cell; None for an empty one.

    Raises:
        Refused: it is no whole date.
    """
    if not cell.text:
        return None
    text, kind = pl.col("text"), pl.col("kind")
    found, grain = (
        pl.DataFrame({"text": [cell.text], "kind": [cell.kind]})
        .select(parse_date(text, kind).alias("day"), date_grain(text, kind).alias("grain"))
        .row(0)
    )
    if not isinstance(found, date) or grain != "day":
        raise Refused(f"没有看懂日期“{cell.text[:20]}”，请写成 2026-12-31")
    return found


def said_text(text: str, heading: str) -> str:
    """A text as it is kept: without control characters, not endless.

    Raises:
        Refused: it is too long.
    """
    clean = printable(text).strip()
    if len(clean) > TEXT_LIMIT:
        raise Refused(f"{heading}太长，请写在 {TEXT_LIMIT} 字以内")
    return clean


def _heading_row(sheet: Sheet, headings: Collection[str]) -> int | None:
    for place, row in enumerate(sheet.cells.head(HEADER_ROWS).iter_rows()):
        if set(headings) <= {(text or "").strip() for text in row}:
            return place
    return None


def _names(sheet: Sheet, place: int) -> list[str]:
    return [(text or "").strip() for text in sheet.cells.row(place)]


def _has_text(texts: Iterable[str | None]) -> bool:
    return any((text or "").strip() for text in texts)


def _other(sheet: Sheet) -> OtherSheet:
    rows = (
        (sheet.first_row + number, tuple((text or "").strip() for text in texts))
        for number, texts in enumerate(sheet.cells.iter_rows())
        if _has_text(texts)
    )
    return OtherSheet(sheet.name, tuple(rows))


def _rows(sheet: Sheet, place: int) -> Iterator[FilledRow]:
    names = _names(sheet, place)
    kinds = sheet.kinds.rows()
    for number, texts in enumerate(sheet.cells.rows()):
        if number <= place or not _has_text(texts):
            continue
        cells = {
            name: Cell((text or "").strip(), kind or "t")
            for name, text, kind in zip(names, texts, kinds[number], strict=True)
            if name
        }
        yield FilledRow(sheet.name, sheet.first_row + number, cells)
