"""A home's books of answers: written where the next run reads them, from the month that its pointer names."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from connectors.answers import LABEL_FILE, read_label_answers, read_unit_answers
from connectors.errors import UserError
from connectors.specs import shipped_specs
from pipelines.answering import HomeBooks
from pipelines.home import Home
from reports.answer_books import Answer
from reports.casework.filled import Refused
from tests.reports.published_sample import MONTH
from tests.reports.web.pages.lake.sample import LABEL, RUN, SCHOOL, peopled_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with one published month and its lake."""
    root = peopled_home(tmp_path / "home")
    pl.DataFrame({"finding_id": ["x"]}).write_parquet(root / "lake" / MONTH / RUN / "finding.parquet")
    return Home(root)


def test_what_is_answered_is_what_the_next_run_reads(home: Home) -> None:
    books = HomeBooks(home)
    asked = books.questions(MONTH)
    assert [one.row.label for one in asked.labels] == [LABEL]
    books.answer_label(MONTH, Answer(asked.labels[0].key, "忽略", "", "周敏"))
    books.answer_unit(MONTH, Answer(asked.units[0].key, SCHOOL, "", "周敏", "同一块牌子"))
    labels, issues = read_label_answers(home.mapping / LABEL_FILE, shipped_specs())
    assert (list(labels.values()), issues) == ([None], [])
    units, _, issues = read_unit_answers(home.mapping / "机构对照表.xlsx", shipped_specs())
    assert (list(units.values()), issues) == ([(SCHOOL,)], [])
    again = books.questions(MONTH)
    assert (again.labels[0].row.answer, again.labels[0].row.answered_by) == ("忽略", "周敏")
    assert again.units[0].rows[0].remark == "同一块牌子"


def test_what_stood_in_the_book_before_stays(home: Home) -> None:
    books = HomeBooks(home)
    key = books.questions(MONTH).labels[0].key
    books.answer_label(MONTH, Answer(key, "行政编制", "", "甲"))
    with pytest.raises(Refused, match="被改动过"):
        books.answer_label(MONTH, Answer(key, "事业编制", "", "乙"))
    row = books.answer_label(MONTH, Answer(key, "事业编制", "行政编制", "乙"))
    assert (row.answer, row.answered_by) == ("事业编制", "乙")


def test_a_month_whose_tables_are_gone_is_told(home: Home) -> None:
    with pytest.raises(UserError, match="不见了"):
        HomeBooks(home).questions("2026-01")
