"""The 65 numbers of 核查情况报告: their order, words and methods, from `numbers.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

APPROVED, ACTUAL, CONFIRMED, VERIFYING = "approved", "actual", "confirmed", "verifying"
PROBLEMS = "二（一）"
SIDES = {PROBLEMS: (CONFIRMED,)}
BOTH_SIDES = (APPROVED, ACTUAL)


@dataclass(frozen=True)
class Number:
    """One number of the report.

    Attributes:
        position: 1 to 65, in the order in which they are printed.
        part: of the report, such as 一（一）.
        side: approved, actual, or confirmed for those of part two.
        item: what is counted; the same on both sides.
        side_label: 批准机构, 实际设置 …; label: what is counted, in words.
        unit: 家, 名 or 人.
        of: the item that it is part of; ''.
        method: how it is counted.
    """

    position: int
    part: str
    title: str
    side: str
    item: str
    side_label: str
    label: str
    unit: str
    of: str
    method: str


@dataclass(frozen=True)
class Question:
    """A question of part two that is answered in words, and the rules whose findings answer it."""

    title: str
    rules: tuple[str, ...]


@cache
def _written() -> dict[str, Any]:
    return tomllib.loads((files("reports.review") / "numbers.toml").read_text("utf-8"))


@cache
def numbers() -> tuple[Number, ...]:
    """All 65, in the order of the template."""
    found: list[Number] = []
    for block in _written()["block"]:
        units = block["unit"].split("|")
        sides = SIDES.get(block["part"], BOTH_SIDES)
        labels = block["sides"][-len(sides) :]
        for place, (side, side_label) in enumerate(zip(sides, labels, strict=True)):
            if not side_label:
                continue
            found += [
                Number(
                    position=len(found) + n,
                    part=block["part"],
                    title=block["title"],
                    side=side,
                    item=item["key"],
                    side_label=side_label,
                    label=item["label"],
                    unit=units[min(place, len(units) - 1)],
                    of=item.get("of", ""),
                    method=block[APPROVED if side == APPROVED else ACTUAL],
                )
                for n, item in enumerate(block["items"], 1)
            ]
    return tuple(found)


@cache
def questions() -> tuple[Question, ...]:
    """Questions 1 to 4 of part two."""
    return tuple(Question(one["title"], tuple(one["rules"])) for one in _written()["problem"])


def other_groups() -> tuple[str, ...]:
    """Groups of rules whose confirmed findings the seventh question tells."""
    return tuple(_written()["others"]["groups"])
