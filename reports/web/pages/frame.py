"""What stands on every page: the month and its neighbours, as of when, who is logged in, where one may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from assets.destroyed import destroyed, destroyed_months
from reports.labels import DEPARTMENTS, label
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView

MONTH_KEY = "month"
NAVIGATION = (
    ("overview", "总览", May.SEE),
    ("findings", "疑点", May.SEE),
    ("gate", "发放核对", May.GATE),
    ("people", "人员", May.SEE),
    ("units", "机构", May.SEE),
    ("identity", "身份复核", May.JUDGE),
    ("mapping", "对照", May.MAP),
    ("audit", "审计", May.LOG),
    ("accounts", "帐户", May.SYSTEM),
    ("accounts", "帐户", May.ROLES),
    ("bridge", "三数对应", May.SEE),
    ("deliveries", "报送", May.SEE),
)
OF_ALL = ("overview", "deliveries")
"""Pages that only those open who see everything: others are sent on to their own findings."""


@dataclass(frozen=True)
class Source:
    """A department's data as the strip shows them."""

    name: str
    as_of: str
    note: str


class NoMonth(Http404):
    """There is no such published month; its text says so to whoever asked."""


def asked_month(request: SiteRequest) -> str:
    """The month of the address, else the one last looked at, else the latest.

    Raises:
        NoMonth: nothing is published, or not the month that the address names.
    """
    listed = request.desk.months.listed()
    named = request.GET.get("month", "")
    if listed and named and named not in listed:
        until = f" 至 {listed[-1]}" if len(listed) > 1 else ""
        published = request.place.home / "published"
        gone = destroyed(published, named, "published") if named in destroyed_months(published) else None
        if gone is not None:
            raise NoMonth(f"{named} 的数据{gone.words}（保存期限已满）。现有的是 {listed[0]}{until}。")
        raise NoMonth(f"没有发布过 {named[:20]}。已经发布的是 {listed[0]}{until}。")
    asked = named or request.session.get(MONTH_KEY)
    if asked in listed:
        if request.session.get(MONTH_KEY) != asked:
            request.session[MONTH_KEY] = asked
        return str(asked)
    if not listed:
        raise NoMonth("还没有发布过任何月份。请操作员先把各部门的文件放好，执行 duibian run。")
    return listed[-1]


def sources(month: MonthView) -> list[Source]:
    """Each department's date, and what is not of this month."""
    rows = month.remembered(
        """select department, max(as_of) as as_of, max(carried_from) as carried_from
        from intake_file where status in ('taken', 'carried') group by department"""
    )
    known = {row["department"]: row for row in rows}
    missing = set(month.pointer.incomplete)
    found = []
    for code in DEPARTMENTS:
        row = known.get(code)
        if row is None and code not in missing and code not in DEPARTMENTS[:5]:
            continue
        as_of = f"{row['as_of']:%m-%d}" if row and row["as_of"] else "—"
        note = "未报送" if row is None else f"沿用 {row['carried_from']}" if row["carried_from"] else ""
        found.append(Source(label("department", code), as_of, note))
    return found


def plain_page(request: SiteRequest, template: str, here: str, **values: Any) -> HttpResponse:
    """One page that is of no month: for those who administer, and see nothing of what a month says."""
    frame = {
        "site": request.place,
        "access": request.access,
        "roles": "、".join(label("role", role) for role in sorted(request.access.roles)),
        "here": here,
        "navigation": navigation(request),
        "now": request.place.casework.clock(),
    }
    return render(request, template, {**frame, **values})


def navigation(request: SiteRequest) -> list[tuple[str, str]]:
    """The pages that this person may open: name of the address, and what it is called."""
    access = request.access
    known = ((name, words) for name, words, may in NAVIGATION if may in access.may)
    return [one for one in dict.fromkeys(known) if access.scope.is_whole or one[0] not in OF_ALL]


def page(request: SiteRequest, month: MonthView, template: str, here: str, **values: Any) -> HttpResponse:
    """One page within its frame."""
    listed = request.desk.months.listed()
    place = listed.index(month.month)
    rules = month.remembered(
        "select count(*) as n, count(*) filter (where status = 'not_checked') as n_not_checked from rule"
    )[0]
    frame = {
        "site": request.place,
        "access": request.access,
        "roles": "、".join(label("role", role) for role in sorted(request.access.roles)),
        "here": here,
        "navigation": navigation(request),
        "month": month.month,
        "month_title": f"{month.month[:4]}年{int(month.month[5:7])}月",
        "earlier": listed[place - 1] if place else "",
        "later": listed[place + 1] if place + 1 < len(listed) else "",
        "pointer": month.pointer,
        "sources": sources(month),
        "n_rules": rules["n"],
        "n_not_checked": rules["n_not_checked"],
        "now": request.place.casework.clock(),
    }
    return render(request, template, {**frame, **values})
