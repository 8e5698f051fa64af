"""Damages of zips: those that departments pack, and those inside .xlsx and .ods."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from random import Random

from bench.faults.workbooks.damage import DAMAGES as OF_BYTES
from bench.faults.workbooks.damage import Damage

ZIPS = frozenset({"xlsx", "ods", "xlsb", "archive"})
PACKED = frozenset({"archive"})
BOMB = 80_000_000
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
Entries = list[tuple[str, bytes]]


def entries(data: bytes) -> Entries:
    """The zip's entries in their order; none where it is no zip."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError, struct.error):
        return []


def packed(found: Entries, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these entries, double names and all."""
    sink = BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for name, content in found:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = method
            archive.writestr(entry, content)
    return sink.getvalue()


def of_entries(change: Callable[[Entries, Random], None]) -> Callable[[bytes, Random], bytes]:
    """Do something to the entries of a zip and pack them again."""

    def do(data: bytes, luck: Random) -> bytes:
        found = entries(data)
        if not found:
            return data
        change(found, luck)
        return packed(found)

    return do


def _left_out(found: Entries, luck: Random) -> None:
    del found[luck.randrange(len(found))]


def _emptied(found: Entries, luck: Random) -> None:
    n = luck.randrange(len(found))
    found[n] = found[n][0], b""


def _broken(found: Entries, luck: Random) -> None:
    n = luck.randrange(len(found))
    if found[n][1]:
        found[n] = found[n][0], luck.choice(OF_BYTES[:-1]).do(found[n][1], luck)


def _renamed(found: Entries, luck: Random) -> None:
    n = luck.randrange(len(found))
    name = found[n][0]
    other = luck.choice(
        (name.upper(), name.replace("/", "\\"), f"/{name}", f"{name} ", "名", name[:-1], "a" * 300)
    )
    found[n] = other, found[n][1]


def _exchanged(found: Entries, luck: Random) -> None:
    a, b = luck.randrange(len(found)), luck.randrange(len(found))
    found[a], found[b] = (found[a][0], found[b][1]), (found[b][0], found[a][1])


def _bomb(found: Entries, luck: Random) -> None:
    n = luck.randrange(len(found))
    found[n] = found[n][0], found[n][1] + luck.choice((b" ", b"\0", b"<row/>")) * (BOMB // 2)


def _leading_elsewhere(found: Entries, luck: Random) -> None:
    name = luck.choice(
        ("../../外面.csv", "/etc/外面.csv", "C:/外面.csv", "a/../../b.csv", "con.csv", "a\x00b.csv", "")
    )
    found.append((name or "x/", b"a,b\n1,2\n"))


def _many(found: Entries, luck: Random) -> None:
    found.extend((f"{n}.csv", b"") for n in range(luck.choice((300, 5_200))))


def _deep(data: bytes, luck: Random) -> bytes:
    for n in range(luck.choice((1, 2, 3, 6))):
        data = packed([(f"{n}.zip", data)])
    return data


def _headers(data: bytes, luck: Random) -> bytes:
    """A field of a local or central header: method, flags, sizes, checksum, offsets."""
    places = [n for mark in (_LOCAL, _CENTRAL, _END) for n in _all(data, mark)]
    if not places:
        return data
    damaged = bytearray(data)
    at = luck.choice(places) + luck.randrange(4, 30)
    struct.pack_into(
        "<H",
        damaged,
        min(at, len(data) - 2),
        luck.choice((0, 1, 8, 9, 12, 14, 95, 99, 0xFFFF, luck.randrange(65536))),
    )
    return bytes(damaged)


def _declared(data: bytes, luck: Random) -> bytes:
    """What an entry is said to unfold to: too little or too much."""
    damaged = bytearray(data)
    places = _all(data, _CENTRAL)
    if places:
        struct.pack_into("<I", damaged, luck.choice(places) + 24, luck.choice((0, 1, 100, 2**31, 2**32 - 2)))
    return bytes(damaged)


def _marked_encrypted(data: bytes, luck: Random) -> bytes:
    damaged = bytearray(data)
    for mark, offset in ((_LOCAL, 6), (_CENTRAL, 8)):
        for place in _all(data, mark):
            damaged[place + offset] |= 1
    return bytes(damaged)


def _all(data: bytes, mark: bytes) -> list[int]:
    found, place = [], data.find(mark)
    while place >= 0:
        if place + 46 <= len(data):
            found.append(place)
        place = data.find(mark, place + 1)
    return found


DAMAGES = (
    Damage("zip: entry left out", ZIPS, of_entries(_left_out)),
    Damage("zip: entry emptied", ZIPS, of_entries(_emptied)),
    Damage("zip: entry damaged inside", ZIPS, of_entries(_broken)),
    Damage("zip: entry renamed", ZIPS, of_entries(_renamed)),
    Damage("zip: entries exchanged", ZIPS, of_entries(_exchanged)),
    Damage("zip: bomb", ZIPS, of_entries(_bomb)),
    Damage("zip: header fields", ZIPS, _headers),
    Damage("zip: false sizes", ZIPS, _declared),
    Damage("zip: marked as locked", ZIPS, _marked_encrypted),
    Damage("zip: path that leads elsewhere", PACKED, of_entries(_leading_elsewhere)),
    Damage("zip: thousands of entries", PACKED, of_entries(_many)),
    Damage("zip: zips in zips", PACKED, _deep),
)
