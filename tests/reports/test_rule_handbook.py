"""The rule handbook: what is committed is what the catalogue says, and it leaves nothing out."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.rules.articles import articles
from checks.rules.catalog import load_catalog
from checks.rules.header import GROUPS
from checks.rules.parameters import STANDARD, dated_parameters
from reports.rule_handbook import FILE_NAME, handbook

DOCS = Path(__file__).resolve().parents[2] / "docs"
RULES = load_catalog()


@pytest.fixture(scope="module")
def text() -> str:
    return handbook(RULES)


def test_the_committed_handbook_is_what_the_rules_say(text: str) -> None:
    """Otherwise: `python -m reports.rule_handbook`."""
    assert (DOCS / FILE_NAME).read_text(encoding="utf-8") == text


def test_every_rule_has_its_chapter_with_an_example(text: str) -> None:
    chapters = text.split("\n### ")[1:]
    groups = list(GROUPS)
    ordered = sorted(RULES, key=lambda rule: (groups.index(rule.header.group), rule.id))
    assert [chapter.split(" ")[0] for chapter in chapters] == [rule.id for rule in ordered]
    for rule, chapter in zip(ordered, chapters, strict=True):
        lines = chapter.splitlines()
        assert lines[0] == f"{rule.id} {rule.header.title}"
        assert lines[2].startswith("> ")
        assert "{" not in chapter
        assert rule.header.remedy in chapter
        assert all(alarm in chapter for alarm in rule.header.false_alarms)
        for name in set(rule.header.parameters) - set(STANDARD):
            assert f"{dated_parameters()[name].label} `{name}`" in chapter


def test_articles_that_nobody_has_signed_off_are_marked(text: str) -> None:
    for article in articles().values():
        if not article.is_verified and article.citation in text:
            assert article.citation.endswith("［待核］")
    assert "［待核］" in text
