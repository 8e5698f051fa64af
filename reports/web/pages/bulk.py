"""Many findings concluded or assigned at once: first a page that says what would happen, then a click.

What is confirmed is what was shown: the preview is signed with every finding, its evidence and the last
decision on it. Whatever somebody decided in between is told and left out, never written over.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from reports.casework.decisions import Said, Standing, conclude, needs_second, said, standing_decisions
from reports.casework.filled import Refused
from reports.labels import label, labels
from reports.web.accounts.access import May
from reports.web.casework.events import Event
from reports.web.casework.store import Overtaken
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.acts import assignment, day
from reports.web.pages.filters import Asked, Filters, condition, read_filters, whole_query
from reports.web.pages.frame import asked_month, page
from reports.web.pages.handling import actor, bound, colleagues, leave_notice
from reports.web.pages.needs import needs
from reports.web.pages.queue import asked_list, tail_of
from reports.web.pages.selection import choose, chosen

MOST = 5000
"""So many at once; a day's work of an office, and one transaction."""
ASSIGN = "assign"
VERDICTS = ("confirmed", "refuted", "exempt", "rectifying", "closed")
SHOWN_LEFT_OUT = 20
_SALT = "duibian bulk preview"
_COLUMNS = (
    "f.finding_id, f.number, f.rule_id, f.month, f.severity, f.status, f.case_id, f.evidence_hash,"
    " f.decided_values, f.name, f.unit_name, f.amount_total, f.proposed, f.proposed_by"
)
"""What is read of a finding: what a conclusion is bound to, and what pages say of it."""
HOLDS_FOR = 1800
"""Seconds for which a preview may be confirmed."""


@dataclass(frozen=True)
class Plan:
    """What would happen.

    Attributes:
        rows: findings that would change.
        left_out: number and why, of those that would not.
        seal: what is shown, signed.
    """

    rows: tuple[dict[str, Any], ...]
    left_out: tuple[tuple[str, str], ...]
    seal: str


@require_GET
@needs(May.DECIDE)
def bulk(request: SiteRequest) -> HttpResponse:
    """How many and which they are; what shall be said of them."""
    with request.desk.month(asked_month(request)) as month:
        rows = meant(request, month)
        return _page(request, month, rows, None, {})


@require_POST
@needs(May.DECIDE)
def preview(request: SiteRequest) -> HttpResponse:
    """What would change, finding by finding; nothing is saved yet."""
    given = _given(request)
    with request.desk.month(asked_month(request)) as month:
        rows = meant(request, month)
        try:
            plan = _plan(request, rows, given)
        except Refused as refusal:
            return _page(request, month, rows, None, given, refused=str(refusal))
        return _page(request, month, rows, plan, given)


@require_POST
@needs(May.DECIDE)
def confirm(request: SiteRequest) -> HttpResponse:
    """Save what was shown, all of it or nothing."""
    given = _given(request)
    with request.desk.month(asked_month(request)) as month:
        rows = meant(request, month)
        tail = tail_of(request, month.month)
        try:
            plan = _plan(request, rows, given)
            shown = _opened(request.POST.get("seal", ""))
            if shown != _content(plan.rows, given, request.access.user):
                raise Refused(
                    "在您预览以后，范围、证据或别人的结论有了变化；没有保存，请看过下面的新预览再确认"
                )
            if not plan.rows:
                raise Refused("没有要改变的疑点")
            events = _events(request, plan.rows, given)
            known = {} if given["what"] == ASSIGN else {row["finding_id"]: row["known"] for row in plan.rows}
            request.desk.add(events, known)
        except Overtaken as overtaken:
            who = who_decided(request, overtaken.events)
            why = f"没有保存：就在刚才 {who}；这几条已从下面的新预览中去掉"
            return _page(request, month, rows, _plan_again(request, rows, given), given, refused=why)
        except Refused as refusal:
            plan_now = _plan_again(request, rows, given)
            return _page(request, month, rows, plan_now, given, refused=str(refusal))
    if request.GET.get("all") != "1":
        choose(request, month.month, ())
    n_waiting = sum(row["needs_second"] for row in plan.rows) if given["what"] != ASSIGN else 0
    waiting = f"，其中 {n_waiting} 条红级待复核员同意后生效" if n_waiting else ""
    leave_notice(request, f"已办理 {len(plan.rows)} 条{waiting}")
    return redirect(f"{reverse('findings')}?{tail}")


