"""What stands in the place of a character that could not be written: does it fit the character?"""

from __future__ import annotations

import unicodedata
from typing import Final

from assets.identity.names.characters import SAME, UNRELATED, Relation, fold, readings
from assets.identity.names.describe import describes
from assets.identity.names.split import Piece, StandIn, StandInKind

_WILDCARD: Final = Relation("W")
_DESCRIBED: Final = Relation("D")
_READ: Final = Relation("P", "与其读音一致")
_INITIAL: Final = Relation("P", "为其拼音首字母")


def relate_stand_in(stand_in: StandIn, other: Piece, is_surname: bool) -> Relation:
    """How a stand-in is related to what the other name has in its place."""
    if isinstance(other, StandIn):
        if StandInKind.WILDCARD in (stand_in.kind, other.kind):
            return _WILDCARD
        return SAME if stand_in == other else UNRELATED
    if stand_in.kind is StandInKind.WILDCARD:
        return _WILDCARD
    if stand_in.kind is StandInKind.DESCRIPTION:
        return _DESCRIBED if describes(stand_in.text, other) else UNRELATED
    return _relate_pinyin(stand_in.text, other, is_surname)


def _relate_pinyin(latin: str, character: str, is_surname: bool) -> Relation:
    """Whether letters are the reading of a character, or its beginning."""
    written = "".join(c for c in unicodedata.normalize("NFD", latin).replace("u\u0308", "v") if c.isalpha())
    sounds = {*readings(character, is_surname), *readings(fold(character), is_surname)}
    sounds |= {sound.replace("v", "u") for sound in sounds}
    if written in sounds:
        return _READ
    initials = {sound[:1] for sound in sounds} | {sound[:2] for sound in sounds if sound[1:2] == "h"}
    return _INITIAL if written in initials else UNRELATED
