"""Signing proposed holds: a preview of the lines first, then the signature; one person never gives both."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from threading import Lock
from typing import Any

import polars as pl
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from connectors.errors import UserError
from reports.casework.gate_signing import lift_holds, sign, sign_breakers, take_back
from reports.web.accounts.access import May
from reports.web.casework.events import Event
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.filters import Asked
from reports.web.pages.frame import asked_month, page
from reports.web.pages.gate.chosen import Chosen, chosen_payroll, shown_names, signer_of
from reports.web.pages.gate.filters import Signer, condition, read_filters
from reports.web.pages.gate.holds import Holds
from reports.web.pages.gate.lines import PayLine, lines_of, uids_of
from reports.web.pages.needs import needs

AT_ONCE = 5_000
SHOWN = 200
SIGN, TAKE_BACK, LIFT = "sign", "take_back", "lift"
WHAT = {SIGN: "签字", TAKE_BACK: "撤回签字", LIFT: "解除暂停"}
_UIDS = re.compile(r"[0-9]{1,19}(,[0-9]{1,19}){0,4999}")
_ONE_AT_A_TIME = Lock()
"""What is in force is read and added to by one request at a time: two signatures never cross."""


@dataclass(frozen=True)
class Selected:
    """The lines that somebody has chosen, and what becomes of each.

    Attributes:
        what: of `WHAT`.
        lines: those that it can be done to. refused: the others, each with why not.
        seen: fingerprint of what was shown, so that nobody signs what he has not seen.
        is_cut: whether more lines were meant than can be signed at once.
    """

    what: str
    lines: tuple[PayLine, ...]
    refused: tuple[tuple[PayLine, str], ...]
    seen: str
    is_cut: bool = False

    @property
    def words(self) -> str:
        """签字, 撤回签字, 解除暂停."""
        return WHAT[self.what]

    @property
    def amount(self) -> Decimal:
        """What the lines state together."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def uids(self) -> str:
        """As the form hands them on."""
        return ",".join(str(line.uid) for line in self.lines)

    @property
    def n_first(self) -> int:
        """How many get their first signature by it."""
        return sum(not line.handler for line in self.lines)

    @property
    def n_second(self) -> int:
        """How many become real by it."""
        return len(self.lines) - self.n_first

    @property
    def n_renewal(self) -> int:
        """How many go on from the payroll before, and need a paper."""
        return sum(line.is_renewal for line in self.lines)

    @property
    def needs_reason(self) -> bool:
        """Whether nothing is done without a reason."""
        return self.what == LIFT


def why_not(what: str, line: PayLine, signer: Signer) -> str:
    """Why somebody cannot do this to a line; '' where he can."""
    if not line.is_hold:
        return "不是建议暂停的行"
    if what == TAKE_BACK:
        if line.reviewer:
            return "两人都已签字，不能撤回；需要恢复发放的请解除暂停"
        return "" if line.handler == signer.user else "不是本人签的"
    if what == LIFT:
        if not (signer.may_first or signer.may_second):
            return "由核查员或财政办理"
        return "" if line.handler else "没有人签过字"
    if line.is_refuted:
        return "疑点已核实不属实，不能再签"
    if line.is_stopped:
        return "熔断未解除"
    if line.is_confirmed:
        return "两人都已签字"
    if not line.handler:
        return "" if signer.may_first else "先由核查员经办"
    if line.handler == signer.user:
        return "本人已经办，须由另一人复核"
    return "" if signer.may_second else "等待财政复核"


def selected(
    what: str, lines: Sequence[PayLine], signer: Signer, run: str, *, is_cut: bool = False
) -> Selected:
    """The lines parted into those that this can be done to and the others."""
    told = [(line, why_not(what, line, signer)) for line in lines]
    able = tuple(line for line, why in told if not why)
    shown = [
        (line.uid, line.key, str(line.amount), line.handler, line.reviewer, line.is_renewal) for line in able
    ]
    text = json.dumps([run, what, shown], ensure_ascii=False)
    return Selected(
        what,
        able,
        tuple((line, why) for line, why in told if why),
        hashlib.sha256(text.encode()).hexdigest(),
        is_cut,
    )


@require_POST
@needs(May.GATE)
def preview(request: SiteRequest) -> HttpResponse:
    """What a signature under the chosen lines would come to; nothing is written."""
    what = _what(request)
    with request.desk.month(asked_month(request)) as month:
        chosen = _draft(request, month)
        signer = signer_of(request)
        uids, is_cut = _uids(request, month, chosen, signer)
        lines = lines_of(month, uids, request.access.scope)
        found = selected(what, lines, signer, month.pointer.run, is_cut=is_cut)
        return _shown(request, month, chosen, found, "")


@require_POST
@needs(May.GATE)
def do(request: SiteRequest) -> HttpResponse:
    """Sign what was previewed; what has changed since is shown again and not signed."""
    what = _what(request)
    signer = signer_of(request)
    paper, reason = request.POST.get("paper", ""), request.POST.get("reason", "")
    with _ONE_AT_A_TIME, request.desk.month(asked_month(request)) as month:
        chosen = _draft(request, month)
        uids, _ = _uids(request, month, chosen, signer)
        found = selected(what, lines_of(month, uids, request.access.scope), signer, month.pointer.run)
        if found.seen != request.POST.get("seen", ""):
            return _shown(request, month, chosen, found, "在您查看以后，这些行有了变化；请看过现在的再办理")
        try:
            events = _events(request, chosen, found, paper, reason)
        except UserError as error:
            return _shown(request, month, chosen, found, f"{error.what}；{error.remedy}")
        request.desk.casework.extend(events)
        run = month.month
    back = f"{reverse('gate')}?month={run}&payroll={chosen.payroll}&action=hold&done={len(events)}"
    return redirect(back)


