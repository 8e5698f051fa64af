"""A name taken apart: surname and given name, and the pieces that stand for one character each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from assets.identity.names.tables import compound_surnames

MIDDLE_DOT: Final = "·"
# What stands where a character could not be shown: marks, boxes, private use, a decoding failure.
_WILDCARD: Final = re.compile("[?？*＊□■○〇◇◆※\ufffd_\ue000-\uf8ff\U000f0000-\U0010ffff]")
_PIECE: Final = re.compile(
    r"[(\[【〔（［]([^()\[\]【】〔〕（）［］]*)[)\]】〕）］]?|([A-Za-zÀ-ɏ]+)|(.)",
    re.DOTALL,
)
_PLAIN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+")
_COMPOUND: Final = 2


class StandInKind(StrEnum):
    """What stands in the place of a character that was not to be had."""

    LATIN = "latin"
    WILDCARD = "wildcard"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class StandIn:
    """Pinyin, a wildcard, or a description in brackets in the place of one character."""

    kind: StandInKind
    text: str


Piece = str | StandIn
"""What stands in one place of a name: a character, or what stands for it."""


def pieces(name: str) -> Sequence[Piece]:
    """The pieces of a normalised name, dots left out; of a plain name, the name itself.

    A description behind a wildcard explains that wildcard and takes its place.
    """
    if _PLAIN.fullmatch(name):
        return name
    found: list[Piece] = []
    for described, latin, character in _PIECE.findall(name):
        if described:
            if found and isinstance(found[-1], StandIn) and found[-1].kind is StandInKind.WILDCARD:
                found.pop()
            found.append(StandIn(StandInKind.DESCRIPTION, described))
        elif latin:
            found.append(StandIn(StandInKind.LATIN, latin.casefold()))
        elif character and _WILDCARD.match(character):
            found.append(StandIn(StandInKind.WILDCARD, character))
        elif character and character != MIDDLE_DOT:
            found.append(character)
    return tuple(found)


def text_of(piece: Piece) -> str:
    """What is written in one place."""
    return piece if isinstance(piece, str) else piece.text


def joined(name: Iterable[Piece]) -> str:
    """Pieces as one text."""
    return name if isinstance(name, str) else "".join(text_of(piece) for piece in name)


def surname_length(name: Sequence[Piece]) -> int:
    """Characters of the surname: 2 for a compound one with a given name behind it, else 1."""
    return _COMPOUND if len(name) > _COMPOUND and joined(name[:_COMPOUND]) in compound_surnames() else 1


def split_name(name: str) -> tuple[str, str]:
    """Surname and given name of a normalised Chinese name; a name with dots has no surname."""
    if MIDDLE_DOT in name:
        return "", name
    size = surname_length(name)
    return name[:size], name[size:]
