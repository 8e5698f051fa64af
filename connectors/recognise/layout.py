"""Where the header of a sheet stands: title rows above, one to three header rows, a code row, first data.

Every run of rows near the top is tried as the header of every table that knows any of its words; the run and
table that explain most columns win. Not here: what a header means (`mapping`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import polars as pl

from connectors.readers import Sheet, is_blank
from connectors.recognise.blanks import is_filled_row
from connectors.recognise.mapping import QUALITY, Found, HeaderCell, find_column, wording
from connectors.specs import Specs, Table

DEPTH = 30
"""Non-empty rows from the top in which a header is looked for."""
TALLEST = 3
"""Rows that a header may have."""
KNOWN_SHARE = 0.5
"""Known columns that a run of rows needs, as a share of those of the best run."""
CODE_SHARE = 0.6
"""Share of a row's cells that must be field codes for it to be a code row."""
_GROUP_LENGTH = 12
_COUNTING = ("甲", "乙", "丙", "丁", "戊", "己", "栏次", "行次")

Grid = list[list[str]]


@dataclass(frozen=True)
class Head:
    """The top of a sheet as texts; merged cells repeat their text. Blank is the empty string.

    Attributes:
        rows: by position in the sheet's cells; only the first ones.
        filled: positions of the rows that are not blank.
    """

    rows: Grid
    filled: tuple[int, ...]


@dataclass(frozen=True)
class Block:
    """A run of rows taken as a header, with the code rows beside it. Positions, from 0, in the sheet's cells.

    Attributes:
        top, bottom: the rows with groups and leaves.
        code_rows: a row of field codes just above; rows of field codes or column numbers just below.
        cells: a column without a leaf that has a field code is among them.
    """

    top: int
    bottom: int
    code_rows: tuple[int, ...]
    cells: tuple[HeaderCell, ...]

    @property
    def first(self) -> int:
        """The uppermost row."""
        return min((self.top, *self.code_rows))

    @property
    def last(self) -> int:
        """The lowest row."""
        return max((self.bottom, *self.code_rows))

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.bottom - self.top + 1


@dataclass(frozen=True)
class Fit:
    """How well a block explains a sheet as one table."""

    block: Block
    table: Table
    found: tuple[Found, ...]
    lacking: tuple[tuple[str, ...], ...]

    @property
    def n_columns(self) -> int:
        """Different columns found."""
        return len({hit.column for hit in self.found})

    @property
    def quality(self) -> float:
        """The sum over columns of how literally each header was known."""
        best: dict[str, float] = {}
        for hit in self.found:
            best[hit.column] = max(best.get(hit.column, 0.0), QUALITY[hit.how])
        return sum(best.values())

    @property
    def is_enough(self) -> bool:
        """Whether what tells this table from others is there."""
        return not self.lacking and self.n_columns >= min(2, len(self.table.columns))


def read_head(sheet: Sheet) -> Head:
    """The rows in which a header may stand, merged ranges filled in."""
    frame = sheet.cells.head(_reach(sheet.cells))
    rows = [[text if text is not None and not is_blank(text) else "" for text in row] for row in frame.rows()]
    filled = tuple(position for position, row in enumerate(rows) if any(row))
    for top, left, bottom, right in sheet.merged:
        if top >= len(rows) or left >= len(rows[top]) or not rows[top][left]:
            continue
        text = rows[top][left]
        for position in range(top, min(bottom, len(rows) - 1) + 1):
            if position != top and position not in filled:
                continue
            for index in range(left, min(right, len(rows[position]) - 1) + 1):
                rows[position][index] = rows[position][index] or text
    return Head(rows, filled)


def _reach(cells: pl.DataFrame) -> int:
    """Rows to take so that `DEPTH` non-empty ones and a tall header are among them."""
    if not cells.width:
        return 0
    top = cells.head(DEPTH * 4)
    positions = top.select(is_filled_row()).to_series().arg_true()
    if len(positions) <= DEPTH:
        return len(top)
    return int(positions[DEPTH]) + TALLEST + 1


def blocks(head: Head, specs: Specs) -> list[Block]:
    """The runs of rows that could be a header: those in which most columns have a word that some table knows.

    Data rows hold a known word now and then (a 单位 called 其他); a run with less than half as many known
    columns as the best run is not looked at further.
    """
    known = [
        frozenset(index for index, text in enumerate(row) if text and _is_known(text, specs))
        for row in head.rows
    ]
    is_code = [is_code_row(row, specs) for row in head.rows]
    runs = []
    for top in head.filled[:DEPTH]:
        for bottom in range(top, min(top + TALLEST, len(head.rows))):
            if bottom not in head.filled or (bottom > top and any(is_code[top : bottom + 1])):
                break
            runs.append((top, bottom, len(frozenset[int]().union(*known[top : bottom + 1]))))
    most = max((n for _, _, n in runs), default=0)
    return [_block(head, top, bottom, is_code) for top, bottom, n in runs if n >= max(1, KNOWN_SHARE * most)]


