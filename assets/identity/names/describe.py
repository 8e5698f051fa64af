"""A rare character described by its parts, (莹加王旁), 金+容, 左日右斤, 三个水, or written as two: 金容."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Final

from assets.identity.names.characters import fold
from assets.identity.names.tables import UNKNOWN, characters, named_parts, part_forms

_TIMES: Final = re.compile(r"([二两双三四])个?([\u3400-\u9fff])(?!点|字)")
_COUNT: Final = {"二": 2, "两": 2, "双": 2, "三": 3, "四": 4}
_SIDE: Final = re.compile(r"([\u3400-\u9fff])(?:字旁|字头|字底|旁|头|底)")
_NO_PART: Final = re.compile(r"[^\u2e80-\u9fff\U00020000-\U000323af]")
# Words of a description that may be parts themselves: 翀 is 羽 and 中.
_PLACE: Final = re.compile(r"加|[的字左右上下内外](?:[边面部半])?")
_FILLING: Final = re.compile(r"[加与和的一个字左右上下中内外边面部半为是由组成合]")
_DEEPEST: Final = 3


@lru_cache(maxsize=1 << 14)
def describes(text: str, character: str) -> bool:
    """Whether a description names the parts of a character, in any order and either script."""
    wanted = [Counter(_one_form(part) for part in parts) for parts in _named(text) if parts]
    return any(Counter(found) in wanted for found in _openings(character, _DEEPEST))


@lru_cache(maxsize=1 << 14)
def is_taken_apart(two: str, character: str) -> bool:
    """Whether two characters in a row are the parts of one: 金容 and 镕."""
    parts = characters().get(character, UNKNOWN).parts or characters().get(fold(character), UNKNOWN).parts
    return [_one_form(part) for part in parts] == [_one_form(part) for part in two]


def _named(text: str) -> list[list[str]]:
    """The parts that a description names, read with all, some and none of its small words."""
    found: list[str] = []
    for name, part in sorted(named_parts().items(), key=lambda item: -len(item[0])):
        while name in text:
            text = text.replace(name, "", 1)
            found.append(part)
    text = _SIDE.sub(r"\1", text)
    text = _TIMES.sub(lambda match: match[2] * _COUNT[match[1]], text)
    text = _NO_PART.sub("", text)
    return [found + list(left) for left in (text, _PLACE.sub("", text), _FILLING.sub("", text))]


def _one_form(part: str) -> str:
    """A part in the one form that is compared: 氵 as 水, 瑩 as 莹."""
    simple = fold(part)
    return part_forms().get(simple, part_forms().get(part, simple))


def _openings(character: str, depth: int) -> list[list[str]]:
    """The ways to name the parts of a character: its first parts, each of them opened or not."""
    ways: list[list[str]] = []
    for form in dict.fromkeys((character, fold(character))):
        parts = characters().get(form, UNKNOWN).parts
        if not parts:
            continue
        opened: list[list[str]] = [[]]
        for part in parts:
            inner = _openings(part, depth - 1) if depth > 1 else []
            opened = [way + tail for way in opened for tail in ([_one_form(part)], *inner)][:64]
        ways.extend(opened)
    return ways
