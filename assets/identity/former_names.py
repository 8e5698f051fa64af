"""What 编办's own tables tell of a body's earlier names and of the plates it bears beside its own.

A ledger keeps the name that a body had when an entry was made; reasons and remarks say 原水务局更名为水利局
or 加挂扶贫办牌子. Such a name leads to the body of today, unconfirmed, and only where it is no other body's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from assets.identity.unit_names import BRACKETS, SEPARATORS, bare_name, clean_name, is_body_name, split_names

_NAME = r"[“”\"‘’《]?(?P<{0}>[\u4e00-\u9fff()（）、]{{3,60}}?)[“”\"‘’》]?"
_RENAMED = re.compile(
    _NAME.format("old")
    + r"(?:更名|改名|改称)(?:为|成)"
    + _NAME.format("new")
    + r"(?=$|[，,。；;]|的批复|的通知)"
)
_FORMERLY = re.compile(
    r"(?:曾用名称?|原名称?|旧称|旧名|原称|前身)(?:为|是|系|叫)?[:：]?"
    + _NAME.format("old")
    + r"(?=$|[，,。；;])"
)
_PLATE = re.compile(
    r"(?P<no>不再|取消|撤销|停止|摘除|去除)?(?:加挂|增挂|挂)"
    + _NAME.format("plate")
    + r"的?牌子?(?=$|[，,。；;])"
)
_LEADING = re.compile(r"^(?:由|将|原|关于|同意|把)+(?=[\u4e00-\u9fff]{3})")
# Where 编办 writes of a body in its own words.
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "establishment__unit": ("change_reason", "remark"),
    "establishment__ledger": ("reason", "title", "remark"),
}
# Where an earlier name may still stand beside the code.
_NAMED = ("establishment__ledger", "establishment__section")


def former_names(
    staged: Mapping[str, pl.LazyFrame], names: Mapping[str, tuple[str, ...]], regions: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """机构编码 → earlier names and further plates, as they are written.

    Args:
        staged: table key → staged rows.
        names: 机构编码 → the names that the unit table gives.
        regions: the division's name and its other spellings.
    """
    prefixes = list(regions)
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for code, name in _beside_codes(staged):
        if code in names:
            found[code].setdefault(clean_name(name))
    for code, text in _cells(staged, "establishment__unit", "former_names"):
        found[code].update(dict.fromkeys(split_names(text)))
    renamed: dict[str, list[tuple[str, str]]] = defaultdict(list)
    gone: dict[str, set[str]] = defaultdict(set)
    for code, text in _sentences(staged):
        if code not in names:
            continue
        for part in _FORMERLY.finditer(text):
            found[code].update(dict.fromkeys(_names(part["old"], prefixes)))
        for part in _PLATE.finditer(text):
            plates = _names(part["plate"], prefixes)
            if part["no"]:
                gone[code].update(bare_name(name, prefixes) for name in plates)
            else:
                found[code].update(dict.fromkeys(plates))
        renamed[code].extend((part["old"], part["new"]) for part in _RENAMED.finditer(text))
    for code, pairs in renamed.items():
        _follow(pairs, (*names[code], *found[code]), found[code], prefixes)
    told: dict[str, tuple[str, ...]] = {}
    for code, others in sorted(found.items()):
        if code not in names:
            continue
        now = {bare_name(name, prefixes) for name in names[code]} | gone[code]
        kept = tuple(name for name in others if bare_name(name, prefixes) not in now)
        if kept:
            told[code] = kept
    return told


def _follow(
    pairs: list[tuple[str, str]], known: tuple[str, ...], found: dict[str, None], prefixes: list[str]
) -> None:
    """Adds the old names of chains that end in one of the body's names: A 更名为 B, B 更名为 C.

    Another body's renaming that is only told in this one's row leads to none of its names.
    """
    its = {bare_name(name, prefixes) for name in known}
    named = [
        (name, bare_name(name, prefixes), bare_name(clean_name(new), prefixes))
        for old, new in pairs
        for name in _names(old, prefixes)
    ]
    grown = True
    while grown:
        grown = False
        for name, old, new in named:
            if new in its and old not in its:
                its.add(old)
                found.setdefault(name)
                grown = True


def _names(text: str, prefixes: Iterable[str]) -> list[str]:
    """The names of bodies in a piece of text; what stands before the division's name is none of them."""
    parts = []
    for part in SEPARATORS.split(text):
        name = _LEADING.sub("", clean_name(part))
        begin = max((name.rfind(prefix) for prefix in prefixes), default=0)
        parts.append(name[max(begin, 0) :])
    return [part for part in parts if len(part) > 2 and is_body_name(BRACKETS.sub("", part))]


def _beside_codes(staged: Mapping[str, pl.LazyFrame]) -> Iterator[tuple[str, str]]:
    for key in _NAMED:
        yield from _cells(staged, key, "unit_name")


def _sentences(staged: Mapping[str, pl.LazyFrame]) -> Iterator[tuple[str, str]]:
    for key, columns in _TEXTS.items():
        for column in columns:
            for code, text in _cells(staged, key, column):
                yield code, clean_name(text)


def _cells(staged: Mapping[str, pl.LazyFrame], key: str, column: str) -> Iterator[tuple[str, str]]:
    """The filled cells of a column beside 机构编码, each once."""
    # A list carried over from an earlier version of the program may lack a newer column.
    if key in staged and column in staged[key].collect_schema():
        cells = staged[key].select("unit_code", column).drop_nulls().unique().sort("unit_code", column)
        yield from cells.collect(engine="streaming").iter_rows()
