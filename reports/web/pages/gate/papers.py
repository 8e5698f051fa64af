"""告知与异议: papers written, the register kept, 补发 followed; and the list that finance takes out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from checks.gate.policy import words
from connectors.errors import UserError
from reports.casework.filled import Refused
from reports.labels import label, labels
from reports.masking import mask_number
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.frame import asked_month, page
from reports.web.pages.gate.chosen import Chosen, chosen_payroll, shown_names, signer_of
from reports.web.pages.gate.lines import PayLine, lines_of
from reports.web.pages.gate.register import (
    ANSWERS,
    OBJECTED,
    PAPERS,
    Step,
    entry,
    open_objections,
    register_lines,
    register_sums,
    steps_of,
)
from reports.web.pages.gate.taken import taken_out
from reports.web.pages.needs import needs
from reports.web.site import AskedReport

LETTERS = {
    "notice": ("告知书", "暂停以前告知事实、理由和答复办法"),
    "correction": ("更正函", "核实属实的，请来源部门更正名单"),
    "result": ("结果告知书", "核实结论、处理和解除暂停"),
}
WHEN = {
    "notice": "告知书只发给建议暂停而没有熔断的",
    "correction": "更正函只发给已核实属实的事项",
    "result": "结果告知书只发给已下结论的事项",
}
LISTS = {
    "list": ("发放名单", ".csv", "全部发放行，可直接导入一体化（CSV）"),
    "sheet": ("发放名单", ".xlsx", "全部发放行（Excel，过长的请用 CSV）"),
    "book": ("发放核对", ".xlsx", "四种动作、逐行原因、变动有据、补发跟踪（打印签字用）"),
}
NUMBERS, PER, PERSON, PAYROLL = "编号", "按", "人", "工资月份"
BACK_PAY_SHOWN = 500
_NUMBERS = """
select distinct reason.number as number from (
    select unnest(from_json(g.reasons, '[{"number": "VARCHAR"}]')) as reason
    from gate g join hold_state s using (row_uid) where not s.is_stopped and not s.is_refuted
) where reason.number <> '' order by 1
"""
"""What a notice may be about: nothing is sent of a hold that a breaker stops."""


@require_GET
@needs(May.GATE)
def papers(request: SiteRequest) -> HttpResponse:
    """The register of one payroll, the papers that can be written, and 补发."""
    with request.desk.month(asked_month(request)) as month:
        return _papers_page(request, month, _whole(request, month, request.GET), "")


def _whole(request: SiteRequest, month: MonthView, given: Any) -> Chosen:
    """The payroll of a form, for somebody who sees all of it.

    Raises:
        PermissionDenied: he sees only his own.
        Http404: it was never judged.
    """
    if not request.access.scope.is_whole:
        raise PermissionDenied
    chosen = chosen_payroll(request, month, given)
    if chosen is None:
        raise Http404("没有核对过这个月的工资")
    return chosen


def _papers_page(request: SiteRequest, month: MonthView, chosen: Chosen, refused: str) -> HttpResponse:
    steps = steps_of(request.desk, chosen.payroll)
    known = register_lines(month, chosen.payroll, steps)
    waiting = open_objections(steps)
    today = request.place.casework.clock().date()
    answer = page(
        request,
        month,
        "pages/gate_papers.html",
        "gate",
        chosen=chosen,
        refused=refused,
        sums=register_sums(request.desk, chosen.payroll),
        entries=[
            _shown(one, known.get(one.key), waiting.get(one.key) is one, today) for one in reversed(steps)
        ],
        letters=[(key, *one) for key, one in LETTERS.items()],
        lists=[(key, *one) for key, one in LISTS.items()],
        back_pay=_back_pay(month),
        names=shown_names(),
        may_work=may_work(request),
        may_export=May.EXPORT in request.access.may,
    )
    answer.status_code = 422 if refused else 200
    return answer


def may_work(request: SiteRequest) -> bool:
    """Whether somebody may write papers and keep the register: who signs, and who lifts breakers."""
    signer = signer_of(request)
    return signer.may_first or signer.may_second or May.APPROVE in request.access.may


def _shown(one: Step, line: dict[str, Any] | None, is_open: bool, today: date) -> dict[str, Any]:
    place = one.key.split("|")
    return {
        "entry": one,
        "is_open": is_open,
        "is_late": bool(is_open and one.due_on and one.due_on < today),
        "uid": line["row_uid"] if line else None,
        "agency": (line["agency_name"] or line["agency_code"]) if line else place[0],
        "name": (line["name"] or "—") if line else place[1] if len(place) > 1 else "",
    }


def _back_pay(month: MonthView) -> list[dict[str, Any]]:
    rows = month.rows(
        f"from gate_backpay order by held_month desc, agency_code, per_id, row_key limit {BACK_PAY_SHOWN}"
    )
    advice = words("backpay")
    return [
        {
            **row,
            "id_shown": mask_number(row["id_no"]) if row["id_no"] else "",
            "state_words": label("gate_backpay", row["state"]),
            "advice": advice.get(row["state"], ""),
            "is_open": row["state"] not in ("paid", "settled"),
        }
        for row in rows
    ]


@require_POST
@needs(May.GATE)
def record(request: SiteRequest, uid: int) -> HttpResponse:
    """Enter into the register what was delivered, objected or answered about one pay line."""
    if not may_work(request):
        raise PermissionDenied
    with request.desk.month(asked_month(request)) as month:
        chosen = _whole(request, month, request.POST)
        (line, key) = _line(request, month, chosen, uid)
        steps = steps_of(request.desk, chosen.payroll)
        access = request.access
        role = access.role_for(May.HANDLE) or access.role_for(May.REVIEW) or access.role_for(May.APPROVE)
        place = {"row_key": key, "agency_code": line.agency_code, "per_id": line.per_id}
        given = {name: request.POST.get(name, "") for name in ("step", "done_on", "paper", "said")}
        today = request.place.casework.clock().date()
        try:
            event = entry(chosen.payroll, place, given, steps, (access.user, role), today)
        except Refused as refusal:
            from reports.web.pages.gate.line import line_page

            return line_page(request, month, chosen, line, given=given, refused=str(refusal))
        request.desk.casework.append(event)
        back = f"{reverse('gate_line', args=[uid])}?month={month.month}&payroll={chosen.payroll}"
    return redirect(f"{back}#register")


def _line(request: SiteRequest, month: MonthView, chosen: Chosen, uid: int) -> tuple[PayLine, str]:
    """A pay line of this payroll and what casework calls it.

    Raises:
        Http404: there is none.
    """
    found = lines_of(month, [uid], request.access.scope)
    if not found or found[0].payroll != chosen.payroll:
        raise Http404("没有这一发放行")
    return found[0], key_of(found[0])


def key_of(line: PayLine) -> str:
    """What casework calls a pay line, as `checks.gate.holds.row_key` says it."""
    row = "" if line.row is None else str(line.row)
    return "|".join((line.agency_code, line.per_id, line.file, line.sheet, row))


def choices() -> dict[str, Sequence[tuple[str, str]]]:
    """What can be entered into the register, by what comes of it."""
    known = labels("due_process")
    return {
        "papers": [(step, known[step]) for step in PAPERS],
        "objection": [(OBJECTED, known[OBJECTED])],
        "answers": [(step, known[step]) for step in ANSWERS],
    }


@require_POST
@needs(May.GATE)
def write_letter(request: SiteRequest) -> HttpResponseBase:
    """告知书, 更正函 or 结果告知书 as Word files in one zip; of one line, else of the whole payroll."""
    if not may_work(request):
        raise PermissionDenied
    kind = request.POST.get("letter", "")
    if kind not in LETTERS:
        raise Http404("没有这种文书")
    name, _ = LETTERS[kind]
    with request.desk.month(asked_month(request)) as month:
        chosen = _whole(request, month, request.POST)
        try:
            numbers = _numbers(request, month, chosen, kind)
        except Refused as refusal:
            return _papers_page(request, month, chosen, str(refusal))
        options = {PER: PERSON if request.POST.get("per") == "person" else "单位"}
        if numbers:
            options[NUMBERS] = "、".join(numbers)
        covered = month.rows(
            "select distinct person_id from finding where number in (select unnest($numbers))",
            {"numbers": numbers},
        )
        try:
            return taken_out(
                request,
                AskedReport(name, month.month, options=options),
                "",
                request.POST.get("reason", "") or f"出具{name}",
                people=(row["person_id"] for row in covered),
                rows=len(numbers),
                narrowed={"payroll": chosen.payroll, "numbers": numbers[:50]},
                name=f"{name} {chosen.payroll}",
            )
        except (Refused, UserError) as error:
            said = error.what if isinstance(error, UserError) else str(error)
            return _papers_page(request, month, chosen, f"{said}；{WHEN[kind]}")


def _numbers(request: SiteRequest, month: MonthView, chosen: Chosen, kind: str) -> list[str]:
    """The findings that a letter is about: those of one line, else those behind this payroll's holds.

    更正函 and 结果告知书 are of whatever was decided: there none leaves it to the letter.

    Raises:
        Refused: there is nothing that a notice may be sent of.
    """
    uid = request.POST.get("line", "")
    if uid.isdigit():
        line, _ = _line(request, month, chosen, int(uid))
        if kind == "notice" and line.is_stopped:
            raise Refused("这一行的熔断还没有解除，告知书不能发出")
        found = [one.number for one in line.reasons if one.number and not one.is_refuted]
        if kind == "result":
            found = [one.number for one in line.reasons if one.number]
        if not found:
            raise Http404("这一行没有疑点编号")
        return found
    if kind != "notice":
        return []
    found = [str(row["number"]) for row in month.rows(_NUMBERS)]
    if not found:
        raise Refused(f"没有可以告知的暂停；{WHEN[kind]}")
    return found


@require_POST
@needs(May.EXPORT)
def export(request: SiteRequest) -> HttpResponseBase:
    """The list of a payroll for finance: the report as it is, with watermark, recorded with its reason."""
    kind = request.POST.get("list", "")
    if kind not in LISTS or May.GATE not in request.access.may:
        raise Http404("没有这种名单")
    name, form, _ = LISTS[kind]
    with request.desk.month(asked_month(request)) as month:
        chosen = _whole(request, month, request.POST)
        options = {PAYROLL: chosen.payroll}
        if name == "发放名单" and chosen.payroll != chosen.months[-1]:
            return _papers_page(
                request, month, chosen, "发放名单只出最近核对的一份；已发工资的请出“发放核对”"
            )
        covered = month.cursor.sql(
            "select person_id from gate where payroll_month = $payroll", params={"payroll": chosen.payroll}
        ).pl()
        try:
            return taken_out(
                request,
                AskedReport(name, month.month, options=options),
                form,
                request.POST.get("reason", ""),
                people=covered["person_id"].drop_nulls().unique().to_list(),
                rows=covered.height,
                narrowed={"payroll": chosen.payroll},
                name=f"{name} {chosen.payroll} {chosen.kind}",
            )
        except (Refused, UserError) as error:
            said = f"{error.what}；{error.remedy}" if isinstance(error, UserError) else str(error)
            return _papers_page(request, month, chosen, said)
