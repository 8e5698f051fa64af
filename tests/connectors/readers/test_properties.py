"""What must hold of every file: it comes out as it was written, or is refused in words; nothing is lost."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from connectors.readers import Limits, Sheet, UnreadableFile, is_blank, read_file
from tests.properties import property_test

LIMITS = Limits(max_file_bytes=1 << 20, max_cells=100_000)
# Neither quotes nor line ends: those have tests of their own. No noncharacters, which XML cannot hold.
SIGNS = st.characters(min_codepoint=0x20, max_codepoint=0x9FFF, exclude_categories=["Cs", "Cn", "Cc"])
WORDS = st.text(SIGNS, max_size=6) | st.sampled_from(
    ["张三", "62992319800101123X", " ", "\u3000", "=1+1", "0012"]
)
Rows = list[list[Any]]


def table(cells: st.SearchStrategy[Any]) -> st.SearchStrategy[Rows]:
    """Rows of one width, the first without an empty cell: it tells how wide the table is."""
    return st.integers(2, 5).flatmap(
        lambda width: st.tuples(
            st.lists(st.text("姓名单位", min_size=1, max_size=3), min_size=width, max_size=width),
            st.lists(st.lists(cells, min_size=width, max_size=width), max_size=6),
        ).map(lambda drawn: [drawn[0], *drawn[1]])
    )


def read(path: Path) -> Rows:
    """All rows of the only sheet from the first row of the file on, blank ends cut off."""
    (sheet,) = read_file(path, limits=LIMITS)
    assert isinstance(sheet, Sheet)
    rows = [list(row) for row in sheet.cells.rows()]
    assert sheet.n_rows_counted == sum(any(c is not None and not is_blank(c) for c in row) for row in rows)
    return trimmed([[None] * sheet.cells.width] * (sheet.first_row - 1) + rows)


def trimmed(rows: Rows) -> Rows:
    """Without empty cells at the right and empty rows at the end."""
    cut = [list(row) for row in rows]
    for row in cut:
        while row and row[-1] in (None, ""):
            row.pop()
    while cut and not cut[-1]:
        cut.pop()
    return [[None if cell == "" else cell for cell in row] for row in cut]


@property_test(40)
@given(
    table(WORDS),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_a_delimited_text_comes_out_as_it_was_written(
    tmp_path: Path, rows: Rows, encoding: str, end: str, quoting: Any
) -> None:
    sink = io.StringIO(newline="")
    csv.writer(sink, delimiter="\t", lineterminator=end, quoting=quoting).writerows(rows)
    path = tmp_path / "a.txt"
    path.write_bytes(sink.getvalue().encode(encoding))
    assert read(path) == trimmed(rows)


def as_text(cell: Any) -> Any:
    """How a cell of a workbook stands in a sheet, said in other words than the reader's."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == datetime.min.time() else f"{cell:%Y-%m-%d %H:%M:%S}"
    return str(cell) if isinstance(cell, int) else cell


# XML folds line ends and Excel escapes nothing below U+0020: only plain white space stands in these texts.
CELLS = (
    WORDS
    | st.none()
    | st.integers(-(10**14), 10**14)
    | st.dates(date(1905, 1, 1), date(2100, 1, 1)).map(lambda day: datetime(day.year, day.month, day.day))
)


@property_test(30)
@given(table(CELLS), st.integers(0, 4), st.booleans())
def test_a_workbook_comes_out_as_it_was_written(
    tmp_path: Path, rows: Rows, above: int, is_constant: bool
) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": is_constant}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet("表")
        for n, row in enumerate(rows, above):
            for k, cell in enumerate(row):
                if isinstance(cell, datetime):
                    page.write_datetime(n, k, cell, day)
                elif isinstance(cell, str) and cell:
                    page.write_string(n, k, cell)
                elif isinstance(cell, int):
                    page.write_number(n, k, cell)
    assert read(path) == trimmed([[]] * above + [[as_text(cell) for cell in row] for row in rows])


@property_test(20)
@given(table(CELLS), st.integers(0, 4))
def test_an_old_workbook_comes_out_as_it_was_written(tmp_path: Path, rows: Rows, above: int) -> None:
    path = tmp_path / "a.xls"
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    page = book.add_sheet("表")
    for n, row in enumerate(rows, above):
        for k, cell in enumerate(row):
            if cell not in (None, ""):
                page.write(n, k, cell, day) if isinstance(cell, datetime) else page.write(n, k, cell)
    book.save(str(path))
    assert read(path) == trimmed([[]] * above + [[as_text(cell) for cell in row] for row in rows])


MAGIC = (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1", b"\xef\xbb\xbf", b"\xff\xfe")
STARTS = st.sampled_from([*MAGIC, b"<html><table>", b"<?xml "])


@property_test(60)
@given(STARTS, st.binary(max_size=300) | st.text('a,\t"\r\n张<>/td ', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_in_words(tmp_path: Path, start: bytes, rest: bytes) -> None:
    path = tmp_path / "名册.xls"
    path.write_bytes(start + rest)
    try:
        sheets = list(read_file(path, limits=LIMITS))
    except UnreadableFile as error:
        assert "名册.xls" in error.message
        assert error.remedy
        return
    for sheet in sheets:
        assert isinstance(sheet, Sheet)
        rows = sheet.cells.rows()
        filled = sum(any(c is not None and not is_blank(c) for c in row) for row in rows)
        assert filled == sheet.n_rows_counted