def _events(
    request: SiteRequest, chosen: Chosen, found: Selected, paper: str, reason: str
) -> Sequence[Event]:
    """What this comes to as events.

    Raises:
        UserError: it cannot be done.
    """
    if not found.lines:
        raise UserError("没有可以办理的行", where=chosen.payroll, remedy="请回到列表重新选择")
    rows = chosen.holds.frame.filter(pl.col("row_uid").is_in([line.uid for line in found.lines]))
    frames = {name: request.desk.casework.frame(name) for name in ("hold", "breaker", "user_role")}
    user = request.access.user
    if found.what == TAKE_BACK:
        return take_back(chosen.payroll, rows, frames, user)
    if found.what == LIFT:
        return lift_holds(chosen.payroll, rows, frames, user, paper, reason)
    return sign(chosen.payroll, rows, frames, user, paper, reason).events


def _shown(
    request: SiteRequest, month: MonthView, chosen: Chosen, found: Selected, refused: str
) -> HttpResponse:
    answer = page(
        request,
        month,
        "pages/gate_preview.html",
        "gate",
        chosen=chosen,
        found=found,
        shown=found.lines[:SHOWN],
        n_hidden=max(len(found.lines) - SHOWN, 0),
        refusals=found.refused[:SHOWN],
        limit=AT_ONCE,
        said={"paper": request.POST.get("paper", ""), "reason": request.POST.get("reason", "")},
        refused=refused,
        names=shown_names(),
    )
    answer.status_code = 422 if refused else 200
    return answer


def _what(request: SiteRequest) -> str:
    what = request.POST.get("what", "")
    if what not in WHAT:
        raise Http404(f"没有“{what}”这种办理")
    return what


def _draft(request: SiteRequest, month: MonthView) -> Chosen:
    """The draft that a form is about; only of a draft are holds signed.

    Raises:
        Http404: it was paid already, or was never judged.
    """
    chosen = chosen_payroll(request, month, request.POST)
    if chosen is None or not chosen.is_draft:
        raise Http404("只有发前核的草表可以签字")
    return chosen


def _uids(request: SiteRequest, month: MonthView, chosen: Chosen, signer: Signer) -> tuple[list[int], bool]:
    """The lines of a form: those ticked, or all that its filter means; and whether there were too many."""
    if request.POST.get("all"):
        filters = read_filters(QueryDict(request.POST.get("filter", "")[:2000]), chosen.payroll)
        asked = condition(filters, request.access.scope, signer)
        holds = Asked(f"g.action = 'hold' and {asked.where}", asked.parameters)
        found = uids_of(month, holds, AT_ONCE + 1)
        return found[:AT_ONCE], len(found) > AT_ONCE
    ticked = ",".join(request.POST.getlist("line"))
    if not ticked:
        return [], False
    if not _UIDS.fullmatch(ticked):
        raise Http404("看不懂所选的行")
    return list(dict.fromkeys(int(one) for one in ticked.split(","))), False


@require_http_methods(["GET", "POST"])
@needs(May.GATE)
def breaker(request: SiteRequest) -> HttpResponse:
    """A tripped breaker with the holds that it stops; 复核员 and 财政 each sign that it may be lifted."""
    said: dict[str, Any] = {"reason": "", "refused": ""}
    given = request.POST if request.method == "POST" else request.GET
    if not request.access.scope.is_whole:
        raise PermissionDenied
    with _ONE_AT_A_TIME, request.desk.month(asked_month(request)) as month:
        chosen = chosen_payroll(request, month, given)
        if chosen is None or not chosen.is_draft:
            raise Http404("只有发前核的草表有熔断可以解除")
        scope = given.get("scope", "")
        box = next((one for one in chosen.holds.breakers if one.scope == scope), None)
        if box is None:
            raise Http404("没有这一处熔断")
        if request.method == "POST":
            refused = _lift(request, chosen.payroll, chosen.holds, scope)
            if not refused:
                return redirect(f"{reverse('gate')}?month={month.month}&payroll={chosen.payroll}&done=1")
            said = {"reason": request.POST.get("reason", ""), "refused": refused}
        tripped = chosen.holds.frame.filter(pl.col("breaker").is_not_null())
        own = tripped if not scope else tripped.filter(pl.col("agency_code") == scope)
        answer = page(
            request,
            month,
            "pages/gate_breaker.html",
            "gate",
            chosen=chosen,
            box=box,
            rows=lines_of(month, own["row_uid"].head(SHOWN).to_list(), request.access.scope),
            n_rows=own.height,
            n_hidden=max(own.height - SHOWN, 0),
            may_lift=bool({May.APPROVE, May.REVIEW} & request.access.may),
            said=said,
            names=shown_names(),
        )
        answer.status_code = 422 if said["refused"] else 200
        return answer


def _lift(request: SiteRequest, payroll: str, holds: Holds, scope: str) -> str:
    """Sign that a breaker may be lifted; why it could not be, '' where it was."""
    if not {May.APPROVE, May.REVIEW} & request.access.may:
        raise PermissionDenied
    frames = {name: request.desk.casework.frame(name) for name in ("hold", "breaker", "user_role")}
    try:
        events = sign_breakers(
            payroll, holds.frame, frames, request.access.user, request.POST.get("reason", ""), {scope}
        )
    except UserError as error:
        return f"{error.what}；{error.remedy}"
    request.desk.casework.extend(events)
    return ""
