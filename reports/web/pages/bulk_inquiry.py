"""核实单 about many findings at once: first who would be asked about how many, then a click that sends.

What is confirmed is what was shown, see `reports.web.pages.bulk`. Every workbook is kept among the papers of
the findings that it asks about.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from connectors.errors import UserError
from connectors.landing import store
from reports.casework.filled import Refused, said_text
from reports.casework.sendings import in_force, sending
from reports.inquiry.model import Inquiry, InquiryLine
from reports.labels import label
from reports.render.inquiry_book import book_names
from reports.web.accounts.access import May
from reports.web.casework.events import AttachmentEvent, Event
from reports.web.casework.store import Overtaken
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.bulk import HOLDS_FOR, SHOWN_LEFT_OUT, meant, who_decided, with_known
from reports.web.pages.frame import asked_month, page
from reports.web.pages.handling import actor, leave_notice
from reports.web.pages.needs import needs
from reports.web.pages.queue import tail_of
from reports.web.pages.selection import choose
from reports.web.site import AskedInquiry

MOST = 2000
"""So many at once: the workbooks of so many are written while somebody waits."""
ASKED = ("lead", "verifying")
NOTE = "发出的核实单"
_SALT = "duibian inquiry preview"


@dataclass(frozen=True)
class Plan:
    """What would be sent.

    Attributes:
        inquiries: recipient by recipient.
        left_out: number and why, of those nobody would be asked about.
        known: finding_id → number of the last decision on it.
        seal: what is shown, signed.
    """

    inquiries: tuple[Inquiry, ...]
    left_out: tuple[tuple[str, str], ...]
    known: Mapping[str, int]
    seal: str

    @property
    def lines(self) -> tuple[InquiryLine, ...]:
        """All that is asked."""
        return tuple(line for inquiry in self.inquiries for line in inquiry.lines)


@require_POST
@needs(May.DECIDE)
def preview_inquiries(request: SiteRequest) -> HttpResponse:
    """Who would be asked about what; nothing is sent yet."""
    with request.desk.month(asked_month(request)) as month:
        try:
            return _page(request, month, _plan(request, month))
        except Refused as refusal:
            return _page(request, month, None, str(refusal))


@require_POST
@needs(May.DECIDE)
def send_inquiries(request: SiteRequest) -> HttpResponse:
    """Write the workbooks of what was shown, record them as sent, keep them among the papers."""
    with request.desk.month(asked_month(request)) as month:
        try:
            plan = _plan(request, month)
            if _opened(request.POST.get("seal", "")) != _content(request, plan.lines):
                raise Refused("在您预览以后，范围、证据或期限有了变化；没有发出，请看过下面的新预览再确认")
            request.desk.add(_events(request, month, plan), plan.known)
        except Overtaken as overtaken:
            why = f"没有发出：就在刚才 {who_decided(request, overtaken.events)}"
            return _page(request, month, _plan_again(request), why)
        except Refused as refusal:
            return _page(request, month, _plan_again(request), str(refusal))
        tail = tail_of(request, month.month)
    if request.GET.get("all") != "1":
        choose(request, month.month, ())
    n_books = len(plan.inquiries)
    leave_notice(
        request, f"已登记发出 {len(plan.lines)} 项、{n_books} 本核实单；各本在所列疑点的附件中，请下载后送出"
    )
    return redirect(f"{reverse('findings')}?{tail}")


def _is_to_units(request: SiteRequest) -> bool:
    return request.POST.get("to") == "unit"


def _plan(request: SiteRequest, month: MonthView) -> Plan:
    """What would be sent.

    Raises:
        Refused: nothing, or too much.
    """
    said_text(request.POST.get("paper", ""), "文号")
    rows = with_known(request, meant(request, month))
    if not rows:
        raise Refused("没有选中疑点，或选中的已不在清单上")
    if len(rows) > MOST:
        raise Refused(f"一次最多就 {MOST:,} 条发核实单，请缩小范围")
    sent = _sent(request, rows) if request.POST.get("again") != "1" else {}
    reasons = {row["number"]: _why_not(row, sent) for row in rows}
    numbers = tuple(number for number, why in reasons.items() if not why)
    inquiries: tuple[Inquiry, ...] = ()
    if numbers:
        today = request.place.casework.clock().date()
        asked = AskedInquiry(month.month, numbers, today, by_unit=_is_to_units(request))
        inquiries = request.place.write_inquiry(asked, None)
    lines = [line for inquiry in inquiries for line in inquiry.lines]
    asked_about = {line.number for line in lines}
    left_out = [
        (number, why or "这个月发布时已有结论，或不属于任何单位")
        for number, why in reasons.items()
        if number not in asked_about
    ]
    known = {row["finding_id"]: row["known"] for row in rows if row["number"] in asked_about}
    seal = signing.TimestampSigner(salt=_SALT).sign(_content(request, lines))
    return Plan(inquiries, tuple(left_out), known, seal)


def _plan_again(request: SiteRequest) -> Plan | None:
    try:
        with request.desk.month(asked_month(request)) as month:
            return _plan(request, month)
    except Refused:
        return None


def _sent(request: SiteRequest, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """Who was asked about a finding on its evidence."""
    inquiries = request.desk.casework.events("inquiry", [row["finding_id"] for row in rows])
    return {
        (row["finding_id"], row["evidence_hash"]): row["recipient_name"]
        for row in in_force(inquiries).iter_rows(named=True)
    }


def _why_not(row: Mapping[str, Any], sent: Mapping[tuple[str, str], str]) -> str:
    if row["severity"] > 3:
        return f"{label('severity', row['severity'])}级不发核实单"
    if row["status"] not in ASKED:
        return f"已是“{label('status', row['status'])}”"
    recipient = sent.get((row["finding_id"], row["evidence_hash"]))
    return f"已发给 {recipient}，证据没有变化" if recipient is not None else ""


def _events(request: SiteRequest, month: MonthView, plan: Plan) -> list[Event]:
    """Events of sending, and of keeping each workbook with every finding that it asks about.

    Raises:
        Refused: nothing is left to be sent, or what was written is not what was shown.
    """
    if not plan.lines:
        raise Refused("没有可以发出的疑点")
    today = request.place.casework.clock().date()
    who = actor(request, May.DECIDE)
    paper = said_text(request.POST.get("paper", ""), "文号")
    numbers = tuple(line.number for line in plan.lines)
    asked = AskedInquiry(month.month, numbers, today, by_unit=_is_to_units(request))
    books: list[Event] = []
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "books"
        try:
            written = request.place.write_inquiry(asked, target)
        except UserError as error:
            raise Refused(f"{error.what}；{error.remedy}") from error
        if [one.lines for one in written] != [one.lines for one in plan.inquiries]:
            raise Refused("就在刚才这个月有了新的发布；没有发出，请看过下面的新预览再确认")
        for inquiry, name in zip(written, book_names(month.month, written), strict=True):
            sha256, size = store(target / name, request.place.home / "archive")
            books += [
                AttachmentEvent(
                    by=who.user,
                    role=who.role,
                    finding_id=line.finding_id,
                    number=line.number,
                    month=line.month,
                    file=name,
                    kind="xlsx",
                    size=size,
                    file_sha256=sha256,
                    note=NOTE,
                )
                for line in inquiry.lines
            ]
    return [*sending(written, who, paper), *books]


def _content(request: SiteRequest, lines: Sequence[InquiryLine]) -> str:
    """What a preview shows, as one hash."""
    said = (request.access.user, request.POST.get("to", ""), request.POST.get("paper", "").strip())
    parts = [*said, *(f"{one.finding_id} {one.evidence_hash} {one.code} {one.due_on}" for one in lines)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _opened(seal: str) -> str:
    try:
        return signing.TimestampSigner(salt=_SALT).unsign(seal, max_age=HOLDS_FOR)
    except signing.BadSignature:
        return ""


def _page(request: SiteRequest, month: MonthView, plan: Plan | None, refused: str = "") -> HttpResponse:
    answer = page(
        request,
        month,
        "pages/bulk_inquiry.html",
        "findings",
        plan=plan,
        n_lines=len(plan.lines) if plan else 0,
        recipients=[_recipient(one) for one in plan.inquiries] if plan else [],
        n_left_out=len(plan.left_out) if plan else 0,
        left_out=plan.left_out[:SHOWN_LEFT_OUT] if plan else (),
        is_to_units=_is_to_units(request),
        paper=request.POST.get("paper", "").strip(),
        again=request.POST.get("again") == "1",
        tail=tail_of(request, month.month),
        is_all=request.GET.get("all") == "1",
        refused=refused,
    )
    if refused:
        answer.status_code = 409 if plan is not None else 422
    return answer


def _recipient(inquiry: Inquiry) -> dict[str, Any]:
    dues: list[date] = [line.due_on for line in inquiry.lines]
    return {
        "name": inquiry.name,
        "units": [(unit.name, len(unit.lines)) for unit in inquiry.units],
        "n_units": len(inquiry.units),
        "n_lines": len(inquiry.lines),
        "n_people": sum(line.is_person for line in inquiry.lines),
        "first_due": min(dues),
        "last_due": max(dues),
    }
