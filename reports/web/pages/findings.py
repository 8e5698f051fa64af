"""疑点清单: what is filtered, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from reports.labels import group_title, label, labels
from reports.masking import mask_number, mask_text
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.filters import (
    MINE,
    NOBODY,
    SIZES,
    SORTS,
    Filters,
    read_filters,
    totals_query,
)
from reports.web.pages.frame import asked_month, page
from reports.web.pages.handling import colleagues, take_notice
from reports.web.pages.listing import leaf
from reports.web.pages.needs import needs
from reports.web.pages.queue import asked_list, tail_of
from reports.web.pages.saved_views import saved_views
from reports.web.pages.selection import chosen

HEADINGS = (
    ("number", "疑点编号", ""),
    ("severity", "级别", ""),
    ("rule", "规则", ""),
    ("name", "姓名", ""),
    ("", "身份证号", ""),
    ("unit", "单位", ""),
    ("supervisor", "主管部门", ""),
    ("amount", "金额（元）", "num"),
    ("first", "首现", "num"),
    ("change", "变化", ""),
    ("status", "状态", ""),
    ("assignee", "负责人", ""),
    ("due", "期限", ""),
)


@dataclass(frozen=True)
class Heading:
    """A heading of the list: its words, its class, the address that sorts by it."""

    words: str
    style: str
    address: str
    direction: str


@require_GET
@needs(May.SEE)
def findings(request: SiteRequest) -> HttpResponse:
    """The list that the address describes."""
    filters = read_filters(request.GET)
    today = request.place.casework.clock().date()
    with request.desk.month(asked_month(request)) as month:
        asked = asked_list(request, filters, today)
        part = leaf(month, filters, asked)
        ends = part.ends()
        totals = month.tallied(totals_query(asked), asked.parameters)[0]
        people = colleagues(request)
        titles = {row["rule_id"]: row["title"] for row in month.remembered("select rule_id, title from rule")}
        tail = tail_of(request, month.month)
        ticked = set(chosen(request, month.month))
        shown = [
            {
                **shown_finding(row, month, today),
                "address": f"{reverse('finding', args=[row['number']])}?{tail}",
                "title": titles.get(row["rule_id"], ""),
                "assignee_name": people.get(row["assignee"] or "", row["assignee"] or ""),
                "is_chosen": row["number"] in ticked,
            }
            for row in part.rows
        ]
        return page(
            request,
            month,
            "pages/findings.html",
            "findings",
            filters=filters,
            rows=shown,
            totals=totals,
            headings=[_heading(filters, *heading) for heading in HEADINGS],
            chips=_chips(filters, people),
            earlier_page=filters.address(before=ends[0]) if part.is_earlier else "",
            following=filters.address(after=ends[1]) if part.is_later else "",
            first=filters.address() if filters.after or filters.before else "",
            severities=[(int(code), name) for code, name in labels("severity").items()],
            changes=list(labels("change").items()),
            statuses=[("open", "未结"), ("all", "全部"), *labels("status").items()],
            groups=[(code, group_title(code)) for code in labels("group")],
            supervisors=_supervisors(request, month, today),
            handlers=[(MINE, "我"), (NOBODY, "未分派"), *sorted(people.items(), key=lambda one: one[1])],
            sizes=[(size, filters.address(size=size)) for size in SIZES],
            tail=tail,
            views=saved_views(request, filters),
            n_chosen=len(ticked),
            may_decide=May.DECIDE in request.access.may,
            may_export=May.EXPORT in request.access.may,
            may_unmask=May.UNMASK in request.access.may,
            notice=take_notice(request),
            is_empty=not shown,
        )


def _supervisors(request: SiteRequest, month: MonthView, today: date) -> list[str]:
    """The 主管部门 of whatever this person may see."""
    own = asked_list(request, Filters(status="all"), today)
    rows = month.tallied(
        f"select f.supervisor, count(*) as n from {{listed}} f"  # noqa: S608
        f" where f.supervisor is not null and {own.where} group by 1",
        own.parameters,
        by=("supervisor",),
    )
    return sorted(row["supervisor"] for row in rows)


def _heading(filters: Filters, sort: str, words: str, style: str) -> Heading:
    if sort not in SORTS:
        return Heading(words, style, "", "")
    is_here = filters.sort == sort
    turned = f"-{sort}" if is_here and not filters.descending else sort
    direction = ("descending" if filters.descending else "ascending") if is_here else ""
    return Heading(words, style, filters.address(sort=turned), direction)


def _chips(filters: Filters, people: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the list is narrowed to, each with the address without it."""
    said_of: list[tuple[str, str]] = []
    if filters.severity:
        said_of.append(("".join(label("severity", s) for s in filters.severity), "severity"))
    if filters.change:
        said_of.append(("、".join(label("change", c) for c in filters.change), "change"))
    if filters.status != "open":
        words = "含已结" if filters.status == "all" else label("status", filters.status)
        said_of.append((words, "status"))
    for name in ("group", "rule", "supervisor", "unit", "q", "presence", "case"):
        value = getattr(filters, name)
        if value:
            said_of.append((group_title(value) if name == "group" else f"{value}", name))
    if filters.principal:
        said_of.append((f"主规则 {filters.principal}", "principal"))
    if filters.kind:
        said_of.append((label("amount_kind", filters.kind), "kind"))
    if filters.amount_min is not None:
        said_of.append((f"≥ {filters.amount_min:,} 元", "amount_min"))
    if filters.due:
        said_of.append(({"late": "已逾期", "soon": "三日内到期"}[filters.due], "due"))
    if filters.stock:
        said_of.append(("存量" if filters.stock == "1" else "非存量", "stock"))
    if filters.assignee:
        known = {MINE: "我的", NOBODY: "未分派"}
        said_of.append(
            (known.get(filters.assignee, people.get(filters.assignee, filters.assignee)), "assignee")
        )
    if filters.waiting:
        said_of.append(("等待复核", "waiting"))
    return [(words, filters.address(**{name: ""})) for words, name in said_of]


def shown_finding(row: Mapping[str, Any], month: MonthView, today: Any) -> dict[str, Any]:
    """One finding as lists show it."""
    late = bool(row["due_on"] and row["due_on"] < today)
    return {
        **row,
        "severity_name": label("severity", row["severity"]),
        "id_shown": mask_number(row["id_no"] or "") if row["id_no"] else "",
        "explanation": mask_text(row["explanation"] or ""),
        "change_name": label("change", row["change"]),
        "status_name": "待复核" if row.get("proposed") else label("status", row["status"]),
        "is_late": late,
        "days_late": (today - row["due_on"]).days if late else 0,
        "is_indicative": row["amount_kind"] == "indicative",
        "address": reverse("finding", args=[row["number"]]) + f"?month={month.month}",
    }
