"""The form of 核查情况报告: 65 numbers in the template's order, each printed once."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from importlib.resources import files

from reports.review.numbers import ACTUAL, APPROVED, CONFIRMED, numbers
from tests.reports.review.reading import ACCUSING

LEAVING = (
    "公示",
    "告知书",
    "更正函",
    "结果告知书",
    "联审盖章单",
    "入编通知单",
    "出编审核表",
    "草稿说明",
)
TEMPLATE_SIDES = {"a": APPROVED, "b": ACTUAL, "c": CONFIRMED}


def paper_source() -> str:
    paper = tomllib.loads((files("reports.word.papers") / "核查情况报告.toml").read_text("utf-8"))
    return "\n".join(block.get("text", "") for block in paper["block"])


def test_there_are_65_numbers_in_the_blocks_of_the_template() -> None:
    blocks = Counter(number.part for number in numbers())

    assert [number.position for number in numbers()] == list(range(1, 66))
    assert blocks == {
        "一（一）": 26,
        "一（二）": 16,
        "一（三）": 12,
        "一（四）": 6,
        "一（五）": 1,
        "二（一）": 4,
    }


def test_the_paper_prints_each_of_them_once_and_in_their_order() -> None:
    printed = [
        (TEMPLATE_SIDES[side], item) for side, item in re.findall(r"{{ ([abc])\.(\w+) }}", paper_source())
    ]

    assert printed == [(number.side, number.item) for number in numbers()]


def test_only_the_heading_of_the_template_says_what_no_other_paper_may_say() -> None:
    assert paper_source().count("吃空饷") == 1
    texts = {name: (files("reports.word.papers") / f"{name}.toml").read_text("utf-8") for name in LEAVING}
    assert [name for name, text in texts.items() if ACCUSING.search(text)] == []
