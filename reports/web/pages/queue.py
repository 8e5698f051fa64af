"""The list behind a page of details: what comes before and after, and how to get back.

The address of a finding carries the filters of the list that it was opened from, so that a queue is worked
off without anything being kept between requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from reports.web.middleware import SiteRequest
from reports.web.months import NARROW, MonthView
from reports.web.pages.filters import Asked, Filters, condition, read_filters
from reports.web.pages.listing import key_of, listed

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


def queue_of(request: SiteRequest, month: MonthView, row: Mapping[str, Any], today: date) -> Queue:
    """The neighbours of a finding in the list that its address names.

    Args:
        request: whose address.
        month: whose findings.
        row: the finding, whole.
        today: for what is late.
    """
    filters = read_filters(request.GET)
    tail = tail_of(request, month.month)
    whole = listed(month, filters, asked_list(request, filters, today))
    around = whole.neighbours(key_of(filters, row))
    number_at = _numbers(month, [key.place for key in (around.before, around.after) if key])
    return Queue(
        tail,
        f"{reverse('findings')}?{tail}",
        before=number_at[around.before.place] if around.before else "",
        after=number_at[around.after.place] if around.after else "",
        place=around.position + 1 if around.has else 0,
        n=whole.n,
    )


def _numbers(month: MonthView, places: list[int]) -> dict[int, str]:
    """Place → number."""
    rows = month.rows(
        f"select place, number from {NARROW} where place in (select unnest($places))",  # noqa: S608
        {"places": places},
    )
    return {row["place"]: row["number"] for row in rows}
