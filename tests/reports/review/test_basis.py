"""The papers that a review cites: those of the settings, else none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.settings import OfficePapers
from reports.review.paper import NO_BASIS, basis_words
from tests.reports.inquiry.asking import OFFICE

NOTICE = "《关于开展机构编制核查的通知》（云机编发〔2026〕2号）"
PLAN = "《机构编制核查实施方案》（云机编办发〔2026〕5号）"


@pytest.mark.parametrize(
    ("papers", "said"),
    [((), NO_BASIS), ((NOTICE,), f"{NOTICE}文件"), ((NOTICE, PLAN), f"{NOTICE}和{PLAN}文件")],
)
def test_a_review_cites_what_the_office_lists(papers: tuple[str, ...], said: str) -> None:
    assert basis_words(replace(OFFICE, basis=papers)) == said


def test_without_a_paper_no_number_is_cited() -> None:
    assert "〔" not in basis_words(OFFICE)


def test_the_settings_take_the_papers_in_their_order() -> None:
    assert OfficePapers(basis=[NOTICE, PLAN]).basis == (NOTICE, PLAN)  # type: ignore[arg-type]
    assert OfficePapers().basis == ()
