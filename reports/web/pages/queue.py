"""The list behind a page of details: what comes before and after, and how to get back.

The address of a finding carries the filters of the list that it was opened from, so that a queue is worked
off without anything being kept between requests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.filters import Asked, Filters, condition, edge_query, queue_query, read_filters

SOON = timedelta(days=3)


@dataclass(frozen=True)
class Queue:
    """A finding's neighbours in its list; '' where it is the first or the last.

    Attributes:
        tail: month and filters, as every address of the queue ends.
        place: which one of the list it is, from 1; 0 where the list does not have it any more.
        n: how many the list has.
    """

    tail: str
    back: str
    before: str = ""
    after: str = ""
    place: int = 0
    n: int = 0

    def address(self, number: str) -> str:
        """A finding within this queue."""
        return f"{reverse('finding', args=[number])}?{self.tail}"


def asked_list(request: SiteRequest, filters: Filters, today: date) -> Asked:
    """The condition of a list as this person sees it."""
    return condition(filters, request.access.scope, today, today + SOON, request.access.user)


def tail_of(request: SiteRequest, month: str) -> str:
    """Month and filters of the list that this address comes from."""
    filters = read_filters(request.GET)
    listed = filters.address(after=filters.after, before=filters.before)
    return f"{urlencode({'month': month})}&{listed}"


def detail_address(request: SiteRequest, month: str, number: str) -> str:
    """A finding within the list that this address comes from."""
    return f"{reverse('finding', args=[number])}?{tail_of(request, month)}"


def queue_of(request: SiteRequest, month: MonthView, number: str, today: date) -> Queue:
    """The neighbours of a finding in the list that its address names."""
    filters = read_filters(request.GET)
    tail = tail_of(request, month.month)
    back = f"{reverse('findings')}?{tail}"
    asked = asked_list(request, filters, today)
    query = queue_query(filters, asked, number)
    row = month.one(query.where, query.parameters)
    if row is None:
        return Queue(tail, back)
    return Queue(
        tail,
        back,
        before=row["before"] or _at(month, filters, asked, row["value_before"], last=True),
        after=row["after"] or _at(month, filters, asked, row["value_after"], last=False),
        place=row["n_before"] + 1 if row["is_listed"] else 0,
        n=row["n"],
    )


def _at(month: MonthView, filters: Filters, asked: Asked, value: object, *, last: bool) -> str:
    """The number of a neighbour with a sort value of its own; '' where there is none."""
    if value is None:
        return ""
    query = edge_query(filters, asked, value, last=last)
    row = month.one(query.where, query.parameters)
    return str(row["number"]) if row and row["number"] else ""
