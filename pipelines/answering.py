"""A home's books of answers, as the web application has them."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.specs import load_specs
from pipelines.home import Home
from pipelines.published_run import published_store
from reports.answer_books import Answer, Questions, answer_label, answer_unit, read_questions
from reports.render.label_books import LabelRow, UnitRow


@dataclass(frozen=True)
class HomeBooks:
    """`reports.web.site.AnswerBooks` over the folder `mapping` of a home."""

    home: Home

    def questions(self, month: str) -> Questions:
        """What a published month leaves open.

        Raises:
            UserError: the month's tables are gone, or a book cannot be read.
        """
        return read_questions(
            published_store(self.home, month), load_specs(self.home.mapping), self.home.mapping
        )

    def answer_label(self, month: str, answer: Answer) -> LabelRow:
        """Write an answer into 标签对照表.xlsx.

        Raises:
            Refused, UserError: as `reports.answer_books.answer_label`.
        """
        store = published_store(self.home, month)
        return answer_label(store, load_specs(self.home.mapping), self.home.mapping, answer)

    def answer_unit(self, month: str, answer: Answer) -> tuple[UnitRow, ...]:
        """Write an answer into 机构对照表.xlsx.

        Raises:
            Refused, UserError: as `reports.answer_books.answer_unit`.
        """
        store = published_store(self.home, month)
        return answer_unit(store, load_specs(self.home.mapping), self.home.mapping, answer)
