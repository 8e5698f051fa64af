"""Findings that somebody has ticked, over several pages: kept in his session, for one month."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import LISTED
from reports.web.pages.filters import Filters, condition, read_filters
from reports.web.pages.frame import asked_month
from reports.web.pages.needs import needs
from reports.web.pages.queue import tail_of

KEY = "chosen"
LIMIT = 2000
"""So many can be ticked one by one; more are meant by what is filtered."""
_NUMBER = re.compile(r"[0-9]{6}-[A-Z]{1,2}[0-9]{2,3}-[0-9]{1,12}")


def chosen(request: SiteRequest, month: str) -> list[str]:
    """What is ticked in a month, in order."""
    kept = request.session.get(KEY, {})
    return list(kept.get(month, [])) if isinstance(kept, dict) else []


def choose(request: SiteRequest, month: str, numbers: Iterable[str]) -> None:
    """Keep what is ticked in a month; ticks of another month are dropped."""
    known = sorted({one for one in numbers if _NUMBER.fullmatch(one)})[:LIMIT]
    request.session[KEY] = {month: known} if known else {}


@require_POST
@needs(May.DECIDE)
def select(request: SiteRequest) -> HttpResponse:
    """Take over the ticks of one page, then go where the button says; a script asks for the count alone."""
    step = request.POST.get("step", "")
    with request.desk.month(asked_month(request)) as view:
        month = view.month
        shown = set(request.POST.getlist("shown"))
        ticked = shown if step == "page" else set(request.POST.getlist("sel")) & shown
        kept = set() if step == "clear" else (set(chosen(request, month)) - shown) | ticked
        today = request.place.casework.clock().date()
        own = condition(Filters(status="all"), request.access.scope, today, today)
        rows = view.rows(
            f"select f.number from {LISTED} f where {own.where}"  # noqa: S608
            " and f.number in (select unnest($numbers))",
            {**own.parameters, "numbers": sorted(kept)},
        )
    choose(request, month, (row["number"] for row in rows))
    if request.headers.get("HX-Request"):
        return render(request, "pages/chosen.html", {"n_chosen": len(chosen(request, month))})
    tail = tail_of(request, month)
    if step == "bulk":
        return redirect(f"{reverse('bulk')}?{tail}")
    if request.POST.get("go"):
        there = read_filters(QueryDict(request.POST["go"]))
        tail = f"month={month}&{there.address(after=there.after, before=there.before)}"
    return redirect(f"{reverse('findings')}?{tail}")
