"""空编情况: where approved posts are vacant, for how long, and which permits to fill them are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.labels import unit_code
from reports.monthly.ground import lay, lay_numbers, type_text
from reports.monthly.lines import Line, added, code_text, grouped
from reports.request import ReportRequest
from reports.standing import month_end

FACTS = ("unit_month", "permit")
FIGURES = ("approved", "on_roster", "n_vacant", "n_promised", "n_free")
"""Approved, on the roster, vacant, vacant with a permit still unused, vacant and free."""


@dataclass(frozen=True)
class Vacancy:
    """One body and type with vacant posts.

    Attributes:
        line: its figures in the order of `FIGURES`; the type of quota is its only word.
        since: the first month of the vacancy that lasts without interruption, YYYY-MM.
        n_months: months published since then.
        is_from_first_month: it was vacant already when records began.
        n_throughout: posts that were vacant in each of these months.
    """

    line: Line
    since: str
    n_months: int | None
    is_from_first_month: bool
    n_throughout: int | None


@dataclass(frozen=True)
class Permit:
    """One 编制使用单 in force with posts left."""

    permit_no: str
    unit_id: str
    unit_name: str
    quota_type: str
    n_posts: int | None
    n_left: int
    entry_way: str
    approved_on: date | None
    valid_until: date | None
    document_no: str


@dataclass(frozen=True)
class Vacancies:
    """空编情况 of a month."""

    vacancies: tuple[Vacancy, ...]
    permits: tuple[Permit, ...]
    by_type: tuple[Line, ...]
    by_supervisor: tuple[Line, ...]
    total: Line
    n_permitted: int


def read_vacancies(request: ReportRequest) -> Vacancies:
    """Read it for the bodies asked for."""
    found = {body.unit_id: body.name for body in lay_numbers(request)}
    month = request.month
    month.lay_facts(*FACTS)
    lay(month, "vacancies", {"month": month.month, "month_end": month_end(month.month)})
    vacancies = []
    for row in month.sql("from vacancy_line order by place, quota_type").iter_rows(named=True):
        vacant, promised = row["n_vacant"] or 0, row["n_promised"]
        line = Line(
            code=unit_code(row["unit_id"]),
            name=row["unit_name"] or "",
            words=(type_text(row["quota_type"]),),
            figures=(row["approved"], row["on_roster"], vacant, promised, vacant - promised),
            remark="编制池" if row["is_pool"] else "",
            supervisor=row["supervisor"] or "",
        )
        first = bool(row["is_from_first_month"])
        vacancies.append(Vacancy(line, row["since"] or "", row["n_months"], first, row["n_throughout"]))
    permits = tuple(
        Permit(
            permit_no=row["permit_no"] or "",
            unit_id=unit_code(row["unit_id"]),
            unit_name=found.get(row["unit_id"], ""),
            quota_type=type_text(row["quota_type"]),
            n_posts=row["n_posts"],
            n_left=row["n_left"],
            entry_way=code_text("entry_way", row["entry_way"]),
            approved_on=row["approved_on"],
            valid_until=row["valid_until"],
            document_no=row["document_no"] or "",
        )
        for row in month.sql("from open_permit order by place, permit_no, row_uid").iter_rows(named=True)
    )
    lines = [vacancy.line for vacancy in vacancies]
    width = len(FIGURES)
    return Vacancies(
        vacancies=tuple(vacancies),
        permits=permits,
        by_type=grouped(lines, lambda line: line.words[0], width),
        by_supervisor=grouped(lines, lambda line: line.supervisor, width),
        total=added("合计", lines, width),
        n_permitted=sum(permit.n_left for permit in permits),
    )
