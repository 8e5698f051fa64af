"""A request for a report, put together from a home: its months, its office, its casework."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from assets.published import open_month, published_months
from pipelines.casework import freeze
from pipelines.home import Home
from pipelines.settings import Settings, load_settings
from pipelines.working_days import load_working_days
from reports.request import Office, Recipient, ReportRequest

HISTORY = 12


@dataclass(frozen=True)
class Wanted:
    """What a caller may say of a report besides its months."""

    unit: str = ""
    supervisor: str = ""
    recipient: Recipient | None = None
    unmask: bool = False
    options: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def report_request(
    home: Home, months: Sequence[str], wanted: Wanted | None = None, settings: Settings | None = None
) -> Iterator[ReportRequest]:
    """Open published months for a report; they are closed again at the end.

    Args:
        home: the home.
        months: published months, ascending, at least one.
        wanted: of whom, for whom.
        settings: the settings when they are known already.

    Raises:
        NotPublished: one of the months has no pointer.
        UserError: settings, calendar or casework cannot be read.
    """
    said = wanted or Wanted()
    known = settings or load_settings(home.settings)
    before = [one for one in published_months(home.published) if one <= months[-1]][-HISTORY:]
    with ExitStack() as stack:
        opened = {one: stack.enter_context(open_month(home.root, one)) for one in sorted({*before, *months})}
        yield ReportRequest(
            months=tuple(opened[one] for one in months),
            history=tuple(opened[one] for one in before),
            office=office(home, known),
            casework=freeze(home, known),
            workday=load_working_days(home.calendar).add,
            schedule_on=known.schedule.run_on(months[-1]),
            unit=said.unit,
            supervisor=said.supervisor,
            recipient=said.recipient,
            unmask=said.unmask,
            options=said.options,
            check_key=lambda: check_key(home),
        )


def check_key(home: Home) -> bytes:
    """The secret of this home's check codes: derived, so that no report ever holds the home's own key.

    Raises:
        UserError: the home's key is missing or damaged.
    """
    return hmac.digest(home.key(), b"duibian check codes of inquiries", hashlib.sha256)


def office(home: Home, settings: Settings) -> Office:
    """The office of a home as its settings name it."""
    division, papers = settings.division, settings.office
    return Office(
        code=division.code,
        division=division.name,
        name=papers.name or f"{division.name}机构编制委员会办公室",
        joint=papers.joint,
        contact=papers.contact,
        phone=papers.phone,
        secrecy=papers.secrecy,
        reply_days=papers.reply_days,
        notice_days=papers.notice_days,
        basis=papers.basis,
        templates=home.templates,
    )