def _given(request: SiteRequest) -> dict[str, str]:
    names = ("what", "reason", "paper", "until", "assignee", "due_on", "note")
    return {name: request.POST.get(name, "").strip() for name in names}


def meant(request: SiteRequest, month: MonthView) -> list[dict[str, Any]]:
    """The findings that are ticked, or all that are filtered."""
    today = request.place.casework.clock().date()
    if request.GET.get("all") == "1":
        asked = asked_list(request, read_filters(request.GET), today)
    else:
        own = condition(Filters(status="all"), request.access.scope, today, today)
        ticked = {**own.parameters, "numbers": chosen(request, month.month)}
        asked = Asked(f"{own.where} and f.number in (select unnest($numbers))", ticked)
    whole = whole_query(asked, "f.rule_id, f.number", MOST + 1, _COLUMNS)
    rows = month.rows(whole.where, whole.parameters)
    may_approve = May.APPROVE in request.access.may
    return [{**row, "needs_second": needs_second(row["severity"], may_approve=may_approve)} for row in rows]


def with_known(request: SiteRequest, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Findings with the number of the last decision on each as `known`."""
    known = request.desk.casework.last("decision", [row["finding_id"] for row in rows])
    return [{**row, "known": known[row["finding_id"]]} for row in rows]


def _plan(request: SiteRequest, rows: Sequence[dict[str, Any]], given: Mapping[str, str]) -> Plan:
    """Which of them would change, and why the others would not.

    Raises:
        Refused: nothing is said, or too much is meant.
    """
    if not rows:
        raise Refused("没有选中疑点，或选中的已不在清单上")
    if len(rows) > MOST:
        raise Refused(f"一次最多办理 {MOST:,} 条，请缩小范围")
    rows = with_known(request, rows)
    if given["what"] == ASSIGN:
        for row in rows[:1]:
            assignment(request, row)
        return Plan(tuple(rows), (), _seal(rows, given, request.access.user))
    word = _word(given)
    standing = standing_decisions(request.desk.casework.frame("decision"))
    changing: list[dict[str, Any]] = []
    left_out: list[tuple[str, str]] = []
    for row in rows:
        why = _why_not(row, word, standing.get(row["finding_id"]))
        if why:
            left_out.append((row["number"], why))
        else:
            changing.append(row)
    return Plan(tuple(changing), tuple(left_out), _seal(changing, given, request.access.user))


def _plan_again(
    request: SiteRequest, rows: Sequence[dict[str, Any]], given: Mapping[str, str]
) -> Plan | None:
    try:
        with request.desk.month(asked_month(request)) as month:
            return _plan(request, meant(request, month), given)
    except Refused:
        return None


def _word(given: Mapping[str, str]) -> Said:
    if given["what"] not in VERDICTS:
        raise Refused("没有选办理的内容")
    return said(given["what"], given["reason"], given["paper"], day(given["until"], "有效期"))


def _why_not(row: Mapping[str, Any], word: Said, standing: Standing | None) -> str:
    if row["proposed"]:
        return f"{row['proposed_by']} 提出的结论正待复核"
    if standing is not None and standing.evidence_hash == row["evidence_hash"]:
        verdict = label("decision", standing.word.verdict)
        is_same = standing.word.verdict == word.verdict
        return f"已是“{verdict}”" if is_same else f"已有结论“{verdict}”，要改变请逐条办理"
    if word.until is not None and f"{word.until:%Y-%m}" < row["month"]:
        return f"有效期 {word.until} 早于疑点月份"
    return ""


def _events(request: SiteRequest, rows: Sequence[dict[str, Any]], given: Mapping[str, str]) -> list[Event]:
    if given["what"] == ASSIGN:
        first = assignment(request, rows[0])
        names = ("finding_id", "number", "month")
        return [replace(first, **{name: row[name] for name in names}) for row in rows]
    word, who = _word(given), actor(request, May.DECIDE)
    may_approve = May.APPROVE in request.access.may
    return [conclude(bound(row), word, who, {}, may_approve=may_approve) for row in rows]


def _content(rows: Sequence[Mapping[str, Any]], given: Mapping[str, str], user: str) -> str:
    """What a preview shows, as one hash."""
    digest = hashlib.sha256()
    for text in (user, *(f"{name}={given[name]}" for name in sorted(given))):
        digest.update(f"{text}\x1f".encode())
    for row in rows:
        bound_to = f"{row['finding_id']}\x1f{row['evidence_hash']}\x1f{row['known']}\x1f{row['proposed']}\x1e"
        digest.update(bound_to.encode())
    return digest.hexdigest()


def _seal(rows: Sequence[Mapping[str, Any]], given: Mapping[str, str], user: str) -> str:
    return signing.TimestampSigner(salt=_SALT).sign(_content(rows, given, user))


def _opened(seal: str) -> str:
    try:
        return signing.TimestampSigner(salt=_SALT).unsign(seal, max_age=HOLDS_FOR)
    except signing.BadSignature:
        return ""


def who_decided(request: SiteRequest, events: Mapping[str, int]) -> str:
    """Who decided in between, finding by finding."""
    said_of = []
    for finding_id in list(events)[:SHOWN_LEFT_OUT]:
        last = request.desk.casework.about("decision", finding_id)[-1]
        said_of.append(f"{last['by']} 对 {last['number']} 登记了“{label('decision', last['verdict'])}”")
    return "；".join(said_of)


def _page(
    request: SiteRequest,
    month: MonthView,
    rows: Sequence[dict[str, Any]],
    plan: Plan | None,
    given: Mapping[str, str],
    refused: str = "",
) -> HttpResponse:
    titles = {row["rule_id"]: row["title"] for row in month.remembered("select rule_id, title from rule")}
    counted = plan.rows if plan is not None else rows
    by_rule = Counter(row["rule_id"] for row in counted)
    what = given.get("what", "")
    states = Counter("" if row["proposed"] else row["status"] for row in counted)
    severities = Counter(row["severity"] for row in counted)
    answer = page(
        request,
        month,
        "pages/bulk.html",
        "findings",
        n=len(rows),
        is_too_many=len(rows) > MOST,
        most=MOST,
        plan=plan,
        n_changing=len(plan.rows) if plan else 0,
        n_left_out=len(plan.left_out) if plan else 0,
        left_out=plan.left_out[:SHOWN_LEFT_OUT] if plan else (),
        by_rule=[(rule, titles.get(rule, ""), n) for rule, n in sorted(by_rule.items())],
        by_severity=[(code, severities[code]) for code in (1, 2, 3, 4)],
        by_status=sorted((label("status", code) if code else "待复核", n) for code, n in states.items()),
        n_second=sum(row["needs_second"] for row in counted) if what != ASSIGN else 0,
        n_cases=len({row["case_id"] for row in counted if row["case_id"]}),
        given=given,
        what_name="分派" if what == ASSIGN else label("decision", what),
        is_assigning=what == ASSIGN,
        verdicts=[(code, words) for code, words in labels("decision").items() if code in VERDICTS],
        people=sorted(colleagues(request).items(), key=lambda one: one[1]),
        tail=tail_of(request, month.month),
        is_all=request.GET.get("all") == "1",
        refused=refused,
    )
    if refused:
        answer.status_code = 409 if plan is not None else 422
    return answer
