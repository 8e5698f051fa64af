"""How two characters of two names are related: 繁简, 异体, homophone, look-alike, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from rapidfuzz.distance import Levenshtein

from assets.identity.names.tables import (
    UNKNOWN,
    characters,
    curated_lookalikes,
    folds,
    mixed_surnames,
    surname_readings,
    variants,
)

# What so many characters share that it says nothing about their looks.
_RADICALS: Final = frozenset(
    "氵木艹女王玉亻钅日月山火石竹扌讠言纟糸土口心忄礻衤禾马鱼鸟虫足目米衣車车門门辶宀广疒阝刂力彳犭雨⺮⻊釒飠冫"
)
_SMALLEST_PART: Final = 3
_SHARED_STROKES: Final = 4
_SHARED_RATIO: Final = 0.45
_PART_RATIO: Final = 0.55
# One stroke in so many may differ between two characters that look alike.
_STROKES_A_SLIP: Final = 5
_SMALL: Final = 6
_REST_STROKES: Final = 5

_RETROFLEX: Final = {"zh": "z", "ch": "c", "sh": "s"}


@dataclass(frozen=True, slots=True)
class Relation:
    """The class of a pair of characters (see ``classes.toml``), and what its sentence names."""

    code: str
    how: str = ""


SAME: Final = Relation("=")
UNRELATED: Final = Relation("X")


@lru_cache(maxsize=1 << 17)
def relate(a: str, b: str, is_surname: bool) -> Relation:
    """The nearest class that fits two characters; symmetric in class.

    Args:
        a: One character.
        b: Another one.
        is_surname: Whether they stand at the surname's place, which has readings and mixtures of its own.
    """
    if a == b:
        return SAME
    if (known := variants().get(a + b)) is not None:
        if is_surname and known == "V2" and a + b in mixed_surnames():
            return Relation("V3")
        return Relation(known)
    simple_a, simple_b = fold(a), fold(b)
    if simple_a == simple_b:
        return Relation("V2")
    if simple_a + simple_b in variants():
        return Relation("V2")
    if is_surname and (a + b in mixed_surnames() or simple_a + simple_b in mixed_surnames()):
        return Relation("V3")
    sounds_a, sounds_b = readings(simple_a, is_surname), readings(simple_b, is_surname)
    if shared := [sound for sound in sounds_a if sound in sounds_b]:
        return Relation("H", shared[0] + ("，字形亦近" if look_alike(simple_a, simple_b) else ""))
    if look_alike(simple_a, simple_b):
        return Relation("G")
    for code, dialect in _DIALECTS:
        for sound in sounds_a:
            for other in sounds_b:
                if dialect(sound) == dialect(other):
                    return Relation(code, f"{sound}／{other}")
    return UNRELATED


def fold(character: str) -> str:
    """The simplified form of a character."""
    return folds().get(character, character)


def fold_text(text: str) -> str:
    """A text in simplified characters."""
    return text.translate(_fold_table())


@cache
def _fold_table() -> dict[int, str]:
    return {ord(old): new for old, new in folds().items()}


def readings(character: str, is_surname: bool) -> tuple[str, ...]:
    """How a character reads, without tone, most usual first; as a surname only as surnames are read."""
    if is_surname and (own := surname_readings().get(character)) is not None:
        return own
    return characters().get(character, UNKNOWN).readings


def nasal(sound: str) -> str:
    """A syllable with -ng as -n."""
    return sound.removesuffix("g") if sound.endswith("ng") else sound


def retroflex(sound: str) -> str:
    """A syllable with zh, ch, sh as z, c, s."""
    return _RETROFLEX.get(sound[:2], sound[:2]) + sound[2:]


def lateral(sound: str) -> str:
    """A syllable with l as n."""
    return "n" + sound[1:] if sound.startswith("l") else sound


_DIALECTS: Final = (("N", nasal), ("Z", retroflex), ("L", lateral))


def look_alike(a: str, b: str) -> bool:
    """Whether two characters may be taken one for the other by their form."""
    if a + b in curated_lookalikes():
        return True
    one, other = characters().get(a, UNKNOWN), characters().get(b, UNKNOWN)
    if not one.strokes or not other.strokes:
        return _share_main_part(one.parts, other.parts, 0)
    longest = max(len(one.strokes), len(other.strokes))
    slips = Levenshtein.distance(one.strokes, other.strokes)
    is_same_frame = one.way == other.way or (longest <= _SMALL and slips == 0)
    if is_same_frame and slips <= longest // _STROKES_A_SLIP:
        return True
    return (
        _share_main_part(one.parts, other.parts, len(one.strokes) + len(other.strokes))
        or (one.way == other.way and _rests_alike(one.parts, other.parts))
        or (one.way == other.way and _one_part_alike(one.parts, other.parts))
        or _is_main_part(a, other.parts, len(other.strokes))
        or _is_main_part(b, one.parts, len(one.strokes))
    )


def _size(parts: str) -> int:
    return sum(len(characters().get(part, UNKNOWN).strokes) for part in parts)


def _shared(a: str, b: str) -> str:
    rest, shared = b, ""
    for part in a:
        if part in rest:
            rest = rest.replace(part, "", 1)
            shared += part
    return shared


def _share_main_part(a: str, b: str, strokes: int) -> bool:
    """Whether two characters share a part that is no mere radical and makes up nearly half of them."""
    shared = _shared(a, b)
    telling = [part for part in shared if part not in _RADICALS and _size(part) >= _SMALLEST_PART]
    if not telling or _size("".join(telling)) < _SHARED_STROKES:
        return False
    return 2 * _size(shared) >= _SHARED_RATIO * (strokes or _size(a) + _size(b))


def _rests_alike(a: str, b: str) -> bool:
    """Whether two characters differ only in a part, and the parts have nearly the same strokes."""
    shared = _shared(a, b)
    if not shared:
        return False
    rest_a, rest_b = (_strokes(_without(parts, shared)) for parts in (a, b))
    longest = max(len(rest_a), len(rest_b))
    slips = Levenshtein.distance(rest_a, rest_b)
    return bool(rest_a and rest_b) and (
        (slips == 0 and longest >= _SMALLEST_PART) or (slips == 1 and longest >= _REST_STROKES)
    )


def _one_part_alike(a: str, b: str) -> bool:
    """Whether two characters differ in one part only, and the two parts look alike: 莉 and 荆."""
    shared = _shared(a, b)
    rest_a, rest_b = _without(a, shared), _without(b, shared)
    return bool(shared) and len(rest_a) == len(rest_b) == 1 and look_alike(rest_a, rest_b)


def _without(parts: str, shared: str) -> str:
    for part in shared:
        parts = parts.replace(part, "", 1)
    return parts


def _strokes(parts: str) -> str:
    return "".join(characters().get(part, UNKNOWN).strokes for part in parts)


def _is_main_part(part: str, parts: str, strokes: int) -> bool:
    """Whether a character is the greater part of another one: 岂 of 凯."""
    own = _size(part)
    return part in parts and part not in _RADICALS and own >= _SHARED_STROKES and own >= _PART_RATIO * strokes
