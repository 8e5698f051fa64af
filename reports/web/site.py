"""One home as the web application sees it: handed in by whoever serves it, carried by every request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import polars as pl

from connectors.errors import UserError
from reports.inquiry.model import Inquiry
from reports.payroll_check import PayrollCheck
from reports.request import Recipient
from reports.web.settings import WebSettings

if TYPE_CHECKING:
    from reports.answer_books import Answer, Questions
    from reports.render.label_books import LabelRow, UnitRow

ENVIRON = "duibian.site"
"""Key of the WSGI environment under which a request carries its site."""


@dataclass(frozen=True)
class AskedReport:
    """A report that somebody takes out of the pages.

    Attributes:
        name: as the registry has it. month: YYYY-MM.
        unit, supervisor: of which bodies; '' of all.
        recipient: who takes it and why, printed as a watermark.
        unmask: numbers whole; the disclosure has been recorded.
        options: what else the report may be told, such as the payroll that it is about.
    """

    name: str
    month: str
    unit: str = ""
    supervisor: str = ""
    recipient: Recipient | None = None
    unmask: bool = False
    options: Mapping[str, str] = field(default_factory=dict)


def _nowhere(asked: AskedReport, path: Path) -> None:
    """A site that was made without a home's reports.

    Raises:
        UserError: always.
    """
    raise UserError("这里不能出具报表", where=asked.name, remedy="请用 duibian serve 启动网页")


class AnswerBooks(Protocol):
    """The books in which people answer what a run did not understand."""

    def questions(self, month: str) -> Questions:
        """What a published month leaves open."""

    def answer_label(self, month: str, answer: Answer) -> LabelRow:
        """Write an answer about a label."""

    def answer_unit(self, month: str, answer: Answer) -> tuple[UnitRow, ...]:
        """Write an answer about a unit."""


def _no_check(payroll_month: str, final: Path | pl.DataFrame) -> PayrollCheck:
    """A site that was made without a home's gate.

    Raises:
        UserError: always.
    """
    raise UserError("这里不能核对工资表", where=payroll_month, remedy="请用 duibian serve 启动网页")


def _no_judge(payroll_month: str, draft: Path, echo: Callable[[str], None]) -> None:
    """A site that was made without a home's runs.

    Raises:
        UserError: always.
    """
    raise UserError("这里不能核对草表", where=payroll_month, remedy="请用 duibian serve 启动网页")


@dataclass(frozen=True)
class AskedInquiry:
    """核实单 that somebody sends from the pages: about which findings of a month, on which day.

    `unit_id` asks that body itself, `by_unit` every body itself; else their 主管部门 are asked.
    """

    month: str
    numbers: tuple[str, ...]
    on: date
    unit_id: str = ""
    by_unit: bool = False


def _no_inquiry(asked: AskedInquiry, path: Path | None) -> tuple[Inquiry, ...]:
    """A site that was made without a home's office.

    Raises:
        UserError: always.
    """
    raise UserError("这里不能发出核实单", where=asked.month, remedy="请用 duibian serve 启动网页")


def _no_code(number: str, evidence_hash: str, month: str, recipient: str) -> str:
    """A site that was made without a home's key.

    Raises:
        UserError: always.
    """
    raise UserError("这里不能核对校验码", where=number, remedy="请用 duibian serve 启动网页")


LOOPBACK = ("127.0.0.1", "::1")


@dataclass(frozen=True)
class Site:
    """What pages need of a home.

    Attributes:
        home: where published months lie.
        code, division: of the county, city or province.
        casework: its database, clock and audit log.
        secret: from which sessions are signed; derived from the home's key.
        lock_on: the day on which a month's payroll is locked.
        workdays: working days later than one day up to another.
        idle_minutes: after so long without a request one logs in again.
        judges: how many must think the same of a pair of records before it is a judgement.
        write_report: writes a report of the registry to a file.
        books: 标签对照表 and 机构对照表, where the home has them.
        check_payroll: whether a payroll, as a file or as lines, agrees with the gate's word on its draft.
        judge_draft: judges a draft payroll under the run lock and publishes; tells its progress line by line.
        write_inquiry: writes the 核实单 about some findings to an .xlsx of one recipient, or to a new folder
            with a workbook for each; says what it asks, recipient by recipient; without a path only that.
        check_code: the check code of a row of a 核实单, of number, evidence_hash, month and recipient.
        trusted_header: the header in which a proxy says who has logged in there; '' believes none.
        trusted_proxies: addresses whose word on that, and on whom they ask for, is believed.
        password_days: after so many days a password must be changed; 0 for never.
    """

    home: Path
    code: str
    division: str
    casework: WebSettings
    secret: str
    lock_on: Callable[[str], date]
    workdays: Callable[[date, date], int]
    idle_minutes: int = 30
    judges: int = 1
    write_report: Callable[[AskedReport, Path], None] = _nowhere
    books: AnswerBooks | None = None
    check_payroll: Callable[[str, Path | pl.DataFrame], PayrollCheck] = _no_check
    judge_draft: Callable[[str, Path, Callable[[str], None]], None] = _no_judge
    write_inquiry: Callable[[AskedInquiry, Path | None], tuple[Inquiry, ...]] = _no_inquiry
    check_code: Callable[[str, str, str, str], str] = _no_code
    trusted_header: str = ""
    trusted_proxies: tuple[str, ...] = LOOPBACK
    password_days: int = 0


database_alias: ContextVar[str] = ContextVar("database_alias", default="default")


class HomeRouter:
    """Sends sessions, accounts and casework of a request to its home's database."""

    def db_for_read(self, model: object, **_: object) -> str:
        """The home of the request that is being answered."""
        return database_alias.get()

    def db_for_write(self, model: object, **_: object) -> str:
        """Likewise."""
        return database_alias.get()

    def allow_relation(self, one: object, other: object, **_: object) -> bool:
        """Rows of one home; nothing else is ever put together."""
        return True
