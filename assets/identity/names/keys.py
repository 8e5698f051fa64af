"""Keys that bring names together for comparison, as Polars expressions. A key is never evidence."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import polars as pl

from assets.identity.names.characters import lateral, nasal, retroflex
from assets.identity.names.split import MIDDLE_DOT
from assets.identity.names.tables import characters, compound_surnames, folds, surname_readings, variants
from assets.values.names import fold_name

_SURNAME: Final = 1
_COMPOUND: Final = 2


def reading_key(name: pl.Expr, *, is_loose: bool = False) -> pl.Expr:
    """Pinyin without tone, a space before each syllable, surnames as surnames are read: `` shan xiong xin``.

    Args:
        name: Normalised names.
        is_loose: Also fold -ng to -n, zh ch sh to z c s, and l to n.

    Characters without a reading stay as they are, dots go. Each character takes its most usual reading.
    """
    surnames, surname_sounds, given, given_sounds = _sounds(is_loose)
    bare = (
        name.str.replace_all(MIDDLE_DOT, "", literal=True)
        .str.to_lowercase()
        .str.replace_all("[a-z]+", " ${0}")
    )
    has_dot = name.str.contains(MIDDLE_DOT, literal=True)
    compound = bare.str.slice(0, _COMPOUND).replace_strict(
        *_compounds(is_loose), default=None, return_dtype=pl.String
    )
    single = bare.str.slice(0, _SURNAME).replace(list(surnames), list(surname_sounds))
    read = (
        pl.when(compound.is_not_null() & ~has_dot & (bare.str.len_chars() > _COMPOUND))
        .then(compound + bare.str.slice(_COMPOUND))
        .when(~has_dot)
        .then(single + bare.str.slice(_SURNAME))
        .otherwise(bare)
    )
    return read.str.replace_many(list(given), list(given_sounds))


def fold_key(name: pl.Expr) -> pl.Expr:
    """Name with 繁简, 异体 and mixed surnames written one way, without dots, in small letters."""
    old, new = _representatives()
    return (
        fold_name(name).str.replace_all(MIDDLE_DOT, "", literal=True).str.replace_many(list(old), list(new))
    )


def _fold_sound(sound: str) -> str:
    return lateral(retroflex(nasal(sound)))


def _unchanged(sound: str) -> str:
    return sound


@cache
def _sounds(is_loose: bool) -> tuple[tuple[str, ...], ...]:
    """Surnames and how they read, characters and how they read, beside each other."""
    change: Callable[[str], str] = _fold_sound if is_loose else _unchanged
    usual = {c: f" {change(row.readings[0])}" for c, row in characters().items() if row.readings}
    own = {s: f" {change(r[0])}" for s, r in surname_readings().items() if len(s) == _SURNAME}
    own |= {old: own[new] for old, new in folds().items() if new in own}
    return tuple(own), tuple(own.values()), tuple(usual), tuple(usual.values())


@cache
def _compounds(is_loose: bool) -> tuple[list[str], list[str]]:
    """Compound surnames, and how each character of them reads where that is not its usual reading."""
    change: Callable[[str], str] = _fold_sound if is_loose else _unchanged
    own = surname_readings()
    usual = {c: row.readings[0] for c, row in characters().items() if row.readings}
    special = {"尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "乐正": "yue zheng", "宰父": "zai fu"}
    read = {
        s: "".join(f" {change(r)}" for r in (special[s].split() if s in special else (usual[c] for c in s)))
        for s in sorted(compound_surnames() | {s for s in own if len(s) == _COMPOUND})
    }
    return list(read), list(read.values())


@cache
def _representatives() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Characters that have a variant, and the one that stands for the group: its smallest code point."""
    leader: dict[str, str] = {}

    def find(character: str) -> str:
        while (up := leader.setdefault(character, character)) != character:
            character = up
        return character

    for pair in sorted(variants()):
        a, b = (folds().get(character, character) for character in pair)
        low, high = sorted((find(a), find(b)))
        leader[high] = low
    changed = {c: find(c) for c in sorted(leader) if find(c) != c}
    return tuple(changed), tuple(changed.values())
