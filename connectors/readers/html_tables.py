"""Web pages that call themselves .xls: lxml reads their tables, a tokeniser counts."""

import re
from collections.abc import Iterator
from html import unescape

from lxml import etree, html

from connectors.readers.blank import is_blank
from connectors.readers.calamine_sheets import check_area, sheet_from_columns
from connectors.readers.model import Limits, Merge, Scan, Sheet
from connectors.readers.troubles import Trouble, unreadable

_SOURCE_SPACE = re.compile(r"[ \t\r\n\f]+")
_MAX_SPAN = 16_384
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def decode_declared(data: bytes, text: str) -> str:
    """The page decoded as its own charset says, when that is another than the one that was guessed."""
    declared = re.search(rb"charset\s*=\s*[\"']?\s*([\w-]+)", data[:4096], re.IGNORECASE)
    if declared is None:
        return text
    name = declared[1].decode("ascii").lower()
    try:
        return data.decode("gb18030" if name in ("gb2312", "gbk", "gb_2312-80") else name)
    except (LookupError, UnicodeDecodeError):
        return text


def _cell_text(cell: html.HtmlElement) -> str:
    """Text as a browser would show it: source white space folded, <br> and paragraphs as line ends."""
    if not len(cell):
        return _SOURCE_SPACE.sub(" ", cell.text or "").strip(" ")
    pieces: list[str] = []

    def walk(element: html.HtmlElement) -> None:
        pieces.append(_SOURCE_SPACE.sub(" ", element.text or ""))
        for child in element:
            if isinstance(child.tag, str) and child.tag not in ("script", "style"):
                if child.tag in ("br", "p", "div") and (child.tag == "br" or "".join(pieces).strip(" \n")):
                    pieces.append("\n")
                walk(child)
            pieces.append(_SOURCE_SPACE.sub(" ", child.tail or ""))

    walk(cell)
    return "\n".join(line.strip(" ") for line in "".join(pieces).strip(" \n").split("\n"))


def _span(cell: html.HtmlElement, name: str) -> int:
    stated = cell.get(name)
    if stated is None:
        return 1
    digits = re.match(r"\s*(\d+)", stated)
    return min(max(int(digits[1]), 1), _MAX_SPAN) if digits else 1


def _own_rows(table: html.HtmlElement) -> list[html.HtmlElement]:
    """Rows of the table itself, not those of tables inside its cells."""
    rows: list[html.HtmlElement] = []
    for child in table:
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            rows.extend(row for row in child if row.tag == "tr")
    return rows


def _grid(rows: list[html.HtmlElement]) -> tuple[list[dict[int, str]], list[Merge], frozenset[int]]:
    """Cells by row and column with spans laid out, the merged ranges, the hidden rows (from 1)."""
    grid: list[dict[int, str]] = [{} for _ in rows]
    taken: dict[int, set[int]] = {}
    merged: list[Merge] = []
    hidden = set()
    for number, row in enumerate(rows):
        if row.get("hidden") is not None or _HIDDEN.search(row.get("style", "")):
            hidden.add(number + 1)
        used = taken.pop(number, set())
        column = 0
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while column in used:
                column += 1
            down, right = min(_span(cell, "rowspan"), len(rows) - number), _span(cell, "colspan")
            grid[number][column] = _cell_text(cell)
            if down > 1 or right > 1:
                merged.append((number, column, number + down - 1, column + right - 1))
                for below in range(number + 1, number + down):
                    taken.setdefault(below, set()).update(range(column, column + right))
            column += right
    return grid, merged, frozenset(hidden)


_TOKEN = re.compile(
    r"<(/?)(table|tr|td|th)\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>|<!--.*?-->|<(script|style)\b.*?</\3\s*>|<[^>]*>|([^<]+|<)",
    re.IGNORECASE | re.DOTALL,
)


def count_filled_rows(text: str) -> list[int]:
    """Rows with a cell that is not blank, for each outermost table in order.

    A tokeniser of its own, not the tree of lxml; rows of inner tables belong to the outer row.
    """
    counts: list[int] = []
    depth = 0
    in_cell = is_filled = False
    for match in _TOKEN.finditer(text):
        shown, tag = match[4], match[2]
        if shown is not None:
            is_filled = is_filled or (in_cell and not is_blank(unescape(shown)))
        elif tag is None:
            continue
        elif tag.lower() == "table":
            if match[1]:
                if depth == 1:
                    counts[-1] += is_filled
                    in_cell = is_filled = False
                depth = max(depth - 1, 0)
            else:
                if depth == 0:
                    counts.append(0)
                depth += 1
        elif depth == 1 and tag.lower() == "tr":
            counts[-1] += is_filled
            in_cell = is_filled = False
        elif depth == 1:
            in_cell = not match[1]
    if depth and is_filled:
        counts[-1] += 1
    return counts


def read_html(text: str, stem: str, file: str, limits: Limits) -> Iterator[Sheet]:
    """One sheet for each outermost table of the page.

    Raises:
        UnreadableFile: the page has no table.
    """
    try:
        page = html.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (etree.LxmlError, ValueError) as error:
        raise unreadable(Trouble.CORRUPT, file, detail="网页无法解析") from error
    tables = [table for table in page.iter("table") if next(table.iterancestors("table"), None) is None]
    if not tables:
        raise unreadable(Trouble.UNSUPPORTED, file, what="没有表格的网页", remedy="请从原系统重新导出表格。")
    counts = count_filled_rows(text)
    for index, table in enumerate(tables):
        rows = _own_rows(table)
        grid, merged, hidden = _grid(rows)
        width = max((max(row, default=-1) + 1 for row in grid), default=0)
        n_filled = counts[index] if index < len(counts) else 0
        scan = Scan(n_filled, 1, len(rows), width, hidden)
        name = stem if len(tables) == 1 else f"{stem}（表{index + 1}）"
        check_area(scan, name, file, limits)
        columns: list[list[object]] = [[row.get(column) for row in grid] for column in range(width)]
        yield sheet_from_columns(name, index, False, columns, 0, scan, iter(merged))
