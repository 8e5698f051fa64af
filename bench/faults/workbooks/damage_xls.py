"""Damages of old .xls: records of the workbook stream ([MS-XLS]) and of the compound file around it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from random import Random

from bench.faults.workbooks.damage import Damage

XLS = frozenset({"xls"})
_LABEL, _NUMBER, _RK, _MULTIPLE = b"\xfd\x00\x0a\x00", b"\x03\x02\x0e\x00", b"\x7e\x02\x0a\x00", b"\xbd\x00"
_BOUND, _STRINGS, _DATES, _ROW, _MERGED = (
    b"\x85\x00",
    b"\xfc\x00",
    b"\x22\x00\x02\x00",
    b"\x08\x02\x10\x00",
    b"\xe5\x00",
)
_FORMAT, _DIMENSION = b"\xe0\x00\x14\x00", b"\x00\x02\x0e\x00"
_HEADER = 512


def _records(*marks: bytes) -> Callable[[bytes, Random], bytes]:
    """Overwrite a number inside some records of a kind."""

    def do(data: bytes, luck: Random) -> bytes:
        places = [n for mark in marks for n in _all(data, mark)]
        damaged = bytearray(data)
        for _ in range(luck.choice((1, 1, 5))):
            if not places:
                break
            at = luck.choice(places) + 4 + 2 * luck.randrange(7)
            value = luck.choice((0, 1, 0x7FFF, 0xFFFF, 0xFF, 0x100, luck.randrange(65536)))
            if at + 2 <= len(damaged):
                struct.pack_into("<H", damaged, at, value)
        return bytes(damaged)

    return do


def _lengths(data: bytes, luck: Random) -> bytes:
    places = [n for mark in (_LABEL, _NUMBER, _RK, _BOUND, _STRINGS, _ROW) for n in _all(data, mark)]
    damaged = bytearray(data)
    if places:
        struct.pack_into("<H", damaged, luck.choice(places) + 2, luck.choice((0, 1, 2, 9, 8224, 0xFFFF)))
    return bytes(damaged)


def _kinds(data: bytes, luck: Random) -> bytes:
    places = [n for mark in (_LABEL, _NUMBER, _RK, _ROW) for n in _all(data, mark)]
    damaged = bytearray(data)
    if places:
        kind = luck.choice((0x0A, 0x2F, 0x06, 0x207, 0x809, 0x3C, 0x204, 0xBD, 0x205, 0xFC, 0x85, 0x1234))
        struct.pack_into("<H", damaged, luck.choice(places), kind)
    return bytes(damaged)


def _compound(data: bytes, luck: Random) -> bytes:
    """A number of the compound file's header or of its table of sectors."""
    damaged = bytearray(data)
    for _ in range(luck.choice((1, 2, 6))):
        at = luck.randrange(8, min(_HEADER, len(damaged) - 4))
        struct.pack_into(
            "<I", damaged, at, luck.choice((0, 1, 2, 0xFFFFFFFE, 0xFFFFFFFF, luck.randrange(2**32)))
        )
    return bytes(damaged)


def _sectors(data: bytes, luck: Random) -> bytes:
    """Sectors of 512 bytes in another order, or one lost."""
    sectors = [data[n : n + 512] for n in range(_HEADER, len(data), 512)]
    a, b = luck.randrange(len(sectors)), luck.randrange(len(sectors))
    sectors[a], sectors[b] = sectors[b], luck.choice((sectors[a], bytes(512)))
    return data[:_HEADER] + b"".join(sectors)


def _names(data: bytes, luck: Random) -> bytes:
    name = "Workbook".encode("utf-16-le")
    return data.replace(
        name, luck.choice(("workbook", "Book\0\0\0\0", "XXXXXXXX", "WordDocu")).encode("utf-16-le")
    )


def _all(data: bytes, mark: bytes) -> list[int]:
    found: list[int] = []
    place = data.find(mark)
    while place >= 0 and len(found) < 5_000:
        found.append(place)
        place = data.find(mark, place + 1)
    return found


DAMAGES = (
    Damage("xls: text cells", XLS, _records(_LABEL)),
    Damage("xls: number cells", XLS, _records(_NUMBER, _RK, _MULTIPLE)),
    Damage("xls: list of sheets", XLS, _records(_BOUND)),
    Damage("xls: shared strings", XLS, _records(_STRINGS)),
    Damage("xls: dates of 1904", XLS, _records(_DATES)),
    Damage("xls: rows and extents", XLS, _records(_ROW, _DIMENSION)),
    Damage("xls: merged cells", XLS, _records(_MERGED)),
    Damage("xls: formats", XLS, _records(_FORMAT)),
    Damage("xls: lengths of records", XLS, _lengths),
    Damage("xls: kinds of records", XLS, _kinds),
    Damage("xls: compound file", XLS, _compound),
    Damage("xls: sectors", XLS, _sectors),
    Damage("xls: name of the stream", XLS, _names),
)
