"""One way of damaging a file; and those that do not ask what the file is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Do = Callable[[bytes, Random], bytes]
ANY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Damage:
    """A way to damage a file.

    Attributes:
        name: as it stands in the table of results.
        forms: what it can be done to; any file when there are none.
        do: the file and the luck → the damaged file; the very same bytes where there is nothing to damage.
    """

    name: str
    forms: frozenset[str]
    do: Do


def span(size: int, luck: Random, most: int = 4096) -> tuple[int, int]:
    """A random piece: where it begins and ends."""
    start = luck.randrange(max(size, 1))
    return start, min(size, start + luck.randint(1, max(1, min(most, size))))


def _cut(data: bytes, luck: Random) -> bytes:
    return data[: luck.randrange(max(len(data), 1))]


def _cut_head(data: bytes, luck: Random) -> bytes:
    return data[luck.randrange(max(len(data), 1)) :]


def _bits(data: bytes, luck: Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(luck.choice((1, 1, 2, 8, 64))):
        damaged[luck.randrange(len(damaged))] ^= 1 << luck.randrange(8)
    return bytes(damaged)


def _overwritten(data: bytes, luck: Random) -> bytes:
    start, end = span(len(data), luck)
    return data[:start] + luck.choice((bytes(end - start), luck.randbytes(end - start))) + data[end:]


def _taken_out(data: bytes, luck: Random) -> bytes:
    start, end = span(len(data), luck)
    return data[:start] + data[end:]


def _twice(data: bytes, luck: Random) -> bytes:
    start, end = span(len(data), luck)
    return data[:end] + data[start:end] + data[end:]


def _swapped(data: bytes, luck: Random) -> bytes:
    first, second = sorted(luck.randrange(len(data)) for _ in range(2))
    size = min(512, second - first, len(data) - second)
    a, b = data[first : first + size], data[second : second + size]
    return data[:first] + b + data[first + size : second] + a + data[second + size :]


def _appended(data: bytes, luck: Random) -> bytes:
    return data + luck.choice((bytes(512), b"\r\n", data, luck.randbytes(300), b"PK\x03\x04"))


def _nulls(data: bytes, luck: Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(luck.choice((1, 20))):
        damaged[luck.randrange(len(damaged))] = 0
    return bytes(damaged)


DAMAGES = (
    Damage("cut off", ANY, _cut),
    Damage("beginning lost", ANY, _cut_head),
    Damage("bits flipped", ANY, _bits),
    Damage("piece overwritten", ANY, _overwritten),
    Damage("piece taken out", ANY, _taken_out),
    Damage("piece twice", ANY, _twice),
    Damage("pieces swapped", ANY, _swapped),
    Damage("something appended", ANY, _appended),
    Damage("null bytes", ANY, _nulls),
    Damage("empty", ANY, lambda data, luck: b""),
)
