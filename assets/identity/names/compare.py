"""The comparator of Chinese names: by structure, judged by the class of the worst difference (domain §4.4).

RapidFuzz is the only distance, and only where two characters or two spellings are compared. A mean of
similarities orders names for people to look at; it never decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assets.identity.names.characters import SAME, Relation, fold_text, relate
from assets.identity.names.classes import CLASSES, NameLevel, rank_of
from assets.identity.names.describe import describes, is_taken_apart
from assets.identity.names.long_names import is_long, relate_long
from assets.identity.names.split import (
    Piece,
    StandIn,
    StandInKind,
    joined,
    pieces,
    surname_length,
    text_of,
)
from assets.identity.names.stand_ins import relate_stand_in

_SURNAME_WEIGHT: Final = 1.2
# Doubtful characters that a name may have: one in a name of up to three, two in a longer one (e7).
_SHORT_NAME: Final = 3
_DOUBTS_SHORT: Final = 1
_DOUBTS_LONG: Final = 2
_SOUNDS: Final = frozenset("HNZL")
# A conflict scores below every name that may be the same.
_CONFLICT_CEILING: Final = 0.49
# Longer texts are no names; they are compared for equality only, so that no text costs much.
LONGEST_NAME: Final = 64
_LEAST_LEFT: Final = 2
_NEIGHBOURS: Final = 2
# A Tibetan name of two words (次仁扎西) is turned about between them.
_TWO_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class NameMatch:
    """How two names compare.

    Attributes:
        level: What may be concluded; by the class of the worst difference.
        score: 0 to 1, for ranking only.
        evidence: Chinese sentences, one a difference, in the order of the name.
        worst_class: Code of the worst difference, ``=`` for none; see ``classes.toml``.
    """

    level: NameLevel
    score: float
    evidence: tuple[str, ...]
    worst_class: str


_EQUAL: Final = NameMatch(NameLevel.EQUAL, 1.0, (CLASSES["="].sentence,), "=")
_FORM: Final = NameMatch(NameLevel.VARIANT, CLASSES["F"].similarity, (CLASSES["F"].sentence,), "F")


def compare(a: str, b: str) -> NameMatch:
    """Compare two normalised names (`assets.values.names.normalise_name`).

    Total: any two texts have an answer. Symmetric in level, score and class; the sentences name the first
    name first, but for what stands in for a character and for the shorter name, which come first.
    """
    if a == b:
        return _EQUAL
    if not a or not b or max(len(a), len(b)) > LONGEST_NAME:
        return _whole("U", a[:LONGEST_NAME], b[:LONGEST_NAME])
    one, other = pieces(a), pieces(b)
    if not one or not other:
        return _whole("U", a, b)
    if _is_latin(one) or _is_latin(other):
        # The pinyin of a whole name is shared by too many people to speak for one (domain §4.4).
        return _FORM if joined(one) == joined(other) else _whole("U", a, b)
    is_long_pair = is_long(a, b)
    found = _by_place(one, other, is_long_pair) if len(one) == len(other) else None
    if found is not None and found.level is not NameLevel.CONFLICT:
        return _spelling(found, a, b) if is_long_pair else found
    if is_long_pair and (related := relate_long(a, b)) is not None:
        short, full = (a, b) if len(one) <= len(other) else (b, a)
        return _whole(related.code, short, full, related.how, related.likeness)
    if found is not None:
        return _reordered(a, b, one, other) or found
    return _one_more(a, b, one, other) or _whole("U", a, b)


def compare_with_former(a: str, b: str, former: Iterable[str]) -> NameMatch:
    """Compare two names, the bearer of one of which had the `former` names; the nearest answer.

    A former name that 公安 or 组织 lists is as good as the name (domain §4.4): where it equals one of the
    two, the level is EQUAL, and the evidence says that it is a former name.
    """
    best = compare(a, b)
    for name in former:
        for side in (a, b):
            match = compare(name, side)
            if name and match.level is not NameLevel.CONFLICT and match.score > best.score:
                sentences = (f"“{name}”系登记的曾用名", *match.evidence)
                best = NameMatch(match.level, match.score, sentences, match.worst_class)
    return best


def _by_place(one: Sequence[Piece], other: Sequence[Piece], is_long_pair: bool) -> NameMatch:
    """Compare names of as many pieces, place by place."""
    surname = 0 if is_long_pair else min(surname_length(one), surname_length(other))
    sentences: list[str] = []
    worst = SAME.code
    lost = 0.0
    doubts = 0
    for place, (x, y) in enumerate(zip(one, other, strict=True)):
        if x == y and isinstance(x, str):
            continue
        is_surname = place < surname
        relation = _relate_pieces(x, y, is_surname)
        if relation is SAME:
            continue
        class_ = CLASSES[relation.code]
        lost += (_SURNAME_WEIGHT if is_surname else 1.0) * (1.0 - class_.similarity)
        doubts += class_.level is NameLevel.WEAK
        worst = max(worst, relation.code, key=rank_of)
        # What stands in for a character is named before what it stands for.
        left, right = (y, x) if isinstance(x, str) and isinstance(y, StandIn) else (x, y)
        sentences.append(_sentence(relation, 0 if is_surname else place + 1, text_of(left), text_of(right)))
    if not sentences:
        return _FORM
    size = len(one)
    level = CLASSES[worst].level
    if level is NameLevel.WEAK and doubts > (_DOUBTS_SHORT if size <= _SHORT_NAME else _DOUBTS_LONG):
        worst, level = "M", NameLevel.CONFLICT
        sentences.append(CLASSES["M"].sentence.format(how=doubts))
    mean = 1.0 - lost / (size + surname * (_SURNAME_WEIGHT - 1.0))
    score = min(mean, _CONFLICT_CEILING) if level is NameLevel.CONFLICT else mean
    return NameMatch(level, round(score, 4), tuple(sentences), worst)


@lru_cache(maxsize=1 << 16)
def _sentence(relation: Relation, place: int, a: str, b: str) -> str:
    where = f"第{place}字" if place else "姓氏"
    return CLASSES[relation.code].sentence.format(place=where, a=a, b=b, how=relation.how)


def _relate_pieces(x: Piece, y: Piece, is_surname: bool) -> Relation:
    if isinstance(x, StandIn):
        return relate_stand_in(x, y, is_surname)
    return relate_stand_in(y, x, is_surname) if isinstance(y, StandIn) else relate(x, y, is_surname)


def _spelling(found: NameMatch, a: str, b: str) -> NameMatch:
    """A long name whose characters differ by sound only is another spelling, not a slip."""
    is_sound = found.worst_class in _SOUNDS
    if not is_sound and found.worst_class != "G":
        return found
    related = relate_long(a, b)
    if not is_sound and (related is None or related.code != "R"):
        return found
    return NameMatch(NameLevel.LONG, found.score, (*found.evidence, "系译音用字不同"), "R")


def _reordered(a: str, b: str, one: Sequence[Piece], other: Sequence[Piece]) -> NameMatch | None:
    """The same characters with surname and given name exchanged, or two neighbours."""
    x, y = (fold_text(joined(name)) for name in (one, other))
    if x[0] not in y or len(x) != len(one) or len(y) != len(other) or sorted(x) != sorted(y):
        return None
    sizes = {surname_length(x), surname_length(y)}
    if len(x) == _TWO_WORDS:
        sizes.add(_TWO_WORDS // 2)
    if any(x[size:] + x[:size] == y or y[size:] + y[:size] == x for size in sizes):
        return _whole("S", a, b, "姓与名前后颠倒")
    moved = [place for place in range(len(x)) if x[place] != y[place]]
    if len(moved) == _NEIGHBOURS and moved[1] == moved[0] + 1:
        return _whole("S", a, b, f"第{moved[0] + 1}、{moved[1] + 1}字前后颠倒")
    return None


def _one_more(a: str, b: str, one: Sequence[Piece], other: Sequence[Piece]) -> NameMatch | None:
    """One name has one piece more: a character left out or taken apart, or a description beside one."""
    short, full = (one, other) if len(one) < len(other) else (other, one)
    if len(full) != len(short) + 1:
        return None
    head = _common(short, full)
    tail = _common(short[::-1], full[::-1])
    if head + tail >= len(short):
        extra = full[head]
        if isinstance(extra, StandIn):
            return _explained(short, head, extra)
        if len(short) >= _LEAST_LEFT:
            names = (a, b) if short is one else (b, a)
            return _whole("O", *names, extra)
        return None
    two, whole = full[head : head + 2], short[head]
    if head + tail == len(short) - 1 and isinstance(whole, str) and is_taken_apart(joined(two), whole):
        return _described(len(short), head, joined(two), whole)
    return None


def _explained(short: Sequence[Piece], place: int, extra: StandIn) -> NameMatch | None:
    """A description behind the character that it describes."""
    character = short[place - 1] if place else None
    if (
        extra.kind is StandInKind.DESCRIPTION
        and isinstance(character, str)
        and describes(extra.text, character)
    ):
        return _described(len(short), place - 1, extra.text, character)
    return None


def _described(size: int, place: int, description: str, character: str) -> NameMatch:
    class_ = CLASSES["D"]
    score = 1.0 - (1.0 - class_.similarity) / size
    return NameMatch(
        class_.level, round(score, 4), (_sentence(Relation("D"), place + 1, description, character),), "D"
    )


def _common(a: Sequence[Piece], b: Sequence[Piece]) -> int:
    """How many pieces two names have in common from the front, 繁简 folded."""
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y and fold_text(text_of(x)) != fold_text(text_of(y)):
            break
        count += 1
    return count


def _is_latin(name: Sequence[Piece]) -> bool:
    return not isinstance(name, str) and all(
        isinstance(piece, StandIn) and piece.kind is StandInKind.LATIN for piece in name
    )


def _whole(code: str, a: str, b: str, how: str = "", likeness: float = 1.0) -> NameMatch:
    """A match that one sentence about both names explains."""
    class_ = CLASSES[code]
    sentence = class_.sentence.format(place="", a=a, b=b, how=how)
    return NameMatch(class_.level, round(class_.similarity * likeness, 4), (sentence,), code)
