"""Articles: what may be cited for whom, and when."""

from __future__ import annotations

from datetime import date

import pytest

from checks.rules.articles import articles, basis_for, legal_nature
from checks.rules.catalog import load_catalog
from checks.rules.header import NATURES, Rule

ON = date(2026, 10, 31)


def test_the_government_regulation_is_cited_for_governments_only() -> None:
    keys = ("reg486-26-4", "reg486-6", "party2019")

    assert {nature: getattr(basis_for(keys, nature, ON), "key", None) for nature in NATURES[1:]} == {
        "government": "reg486-26-4",
        "party": "party2019",
        "mass": "party2019",
        "institution": "party2019",
        "other": "party2019",
    }


def test_an_article_is_not_cited_before_it_was_valid() -> None:
    article = basis_for(("party2019", "reg486-6"), "government", date(2015, 1, 1))

    assert article is not None
    assert article.key == "reg486-6"
    assert basis_for(("party2019",), "government", date(2015, 1, 1)) is None


def test_a_supporting_article_is_never_cited_alone() -> None:
    assert basis_for(("payroll2000",), "government", ON) is None


def test_what_nobody_signed_off_is_marked_and_nothing_pretends_to_be_a_quotation() -> None:
    for article in articles().values():
        assert article.citation.endswith("［待核］") is not article.is_verified
        assert not article.is_quotation
        assert "待核" in article.text or article.is_verified


@pytest.mark.parametrize(
    ("nature", "system", "expected"),
    [
        ("organ", "政府", "government"),
        ("political_legal", "政府", "government"),
        ("political_legal", "法院", "party"),
        ("organ", "党委", "party"),
        ("organ", "镇", "government"),
        ("organ", None, "party"),
        ("institution", "政府", "institution"),
        ("mass", "群团", "mass"),
        (None, "政府", "other"),
    ],
)
def test_legal_nature_goes_by_nature_and_system(
    nature: str | None, system: str | None, expected: str
) -> None:
    assert legal_nature(nature, system) == expected


@pytest.mark.parametrize("rule", load_catalog(), ids=lambda rule: rule.id)
def test_every_rule_has_a_basis_for_every_nature(rule: Rule) -> None:
    for nature in NATURES[1:]:
        assert basis_for(rule.header.basis_keys(nature), nature, ON) is not None
