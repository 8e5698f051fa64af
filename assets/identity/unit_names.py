"""Names of bodies, made comparable: region prefix, brackets, aliases, short forms.

Scalar code on purpose: a county has hundreds of distinct names, a nation some hundred thousand, and
every row is joined by the distinct name afterwards.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

SEPARATORS = re.compile(r"[、;；,，/|\n]+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff]{4})")
BRACKETS = re.compile(r"[（(〔\[【][^）)〕\]】]*[）)〕\]】]")
REGION = re.compile(r"^[\u4e00-\u9fff]{1,10}?(?:自治区|自治州|自治县|省|市|州|盟|县|旗|区)")
COUNTY_WORD = re.compile(r"^(?:县|市|区|旗)(?=[\u4e00-\u9fff]{2})")
TOWNSHIP = re.compile(r"^[\u4e00-\u9fff]{2,8}(?:镇|乡|街道)$")


@dataclass(frozen=True)
class _Tables:
    """`unit_names.toml`: short forms, and how names and remarks end."""

    short: dict[str, list[str]]
    township: list[str]
    body: tuple[str, ...]
    named: tuple[str, ...]
    itself: tuple[str, ...]


@cache
def _tables() -> _Tables:
    data = tomllib.loads((files("assets.identity") / "unit_names.toml").read_text("utf-8"))
    tails = data["tails"]
    return _Tables(
        data["short"],
        tails["township"],
        *(tuple(tails[name]) for name in ("body", "named", "itself")),
    )


@lru_cache(maxsize=500_000)
def clean_name(name: str) -> str:
    """NFKC, no white space, one form of brackets."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))


def split_names(text: str | None) -> list[str]:
    """The names in a cell that lists several (其他全称、加挂牌子)."""
    return [clean_name(part) for part in SEPARATORS.split(text or "") if part.strip()]


def names_in_brackets(name: str) -> list[str]:
    """Bodies named in brackets behind another: 教育局（科学技术局）; remarks such as 本级 are none."""
    inside = (part[1:-1] for part in BRACKETS.findall(clean_name(name)))
    return [part for part in inside if len(part) > 2 and part.endswith(_tables().body)]


def is_body_name(text: str) -> bool:
    """Whether a piece of a sentence ends as names of bodies do."""
    return text.endswith(_tables().named)


def bare_name(name: str, regions: Iterable[str]) -> str:
    """A name without brackets and without the region it begins with."""
    bare = BRACKETS.sub("", clean_name(name))
    for region in regions:
        if bare.startswith(region) and len(bare) > len(region) + 1:
            return bare[len(region) :]
    return bare


def infer_regions(names: Iterable[str]) -> list[str]:
    """Region prefixes that a third or more of the approved names begin with, longest first."""
    cleaned = [clean_name(name) for name in names]
    counts: Counter[str] = Counter()
    for name in cleaned:
        position = 0
        while match := REGION.match(name[position:]):
            position += match.end()
            counts[name[:position]] += 1
    return sorted((r for r, n in counts.items() if 3 * n >= len(cleaned)), key=len, reverse=True)


def own_regions(prefixes: Iterable[str], given: Iterable[str]) -> list[str]:
    """The prefixes with which a name of this division begins.

    A region that only stands before another one lies above the division: 平凉市教育局 is none of the bodies
    of 云岭县, though these write 平凉市云岭县教育局.

    Args:
        prefixes: all that approved names begin with.
        given: the division's name and its other spellings.
    """
    known, own = list(prefixes), set(given)
    return [p for p in known if p in own or not any(q != p and q.startswith(p) for q in known)]


def exact_keys(name: str, regions: Iterable[str]) -> list[str]:
    """The name as it stands, without a remark in brackets that means the body itself, without its region.

    县教育局 says 县 for the name of this county.
    """
    return list(_exact_keys(name, tuple(regions)))


@lru_cache(maxsize=500_000)
def _exact_keys(name: str, regions: tuple[str, ...]) -> tuple[str, ...]:
    full = clean_name(name)
    keys = [full]
    if all(part[1:-1] in _tables().itself for part in BRACKETS.findall(full)):
        keys.append(BRACKETS.sub("", full))
    for key in list(keys):
        keys.extend(key[len(r) :] for r in regions if key.startswith(r) and len(key) > len(r) + 1)
    if words := _county_words(regions):
        keys.extend(without for key in list(keys) if (without := _without_county_word(key, words)))
    return tuple(dict.fromkeys(key for key in keys if key))


@cache
def _county_words(regions: tuple[str, ...]) -> frozenset[str]:
    """What a name may begin with instead of the division's: 县 in a county, 市 in a city."""
    return frozenset(region[-1] for region in regions) & frozenset("县市区旗")


def _without_county_word(key: str, words: frozenset[str]) -> str:
    """县教育局 as 教育局, but 市教育局 is none of a county's; 县委 is a word of its own."""
    match = COUNTY_WORD.match(key)
    is_known = match is not None and (not words or match.group() in words)
    return key[1:] if is_known and not key.startswith("委", 1) else ""


def name_keys(name: str, regions: Iterable[str]) -> list[str]:
    """Forms under which a body may be known, from the most to the least particular.

    The first key that names exactly one body decides; see `assets.identity.units`.
    """
    return list(_name_keys(name, tuple(regions)))


@lru_cache(maxsize=500_000)
def _name_keys(name: str, regions: tuple[str, ...]) -> tuple[str, ...]:
    full = clean_name(name)
    keys = [full]
    bare = BRACKETS.sub("", full)
    keys.append(bare)
    for region in regions:
        if bare.startswith(region) and len(bare) > len(region) + 1:
            keys.append(bare[len(region) :])
    words = _county_words(regions)
    keys.extend(without for key in list(keys) if (without := _without_county_word(key, words)))
    short, tails = _tables().short, _tables().township
    for key in list(keys):
        for tail in tails:
            if key.endswith(tail) and TOWNSHIP.match(key.removesuffix(tail)):
                keys.append(key.removesuffix(tail))
        for long, forms in short.items() if key.endswith(tuple(short)) else ():
            if key.endswith(long):
                keys.extend(key.removesuffix(long) + form for form in forms)
    return tuple(dict.fromkeys(key for key in keys if key))
