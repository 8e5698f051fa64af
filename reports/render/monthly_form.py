"""The monthly forms as one office prints them: the same head, date, 密级 and foot on every one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from reports.monthly.lines import Line
from reports.render.book import (
    PLAIN,
    STREAMED_FROM,
    Book,
    Variant,
    footer_text,
    month_start,
    new_book,
)
from reports.render.form import SIGNATURES, Form, FormColumn, total_row
from reports.render.grid import GridRow
from reports.request import ReportRequest
from reports.standing import Standing, footer_right, standing

SUBTOTAL = {"bold": True}
CAUTION = "待核实事项是核查线索，不是结论"


@dataclass(frozen=True)
class MonthlyForms:
    """The forms of one workbook.

    Attributes:
        request: what was asked for.
        said: as of when, by whom, from which run.
        book: the workbook being written.
    """

    request: ReportRequest
    said: Standing
    book: Book

    def form(
        self,
        name: str,
        title: str,
        columns: Sequence[FormColumn],
        *,
        unit: str = "人",
        notes: Sequence[str] = (),
        signed: bool = False,
        frozen: int = 2,
        portrait: bool = False,
        empty: str = "本月没有。",
    ) -> Form:
        """A form of this month; only the principal one of a workbook is signed."""
        return Form(
            name=name,
            title=title,
            reporter=self.request.office.name + self._scope,
            as_of=self.said.as_of_text,
            unit=unit,
            columns=columns,
            secrecy=self.request.office.secrecy,
            notes=notes,
            signatures=SIGNATURES if signed else (),
            portrait=portrait,
            frozen=frozen,
            empty=empty,
        )

    @property
    def sources_note(self) -> str:
        """How old each department's data are, and what did not come."""
        missing = f"；本月缺：{self.said.missing}" if self.said.missing else ""
        return f"数据日期：{self.said.sources}{missing}。"

    @property
    def _scope(self) -> str:
        """Behind the reporter: of whom the form is, where it is not of everybody."""
        asked = self.request.unit or self.request.supervisor
        return f"　　范围：{asked}" if asked else ""


@cache
def _notes() -> dict[str, list[str]]:
    return tomllib.loads((files("reports.render") / "monthly_notes.toml").read_text("utf-8"))


def notes(name: str, **values: object) -> tuple[str, ...]:
    """The notes under a form, with what stands in braces filled in."""
    return tuple(note.format(**values) for note in _notes()[name])


@contextmanager
def monthly_forms(
    request: ReportRequest,
    path: Path,
    title: str,
    *,
    streamable: bool = True,
    of_people: bool = False,
    caution: str = "",
) -> Iterator[MonthlyForms]:
    """A workbook of forms of the month; it appears whole or not at all.

    Args:
        request: what was asked for.
        path: the .xlsx to write.
        title: what the workbook is.
        streamable: its rows are written in their order, so that a large month need not be held in memory.
        of_people: it lists the people of the roster, not only bodies and types.
        caution: what the foot of each page says behind the title.
    """
    said = standing(request.month)
    counted = "coalesce(sum(on_roster), 0)" if of_people else "count(*)"
    rows = request.month.sql(f"select {counted} from three_numbers").item()  # noqa: S608
    foot = f"{said.division}{title}　{said.month}" + (f"　{caution}" if caution else "")
    with new_book(
        path,
        title=f"{said.division}{title} {said.month}",
        created=month_start(said.month),
        footer=footer_text(foot, footer_right(request, said)),
        streamed=streamable and rows > STREAMED_FROM,
    ) as book:
        yield MonthlyForms(request, said, book)


def two_lines(heading: str) -> str:
    """A heading of four characters or more for a narrow column, broken where its words part."""
    half = (len(heading) + 1) // 2
    return f"{heading[:half]}\n{heading[half:]}" if len(heading) > 3 else heading


def numbered(lines: Iterable[Line], *, coded: bool = True, variant: Variant = PLAIN) -> Iterator[GridRow]:
    """Rows of lines: 序号, (机构编码,) name, words, figures, remark."""
    for n, line in enumerate(lines, 1):
        head = (n, line.code, line.name) if coded else (n, line.name)
        yield GridRow((*head, *line.words, *line.figures, line.remark), variant=variant)


def sum_row(line: Line, *, coded: bool = True) -> GridRow:
    """The line 合计 under rows of `numbered`."""
    head = (None, None, line.name) if coded else (None, line.name)
    return total_row((*head, *line.words, *line.figures, line.remark))
