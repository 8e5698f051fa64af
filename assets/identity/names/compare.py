"""The comparator of Chinese names: by structure, judged by the class of the worst difference (domain §4.4).

RapidFuzz is the only distance, and only where two characters or two spellings are compared. A mean of
similarities orders names for people to look at; it never decides.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from assets.identity.names.characters import SAME, UNRELATED, Relation, fold, readings, relate
from assets.identity.names.classes import CLASSES, NameLevel, rank_of
from assets.identity.names.describe import describes, is_taken_apart
from assets.identity.names.long_names import is_long, relate_long
from assets.identity.names.split import WILDCARDS, Piece, PieceKind, pieces, surname_length

_SURNAME_WEIGHT: Final = 1.2
# Doubtful characters that a name may have: one in a name of up to three, two in a longer one (e7).
_SHORT_NAME: Final = 3
_DOUBTS: Final = {True: 1, False: 2}
# A conflict scores below every name that may be the same.
_CONFLICT_CEILING: Final = 0.49
# Longer texts are no names; they are compared for equality only, so that no text costs much.
LONGEST_NAME: Final = 64
_LEAST_LEFT: Final = 2
_LATIN_RATIO: Final = 90


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


@dataclass(frozen=True, slots=True)
class _Difference:
    """Two pieces at one place that are not the same."""

    relation: Relation
    place: str
    a: str
    b: str

    @property
    def sentence(self) -> str:
        """The evidence."""
        class_ = CLASSES[self.relation.code]
        return class_.sentence.format(place=self.place, a=self.a, b=self.b, how=self.relation.how)


def compare(a: str, b: str) -> NameMatch:
    """Compare two normalised names (`assets.values.names.normalise_name`).

    Total: any two texts have an answer. Symmetric in level, score and class; the sentences name the first
    name first, but for a pinyin, a wildcard, a description and a missing character, which are named first.
    """
    if a == b:
        return _EQUAL
    if not a or not b or max(len(a), len(b)) > LONGEST_NAME:
        return _whole("U", a[:LONGEST_NAME], b[:LONGEST_NAME])
    one, other = pieces(a), pieces(b)
    if not one or not other:
        return _whole("U", a, b)
    if _is_latin(one) or _is_latin(other):
        return _compare_latin(a, b, one, other)
    found = _by_place(a, b, one, other)
    if found is not None and found.level is not NameLevel.CONFLICT:
        return found
    return _otherwise(a, b, one, other) or found or _whole("U", a, b)


def compare_with_former(a: str, b: str, former: Iterable[str]) -> NameMatch:
    """Compare two names, one of whose bearers had the `former` names; the nearest answer.

    A former name that 公安 or 组织 lists is as good as the name (domain §4.4): where it equals the other
    name, the level is EQUAL, and the sentence says that it is a former one.
    """
    best = compare(a, b)
    for name in former:
        for side in (a, b):
            match = compare(name, side)
            if (match.level is NameLevel.CONFLICT, -match.score) < (best.level is NameLevel.CONFLICT, -best.score):
                best = NameMatch(match.level, match.score, (f"“{name}”系登记的曾用名", *match.evidence), match.worst_class)
    return best


def _by_place(a: str, b: str, one: Sequence[Piece], other: Sequence[Piece]) -> NameMatch | None:
    """Compare names of as many pieces, place by place; None where they have not as many."""
    if len(one) != len(other):
        return None
    surname = min(surname_length(_text(one)), surname_length(_text(other)))
    found: list[_Difference] = []
    total = weights = 0.0
    for place, (x, y) in enumerate(zip(one, other, strict=True)):
        is_surname = place < surname and not is_long(a, b)
        relation = _relate_pieces(x, y, is_surname)
        weight = _SURNAME_WEIGHT if is_surname else 1.0
        weights += weight
        total += weight * CLASSES[relation.code].similarity
        if relation is not SAME:
            where = "姓氏" if is_surname else f"第{place + 1}字"
            # A stand-in is named before what it stands for.
            x, y = (y, x) if _stands_in(y) and not _stands_in(x) else (x, y)
            found.append(_Difference(relation, where, x.text, y.text))
    return _judge(found, len(one), total / weights)


def _judge(found: Sequence[_Difference], size: int, mean: float) -> NameMatch:
    """The level of a name by its differences."""
    if not found:
        return NameMatch(NameLevel.VARIANT, CLASSES["F"].similarity, (CLASSES["F"].sentence,), "F")
    worst = max((difference.relation.code for difference in found), key=rank_of)
    sentences = [difference.sentence for difference in found]
    level = CLASSES[worst].level
    doubts = sum(CLASSES[difference.relation.code].level is NameLevel.WEAK for difference in found)
    if level is NameLevel.WEAK and doubts > _DOUBTS[size <= _SHORT_NAME]:
        worst, level = "M", NameLevel.CONFLICT
        sentences.append(CLASSES["M"].sentence.format(how=doubts))
    score = min(mean, _CONFLICT_CEILING) if level is NameLevel.CONFLICT else mean
    return NameMatch(level, round(score, 4), tuple(sentences), worst)


def _otherwise(a: str, b: str, one: Sequence[Piece], other: Sequence[Piece]) -> NameMatch | None:
    """What explains two names other than differences place by place; None where nothing does."""
    if is_long(a, b) and (related := relate_long(a, b)) is not None:
        return _whole(related.code, a, b, related.how, related.likeness)
    return _reordered(a, b, one, other) or _one_more(a, b, one, other)


def _reordered(a: str, b: str, one: Sequence[Piece], other: Sequence[Piece]) -> NameMatch | None:
    """The same characters with surname and given name exchanged, or two neighbours."""
    x, y = tuple(fold(piece.text) for piece in one), tuple(fold(piece.text) for piece in other)
    if len(x) != len(y) or sorted(x) != sorted(y):
        return None
    sizes = {surname_length(_text(one)), surname_length(_text(other))}
    if any(x[size:] + x[:size] == y or y[size:] + y[:size] == x for size in sizes):
        return _whole("S", a, b, "姓与名前后颠倒")
    moved = [place for place in range(len(x)) if x[place] != y[place]]
    if len(moved) == 2 and moved[1] == moved[0] + 1:
        return _whole("S", a, b, f"第{moved[0] + 1}、{moved[1] + 1}字前后颠倒")
    return None


def _one_more(a: str, b: str, one: Sequence[Piece], other: Sequence[Piece]) -> NameMatch | None:
    """One name has one piece more: a description beside its character, one taken apart, one left out."""
    short, full = (one, other) if len(one) < len(other) else (other, one)
    short_name, full_name = (a, b) if short is one else (b, a)
    if len(full) != len(short) + 1:
        return None
    for place in range(len(full)):
        left = (*full[:place], *full[place + 1 :])
        extra = full[place]
        if not all(_relate_pieces(x, y, False).code in _LETTERS for x, y in zip(left, short, strict=True)):
            continue
        if extra.kind is PieceKind.DESCRIPTION and place and describes(extra.text, full[place - 1].text):
            return _judge([_Difference(Relation("D"), f"第{place}字", extra.text, full[place - 1].text)], len(short), 0.95)
        if len(short) >= _LEAST_LEFT and extra.kind is not PieceKind.WILDCARD:
            return _whole("O", short_name, full_name, extra.text)
    for place in range(len(short)):
        two, whole = _text(full[place : place + 2]), short[place].text
        if _text(full[:place]) + whole + _text(full[place + 2 :]) == _text(short) and is_taken_apart(two, whole):
            return _judge([_Difference(Relation("D"), f"第{place + 1}字", two, whole)], len(short), 0.9)
    return None


_LETTERS: Final = frozenset(code for code, class_ in CLASSES.items() if class_.level in (NameLevel.EQUAL, NameLevel.VARIANT))


def _relate_pieces(x: Piece, y: Piece, is_surname: bool) -> Relation:
    """How what stands at one place of two names is related."""
    if x == y and x.kind is not PieceKind.WILDCARD:
        return SAME
    if x.kind is PieceKind.HAN and y.kind is PieceKind.HAN:
        return relate(x.text, y.text, is_surname)
    if PieceKind.WILDCARD in (x.kind, y.kind):
        return Relation("W")
    if PieceKind.DESCRIPTION in (x.kind, y.kind):
        text, character = (x, y) if x.kind is PieceKind.DESCRIPTION else (y, x)
        is_right = character.kind is PieceKind.HAN and describes(text.text, character.text)
        return Relation("D") if is_right else UNRELATED
    latin, character = (x, y) if x.kind is PieceKind.LATIN else (y, x)
    return _relate_pinyin(latin.text, character.text, is_surname)


def _relate_pinyin(latin: str, character: str, is_surname: bool) -> Relation:
    """Whether letters are the reading of a character, or its beginning."""
    written = "".join(c for c in unicodedata.normalize("NFD", latin).replace("u\u0308", "v") if c.isalpha())
    sounds = {*readings(character, is_surname), *readings(fold(character), is_surname)}
    if written in sounds or written in {sound.replace("v", "u") for sound in sounds}:
        return Relation("P", "与其读音一致")
    if written in {sound[:1] for sound in sounds} or written in {sound[:2] for sound in sounds if sound[1:2] == "h"}:
        return Relation("P", "为其读音首字母")
    return UNRELATED


def _compare_latin(a: str, b: str, one: Sequence[Piece], other: Sequence[Piece]) -> NameMatch:
    """Names of which one is in letters only: the same but for case, or no evidence.

    The pinyin of a whole name is shared by too many people to speak for one (domain §4.4).
    """
    if _is_latin(one) and _is_latin(other) and _text(one) == _text(other):
        return NameMatch(NameLevel.VARIANT, CLASSES["F"].similarity, (CLASSES["F"].sentence,), "F")
    return _whole("U", a, b)


def _is_latin(name: Sequence[Piece]) -> bool:
    return all(piece.kind is PieceKind.LATIN for piece in name)


def _stands_in(piece: Piece) -> bool:
    return piece.kind is not PieceKind.HAN


def _text(name: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in name)


def _whole(code: str, a: str, b: str, how: str = "", likeness: float = 1.0) -> NameMatch:
    """A match that one sentence about both names explains."""
    class_ = CLASSES[code]
    sentence = class_.sentence.format(place="", a=a, b=b, how=how)
    return NameMatch(class_.level, round(class_.similarity * likeness, 4), (sentence,), code)
