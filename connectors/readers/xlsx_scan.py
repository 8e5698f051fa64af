"""The second pass over .xlsx and .xlsm: bytes of the sheet XML, streamed, by regular expression.

It counts filled rows, and sees what the first reader does not give: hidden rows, error cells, formulas that
were never calculated, and the area that really holds values.
"""

import html
import re
import zipfile
from collections.abc import Iterator

from connectors.readers.blank import is_blank
from connectors.readers.model import Scan

BLOCK = 8 * 1024 * 1024
_SPACE = b" \t\r\n/>"
_PREFIX = re.compile(rb"<(\w+):(?:worksheet|sst)\b")
_IS_SHEET = re.compile(rb"<(?:\w+:)?worksheet\b")
_ROOT_WITHIN = 65_536
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_ROW_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_CELL = re.compile(rb"<c(?:\s([^>]*?))?(?:/>|>(.*?)</c>)", re.DOTALL)
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})\d+["']""")
_REFERENCES = re.compile(rb"""<c\s[^>]*?\br\s*=\s*["']([A-Z]+)(\d+)["']""")
_LOOKED_THROUGH = 1_000
"""Rows in which every reference is looked at: how a writer orders cells shows in its first rows, and no style
has a number as large as those of the rows after them."""
_TYPE = re.compile(rb"""\bt\s*=\s*["'](\w+)["']""")
_VALUE = re.compile(rb"<v(?:\s[^>]*)?>([^<]*)</v>")
_TEXT = re.compile(rb"<t(?:\s[^>]*)?>([^<]*)</t>")
_PHONETIC = re.compile(rb"<rPh\b.*?</rPh>", re.DOTALL)
_FORMULA = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>([^<]*)</f>)")
_ODD_CELL = re.compile(rb"""\bt\s*=\s*["']e["']|(?:</f>|<f\s[^>]*/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>""")
_ODD_MARKS = (b'="e"', b"='e'", b"</f>", b"<f ")
"""Without any of these in a block, no cell in it can match `_ODD_CELL`."""
_PLAIN_ROW = re.compile(
    rb""" r="(\d+)"((?: [\w:]+="[^"]*")*)><c r="[A-Z]{1,3}\d+"(?: s="\d+")?( t="s")?><v>[^<]"""
)
"""A row as Excel writes it, whose first cell is a number or, with the third group, a shared string."""
_PIECES = re.compile(rb"&[^;&]*;?|[^&]+")
"""An entity, or what lies between two."""
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLAIN = frozenset(range(0x21, 0x7F)) - frozenset(b"<&_")
"""First bytes that make a text not blank without looking further: printable ASCII…"""
_SURELY = _PLAIN | frozenset(range(0xE4, 0xEE))
"""… and the lead bytes of Chinese characters (U+3000 begins with E3)."""


def decoded(raw: bytes) -> str:
    """Text of an XML string: entities and the `_x000D_` escapes of OOXML resolved."""
    text = html.unescape(raw.decode("utf-8", "replace"))
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _is_blank(raw: bytes) -> bool:
    """Whether an XML string is blank; a long one is decoded only as far as it takes to know."""
    return all(is_blank(decoded(piece[0])) for piece in _PIECES.finditer(raw))


def _is_filled_text(body: bytes) -> bool:
    """Whether the <t> runs of a string item hold anything but white space."""
    start = body.find(b"<t")
    end = body.find(b">", start)
    if start >= 0 and 0 <= end < len(body) - 1 and body[end + 1] in _SURELY and b"<rPh" not in body:
        return True
    runs = _TEXT.findall(_PHONETIC.sub(b"", body))
    return not all(_is_blank(run) for run in runs)


def blank_strings(archive: zipfile.ZipFile, entry: str | None) -> frozenset[int]:
    """Numbers of the shared strings that are blank (usually none)."""
    if entry is None:
        return frozenset()
    data = archive.read(entry)
    if prefix := _PREFIX.search(data, 0, 4096):
        data = _without_prefix(data, prefix[1])
    number = -1
    blanks = set()
    for item in data.split(b"<si")[1:]:
        if item[:1] not in (b">", b" ", b"/", b"\n", b"\r", b"\t"):
            continue
        number += 1
        if not _is_filled_text(item):
            blanks.add(number)
    return frozenset(blanks)


def _without_prefix(block: bytes, prefix: bytes) -> bytes:
    return block.replace(b"<" + prefix + b":", b"<").replace(b"</" + prefix + b":", b"</")


def _rows(archive: zipfile.ZipFile, entry: str) -> Iterator[tuple[bytes, bool]]:
    """What follows each `<row`, up to the next one, and whether it may hold errors or formulas.

    Holds one block of the sheet at a time.
    """
    carry = b""
    prefix: bytes | None = None
    is_first = True
    with archive.open(entry) as stream:
        while block := stream.read(BLOCK):
            if is_first:
                if not _IS_SHEET.search(block, 0, _ROOT_WITHIN):
                    raise ValueError("the part that should be a sheet is none")
                found = _PREFIX.search(block, 0, 4096)
                prefix = found[1] if found else None
                is_first = False
            carry += block
            cut = carry.rfind(b"<" + prefix + b":row" if prefix else b"<row")
            if cut <= 0:
                continue
            whole, carry = carry[:cut], carry[cut:]
            yield from _pieces(whole, prefix)
    yield from _pieces(carry, prefix)


