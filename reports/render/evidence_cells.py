"""Rows of one department beside another's: what of them a cell shows, most telling columns first."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby

from reports.exceptions.model import Evidence
from reports.render.book import MAX_ROW_HEIGHT
from reports.render.grid import LINE_POINTS
from reports.typesetting import wrapped_lines

SHORT_HASH = 12
REST = "……其余见“证据明细”"


@cache
def _choice() -> tuple[dict[str, int], int, frozenset[str]]:
    entry = tomllib.loads((files("reports.exceptions") / "evidence.toml").read_text("utf-8"))
    return {c: n for n, c in enumerate(entry["columns"])}, entry["max_columns"], frozenset(entry["period"])


def evidence_cell(rows: Sequence[Evidence], *, hashes: bool = False) -> str:
    """One cell: table by table what its rows say and where they stand.

    What all rows of a table say alike stands once; what differs stands row by row.

    Args:
        rows: of one department.
        hashes: give each file's fingerprint, shortened, behind its name.
    """
    blocks = []
    for table, group in groupby(sorted(rows, key=lambda r: (r.table, r.seq)), key=lambda r: r.table):
        blocks.append(_block(table, list(group), hashes=hashes))
    return "\n".join(blocks)


def fitted(text: str, width: float) -> str:
    """As much of a cell's text as the tallest row can show, and where the rest stands."""
    room = int((MAX_ROW_HEIGHT - 5) / LINE_POINTS["top"])
    if wrapped_lines(text, width - 0.8) <= room:
        return text
    kept: list[str] = []
    for line in text.split("\n"):
        if wrapped_lines("\n".join([*kept, line, REST]), width - 0.8) > room:
            break
        kept.append(line)
    return "\n".join([*kept, REST])


def evidence_values(row: Evidence) -> str:
    """All values of a row in one line."""
    return "；".join(f"{row.headings[c] or ''}：{v}" if row.headings[c] else v for c, v in row.values.items())


def _block(table: str, rows: Sequence[Evidence], *, hashes: bool) -> str:
    order, room, periods = _choice()
    columns = list(dict.fromkeys(c for row in rows for c in row.values))
    chosen = sorted(columns, key=lambda c: order.get(c, len(order)))[:room]
    alike = [c for c in chosen if len({row.values.get(c) for row in rows}) == 1]
    lines = [f"【{table}】"] if table else []
    lines += [_pair(rows[0], c) for c in alike if c not in periods or len(rows) == 1]
    if len(rows) > 1:
        lines += _periods(rows, periods)
        lines += [
            line for row in rows if (line := _own_line(row, [c for c in chosen if c not in alike], periods))
        ]
    return "\n".join([*lines, *_places(rows, hashes=hashes)])


def _periods(rows: Sequence[Evidence], periods: frozenset[str]) -> list[str]:
    """The periods of rows that otherwise say the same."""
    named = [(row.headings[c], row.values[c]) for row in rows for c in row.values if c in periods]
    distinct = list(dict.fromkeys(value for _, value in named))
    return [f"{named[0][0]}：{'、'.join(distinct)}"] if distinct else []


def _own_line(row: Evidence, columns: Sequence[str], periods: frozenset[str]) -> str:
    period = next((row.values[c] for c in row.values if c in periods), "") or row.month
    pairs = [f"{row.headings[c]} {row.values[c]}" for c in columns if c in row.values and c not in periods]
    return f"{period} {'，'.join(pairs)}".lstrip() if pairs else ""


def _pair(row: Evidence, column: str) -> str:
    heading = row.headings[column]
    return f"{heading}：{row.values[column]}" if heading else row.values[column]


def _places(rows: Sequence[Evidence], *, hashes: bool) -> list[str]:
    """Where the rows stand: file ▸ sheet 第 n、m 行."""
    lines = []
    for (file, sheet, sha256), group in groupby(rows, key=lambda r: (r.file, r.sheet, r.sha256)):
        numbers = "、".join(str(row.row) for row in group if row.row is not None)
        place = " ▸ ".join(part for part in (file.rsplit("/", 1)[-1], sheet) if part)
        if place or numbers:
            said = f"{place}{f' 第 {numbers} 行' if numbers else ''}"
            mark = f" SHA-256 {sha256[:SHORT_HASH]}" if hashes and sha256 else ""
            lines.append(f"〔{said}{mark}〕")
    return lines
