"""Builds ``characters.tsv``, the table of characters that `assets.values.names` reads.

    python -m assets.values.build_characters

Needs OpenCC, which the program itself does not. Rows: class, character, what it stands for.

fold
    a traditional or variant character and its simplified form, one to one: OpenCC's t2s on each character
    alone. Lossy (昇 becomes 升): for comparison only.
private
    a character of the private use area that cp936 gave to the bytes FE50-FEA0 of GBK, and the character
    that Unicode has for them since.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from assets.values.characters import CHARACTERS_FILE

# Unified ideographs and extensions A to H.
_IDEOGRAPHS: Final = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF))
# Characters of names in their own right (通用规范汉字表, 2013), whatever a dictionary says; 乾 (qián) is 干
# only where it means dry.
_KEPT: Final = frozenset("堃喆淼祎翀頔镕玥乾")

_PRIVATE: Final = (0xE815, 0xE864)
# Not in every version of the standard's mapping, so written down.
_PRIVATE_LATER: Final = dict(
    zip(
        (
            *(0xE816, 0xE817, 0xE818, 0xE831, 0xE83B, 0xE855, 0xE81E),
            *(0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864),
        ),
        "𠂇𠂉𠃌𡗗𢦏𤇾龴龵龶龷龸龹龺龻",
        strict=True,
    )
)


def fold_pairs() -> Iterator[tuple[str, str]]:
    """Each character that OpenCC simplifies to another single one, for good."""
    from opencc import OpenCC

    converter = OpenCC("t2s")
    for first, last in _IDEOGRAPHS:
        for point in range(first, last + 1):
            character = chr(point)
            simple = converter.convert(converter.convert(character))
            if simple != character and len(simple) == 1 and character not in _KEPT:
                yield character, simple


def private_pairs() -> Iterator[tuple[str, str]]:
    """Each character of GBK's FE50-FEA0 as cp936 had it, with its own code point."""
    for point in range(_PRIVATE[0], _PRIVATE[1] + 1):
        trail = 0x50 + point - 0xE815 if point <= 0xE843 else 0x80 + point - 0xE844
        character = bytes((0xFE, trail)).decode("gb18030", errors="replace")
        now = _PRIVATE_LATER.get(point, character)
        if not "\ue000" <= now <= "\uf8ff" and now != "\ufffd":
            yield chr(point), now


def build() -> str:
    """The whole file as text, in order of code points."""
    rows = [("fold", *pair) for pair in fold_pairs()] + [("private", *pair) for pair in private_pairs()]
    return "".join("\t".join(row) + "\n" for row in rows)


if __name__ == "__main__":
    CHARACTERS_FILE.write_text(build(), encoding="utf-8", newline="\n")
