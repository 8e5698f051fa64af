"""身份复核: whether two records are one person's, said blind first, then with the program's evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from reports.casework.decisions import Actor
from reports.casework.filled import Refused, said_text
from reports.casework.judgements import REASON, standing_judgements
from reports.casework.opinions import BLIND, SEEN, Opinion, agreement, following, opinions_of, settled
from reports.labels import label, labels, match_level_label
from reports.masking import mask_number
from reports.web.accounts.access import May
from reports.web.casework.events import WITHDRAWN, OpinionEvent
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.clauses import clauses
from reports.web.pages.delivered import beside, delivered_rows
from reports.web.pages.disclosure import Disclosure, record_disclosure
from reports.web.pages.frame import asked_month, page
from reports.web.pages.needs import needs
from reports.web.pages.pairs import (
    STATES,
    DoubtfulPair,
    RecordOfPair,
    number_difference,
    pairs_of,
    rows_of,
    state_of,
)

SIZE = 50
SHOWN_RECORDS = 4
VERDICTS = ("same", "different", "unsure")
KEEP = "keep"


@dataclass(frozen=True)
class Told:
    """What has been said of all pairs: the judges' last words, the verdicts in force, and who wrote them."""

    said: Mapping[tuple[str, str], Mapping[str, Opinion]]
    standing: Mapping[tuple[str, str], tuple[str, str]]
    stood_by: Mapping[tuple[str, str], str]


def _told(request: SiteRequest) -> Told:
    """What has been said by now; read once for every new event."""
    casework = request.desk.casework

    def read() -> Told:
        frame = casework.frame("judgement")
        return Told(
            opinions_of(casework.events("opinion").iter_rows(named=True)),
            standing_judgements(frame),
            {(row["key_a"], row["key_b"]): row["by"] for row in frame.iter_rows(named=True)},
        )

    return request.desk.memory.current("told", casework.versions(("opinion", "judgement")), read)


@require_GET
@needs(May.JUDGE)
def identity(request: SiteRequest) -> HttpResponse:
    """The pairs of the month and how far each has come."""
    state = request.GET.get("state", "todo")
    state = state if state in STATES else ""
    with request.desk.month(asked_month(request)) as month:
        known = pairs_of(month)
        told = _told(request)
        states = [_state(request, told, pair) for pair in known.pairs]
        begin = known.places.get(request.GET.get("after", ""), -1) + 1
        wanted = [place for place in range(begin, len(states)) if not state or states[place] == state][
            : SIZE + 1
        ]
        shown = [_line(known.pairs[place], states[place], month.month) for place in wanted[:SIZE]]
        return page(
            request,
            month,
            "pages/identity.html",
            "identity",
            rows=shown,
            state=state,
            tabs=[(code, words, states.count(code)) for code, words in STATES.items()],
            n=len(states),
            judges=request.place.judges,
            agreement=agreement(request.desk.casework.events("opinion")),
            following=known.pairs[wanted[SIZE - 1]].number if len(wanted) > SIZE else "",
        )


def _state(request: SiteRequest, told: Told, pair: DoubtfulPair) -> str:
    in_force = told.standing.get(pair.keys)
    return state_of(
        told.said.get(pair.keys, {}), request.access.user, in_force[0] if in_force is not None else None
    )


def _line(pair: DoubtfulPair, state: str, month: str) -> dict[str, Any]:
    return {
        "number": pair.number,
        "a": _shown(pair.a),
        "b": _shown(pair.b),
        "difference": number_difference(pair.a.id_no, pair.b.id_no),
        "state": STATES[state],
        "address": f"{reverse('pair', args=[pair.number])}?{urlencode({'month': month})}",
    }


def _shown(record: RecordOfPair, *, whole: bool = False) -> dict[str, Any]:
    return {
        "name": record.name,
        "id_shown": record.id_no if whole else mask_number(record.id_no) if record.id_no else "",
        "department": label("department", record.department),
        "file": record.file,
        "sheet": record.sheet,
        "row": record.row,
    }


@require_GET
@needs(May.JUDGE)
def pair(request: SiteRequest, number: str) -> HttpResponse:
    """One pair; the program's evidence only for whoever has said what he thinks."""
    with request.desk.month(asked_month(request)) as month:
        return _answer(request, month, _found(month, number))


def _found(month: MonthView, number: str) -> DoubtfulPair:
    """The pair of a number.

    Raises:
        Http404: the month has none of that number.
    """
    known = pairs_of(month)
    place = known.places.get(number)
    if place is None:
        raise Http404(f"{month.month} 没有这一对记录")
    return known.pairs[place]


