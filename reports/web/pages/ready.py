"""The pages that everybody opens first, asked for once a month is published: its first reader waits less.

What is counted over all findings of a publication, the order of the usual list and where the findings of a
key are: all of it is kept as long as the publication; whoever asks first would wait for it.
"""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import cast

from django.db import connections
from django.http import HttpRequest

from assets.published import read_pointer
from reports.web.accounts.access import Access
from reports.web.middleware import SiteRequest
from reports.web.pages.desk import Desk, desk_of
from reports.web.pages.findings import findings
from reports.web.pages.overview import overview
from reports.web.site import ENVIRON, Site, database_alias

SECONDS = 2.0
"""How often it is looked for a new publication."""
READER = Access(user="", shown_name="", roles=frozenset({"handler"}))
PAGES = (overview, findings)
KEYS = ("finding_id", "case_id", "person_id", "number")
"""Columns by which pages of details find their findings."""


def keep_ready(site: Site, stop: Event) -> Thread:
    """Look for new publications in a thread of their own until `stop`."""
    thread = Thread(target=_watch, args=(site, stop), name="ready", daemon=True)
    thread.start()
    return thread


def _watch(site: Site, stop: Event) -> None:
    desk = desk_of(site)
    token = database_alias.set(desk.alias)
    ready = ""
    try:
        while not stop.is_set():
            ledger = newest(desk)
            if ledger != ready:
                # Pages must be answered whether or not this goes well, and will say what is wrong.
                ready = ledger
                try:
                    prepare(desk)
                except Exception:
                    logging.getLogger(__name__).exception("the newest month could not be made ready")
            stop.wait(SECONDS)
    finally:
        connections.close_all()
        database_alias.reset(token)


def newest(desk: Desk) -> str:
    """The file of the last published month; '' before the first."""
    listed = desk.months.listed()
    pointer = read_pointer(desk.site.home / "published", listed[-1]) if listed else None
    return pointer.ledger if pointer else ""


def prepare(desk: Desk) -> None:
    """Ask for the pages as somebody does who sees everything; nothing is logged, nothing is shown."""
    for page in PAGES:
        request = cast(SiteRequest, HttpRequest())
        request.method = "GET"
        request.META = {ENVIRON: desk.site, "SERVER_NAME": "localhost", "SERVER_PORT": "0"}
        request.session = {}  # type: ignore[assignment]
        request.place, request.desk, request.access = desk.site, desk, READER
        page(request)
    with desk.month(desk.months.listed()[-1]) as month:
        for column in KEYS:
            month.places_of(column, ())
