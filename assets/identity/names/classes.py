"""In what ways two names may differ, and what each way is called: ``classes.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final


class NameLevel(StrEnum):
    """How near two names are, by the class of their worst difference (domain §4.5: e5, e6, e7, e7x)."""

    EQUAL = "equal"
    VARIANT = "variant"
    WEAK = "weak"
    LONG = "long"
    CONFLICT = "conflict"

    @property
    def label(self) -> str:
        """The level in Chinese."""
        return _LABELS[self]

    @property
    def is_same_possible(self) -> bool:
        """Whether the two may be one person's name: anything but a conflict."""
        return self is not NameLevel.CONFLICT


_LABELS: Final = {
    NameLevel.EQUAL: "姓名一致",
    NameLevel.VARIANT: "繁简、异体或姓氏混写",
    NameLevel.WEAK: "疑似误写",
    NameLevel.LONG: "长姓名截断或译音不同",
    NameLevel.CONFLICT: "姓名不同",
}


@dataclass(frozen=True, slots=True)
class DifferenceClass:
    """One way to differ; see ``classes.toml``. `rank` is its place there: greater is worse."""

    code: str
    label: str
    level: NameLevel
    similarity: float
    link: str
    sentence: str
    rank: int


def _read() -> dict[str, DifferenceClass]:
    text = Path(__file__).with_name("classes.toml").read_text(encoding="utf-8")
    return {
        row["code"]: DifferenceClass(
            row["code"],
            row["label"],
            NameLevel(row["level"]),
            row["similarity"],
            row["link"],
            row["sentence"],
            rank,
        )
        for rank, row in enumerate(tomllib.loads(text).values())
    }


CLASSES: Final = _read()
"""Code → class, from the nearest to the farthest."""


def rank_of(code: str) -> int:
    """How bad a class is: a greater number is worse."""
    return CLASSES[code].rank
