"""对照: labels and units that the run did not understand, answered where the next run reads the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from connectors.answers import IGNORE, LABEL_FILE, UNIT_FILE
from connectors.audit import append
from connectors.errors import UserError
from reports.answer_books import Answer, LabelQuestion, Questions, UnitQuestion
from reports.casework.filled import Refused, said_text
from reports.labels import unit_code
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.frame import asked_month, page
from reports.web.pages.needs import needs

SIZE = 50
KINDS = {"labels": "标签", "units": "机构"}
FILES = {"labels": LABEL_FILE, "units": UNIT_FILE}
STATES = {"open": "未答", "answered": "已答"}
OFFERED_BODIES = 3000
"""Longer lists of bodies are not offered one by one: the code is typed."""


@require_GET
@needs(May.MAP)
def mapping(request: SiteRequest) -> HttpResponse:
    """The questions of the month, those without an answer first."""
    with request.desk.month(asked_month(request)) as month:
        return _answer(request, month)


def _kind(text: str, groups: dict[str, Sequence[Any]]) -> str:
    """What was asked for, else where something is open."""
    return text if text in KINDS else next((one for one in KINDS if _open(groups[one])), "labels")


def _answer(request: SiteRequest, month: MonthView, refused: str = "", key: str = "") -> HttpResponse:
    state = request.GET.get("state", "open")
    state = state if state in STATES else ""
    begin = request.GET.get("after", "")
    questions, broken = _questions(request, month)
    groups: dict[str, Sequence[Any]] = {"labels": questions.labels, "units": questions.units}
    kind = _kind(request.GET.get("kind", ""), groups)
    asked = [one for one in groups[kind] if not state or _state(one) == state or one.key == key]
    place = next((n for n, one in enumerate(asked, 1) if one.key == begin), 0)
    shown = asked[place : place + SIZE]
    answer = page(
        request,
        month,
        "pages/mapping.html",
        "mapping",
        kind=kind,
        file=FILES[kind],
        tabs=[(code, words, _open(groups[code]), len(groups[code])) for code, words in KINDS.items()],
        state=state,
        states=list(STATES.items()),
        rows=[_label(one) if isinstance(one, LabelQuestion) else _unit(one) for one in shown],
        bodies=questions.bodies if kind == "units" and len(questions.bodies) <= OFFERED_BODIES else (),
        ignore=IGNORE,
        following=shown[-1].key if place + SIZE < len(asked) else "",
        refused=refused or broken,
        refused_key=key,
    )
    if refused:
        answer.status_code = 422
    return answer


def _questions(request: SiteRequest, month: MonthView) -> tuple[Questions, str]:
    """The month's questions; none, and why, where the books or the month's tables cannot be read."""
    nothing = Questions((), (), ())
    if request.place.books is None:
        return nothing, "这里没有接上对照表，请用 duibian serve 启动网页"
    try:
        return request.place.books.questions(month.month), ""
    except UserError as error:
        return nothing, f"{error.what}。{error.remedy}"


def _state(question: LabelQuestion | UnitQuestion) -> str:
    answer = question.row.answer if isinstance(question, LabelQuestion) else question.answer
    return "answered" if answer else "open"


def _open(questions: Sequence[LabelQuestion | UnitQuestion]) -> int:
    return sum(_state(one) == "open" for one in questions)


def _label(question: LabelQuestion) -> dict[str, Any]:
    row = question.row
    return {"key": question.key, "row": row, "answer": row.answer, "choices": (*row.choices, IGNORE)}


def _unit(question: UnitQuestion) -> dict[str, Any]:
    first = question.first
    return {
        "key": question.key,
        "row": first,
        "answer": question.answer,
        "code": unit_code(first.code),
        "names": [one.answer for one in question.rows if one.answer],
    }


@require_POST
@needs(May.MAP)
def answer_mapping(request: SiteRequest) -> HttpResponse:
    """Write one answer into its book."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else "labels"
    key = request.POST.get("key", "")[:16]
    with request.desk.month(asked_month(request)) as month:
        books = request.place.books
        try:
            if books is None:
                raise Refused("这里没有接上对照表")
            answer = Answer(
                key=key,
                said=request.POST.get("said", "").strip()[:500],
                seen=request.POST.get("seen", "")[:1000],
                by=request.access.shown_name,
                remark=said_text(request.POST.get("remark", ""), "备注"),
            )
            if kind == "labels":
                row = books.answer_label(month.month, answer)
                about = {"department": row.department, "table": row.table, "column": row.column}
            else:
                body = books.answer_unit(month.month, answer)[0]
                about = {"department": body.department, "code": body.code}
        except Refused as refusal:
            return _answer(request, month, str(refusal), key)
        except UserError as error:
            return _answer(request, month, f"{error.what}。{error.remedy}", key)
        _log(request, FILES[kind], month.month, answer, about)
        state = request.GET.get("state", "open")
        return redirect(f"{reverse('mapping')}?kind={kind}&state={state}&month={month.month}")


def _log(request: SiteRequest, book: str, month: str, answer: Answer, about: dict[str, str]) -> None:
    """That a book was answered; the label itself is left out, for it may be anything that stood in a cell."""
    settings = request.place.casework
    event = {"kind": "answer", "book": book, "month": month, "about": about, "answer": answer.said}
    append(settings.audit_log, event, settings.clock(), request.access.user)
