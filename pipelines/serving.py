"""A home as the web application has it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.answering import HomeBooks
from pipelines.clock import now
from pipelines.draft_judging import judge_draft_beside
from pipelines.home import Home
from pipelines.payroll_check import check_payroll
from pipelines.report_request import Wanted, check_key, report_request
from pipelines.settings import load_settings
from pipelines.users import user_name
from pipelines.working_days import load_working_days
from reports.inquiry.codes import check_code
from reports.inquiry.model import Inquiry
from reports.web.settings import WebSettings
from reports.web.site import AskedInquiry, AskedReport, Site

if TYPE_CHECKING:
    from reports.web.months import MonthView

_PURPOSE = b"web sessions"


def site_of(home: Home) -> Site:
    """What the pages of a home need, from its settings.

    Raises:
        UserError: settings or calendar are wrong.
    """
    settings = load_settings(home.settings)
    days = load_working_days(home.calendar)
    return Site(
        home=home.root,
        code=settings.division.code,
        division=settings.division.name,
        casework=WebSettings(home.casework, home.audit_log, user_name(), now, settings.casework.database),
        secret=hmac.new(home.key(), _PURPOSE, hashlib.sha256).hexdigest(),
        lock_on=settings.schedule.lock_on,
        workdays=partial(days.count),
        idle_minutes=settings.web.idle_minutes,
        judges=settings.web.judges,
        write_report=partial(write_report, home),
        books=HomeBooks(home),
        check_payroll=partial(check_payroll, home),
        judge_draft=partial(judge_draft_beside, home),
        write_inquiry=partial(write_inquiry, home),
        check_code=partial(check_code, check_key(home)),
        trusted_header=settings.web.trusted_header,
        trusted_proxies=settings.web.trusted_proxies,
        password_days=settings.web.password_days,
    )


@contextmanager
def overlaid_month(home: Home, month: str) -> Iterator[MonthView]:
    """A published month as the pages see it: overlaid with what was decided up to now.

    Raises:
        NotPublished: there is no such month.
    """
    from reports.web.pages.desk import Desk

    desk = Desk(site_of(home))
    try:
        with desk.month(month) as view:
            yield view
    finally:
        desk.months.close()
        desk.casework.close()


def write_report(home: Home, asked: AskedReport, path: Path) -> None:
    """Write one report of one published month to a file.

    Raises:
        UserError: the month or its tables are gone, or nothing has that unit's name.
    """
    from reports.registry import BY_NAME

    wanted = Wanted(
        unit=asked.unit,
        supervisor=asked.supervisor,
        recipient=asked.recipient,
        unmask=asked.unmask,
        options=asked.options,
    )
    with report_request(home, (asked.month,), wanted) as request:
        BY_NAME[asked.name].write(request, path)


def write_inquiry(home: Home, asked: AskedInquiry, path: Path | None) -> tuple[Inquiry, ...]:
    """Write the 核实单 about some findings of a published month; what was asked before is asked again.

    Without a path nothing is written: it only says what would be asked.

    Raises:
        UserError: nothing of it may be asked, or one file was wanted for more than one recipient.
    """
    from reports.inquiry.read import SENT_ON, STOCK, TO_UNITS, lay_inquiries, read_inquiries
    from reports.render.inquiry_book import write_books

    options = {SENT_ON: asked.on.isoformat(), STOCK: "是", TO_UNITS: "是" if asked.by_unit else "否"}
    wanted = Wanted(unit=asked.unit_id, options=options)
    with report_request(home, (asked.month,), wanted) as request:
        lay_inquiries(request, numbers=asked.numbers)
        return tuple(read_inquiries(request) if path is None else write_books(request, path))
