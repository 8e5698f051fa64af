"""发放核对: one payroll with its clock, its actions, its lines, its changes and how far it is signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from reports.labels import label
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.frame import asked_month, page
from reports.web.pages.gate.chosen import Chosen, chosen_payroll, earlier_judgement, shown_names, signer_of
from reports.web.pages.gate.filters import ACTIONS, SIGNS, GateFilters, Signer, condition, read_filters
from reports.web.pages.gate.holds import WANTS_FIRST, WANTS_SECOND, Holds
from reports.web.pages.gate.lines import KIND_WORDS, n_lines, page_of_lines
from reports.web.pages.gate.register import register_sums
from reports.web.pages.gate.sums import PayrollSums, clock, payroll_sums
from reports.web.pages.needs import needs

HEADINGS = (
    ("action", "动作", ""),
    ("unit", "单位", ""),
    ("name", "姓名", ""),
    ("", "原因", ""),
    ("amount", "应发（元）", "num"),
    ("payable", "建议发（元）", "num"),
    ("due", "限期", ""),
    ("handler", "经办", ""),
    ("reviewer", "复核", ""),
)
SIGNED = ("handler", "reviewer")
"""Columns of what is signed: of a draft, never of what was paid."""
SIGN_WORDS = dict(
    zip(SIGNS, ("我待签", "待经办", "待财政复核", "双签成立", "熔断", "上月已暂停"), strict=True)
)


@dataclass(frozen=True)
class Heading:
    """A heading of the list: its words, its class, the address that sorts by it."""

    words: str
    style: str
    address: str
    direction: str


@require_GET
@needs(May.GATE)
def gate(request: SiteRequest) -> HttpResponse:
    """The lines that the address describes, and the payroll around them."""
    today = request.place.casework.clock().date()
    signer = signer_of(request)
    scope = request.access.scope
    name = asked_month(request)
    with request.desk.month(name) as month:
        chosen = chosen_payroll(request, month)
        if chosen is None:
            return page(request, month, "pages/gate_none.html", "gate", may_upload=may_upload(request))
        filters = read_filters(request.GET, chosen.payroll)
        sums = payroll_sums(request.desk, month, chosen.payroll, scope, today)
        lines, after = page_of_lines(month, filters, scope, signer)
        return page(
            request,
            month,
            "pages/gate.html",
            "gate",
            chosen=chosen,
            sums=sums,
            tabs=tabs(chosen),
            filters=filters,
            rows=lines,
            n_listed=_n_listed(month, filters, sums, signer, request),
            headings=[_heading(filters, *one) for one in HEADINGS if chosen.is_draft or one[0] not in SIGNED],
            chips=_chips(filters),
            following=filters.address(after=after) if after else "",
            first=filters.address() if filters.after else "",
            kinds=kind_choices(),
            signs=list(SIGN_WORDS.items()),
            sizes=(25, 50, 100),
            four=_four(filters, sums),
            progress=progress(chosen.holds, signer),
            breakers=chosen.holds.breakers if scope.is_whole and chosen.is_draft else (),
            may_lift=_may_lift(request, chosen),
            names=shown_names(),
            may_sign=chosen.is_draft and (signer.may_first or signer.may_second),
            may_upload=may_upload(request),
            may_export=May.EXPORT in request.access.may,
            clock=_clock(request, sums, chosen),
            register=register_sums(request.desk, chosen.payroll) if scope.is_whole else None,
            back_pay=_back_pay(month) if scope.is_whole else [],
            before=earlier_judgement(request, chosen.payroll) if not chosen.is_draft else "",
            is_paid_since=chosen.is_draft and chosen.payroll in request.desk.months.listed(),
            is_whole=scope.is_whole,
            done=_done(request.GET.get("done", "")),
            today=today,
        )


def _done(said: str) -> str:
    """What the page says at its head about what has just been done."""
    if said == "judged":
        return "草表已核对，结果如下。"
    return f"已办理 {said} 项，并记入审计日志。" if said.isdigit() and len(said) < 6 else ""


def may_upload(request: SiteRequest) -> bool:
    """Whether somebody may hand in a draft payroll: who signs for it."""
    signer = signer_of(request)
    return signer.may_first or signer.may_second


def kind_choices() -> list[tuple[str, str]]:
    """The actions as filters offer them."""
    return [(kind, KIND_WORDS.get(kind) or label("gate_action", kind)) for kind in ACTIONS]


def tabs(chosen: Chosen) -> list[dict[str, Any]]:
    """发后核 and 发前核 of one published month."""
    return [
        {
            "address": f"{reverse('gate')}?month={chosen.month}&payroll={one}",
            "words": f"{'发后核' if one == chosen.month else '发前核'}　{int(one[5:])}月",
            "note": "已发" if one == chosen.month else "草表",
            "is_here": one == chosen.payroll,
        }
        for one in chosen.months
    ]


def _heading(filters: GateFilters, sort: str, words: str, style: str) -> Heading:
    if not sort:
        return Heading(words, style, "", "")
    is_here = filters.sort == sort
    turned = f"-{sort}" if is_here and not filters.descending else sort
    direction = ("descending" if filters.descending else "ascending") if is_here else ""
    return Heading(words, style, filters.address(sort=turned), direction)


def _chips(filters: GateFilters) -> list[tuple[str, str]]:
    """What the list is narrowed to, each with the address without it."""
    words = dict(kind_choices())
    said: list[tuple[str, str]] = []
    if filters.action:
        said.append(("、".join(words[one] for one in filters.action), "action"))
    if filters.sign:
        said.append((SIGN_WORDS[filters.sign], "sign"))
    said += [(value, name) for name in ("rule", "unit", "q") if (value := getattr(filters, name))]
    return [(told, filters.address(**{name: ""})) for told, name in said]


def _n_listed(
    month: MonthView, filters: GateFilters, sums: PayrollSums, signer: Signer, request: SiteRequest
) -> int:
    """How many lines the list has; known already where nothing but the action narrows it."""
    if not (filters.q or filters.sign or filters.rule or filters.unit):
        if filters.action:
            return sum(sums.tallies[one].n for one in filters.action)
        return sums.n if filters.view else sums.n_acted
    asked = condition(filters, request.access.scope, signer)
    key = ("gate lines", month.pointer.ledger, filters.address(), request.access.scope, signer)
    if filters.sign:
        return n_lines(month, asked)
    return request.desk.memory.get(key, lambda: n_lines(month, asked))


def _four(filters: GateFilters, sums: PayrollSums) -> dict[str, Any]:
    """The four actions, each with the address of its lines."""

    def to(**changes: object) -> str:
        return GateFilters(filters.payroll).address(**changes)

    return {
        "release": {"tally": sums.tallies["release"], "address": to(action=("release", "reduced"))},
        "reduced": {"tally": sums.tallies["reduced"], "address": to(action=("reduced",))},
        "verify": {"tally": sums.tallies["verify"], "address": to(action=("verify",))},
        "reject": {"tally": sums.tallies["reject_new"], "address": to(action=("reject_new",))},
        "hold": {"tally": sums.tallies["hold"], "address": to(action=("hold",))},
    }


def progress(holds: Holds, signer: Signer) -> dict[str, int]:
    """How many holds have come how far."""
    mine = pl.lit(False)
    if signer.may_first:
        mine = mine | WANTS_FIRST
    if signer.may_second:
        mine = mine | (WANTS_SECOND & (pl.col("handler") != signer.user))
    return {
        "all": holds.frame.height,
        "done": holds.count(pl.col("is_confirmed")),
        "second": holds.count(WANTS_SECOND),
        "first": holds.count(WANTS_FIRST),
        "stopped": holds.count(pl.col("is_stopped")),
        "refuted": holds.count(pl.col("is_refuted") & ~pl.col("is_stopped") & ~pl.col("is_confirmed")),
        "renewal": holds.count(pl.col("is_renewal")),
        "renewed": holds.count(pl.col("is_renewal") & pl.col("is_confirmed")),
        "ending": holds.n_ending,
        "mine": holds.count(mine),
    }


def _may_lift(request: SiteRequest, chosen: Chosen) -> bool:
    access = request.access
    return chosen.is_draft and access.scope.is_whole and bool({May.APPROVE, May.REVIEW} & access.may)


def _clock(request: SiteRequest, sums: PayrollSums, chosen: Chosen) -> dict[str, Any] | None:
    if not chosen.is_draft or sums.lock_on is None:
        return None
    today = request.place.casework.clock().date()
    return clock(today, sums.lock_on, request.place.workdays)


def _back_pay(month: MonthView) -> list[dict[str, Any]]:
    """补发 by state."""
    rows = month.rows(
        """select state, count(*) as n, sum(open_amount) as open_amount, sum(paid_amount) as paid_amount
        from gate_backpay group by 1 order by 1"""
    )
    return [{**row, "words": label("gate_backpay", row["state"])} for row in rows]
