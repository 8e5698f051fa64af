"""Text files: encoding, delimiter, cells. Python's csv module reads, `text_count` counts."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import islice, zip_longest

from connectors.readers.calamine_sheets import check_area, sheet_from_columns
from connectors.readers.model import Limits, Scan, Sheet
from connectors.readers.sniff import refuse_binary
from connectors.readers.text_count import count_filled_records
from connectors.readers.troubles import Trouble, UnreadableFile, unreadable

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LABELS = {"utf-8": "UTF-8", "gb18030": "GB18030", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
DELIMITERS = ("\t", ",", ";", "|")
SAMPLE_LINES = 60
BARE_UTF16_SHARE = 50
"""UTF-16 without a mark: at least one byte in so many is the zero half of a delimiter, digit or line end."""
SURELY_UTF8 = 4
"""So many Chinese characters in valid UTF-8 before the first bad byte: damaged UTF-8, not GB18030."""


def decode(data: bytes, file: str) -> str:
    """The text of a file, its encoding found by mark or by what decodes without error.

    Raises:
        UnreadableFile: no encoding fits; with the position of the first byte that does not.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding, len(mark), file)
    if b"\x00" in data:
        odd, even = data[1::2].count(0), data[0::2].count(0)
        if min(odd, even) * 4 > max(odd, even) or max(odd, even) * BARE_UTF16_SHARE < len(data):
            refuse_binary(file)
        return _strictly(data, "utf-16-le" if odd > even else "utf-16-be", 0, file)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        sound = data[: error.start].decode("utf-8")
        if sum(character >= "\u0800" for character in sound) >= SURELY_UTF8:
            raise _undecodable(data, "utf-8", error.start, file) from error
    return _strictly(data, "gb18030", 0, file)


def _strictly(data: bytes, encoding: str, start: int, file: str) -> str:
    try:
        return data[start:].decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(data, encoding, start + error.start, file) from error


def _undecodable(data: bytes, encoding: str, position: int, file: str) -> UnreadableFile:
    line_end = "\n".encode(encoding)
    return unreadable(
        Trouble.UNDECODABLE,
        file,
        position=position + 1,
        line=data.count(line_end, 0, position) + 1,
        encoding=LABELS.get(encoding, encoding.upper()),
    )


def delimiter_of(text: str) -> str:
    """The delimiter under which most sample lines have one same number of cells; tab goes first."""
    sample = list(islice(StringIO(text, newline=""), SAMPLE_LINES))
    best, best_score = ",", 0
    for delimiter in DELIMITERS:
        widths = [len(row) for row in _rows(iter(sample), delimiter) if row]
        counted = Counter(width for width in widths if width > 1)
        if not counted:
            continue
        width, n_lines = max(counted.items(), key=lambda item: (item[1], item[0]))
        score = n_lines * (width - 1) * (4 if delimiter == "\t" else 1)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _rows(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:
        return


def _records(text: str, delimiter: str, file: str, limits: Limits) -> list[list[str]]:
    """All records; a quoted cell that runs over too many lines, or to the end, has lost its quote."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    before = 0
    try:
        for row in reader:
            if reader.line_num - before > limits.max_quoted_lines:
                raise unreadable(Trouble.UNPAIRED_QUOTE, file, line=before + 1)
            rows.append(row)
            before, started = reader.line_num, before
    except csv.Error as error:
        raise unreadable(Trouble.UNPAIRED_QUOTE, file, line=before + 1) from error
    if rows and _is_open(text, started, delimiter):
        raise unreadable(Trouble.UNPAIRED_QUOTE, file, line=started + 1)
    return rows


def _is_open(text: str, line: int, delimiter: str) -> bool:
    """Whether the record that begins after `line` lines ends inside quotes."""
    tail = islice(StringIO(text, newline=""), line, None)
    try:
        for _ in csv.reader(tail, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def read_text(text: str, stem: str, file: str, limits: Limits) -> Iterator[Sheet]:
    """The one sheet of a delimited text. Every cell is text, as delivered, a leading ' included.

    A row is a record; rows are numbered as Excel would show them, blank ones included.
    """
    delimiter = delimiter_of(text)
    rows = _records(text, delimiter, file, limits)
    while rows and not any(rows[-1]):
        rows.pop()
    n_filled = count_filled_records(text, delimiter)
    width = max(map(len, rows), default=0)
    scan = Scan(n_filled, 1, len(rows), width)
    check_area(scan, stem, file, limits)
    columns = [list(column) for column in zip_longest(*rows)] if width else []
    yield sheet_from_columns(stem, 0, False, columns, 0, scan, iter(()))