def _pieces(block: bytes, prefix: bytes | None) -> Iterator[tuple[bytes, bool]]:
    plain = _without_prefix(block, prefix) if prefix else block
    may_be_odd = any(mark in plain for mark in _ODD_MARKS)
    pieces = iter(plain.split(b"<row"))
    next(pieces, None)
    for piece in pieces:
        if piece[:1] and piece[0] in _SPACE:
            yield piece, may_be_odd


def column_number(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _cells(row: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """(column from 1, attributes, body) of each cell of a row, empty ones included."""
    column = 0
    for match in _CELL.finditer(row):
        attributes, body = match[1] or b"", match[2] or b""
        reference = _REFERENCE.search(attributes)
        column = column_number(reference[1]) if reference else column + 1
        yield column, attributes, body


def _is_filled(attributes: bytes, body: bytes, blanks: frozenset[int]) -> bool:
    kind = _TYPE.search(attributes)
    if kind is not None and kind[1] == b"inlineStr":
        return _is_filled_text(body)
    value = _VALUE.search(body)
    if value is None or not value[1]:
        return False
    if kind is not None and kind[1] == b"s":
        return not blanks or int(value[1]) not in blanks
    return kind is None or kind[1] != b"str" or not _is_blank(value[1])


def _error_text(attributes: bytes, body: bytes) -> str | None:
    """Text of an error cell or of an uncalculated formula; None for any other cell."""
    kind = _TYPE.search(attributes)
    value = _VALUE.search(body)
    if kind is not None and kind[1] == b"e":
        return decoded(value[1]) if value and value[1] else "#N/A"
    if kind is None or kind[1] == b"n":
        formula = _FORMULA.search(body)
        if formula is not None and (value is None or not value[1].strip()):
            return "=" + decoded(formula[1] or b"")
    return None


def scan_sheet(archive: zipfile.ZipFile, entry: str, blanks: frozenset[int]) -> Scan:
    """Second pass over one sheet part.

    Args:
        archive: the opened workbook.
        entry: name of the sheet part in it.
        blanks: see `blank_strings`.

    Raises:
        ValueError: a cell says that it stands in another row than the one it lies in. The first reader would
            believe it, and hold every cell up to there.
    """
    number = filled = first = last = widest = 0
    is_in_order = True
    columns: dict[bytes, int] = {}
    hidden: list[int] = []
    errors: list[tuple[int, int, str]] = []
    for row, may_be_odd in _rows(archive, entry):
        plain = None if may_be_odd else _PLAIN_ROW.match(row)
        if plain is not None:
            number, head = int(plain[1]), plain[2]
            end = row.rfind(b"</v>")
        else:
            head = row[: row.find(b">") + 1]
            stated = _ROW_NUMBER.search(head)
            number = int(stated[1]) if stated else number + 1
            end = max(row.rfind(b"</v>"), row.rfind(b"</is>"), row.rfind(b"</f>"), row.rfind(b"<f "))
        if b"hidden" in head and _ROW_HIDDEN.search(head):
            hidden.append(number)
        if end < 0:
            continue
        first = first or number
        last = number if number > last else last
        if not (is_in_order and number > _LOOKED_THROUGH and row.count(b'%d"' % number) >= row.count(b"<c ")):
            places = _places(row, number)
            widest = max(widest, *places)
            is_in_order = is_in_order and places == sorted(places)
        reference = _REFERENCE.search(row, row.rfind(b"<c ", 0, end))
        letters = reference[1] if reference else b""
        if letters not in columns:
            columns[letters] = column_number(letters)
        if not letters:
            columns[b""] = max(columns[b""], row.count(b"<c>") + row.count(b"<c "))
        if plain is not None and not (plain[3] and blanks):
            filled += 1
            continue
        odd = list(_odd_cells(row)) if may_be_odd and _ODD_CELL.search(row) else []
        errors.extend((number - 1, column, text) for column, text in odd)
        if odd or any(_is_filled(attributes, body, blanks) for _, attributes, body in _cells(row)):
            filled += 1
    last_column = max(widest, max(columns.values(), default=0))
    return Scan(filled, first, last, last_column, frozenset(hidden), (), tuple(errors))


def _places(row: bytes, number: int) -> list[int]:
    """The columns, from 1, that the cells of a row say they stand in; 0 for a row whose cells say nothing."""
    found = _REFERENCES.findall(row)
    if any(int(own) != number for _, own in found):
        raise ValueError(f"a cell of row {number} says that it stands in another")
    return [column_number(letters) for letters, _ in found] or [0]


def _odd_cells(row: bytes) -> Iterator[tuple[int, str]]:
    """(column from 0, text) of the cells of a row that hold an error or were never calculated."""
    for column, attributes, body in _cells(row):
        text = _error_text(attributes, body)
        if text is not None:
            yield column - 1, text
