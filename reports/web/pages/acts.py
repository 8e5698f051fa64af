"""What is done about one finding: decide, take back, agree, assign, ask, accept an answer, see whole numbers.

Every act is an event of casework, bound to the evidence that was looked at; what cannot be saved is said on
the page, with what was typed still in it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from connectors.errors import UserError
from connectors.landing import store
from reports.casework.countersigning import approve, proposal_of, send_back
from reports.casework.decisions import Said, conclude, said
from reports.casework.filled import Cell, Refused, day_in, said_text
from reports.casework.proposals import accept, decline, last_replies
from reports.casework.sendings import sending, withdrawal
from reports.labels import label
from reports.web.accounts.access import May
from reports.web.casework.events import (
    WITHDRAWN,
    AssignmentEvent,
    AttachmentEvent,
    DecisionEvent,
    Event,
    ProposalEvent,
)
from reports.web.casework.store import Overtaken
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.detail import detail
from reports.web.pages.disclosure import Disclosure, record_disclosure
from reports.web.pages.frame import asked_month
from reports.web.pages.handling import actor, bound, colleagues, found, leave_notice, standing_on
from reports.web.pages.needs import needs
from reports.web.pages.queue import queue_of
from reports.web.site import AskedInquiry

Row = dict[str, Any]
SAID = ("verdict", "reason", "paper", "until", "hash", "known", "assignee", "due_on", "note")
REFUTED = "refuted"
CHANGED = "在您查看以后本条的证据有了变化，请看过新的证据再下结论"


@dataclass(frozen=True)
class Act:
    """What an act comes to: events to be added, what is said afterwards, what can be taken back."""

    events: Sequence[Event]
    words: str
    undo: str = ""
    known: Mapping[str, int] = field(default_factory=dict)


Make = Callable[[SiteRequest, MonthView, Row], Act]


def _act(request: SiteRequest, number: str, make: Make, *, refuted: bool = False) -> HttpResponse:
    """Do it and go on, or say why not."""
    with request.desk.month(asked_month(request)) as month:
        row = found(request, month, number, refuted=refuted)
        # Where the next one is must be known before this one leaves the list.
        queue = queue_of(request, month, row, request.place.casework.clock().date())
        onward = queue.address(queue.after) if queue.after else queue.back
        try:
            act = make(request, month, row)
            request.desk.add(act.events, act.known)
        except Overtaken:
            why = _overtaken(request, row["finding_id"])
        except Refused as refusal:
            why = str(refusal)
        except UserError as error:
            why = f"{error.what}；{error.remedy}"
        else:
            seen = request.desk.casework.last("decision", [row["finding_id"]])[row["finding_id"]]
            leave_notice(request, act.words, act.undo, seen)
            is_gone = any(isinstance(one, DecisionEvent) and one.verdict == REFUTED for one in act.events)
            is_onward = is_gone or request.POST.get("then") == "next"
            return redirect(onward if is_onward else queue.address(number))
        given = {name: request.POST.get(name, "") for name in SAID}
        return detail(request, month, row, said=given, refused=why)


def _overtaken(request: SiteRequest, finding_id: str) -> str:
    last = request.desk.casework.about("decision", finding_id)[-1]
    words = (
        "撤回了结论" if last["verdict"] == WITHDRAWN else f"下了结论“{label('decision', last['verdict'])}”"
    )
    return (
        f"在您查看以后，{last['by']} 于 {last['at'][11:16]} 已对本条{words}："
        f"{last['reason']}。您的没有保存；确要改变的，请再保存一次"
    )


@require_POST
@needs(May.DECIDE)
def decide_finding(request: SiteRequest, number: str) -> HttpResponse:
    """Write down a conclusion; on a red finding somebody who may not approve only proposes it."""

    def make(request: SiteRequest, month: MonthView, row: Row) -> Act:
        if request.POST.get("hash", "") != row["evidence_hash"]:
            raise Refused(CHANGED)
        until = day(request.POST.get("until", ""), "有效期")
        word = said(
            request.POST.get("verdict", ""),
            request.POST.get("reason", ""),
            request.POST.get("paper", ""),
            until,
        )
        return concluded(request, row, word, known_of(request, row))

    return _act(request, number, make)


def known_of(request: SiteRequest, row: Row) -> dict[str, int]:
    """The last decision that the page showed; a page without one asks for no comparison."""
    text = request.POST.get("known", "")
    return {row["finding_id"]: int(text)} if text.isdigit() and len(text) < 18 else {}


def concluded(request: SiteRequest, row: Row, word: Said, known: Mapping[str, int]) -> Act:
    """A conclusion, or the proposal of one.

    Raises:
        Refused: see `decide`.
    """
    who, standing = actor(request, May.DECIDE), standing_on(request, row["finding_id"])
    words = f"{row['number']} {label('decision', word.verdict)}"
    event = conclude(bound(row), word, who, standing, may_approve=May.APPROVE in request.access.may)
    told = f"已提出：{words}，待复核员同意后生效" if isinstance(event, ProposalEvent) else f"已保存：{words}"
    return Act([event], told, row["number"], known)


@require_POST
@needs(May.DECIDE)
def undo(request: SiteRequest, number: str) -> HttpResponse:
    """Take back what was concluded or proposed: one more event, nothing is removed."""

    def make(request: SiteRequest, month: MonthView, row: Row) -> Act:
        reason = request.POST.get("reason", "").strip() or "登记有误，撤回"
        if row["proposed"]:
            proposal = proposal_of(request.desk.casework.about("proposal", row["finding_id"])[-1])
            if proposal.by != request.access.user and May.APPROVE not in request.access.may:
                raise Refused("这一结论是别人提出的，由本人或复核员退回")
            return Act(
                [send_back(proposal, reason, actor(request, May.DECIDE))], f"已撤回 {number} 提出的结论"
            )
        act = concluded(request, row, said(WITHDRAWN, reason), known_of(request, row))
        return Act(act.events, act.words, "", act.known)

    return _act(request, number, make, refuted=True)


@require_POST
@needs(May.APPROVE)
def countersign(request: SiteRequest, number: str) -> HttpResponse:
    """Agree to a conclusion that somebody proposed, or send it back."""

    def make(request: SiteRequest, month: MonthView, row: Row) -> Act:
        if not row["proposed"]:
            raise Refused("本条没有等待复核的结论，可能已由别人办理")
        who = actor(request, May.APPROVE)
        proposal = proposal_of(request.desk.casework.about("proposal", row["finding_id"])[-1])
        if request.POST.get("answer") == "return":
            return Act([send_back(proposal, request.POST.get("note", ""), who)], f"已退回 {number}")
        approved = approve(proposal, bound(row), who, standing_on(request, row["finding_id"]))
        words = f"已同意：{number} {label('decision', proposal.verdict)}"
        return Act([approved.decision, approved.proposal], words, number, known_of(request, row))

    return _act(request, number, make)


@require_POST
@needs(May.DECIDE)
def assign(request: SiteRequest, number: str) -> HttpResponse:
    """Say who handles it, and until when."""

    def make(request: SiteRequest, month: MonthView, row: Row) -> Act:
        return Act([assignment(request, row)], f"已分派 {number}")

    return _act(request, number, make)


def assignment(request: SiteRequest, row: Row) -> AssignmentEvent:
    """The event of an assignment, as the form says it.

    Raises:
        Refused: nobody of that name handles findings, or the day is none.
    """
    assignee = request.POST.get("assignee", "").strip()
    if assignee and assignee not in colleagues(request):
        raise Refused("没有这个办理人，或他不是核查员、复核员")
    due_on = day(request.POST.get("due_on", ""), "期限")
    if due_on is not None and due_on < request.place.casework.clock().date():
        raise Refused(f"期限 {due_on} 已经过去")
    who = actor(request, May.DECIDE)
    return AssignmentEvent(
        by=who.user,
        role=who.role,
        finding_id=row["finding_id"],
        number=row["number"],
        month=row["month"],
        assignee=assignee,
        due_on=due_on,
        reason=said_text(request.POST.get("note", ""), "说明"),
    )


@require_POST
@needs(May.DECIDE)
def ask(request: SiteRequest, number: str) -> HttpResponse:
    """Make the 核实单 about it, record it as sent, and keep it among the papers."""

    def make(request: SiteRequest, month: MonthView, row: Row) -> Act:
        today = request.place.casework.clock().date()
        whole = request.POST.get("to") != "unit"
        asked = AskedInquiry(month.month, (number,), today, "" if whole else row["unit_id"] or "")
        who = actor(request, May.DECIDE)
        paper = said_text(request.POST.get("paper", ""), "文号")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "inquiry.xlsx"
            inquiries = request.place.write_inquiry(asked, path)
            sha256, size = store(path, request.place.home / "archive")
        book = AttachmentEvent(
            by=who.user,
            role=who.role,
            finding_id=row["finding_id"],
            number=number,
            month=row["month"],
            file=f"核实单 {number} {today:%Y%m%d}.xlsx",
            kind="xlsx",
            size=size,
            file_sha256=sha256,
            note="发出的核实单",
        )
        names = "、".join(one.name for one in inquiries)
        return Act(
            [*sending(inquiries, who, paper), book], f"已登记发给 {names}；核实单在附件中，请下载后送出"
        )

    return _act(request, number, make)


@require_POST
@needs(May.DECIDE)
def unask(request: SiteRequest, number: str) -> HttpResponse:
    """Take back a 核实单 that was sent by mistake."""

    def make(request: SiteRequest, month: MonthView, row: Row) -> Act:
        sent = request.desk.casework.about("inquiry", row["finding_id"])
        if not sent or sent[-1]["verdict"] == WITHDRAWN:
            raise Refused("没有发出过核实单，或已撤回")
        return Act([withdrawal(sent[-1], actor(request, May.DECIDE))], f"已撤回 {number} 的核实单")

    return _act(request, number, make)


@require_POST
@needs(May.APPROVE)
def answer(request: SiteRequest, number: str) -> HttpResponse:
    """Make a decision of what a unit answered, or have it answered again."""

    def make(request: SiteRequest, month: MonthView, row: Row) -> Act:
        events = request.desk.casework.about("reply", row["finding_id"])
        last = last_replies(events).get(row["finding_id"])
        if last is None or last.step != "proposed":
            raise Refused("没有等待采纳的回执，可能已由别人办理")
        who = actor(request, May.APPROVE)
        if request.POST.get("answer") == "decline":
            return Act([decline(last, request.POST.get("note", ""), who)], f"已退回 {number} 的回执")
        accepted = accept(last, bound(row), who, standing_on(request, row["finding_id"]))
        words = f"已采纳回执：{number} {label('decision', last.answer)}"
        return Act([accepted.decision, accepted.reply], words, number, known_of(request, row))

    return _act(request, number, make)


@require_POST
@needs(May.UNMASK)
def unmask(request: SiteRequest, number: str) -> HttpResponse:
    """Show the numbers whole, once; who saw them and why is written down before."""
    with request.desk.month(asked_month(request)) as month:
        row = found(request, month, number)
        people = [row["person_id"]]
        try:
            record_disclosure(
                request,
                Disclosure.UNMASK,
                "疑点详情",
                request.POST.get("reason", ""),
                month=month.month,
                people=people,
                rows=1,
                asked={"number": number},
            )
        except Refused as refusal:
            return detail(request, month, row, refused=str(refusal))
        return detail(request, month, row, unmask=True)


def day(text: str, what: str) -> date | None:
    """A day as somebody typed it; None for nothing.

    Raises:
        Refused: it is none.
    """
    try:
        return day_in(Cell(text.strip()))
    except Refused:
        raise Refused(f"没有看懂{what}“{text.strip()[:20]}”，请写成 2026-12-31") from None
