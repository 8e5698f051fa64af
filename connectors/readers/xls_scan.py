"""The second pass over old .xls: the BIFF records of the workbook stream ([MS-XLS]), without xlrd."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import olefile  # type: ignore[import-untyped]

from connectors.readers.blank import is_blank

BOF, EOF, BOUND_SHEET, FILE_PASS, SST, CONTINUE = 0x809, 0x0A, 0x85, 0x2F, 0xFC, 0x3C
NUMBER, LABEL, BOOL_OR_ERROR, RK, RICH_LABEL = 0x203, 0x204, 0x205, 0x27E, 0xD6
SHARED_LABEL, MULTIPLE_RK, FORMULA, STRING = 0xFD, 0xBD, 0x06, 0x207
VALUE_CELLS = frozenset({NUMBER, BOOL_OR_ERROR, RK, MULTIPLE_RK})
BIFF8 = 0x600
WORKSHEET = 0
"""Kind of a sheet in BOUNDSHEET; charts and macro sheets have others."""


@dataclass(frozen=True)
class Record:
    """One record: its type, where its content begins, its length."""

    kind: int
    at: int
    length: int


def workbook_stream(data: BinaryIO) -> bytes:
    """The workbook stream of the compound file; empty when it has none."""
    data.seek(0)
    with olefile.OleFileIO(data) as ole:
        for name in ("Workbook", "Book"):
            if ole.exists(name):
                content: bytes = ole.openstream(name).read()
                return content
    return b""


def records(stream: bytes, start: int = 0) -> Iterator[Record]:
    """Records from `start` to the end of the stream."""
    position = start
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        yield Record(kind, position + 4, length)
        position += 4 + length


def is_encrypted(stream: bytes) -> bool:
    """Whether the globals carry a FILEPASS record."""
    for record in records(stream):
        if record.kind in (FILE_PASS, EOF):
            return record.kind == FILE_PASS
    return False


class _Pieces:
    """Content of SST and its CONTINUE records, read across their seams."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._piece = 0
        self._at = 0

    def _left(self) -> int:
        while self._piece < len(self._pieces) and self._at >= len(self._pieces[self._piece]):
            self._piece += 1
            self._at = 0
        if self._piece >= len(self._pieces):
            raise EOFError
        return len(self._pieces[self._piece]) - self._at

    def take(self, length: int) -> bytes:
        parts = []
        while length > 0:
            now = min(length, self._left())
            parts.append(self._pieces[self._piece][self._at : self._at + now])
            self._at += now
            length -= now
        return b"".join(parts)

    def characters(self, count: int, is_wide: bool) -> str:
        """`count` characters; at each seam a new flag says whether they go on wide."""
        text = []
        while count > 0:
            was = self._piece
            left = self._left()
            if self._piece != was:
                is_wide = bool(self.take(1)[0] & 1)
                left = self._left()
            width = 2 if is_wide else 1
            now = min(count, left // width)
            text.append(self.take(now * width).decode("utf-16-le" if is_wide else "latin-1", "replace"))
            count -= now
            if now == 0:
                raise EOFError
        return "".join(text)


def shared_strings(stream: bytes) -> list[str]:
    """The shared strings of a BIFF8 workbook."""
    pieces: list[bytes] = []
    for record in records(stream):
        content = stream[record.at : record.at + record.length]
        if record.kind == SST or (record.kind == CONTINUE and pieces):
            pieces.append(content)
        elif pieces or record.kind == EOF:
            break
    if not pieces:
        return []
    reader = _Pieces(pieces)
    _, unique = struct.unpack("<II", reader.take(8))
    texts = []
    for _ in range(unique):
        count, flags = struct.unpack("<HB", reader.take(3))
        n_runs = struct.unpack("<H", reader.take(2))[0] if flags & 8 else 0
        n_extra = struct.unpack("<I", reader.take(4))[0] if flags & 4 else 0
        texts.append(reader.characters(count, bool(flags & 1)))
        reader.take(4 * n_runs + n_extra)
    return texts


def _label(stream: bytes, at: int, end: int, version: int) -> str:
    """The text of a LABEL or STRING record whose length field is at `at`."""
    if version >= BIFF8:
        is_wide = stream[at + 2] & 1
        return stream[at + 3 : end].decode("utf-16-le" if is_wide else "latin-1", "replace")
    return stream[at + 2 : end].decode("gb18030", "replace")


def _filled_rows(stream: bytes, start: int, blanks: frozenset[int]) -> int:
    rows: set[int] = set()
    depth = version = 0
    pending = -1
    for record in records(stream, start):
        kind, at = record.kind, record.at
        if kind == BOF:
            depth += 1
            version = version or struct.unpack_from("<H", stream, at)[0]
        elif kind == EOF:
            depth -= 1
            if depth == 0:
                break
        elif depth > 1:
            continue
        elif kind in VALUE_CELLS:
            rows.add(struct.unpack_from("<H", stream, at)[0])
        elif kind == SHARED_LABEL:
            if struct.unpack_from("<I", stream, at + 6)[0] not in blanks:
                rows.add(struct.unpack_from("<H", stream, at)[0])
        elif kind in (LABEL, RICH_LABEL):
            if not is_blank(_label(stream, at + 6, at + record.length, version)):
                rows.add(struct.unpack_from("<H", stream, at)[0])
        elif kind == FORMULA:
            (row,) = struct.unpack_from("<H", stream, at)
            if stream[at + 12 : at + 14] != b"\xff\xff" or stream[at + 6] in (1, 2):
                rows.add(row)
            else:
                pending = row if stream[at + 6] == 0 else -1
        elif kind == STRING and pending >= 0:
            if not is_blank(_label(stream, at, at + record.length, version)):
                rows.add(pending)
            pending = -1
    return len(rows)


def count_filled_rows(stream: bytes) -> list[tuple[int, int]]:
    """(place among all sheets, rows with a cell that is not blank) of each worksheet, in workbook order.

    Raises:
        struct.error, IndexError, EOFError: the stream breaks off.
    """
    blanks = frozenset(i for i, text in enumerate(shared_strings(stream)) if is_blank(text))
    bounds = []
    for record in records(stream):
        if record.kind == BOUND_SHEET:
            bounds.append((struct.unpack_from("<I", stream, record.at)[0], stream[record.at + 5]))
        elif record.kind == EOF:
            break
    return [
        (place, _filled_rows(stream, start, blanks))
        for place, (start, kind) in enumerate(bounds)
        if kind == WORKSHEET
    ]