def _answer(
    request: SiteRequest,
    month: MonthView,
    asked: DoubtfulPair,
    *,
    refused: str = "",
    whole: bool = False,
    given: Mapping[str, str] | None = None,
) -> HttpResponse:
    told = _told(request)
    said = told.said.get(asked.keys, {})
    own = said.get(request.access.user)
    has_spoken = own is not None
    in_force = told.standing.get(asked.keys)
    values: dict[str, Any] = {
        "number": asked.number,
        "a": _shown(asked.a, whole=whole),
        "b": _shown(asked.b, whole=whole),
        "difference": number_difference(asked.a.id_no, asked.b.id_no),
        "is_same_name": asked.a.name == asked.b.name,
        "records": beside(delivered_rows(month.store, rows_of(month, asked, SHOWN_RECORDS))),
        "verdicts": [(code, label("judgement", code)) for code in VERDICTS],
        "own": _word(own),
        "must_confirm": own is not None and own.stage == BLIND and own.verdict != WITHDRAWN,
        "has_spoken": has_spoken,
        "is_whole": whole,
        "may_unmask": May.UNMASK in request.access.may,
        "judges": request.place.judges,
        "refused": refused,
        "given": given or {},
        "next": _next(request, month, told, asked),
    }
    if has_spoken:
        values |= {
            "level": match_level_label(asked.level),
            "engine": label("judgement", asked.engine),
            "clauses": clauses(asked.evidence),
            "agrees": own is not None and own.verdict == asked.engine,
            "others": [
                {**vars(one), "words": label("judgement", one.verdict), "is_kept": one.stage == SEEN}
                for by, one in sorted(said.items())
                if by != request.access.user
            ],
            "in_force": (
                (label("judgement", in_force[0]), in_force[1], told.stood_by.get(asked.keys, ""))
                if in_force
                else None
            ),
            "settled": settled(said, request.place.judges),
        }
    answer = page(request, month, "pages/pair.html", "identity", **values)
    if refused:
        answer.status_code = 422
    return answer


def _word(own: Opinion | None) -> dict[str, Any] | None:
    return None if own is None else {**vars(own), "words": label("judgement", own.verdict)}


def _next(request: SiteRequest, month: MonthView, told: Told, asked: DoubtfulPair) -> str:
    """The number of the next pair that waits for this judge; '' where none does."""
    known = pairs_of(month)
    place = known.places[asked.number]
    order = (*known.pairs[place + 1 :], *known.pairs[:place])
    waiting = (one for one in order if _state(request, told, one) in ("todo", "unfinished"))
    return next((one.number for one in waiting), "")


@require_POST
@needs(May.JUDGE)
def judge_pair(request: SiteRequest, number: str) -> HttpResponse:
    """Write down what a judge thinks; with it the judgement that follows, if one does."""
    given = {name: request.POST.get(name, "") for name in ("verdict", "reason")}
    actor = Actor(request.access.user, request.access.role_for(May.JUDGE))
    with request.desk.month(asked_month(request)) as month:
        asked = _found(month, number)
        own = _told(request).said.get(asked.keys, {}).get(actor.user)
        try:
            event = _event(asked, month.month, given, actor, own)
        except Refused as refusal:
            return _answer(request, month, asked, refused=str(refusal), given=given)
        request.desk.casework.append(event)
        # Read anew: another judge may have spoken at the same moment.
        told = _told(request)
        said, stood_by = told.said[asked.keys], told.stood_by.get(asked.keys, "")
        judgement = following(asked.keys, said, told.standing, stood_by, actor, request.place.judges)
        if judgement is not None:
            request.desk.casework.append(judgement)
    return redirect(f"{reverse('pair', args=[number])}?month={month.month}")


def _event(
    asked: DoubtfulPair, month: str, given: Mapping[str, str], actor: Actor, own: Opinion | None
) -> OpinionEvent:
    """What somebody says now: his first word is blind, every later one is not.

    Raises:
        Refused: no verdict, no reason, nothing to keep or withdraw.
    """
    verdict, reason = given["verdict"], said_text(given["reason"], REASON)
    stands = own is not None and own.verdict != WITHDRAWN
    if verdict == KEEP:
        if own is None or not stands or own.stage == SEEN:
            raise Refused("没有等待确认的判断")
        verdict, reason = own.verdict, own.reason
    elif verdict == WITHDRAWN:
        if own is None or not stands:
            raise Refused("没有可以撤回的判断")
        reason = reason or own.reason
    elif verdict not in VERDICTS:
        raise Refused(f"请选择：{'、'.join(labels('judgement')[code] for code in VERDICTS)}")
    elif not reason:
        raise Refused("没有写理由")
    return OpinionEvent(
        by=actor.user,
        role=actor.role,
        key_a=asked.keys[0],
        key_b=asked.keys[1],
        month=month,
        verdict=verdict,
        reason=reason,
        stage=BLIND if own is None else SEEN,
        engine=asked.engine,
    )


@require_POST
@needs(May.UNMASK)
def unmask_pair(request: SiteRequest, number: str) -> HttpResponse:
    """Both numbers whole, on this answer alone; who looked and why stands in the audit log."""
    with request.desk.month(asked_month(request)) as month:
        if May.JUDGE not in request.access.may:
            raise Http404("只有复核身份的人可以在这里看完整的号码")
        asked = _found(month, number)
        try:
            record_disclosure(
                request,
                Disclosure.UNMASK,
                "身份复核",
                request.POST.get("reason", ""),
                month=month.month,
                people=(asked.a.person_id, asked.b.person_id),
                rows=2,
                asked={"pair": asked.number},
            )
        except Refused as refusal:
            return _answer(request, month, asked, refused=str(refusal))
        return _answer(request, month, asked, whole=True)
