"""A site whose month has the run's own tables behind it, and the books of questions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from assets.published import read_pointer
from connectors.specs import shipped_specs
from connectors.store import RunStore
from reports.answer_books import Answer, Questions, answer_label, answer_unit, read_questions
from reports.render.label_books import LabelRow, UnitRow
from reports.web.site import AskedReport, Site
from tests.reports.web.pages.lake.sample import peopled_home


@pytest.fixture(scope="session")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In place of the home without a lake."""
    return peopled_home(tmp_path_factory.mktemp("peopled"))


@dataclass(frozen=True)
class FolderBooks:
    """`AnswerBooks` over a home folder."""

    home: Path

    def _store(self, month: str) -> RunStore:
        pointer = read_pointer(self.home / "published", month)
        assert pointer is not None
        return RunStore(self.home / "lake" / month / pointer.run)

    def questions(self, month: str) -> Questions:
        return read_questions(self._store(month), shipped_specs(), self.home / "mapping")

    def answer_label(self, month: str, answer: Answer) -> LabelRow:
        return answer_label(self._store(month), shipped_specs(), self.home / "mapping", answer)

    def answer_unit(self, month: str, answer: Answer) -> tuple[UnitRow, ...]:
        return answer_unit(self._store(month), shipped_specs(), self.home / "mapping", answer)


def _write(asked: AskedReport, path: Path) -> None:
    said = asked.recipient
    told = (asked.name, asked.month, asked.unit, said.name if said else "", said.reason if said else "")
    path.write_text(" ".join(told), "utf-8")


@pytest.fixture
def site(site: Site) -> Site:
    """The same site with its books and a writer of reports."""
    return replace(site, books=FolderBooks(site.home), write_report=_write)
