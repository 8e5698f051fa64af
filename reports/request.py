"""What is asked of a report: which months, of whom, for whom; and whose papers these are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from assets.published import PublishedMonth


@dataclass(frozen=True)
class Office:
    """The office that issues the papers, as its settings say.

    Attributes:
        code: division code, six digits.
        division: its name, such as 云岭县.
        name: the office that reports and signs.
        joint: the departments that sign with it.
        contact, phone: whom to ask.
        secrecy: 密级 printed on every sheet and page; '' prints none.
        reply_days: working days that a unit has to answer an inquiry.
        notice_days: working days that a public notice must stand at least.
        basis: papers that a review and its public notice are based on, with title and number.
        templates: folder of the office's own Word templates.
    """

    code: str
    division: str
    name: str
    joint: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""
    secrecy: str = ""
    reply_days: int = 10
    notice_days: int = 5
    basis: tuple[str, ...] = ()
    templates: Path | None = None


@dataclass(frozen=True)
class Recipient:
    """Who receives an export, and why: printed on every page as a watermark, and kept in the audit log."""

    name: str
    reason: str


def _no_key() -> bytes:
    raise ValueError("this request was made without a key for check codes")


@dataclass(frozen=True)
class ReportRequest:
    """One report to be written.

    Attributes:
        months: the months asked for, ascending; a report of one month is of the last.
        history: published months up to the last one asked for, twelve at most, ascending; the last is it.
        office: whose paper it is.
        casework: what people have decided by now, as `assets.contracts.casework` has it.
        workday: the day on which so many working days have passed since a day, which is not counted.
        schedule_on: the last month's configured day, from which due days count.
        unit, supervisor: only these bodies: a code, or characters of the name.
        recipient: for whom it is; None for the office itself.
        unmask: identity numbers whole; the call has been logged with its reason.
        options: what else a report may be told, such as the seed of a draw.
        check_key: the secret under which check codes of inquiries are made; asked for when one is made, never
            printed.
    """

    months: tuple[PublishedMonth, ...]
    history: tuple[PublishedMonth, ...]
    office: Office
    casework: Mapping[str, pl.DataFrame]
    workday: Callable[[date, int], date]
    schedule_on: date
    unit: str = ""
    supervisor: str = ""
    recipient: Recipient | None = None
    unmask: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    check_key: Callable[[], bytes] = field(default=_no_key, repr=False)

    @property
    def month(self) -> PublishedMonth:
        """The month of a report of one month; the last of a period."""
        return self.months[-1]

    @property
    def watermark(self) -> str:
        """Who received it, of which run; '' for the office itself."""
        return f"{self.recipient.name} {self.month.pointer.run[:8]}" if self.recipient else ""
