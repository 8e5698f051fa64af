"""Lists kept under a name: one's own, and those that others share."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from reports.typesetting import printable
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.pages.filters import MINE, NOBODY, Filters, read_filters
from reports.web.pages.frame import asked_month
from reports.web.pages.handling import leave_notice
from reports.web.pages.needs import needs
from reports.web.pages.queue import tail_of
from reports.web.site import database_alias

MOST = 30
"""So many views somebody may keep."""
GIVEN = (
    ("我的待办", Filters(assignee=MINE, sort="due")),
    ("红级未分派", Filters(severity=(1,), assignee=NOBODY, sort="due")),
    ("三日内到期", Filters(due="soon", sort="due")),
    ("等待复核", Filters(waiting="1", status="all")),
    ("本月重开", Filters(change=("reopened",))),
)
"""Views that everybody has."""


@dataclass(frozen=True)
class View:
    """A view as the list names it; `id` 0 is one that everybody has."""

    name: str
    address: str
    is_here: bool
    id: int = 0
    is_own: bool = False
    is_shared: bool = False
    owner: str = ""


def saved_views(request: SiteRequest, filters: Filters) -> list[View]:
    """The views that somebody is offered: given ones, his own, those shared by others."""
    from reports.web.accounts.models import SavedView

    here = filters.address()
    user = request.access.user
    given = [View(name, one.address(), one.address() == here) for name, one in GIVEN]
    kept = SavedView.objects.filter(owner=user) | SavedView.objects.filter(is_shared=True)
    return given + [
        View(one.name, one.address, one.address == here, one.pk, one.owner == user, one.is_shared, one.owner)
        for one in kept.order_by("name", "id")
    ]


@require_POST
@needs(May.SEE)
def save_view(request: SiteRequest) -> HttpResponse:
    """Keep the list of this address under a name; one of the same name is replaced."""
    from reports.web.accounts.models import SavedView

    with request.desk.month(asked_month(request)) as month:
        tail = tail_of(request, month.month)
    name = printable(request.POST.get("name", "")).strip()[:40]
    user = request.access.user
    if not name:
        leave_notice(request, "没有存：请写视图的名字")
        return redirect(f"{reverse('findings')}?{tail}")
    with transaction.atomic(using=database_alias.get()):
        is_new = not SavedView.objects.filter(owner=user, name=name).exists()
        if is_new and SavedView.objects.filter(owner=user).count() >= MOST:
            leave_notice(request, f"没有存：每人最多存 {MOST} 个视图，请先删去不用的")
            return redirect(f"{reverse('findings')}?{tail}")
        SavedView.objects.update_or_create(
            owner=user,
            name=name,
            defaults={
                "address": read_filters(request.GET).address(),
                "is_shared": request.POST.get("shared") == "1",
            },
        )
    leave_notice(request, f"已存为视图“{name}”")
    return redirect(f"{reverse('findings')}?{tail}")


@require_POST
@needs(May.SEE)
def drop_view(request: SiteRequest, view: int) -> HttpResponse:
    """Remove one of one's own views."""
    from reports.web.accounts.models import SavedView

    known = SavedView.objects.filter(pk=view, owner=request.access.user).first()
    if known is None:
        raise Http404("没有这个视图")
    known.delete()
    leave_notice(request, f"已删去视图“{known.name}”")
    there = read_filters(QueryDict(known.address))
    return redirect(f"{reverse('findings')}?{there.address()}")