def _block(head: Head, top: int, bottom: int, is_code: Sequence[bool]) -> Block:
    """The run with the code and numbering rows that touch it."""
    cells = header_cells(head.rows[top : bottom + 1])
    codes = [top - 1] if top > 0 and is_code[top - 1] and not is_code[top] else []
    below = bottom + 1
    while below < len(head.rows) and (is_code[below] or is_counting_row(head.rows[below])):
        codes.append(below)
        below += 1
    coded = next((row for row in codes if is_code[row]), None)
    if coded is not None:
        cells = _with_codes(cells, head.rows[coded])
    return Block(top, bottom, tuple(codes), cells)


def _with_codes(cells: Sequence[HeaderCell], codes: Sequence[str]) -> tuple[HeaderCell, ...]:
    """Header cells with their field codes; a code without a header is a cell of its own."""
    known = {cell.index: cell for cell in cells}
    indices = sorted({*known, *(index for index, code in enumerate(codes) if code)})
    return tuple(
        replace(known.get(index, HeaderCell(index, "")), code=codes[index] if index < len(codes) else "")
        for index in indices
    )


def _is_known(text: str, specs: Specs) -> bool:
    return (
        specs.normaliser.exact(text) in specs.header_index
        or specs.normaliser.bare(text) in specs.header_index
    )


def header_cells(rows: Sequence[Sequence[str]]) -> tuple[HeaderCell, ...]:
    """Leaf and group of every column that has a text in these rows.

    A group that is not merged stands only in its first column: it reaches to the next group, over columns
    whose leaf is in a lower row.
    """
    width = max(len(row) for row in rows)
    grid = [[*row, *[""] * (width - len(row))] for row in rows]
    for upper, lower in pairwise(grid):
        running = ""
        for index in range(width):
            running = upper[index] or (running if lower[index] else "")
            upper[index] = running
    cells = []
    for index in range(width):
        parts: list[str] = []
        for row in grid:
            if row[index] and row[index] not in parts[-1:]:
                parts.append(row[index])
        if parts:
            cells.append(HeaderCell(index, parts[-1], "".join(parts[:-1])))
    return tuple(cells)


def fit(block: Block, table: Table, specs: Specs) -> Fit:
    """What a block explains if the sheet is that table."""
    known = (cell for cell in block.cells if table.key in wording(cell, specs).tables)
    found = tuple(hit for hit in (find_column(cell, table, specs) for cell in known) if hit is not None)
    have = {hit.column for hit in found}
    lacking = [group for group in table.recognise if not have & set(group)]
    if table.names == "person" and not have & set(table.named_by):
        lacking.insert(0, table.named_by)
    return Fit(block, table, found, tuple(lacking))


def best_fits(head: Head, tables: Sequence[Table], specs: Specs, rank: dict[str, int]) -> list[Fit]:
    """The best fit of each table, best table first.

    Args:
        head: top of the sheet.
        tables: candidates.
        specs: shared tables.
        rank: table key → how well the names of file and sheet agree with it; breaks ties.
    """
    best: dict[str, Fit] = {}
    for block in blocks(head, specs):
        named = frozenset[str]().union(*(wording(cell, specs).tables for cell in block.cells))
        for table in tables:
            if table.key not in named:
                continue
            candidate = fit(block, table, specs)
            if not candidate.found:
                continue
            rival = best.get(table.key)
            if rival is None or _worth(candidate, head) > _worth(rival, head):
                best[table.key] = candidate
    places = {table.key: place for place, table in enumerate(tables)}

    def order(item: Fit) -> tuple[bool, int, int, float, int]:
        key = item.table.key
        return (not item.is_enough, -item.n_columns, -rank.get(key, 0), -item.quality, places[key])

    return sorted(best.values(), key=order)


def _worth(item: Fit, head: Head) -> tuple[bool, int, float, bool, int, int]:
    """More columns, then more literal ones, then a real group row above, then fewer rows, then higher up."""
    has_group = item.block.height > 1 and is_group_row(head.rows[item.block.top])
    return (
        item.is_enough,
        item.n_columns,
        round(item.quality, 6),
        has_group,
        -item.block.height,
        -item.block.top,
    )


def is_group_row(row: Sequence[str]) -> bool:
    """Whether a row reads like group headers: several short texts, no colon, no digits."""
    texts = {text for text in row if text}
    return len(texts) >= 2 and all(
        len(text) <= _GROUP_LENGTH and not re.search(r"[:：\d]", text) for text in texts
    )


def is_code_row(row: Sequence[str], specs: Specs) -> bool:
    """Whether a row holds field codes (B0101, A0184, iden_no)."""
    texts = [specs.normaliser.exact(text) for text in row if text]
    codes = [text for text in texts if text in specs.vendor_codes or re.match(specs.vendor_pattern, text)]
    return len(codes) >= min(2, len(texts)) and len(codes) >= CODE_SHARE * len(texts) > 0


def is_counting_row(row: Sequence[str]) -> bool:
    """Whether a row numbers the columns: 1 2 3 4, or 甲 乙 1 2 3."""
    texts = [text.strip("()（） ") for text in row if text]
    numbers = [int(text) for text in texts if text.isdigit()]
    others = [text for text in texts if not text.isdigit()]
    if len(texts) < 3 or len(numbers) < 2 or any(text not in _COUNTING for text in others):
        return False
    return all(later - earlier == 1 for earlier, later in pairwise(numbers)) and numbers[0] in (0, 1)
