"""回执录入: twenty papers that came back, typed in a row.

What is typed becomes rows of a 核实单 as it was sent, and goes the way of a book that came back by file: the
same checks, the same proposals, and one outcome for every row.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from reports.casework.decisions import Finding, standing_decisions
from reports.casework.filled import Cell, FilledBook, FilledRow
from reports.casework.proposals import pending_replies
from reports.casework.replies import (
    EMPTY,
    REJECTED,
    Known,
    Outcome,
    Sent,
    Source,
    read_replies,
    sent_inquiries,
)
from reports.inquiry import model as heading
from reports.inquiry.codes import typed_code
from reports.labels import label, labels
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import LISTED, MonthView
from reports.web.pages.filters import Filters, condition
from reports.web.pages.frame import asked_month, page
from reports.web.pages.handling import actor, bound
from reports.web.pages.needs import needs

ROWS = 20
FILE, SHEET = "网页录入", "回执录入"
FIELDS: Mapping[str, str] = {
    "number": heading.NUMBER,
    "code": heading.CODE,
    "answer": heading.ANSWER,
    "note": heading.EXPLANATION,
    "paper": heading.PAPER,
    "done": heading.DONE,
    "by": heading.FILLED_BY,
}
_LIMIT = 2000


@dataclass(frozen=True)
class Typed:
    """One line of the form, and what became of it."""

    place: int
    values: Mapping[str, str] = field(default_factory=dict)
    outcome: str = ""
    why: str = ""


@require_http_methods(["GET", "POST"])
@needs(May.DECIDE)
def reply_entry(request: SiteRequest) -> HttpResponse:
    """Empty lines; then what was taken, and the lines that have to be typed again."""
    typed = [
        {name: request.POST.get(f"{name}-{n}", "").strip()[:_LIMIT] for name in FIELDS}
        for n in range(1, ROWS + 1)
    ]
    with request.desk.month(asked_month(request)) as month:
        outcomes: dict[int, Outcome] = {}
        n_taken = 0
        if request.method == "POST":
            outcomes, n_taken = _take(request, month, typed)
        is_wrong = any(one.outcome == REJECTED for one in outcomes.values())
        lines = [_line(n, values, outcomes.get(n)) for n, values in enumerate(typed, 1)]
        done = [one for one in lines if one.outcome and one.outcome != REJECTED]
        answer = page(
            request,
            month,
            "pages/reply_entry.html",
            "findings",
            lines=[Typed(one.place) if one in done else one for one in lines],
            done=[
                {"place": one.place, **one.values, "words": label("reply_outcome", one.outcome)}
                for one in done
            ],
            n_taken=n_taken,
            n_wrong=sum(one.outcome == REJECTED for one in lines),
            answers=list(labels("reply_answer").items()),
        )
    if is_wrong:
        answer.status_code = 422
    return answer


def _line(place: int, values: Mapping[str, str], outcome: Outcome | None) -> Typed:
    if outcome is None or outcome.outcome == EMPTY:
        return Typed(place, values, REJECTED, "没有选答复") if any(values.values()) else Typed(place, values)
    return Typed(place, values, outcome.outcome, outcome.why)


def _take(
    request: SiteRequest, month: MonthView, typed: list[dict[str, str]]
) -> tuple[dict[int, Outcome], int]:
    """Outcome of each typed line, and how many answers were recorded."""
    casework = request.desk.casework
    sent = sent_inquiries(casework.events("inquiry").iter_rows(named=True), request.place.check_code)
    known = Known(
        sent=_within(request, month, sent),
        findings=lambda name: _findings(request, name, [_number(one) for one in typed]),
        newest=request.desk.months.listed()[-1],
        on=request.place.casework.clock().date(),
        standing=standing_decisions(casework.frame("decision")),
        pending=pending_replies(casework.events("reply").iter_rows(named=True)),
    )
    locked = {(one.number, one.code): one.locked for one in known.sent}
    rows = [_row(n, one, locked) for n, one in enumerate(typed, 1) if any(one.values())]
    book = FilledBook(tuple(rows), {SHEET: (*heading.NEEDED, *heading.LOCKED)}, {SHEET: 0}, ())
    replies = read_replies([(Source(FILE, ""), book)], known, actor(request, May.DECIDE))
    request.desk.add(replies.events)
    return {one.row: one for one in replies.outcomes}, len(replies.events)


def _number(values: Mapping[str, str]) -> str:
    return unicodedata.normalize("NFKC", values["number"]).strip().upper()


def _row(
    place: int, values: Mapping[str, str], locked: Mapping[tuple[str, str], Mapping[str, str]]
) -> FilledRow:
    """A line as the row of the 核实单 on which it was answered: its locked cells are those that were sent."""
    number = _number(values)
    cells = {FIELDS[name]: Cell(text) for name, text in values.items() if text}
    cells[heading.NUMBER] = Cell(number)
    said = locked.get((number, typed_code(values["code"])), {})
    return FilledRow(SHEET, place, {**{name: Cell(text) for name, text in said.items()}, **cells})


def _within(request: SiteRequest, month: MonthView, sent: tuple[Sent, ...]) -> tuple[Sent, ...]:
    """Of what was sent, what this person may see; everything where nothing narrows him."""
    if request.access.scope.is_whole:
        return sent
    today = request.place.casework.clock().date()
    asked = condition(Filters(status="all"), request.access.scope, today, today, refuted=True)
    own = month.rows(
        f"select f.finding_id from {LISTED} f where {asked.where}"  # noqa: S608
        " and f.finding_id in (select unnest($ids))",
        {**asked.parameters, "ids": sorted({one.finding_id for one in sent})},
    )
    ids = {row["finding_id"] for row in own}
    return tuple(one for one in sent if one.finding_id in ids)


def _findings(request: SiteRequest, name: str, numbers: list[str]) -> Mapping[str, Finding] | None:
    """Of a published month the findings that are spoken of, as `Known` has them."""
    if name not in request.desk.months.listed():
        return None
    with request.desk.month(name) as month:
        rows = month.rows(
            """select finding_id, number, rule_id, month, evidence_hash, decided_values, severity
            from finding_as_published where number in (select unnest($numbers))""",
            {"numbers": sorted({one for one in numbers if one})},
        )
    return {row["number"]: bound(row) for row in rows}
