"""Long names of 少数民族: by segments between the dots, cut by a system, spelled with other characters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from assets.identity.names.characters import fold_text, readings
from assets.identity.names.split import MIDDLE_DOT, surname_length

# From so many characters on a name without dots is taken for one that lost them.
_LONG: Final = 5
# Likeness of the readings of two spellings, of 100 (domain §4.4); short segments need more.
SPELLING_RATIO: Final = 80
_SHORT_SEGMENT: Final = 2
_SHORT_RATIO: Final = 85
_CUT_RATIO: Final = 90
# What must be left of a name that was cut: a whole first segment and more, or so many characters.
_LEFT: Final = 3
_LEFT_INSIDE: Final = 5

# First sounds that spellings exchange, each with what stands for it.
_FIRST_SOUNDS: Final = {
    letter: group[0] for group in ("aeowy", "bp", "dt", "gkh", "zsjcqx") for letter in group
}


@dataclass(frozen=True, slots=True)
class LongRelation:
    """Class of a pair of long names, likeness of 0 to 1, and what the sentence names."""

    code: str
    likeness: float
    how: str = ""


def is_long(a: str, b: str) -> bool:
    """Whether either of two names has a dot, or both are too long for Chinese ones."""
    if MIDDLE_DOT in a or MIDDLE_DOT in b:
        return True
    return min(len(a), len(b)) >= _LONG and surname_length(a) == surname_length(b) == 1


def relate_long(a: str, b: str) -> LongRelation | None:
    """How two long names are related, or None where they are different."""
    whole_a, whole_b = _bare(a), _bare(b)
    if whole_a == whole_b:
        return LongRelation("F", 1.0)
    short, full = (a, b) if len(whole_a) < len(whole_b) else (b, a)
    if _is_cut(short, full) or _lacks_segment(short, full):
        return LongRelation("T", 1.0)
    spelled = _spelled(a, b)
    if spelled is not None:
        return spelled
    if _is_cut(short, full, by_sound=True):
        return LongRelation("T", 1.0)
    if sorted(_segments(a)) == sorted(_segments(b)):
        return LongRelation("S", 1.0, "各段次序不同")
    return None


def _bare(name: str) -> str:
    return fold_text(name.replace(MIDDLE_DOT, ""))


def _segments(name: str) -> list[str]:
    return [segment for segment in fold_text(name).split(MIDDLE_DOT) if segment]


@lru_cache(maxsize=1 << 14)
def _reading(text: str) -> str:
    """A segment as it sounds; characters without a reading stay."""
    return "".join((readings(character, False) or (character,))[0] for character in text)


def _likeness(a: str, b: str) -> float:
    """Likeness of two segments by sound, of 100; 0 below what their length asks for, or begun otherwise.

    Spellings differ in vowels and endings; the sound that a name begins with stays: 艾合买提 is no 买合买提.
    """
    sound_a, sound_b = _reading(a), _reading(b)
    if _FIRST_SOUNDS.get(sound_a[:1], sound_a[:1]) != _FIRST_SOUNDS.get(sound_b[:1], sound_b[:1]):
        return 0.0
    ratio = fuzz.ratio(sound_a, sound_b)
    wanted = _SHORT_RATIO if min(len(a), len(b)) <= _SHORT_SEGMENT else SPELLING_RATIO
    return ratio if ratio >= wanted else 0.0


def _spelled(a: str, b: str) -> LongRelation | None:
    """Two spellings: every segment of one sounds like the same segment of the other."""
    parts_a, parts_b = _segments(a), _segments(b)
    if len(parts_a) != len(parts_b):
        parts_a, parts_b = [_bare(a)], [_bare(b)]
    likenesses = [_likeness(x, y) for x, y in zip(parts_a, parts_b, strict=True)]
    if not all(likenesses):
        return None
    return LongRelation("R", min(likenesses) / 100, f"相似度{min(likenesses):.0f}")


def _is_cut(short: str, full: str, *, by_sound: bool = False) -> bool:
    """Whether a name is the beginning of another, in characters or in sound."""
    bare_short, bare_full = _bare(short), _bare(full)
    size = len(bare_short)
    if size >= len(bare_full) or size < _LEFT:
        return False
    head = bare_full[:size]
    if by_sound:
        return size >= _LEFT_INSIDE and fuzz.ratio(_reading(bare_short), _reading(head)) >= _CUT_RATIO
    first = len((_segments(full) or [""])[0])
    return head == bare_short and (size >= _LEFT_INSIDE or (MIDDLE_DOT in full and size >= first))


def _lacks_segment(short: str, full: str) -> bool:
    """Whether a name is another one without a middle or last segment; the first is never missing."""
    few, many = _segments(short), _segments(full)
    if len(few) >= len(many) or not few or len(few[0]) < _LEFT or _likeness(few[0], many[0]) == 0:
        return False
    rest = iter(many[1:])
    return all(any(_likeness(segment, other) > 0 for other in rest) for segment in few[1:])
