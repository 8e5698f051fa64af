"""The characters of names: readings, strokes, parts, variants, and what was written by hand about them.

`build` makes the first two files and says what they hold; ``curated.toml`` explains itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from assets.values.characters import character_pairs

CHARACTERS_FILE: Final = Path(__file__).with_name("characters.tsv")
VARIANTS_FILE: Final = Path(__file__).with_name("variants.tsv")
_CURATED_FILE: Final = Path(__file__).with_name("curated.toml")


@dataclass(frozen=True, slots=True)
class Character:
    """One character: readings without tone, strokes in order, how its parts stand, its parts."""

    readings: tuple[str, ...]
    strokes: str
    way: str
    parts: str


UNKNOWN: Final = Character((), "", "", "")


@cache
def characters() -> Mapping[str, Character]:
    """Every character that the tables know."""
    rows = (line.split("\t") for line in CHARACTERS_FILE.read_text(encoding="utf-8").splitlines())
    return {c: Character(tuple(r.split()), strokes, shape[:1], shape[1:]) for c, r, strokes, shape in rows}


@cache
def folds() -> Mapping[str, str]:
    """Traditional or variant character → simplified one."""
    old, new = character_pairs("fold")
    return dict(zip(old, new, strict=True))


@cache
def variants() -> Mapping[str, str]:
    """Two characters, in either order, → V1 or V2."""
    curated = _curated()
    found: dict[str, str] = {}
    for pair in _pairs(curated["apart"]):
        found[pair] = "V2"
    for line in VARIANTS_FILE.read_text(encoding="utf-8").splitlines():
        class_, a, b = line.split("\t")
        found.setdefault(a + b, class_)
        found.setdefault(b + a, class_)
    for pair in _pairs(curated["variants"]):
        found.setdefault(pair, "V2")
    return found


@cache
def mixed_surnames() -> frozenset[str]:
    """Two surnames of one character that are written one for the other, in either order."""
    return frozenset(_pairs(_curated()["surnames"]))


@cache
def curated_lookalikes() -> frozenset[str]:
    """Two characters that look alike beyond what strokes and parts show, in either order."""
    return frozenset(_pairs(_curated()["lookalikes"]))


@cache
def compound_surnames() -> frozenset[str]:
    """Surnames of two characters."""
    return frozenset(_curated()["compound"].split())


@cache
def surname_readings() -> Mapping[str, tuple[str, ...]]:
    """Surname → how it reads as one, most usual first; only where that is not its usual reading."""
    curated = _curated()
    first = {surname: reading for reading, names in curated["first"].items() for surname in names.split()}
    found: dict[str, list[str]] = {surname: [reading] for surname, reading in first.items()}
    for reading, names in curated["surname_readings"].items():
        for surname in names.split():
            found.setdefault(surname, []).append(reading)
    return {surname: tuple(dict.fromkeys(readings)) for surname, readings in found.items()}


@cache
def named_parts() -> Mapping[str, str]:
    """What people call a part of a character (三点水, 草字头) → the part."""
    return {name: part for part, names in _curated()["parts"].items() for name in names.split()}


@cache
def part_forms() -> Mapping[str, str]:
    """A part in the form that it has inside a character → the character it stands for: 氵 → 水."""
    return {form: group[0] for group in _curated()["part_forms"] for form in group}


def _pairs(groups: Iterable[str]) -> Iterable[str]:
    for group in groups:
        for a, b in combinations(dict.fromkeys(group), 2):
            yield a + b
            yield b + a


@cache
def _curated() -> Mapping[str, Any]:
    return tomllib.loads(_CURATED_FILE.read_text(encoding="utf-8"))
