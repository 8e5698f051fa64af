"""The program's sentence on a link taken apart: what speaks for one person, what against."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLAUSE = re.compile(r"[^，。；]+")
_AGAINST = ("不同", "不一致", "错误", "舍去", "不并", "冲突", "待", "无其他信息")
_FOR = ("相同", "一致", "唯一", "曾用名", "同字")


@dataclass(frozen=True)
class Clause:
    """One step of the evidence: its words, and whether they speak "for" one person, "against" or neither."""

    words: str
    leaning: str


def clauses(evidence: str) -> list[Clause]:
    """The steps of a sentence in its order."""
    return [Clause(words, _leaning(words)) for words in map(str.strip, _CLAUSE.findall(evidence)) if words]


def _leaning(words: str) -> str:
    if any(sign in words for sign in _AGAINST):
        return "against"
    return "for" if any(sign in words for sign in _FOR) else ""
