"""The list behind a page of details: what comes before and after, and how to get back.

The address of a finding carries the filters of the list that it was opened from, so that a queue is worked
off without anything being kept between requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.filters import Asked, Filters, condition, page_query, place_query, read_filters

SOON = timedelta(days=3)


@dataclass(frozen=True)
class Queue:
    """A finding's neighbours in its list; '' where it is the first or the last.

    Attributes:
        tail: month and filters, as every address of the queue ends.
    """

    tail: str
    back: str
    before: str
    after: str

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
    row = month.one(*_both(place_query(filters, number)))
    place = str(row["place"]) if row else ""
    asked = asked_list(request, filters, today)
    return Queue(
        tail=tail,
        back=f"{reverse('findings')}?{tail}",
        before=_neighbour(month, replace(filters, before=place, after="", size=0), asked) if place else "",
        after=_neighbour(month, replace(filters, after=place, before="", size=0), asked) if place else "",
    )


def _neighbour(month: MonthView, filters: Filters, asked: Asked) -> str:
    row = month.one(*_both(page_query(filters, asked)))
    return str(row["number"]) if row else ""


def _both(query: Asked) -> tuple[str, Mapping[str, object]]:
    return query.where, query.parameters
