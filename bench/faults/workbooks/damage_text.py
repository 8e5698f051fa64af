"""Damages of delimited text and of web pages: encodings, quotes, lengths, what spreadsheets write."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from bench.faults.workbooks.damage import Damage

TEXT = frozenset({"text"})
_OTHER_ENCODINGS = (
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "gb18030",
    "big5",
    "shift_jis",
    "cp1252",
    "utf-7",
)
_CONTROLS = "\x00\x01\x07\x08\x0b\x0c\x1a\x1b\x7f\x85\u2028\u2029\ufeff\ufffe\u200b\u202e"


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _lines(change: Callable[[list[str], Random], None]) -> Callable[[bytes, Random], bytes]:
    """Do something to the lines of a text."""

    def do(data: bytes, luck: Random) -> bytes:
        lines = _text(data).split("\n")
        change(lines, luck)
        return "\n".join(lines).encode("utf-8", "surrogatepass")

    return do


def _encoded_otherwise(data: bytes, luck: Random) -> bytes:
    return _text(data).encode(luck.choice(_OTHER_ENCODINGS), luck.choice(("replace", "ignore")))


def _two_encodings(data: bytes, luck: Random) -> bytes:
    text = _text(data)
    place = luck.randrange(len(text) + 1)
    first, second = luck.sample(("utf-8", "gb18030", "utf-16-le"), 2)
    return text[:place].encode(first, "replace") + text[place:].encode(second, "replace")


def _half_a_character(data: bytes, luck: Random) -> bytes:
    encoded = _text(data).encode(luck.choice(("utf-8", "gb18030", "utf-16")), "replace")
    places = [n for n, byte in enumerate(encoded) if byte >= 0x80]
    place = luck.choice(places) if places else 0
    return encoded[:place] + encoded[place + 1 :]


def _line_ends(data: bytes, luck: Random) -> bytes:
    ends = luck.choice(("\r", "\r\r\n", "\n\r", "\u2028", "\x85", "\x0b"))
    return _text(data).replace("\r\n", "\n").replace("\n", ends).encode()


def _at(line: str, luck: Random, what: str) -> str:
    place = luck.randrange(len(line) + 1)
    return line[:place] + what + line[place:]


def _quote(lines: list[str], luck: Random) -> None:
    n = luck.randrange(len(lines))
    lines[n] = _at(lines[n], luck, luck.choice(('"', '""', '"""', '","', '"\n')))


def _long_cell(lines: list[str], luck: Random) -> None:
    n = luck.randrange(len(lines))
    lines[n] = _at(lines[n], luck, luck.choice('长0 ,"') * luck.choice((33_000, 140_000, 300_000)))


def _controls(lines: list[str], luck: Random) -> None:
    for _ in range(luck.choice((1, 5, 40))):
        n = luck.randrange(len(lines))
        lines[n] = _at(lines[n], luck, luck.choice(_CONTROLS))


def _many_columns(lines: list[str], luck: Random) -> None:
    n = luck.randrange(len(lines))
    lines[n] += "," * luck.choice((300, 17_000, 120_000)) + "x"


def _formulas(lines: list[str], luck: Random) -> None:
    for _ in range(5):
        n = luck.randrange(len(lines))
        lines[n] = luck.choice(('=cmd|"/c calc"!A1', "+1+1", "@SUM(1)", "-2+3", "\t=1")) + lines[n]


def _delimiters(lines: list[str], luck: Random) -> None:
    half = luck.randrange(len(lines))
    other = luck.choice("\t;|，")
    lines[half:] = [line.replace(",", other) for line in lines[half:]]


def _shuffled(lines: list[str], luck: Random) -> None:
    luck.shuffle(lines)


def _repeated(lines: list[str], luck: Random) -> None:
    lines.insert(luck.randrange(len(lines) + 1), lines[0])
    lines.insert(luck.randrange(len(lines) + 1), luck.choice(lines))
    lines.insert(luck.randrange(len(lines) + 1), luck.choice(("", "合计", " , , ", "制表人：，审核人：")))


def _surrogates(data: bytes, luck: Random) -> bytes:
    place = luck.randrange(len(data) + 1)
    return data[:place] + b"\xed\xa0\x80" + data[place:]


DAMAGES = (
    Damage("text: another encoding", TEXT, _encoded_otherwise),
    Damage("text: two encodings in one file", TEXT, _two_encodings),
    Damage("text: half a character", TEXT, _half_a_character),
    Damage("text: lone surrogate", TEXT, _surrogates),
    Damage("text: odd line ends", TEXT, _line_ends),
    Damage("text: stray quotes", TEXT, _lines(_quote)),
    Damage("text: very long cell", TEXT, _lines(_long_cell)),
    Damage("text: control characters", TEXT, _lines(_controls)),
    Damage("text: very many columns", TEXT, _lines(_many_columns)),
    Damage("text: formulas", TEXT, _lines(_formulas)),
    Damage("text: delimiter changes", TEXT, _lines(_delimiters)),
    Damage("text: lines shuffled", TEXT, _lines(_shuffled)),
    Damage("text: lines repeated", TEXT, _lines(_repeated)),
)
