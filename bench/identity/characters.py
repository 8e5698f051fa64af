"""The tables of names as they are used: weighted words, sound-alikes, look-alikes."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pypinyin import Style, lazy_pinyin


@dataclass(frozen=True)
class Weighted:
    """Words and how likely each is."""

    words: NDArray[np.object_]
    shares: NDArray[np.float64]

    def draw(self, rng: np.random.Generator, size: int) -> NDArray[np.object_]:
        return self.words[rng.choice(len(self.words), size=size, p=self.shares)]


@dataclass(frozen=True)
class Rare:
    """A character that older systems cannot write, and what they write."""

    pinyin: str
    description: str
    alike: str


@dataclass(frozen=True)
class Characters:
    """Everything a name is made of or turns into."""

    surnames: Weighted
    compound: tuple[str, ...]
    confused: dict[str, list[str]]
    single: tuple[Weighted, Weighted]  # women, men
    double: tuple[Weighted, Weighted]
    rare: dict[str, Rare]
    traditional: dict[str, list[str]]
    variant: dict[str, list[str]]
    alike: dict[str, list[str]]
    compatible: dict[str, list[str]]
    homophone: dict[str, list[str]]
    near_homophone: dict[str, list[str]]
    placeholders: str
    private: str
    dots: str
    uyghur: tuple[tuple[str, str], ...]
    tibetan: tuple[tuple[str, ...], tuple[str, ...]]
    hui: tuple[tuple[str, ...], tuple[str, ...]]


@cache
def table() -> dict[str, Any]:
    """`names.toml`."""
    return tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))


def _ranked(text: str, offset: float) -> Weighted:
    words = list(dict.fromkeys("".join(text.split())))
    weights = 1.0 / (np.arange(len(words)) + offset)
    return Weighted(np.array(words, dtype=object), weights / weights.sum())


def _numbered(text: str) -> Weighted:
    weights: defaultdict[str, int] = defaultdict(int)
    for item in text.split():
        word = item.rstrip("0123456789")
        weights[word] += int(item[len(word) :])
    values = np.array(list(weights.values()), dtype=np.float64)
    return Weighted(np.array(list(weights), dtype=object), values / values.sum())


def _pairs(text: str, *, both_ways: bool = False) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for pair in text.split():
        found[pair[0]].append(pair[1])
        if both_ways:
            found[pair[1]].append(pair[0])
    return dict(found)


def _fold_sound(sound: str) -> str:
    for written, folded in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if sound.startswith(written):
            sound = folded + sound[2:]
    return sound[:-1] if sound.endswith("ng") else sound


def _sounds(given: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    characters = sorted(set(given))
    sound = dict(zip(characters, lazy_pinyin(characters, style=Style.NORMAL), strict=True))
    alike: defaultdict[str, list[str]] = defaultdict(list)
    near: defaultdict[str, list[str]] = defaultdict(list)
    for one in characters:
        alike[sound[one]].append(one)
        near[_fold_sound(sound[one])].append(one)
    same = {one: [other for other in alike[sound[one]] if other != one] for one in characters}
    close = {
        one: [other for other in near[_fold_sound(sound[one])] if sound[other] != sound[one]]
        for one in characters
    }
    return {k: v for k, v in same.items() if v}, {k: v for k, v in close.items() if v}


@cache
def characters() -> Characters:
    """The tables of `names.toml`, ready for use."""
    data = table()
    given, minority, chars = data["given"], data["minority"], data["characters"]
    pool = "".join(
        "".join(given[key].split()) for key in ("male_single", "female_single", "male", "female")
    ) + "".join("".join(pair) for pair in chars["alike"].split())
    homophone, near_homophone = _sounds(pool)
    return Characters(
        surnames=_numbered(data["surnames"]["weighted"]),
        compound=tuple(data["surnames"]["compound"].split()),
        confused=_pairs(data["surnames"]["confused"]),
        single=(_ranked(given["female_single"], 2.5), _ranked(given["male_single"], 2.5)),
        double=(_ranked(given["female"], 8.0), _ranked(given["male"], 8.0)),
        rare={line.split()[0]: Rare(*line.split()[1:]) for line in given["rare"].strip().splitlines()},
        traditional=_pairs(chars["traditional"]),
        variant=_pairs(chars["variant"]),
        alike=_pairs(chars["alike"], both_ways=True),
        compatible=_pairs(chars["compatible"]),
        homophone=homophone,
        near_homophone=near_homophone,
        placeholders=chars["placeholders"],
        private=chars["private"],
        dots=chars["dots"],
        uyghur=tuple((one.split("/")[0], one.split("/")[1]) for one in minority["uyghur"].split()),
        tibetan=(tuple(minority["tibetan_first"].split()), tuple(minority["tibetan_last"].split())),
        hui=(tuple(minority["hui_surnames"].split()), tuple(minority["hui_first"].split())),
    )
