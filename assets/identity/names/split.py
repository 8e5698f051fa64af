"""A name taken apart: surname and given name, and the pieces that stand for one character each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from assets.identity.names.tables import compound_surnames

# What stands where a character could not be shown: marks, boxes, private use, a decoding failure.
WILDCARDS: Final = r"?？*＊□■○〇◇◆※�_"
_WILDCARD: Final = re.compile(rf"[{re.escape(WILDCARDS)}\ue000-\uf8ff\U000f0000-\U0010ffff]")
_PIECE: Final = re.compile(r"[(\[【〔（［]([^()\[\]【】〔〕（）［］]*)[)\]】〕）］]?|([A-Za-zÀ-ɏ]+)|(.)", re.DOTALL)
_PLAIN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+")
_COMPOUND: Final = 2
MIDDLE_DOT: Final = "·"


class PieceKind(StrEnum):
    """What a piece of a name is."""

    HAN = "han"
    LATIN = "latin"
    WILDCARD = "wildcard"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands in the place of one character: itself, its pinyin, a wildcard, a description in brackets."""

    kind: PieceKind
    text: str


def pieces(name: str) -> tuple[Piece, ...]:
    """The pieces of a normalised name, dots left out.

    A description behind a wildcard explains that wildcard and takes its place.
    """
    if _PLAIN.fullmatch(name):
        return tuple(Piece(PieceKind.HAN, character) for character in name)
    found: list[Piece] = []
    for described, latin, character in _PIECE.findall(name):
        if described:
            if found and found[-1].kind is PieceKind.WILDCARD:
                found.pop()
            found.append(Piece(PieceKind.DESCRIPTION, described))
        elif latin:
            found.append(Piece(PieceKind.LATIN, latin.casefold()))
        elif character and _WILDCARD.match(character):
            found.append(Piece(PieceKind.WILDCARD, "？"))
        elif character and character != MIDDLE_DOT:
            found.append(Piece(PieceKind.HAN, character))
    return tuple(found)


def has_rare_stand_in(name: str) -> bool:
    """Whether a name holds anything but characters and dots."""
    return _PLAIN.fullmatch(name.replace(MIDDLE_DOT, "")) is None


def surname_length(name: str) -> int:
    """Characters of the surname: 2 for a compound one with a given name behind it, else 1."""
    return _COMPOUND if len(name) > _COMPOUND and name[:_COMPOUND] in compound_surnames() else 1


def split_name(name: str) -> tuple[str, str]:
    """Surname and given name of a normalised Chinese name; a name with dots has no surname."""
    if MIDDLE_DOT in name:
        return "", name
    size = surname_length(name)
    return name[:size], name[size:]
