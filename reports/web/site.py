"""One home as the web application sees it: handed in by whoever serves it, carried by every request."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reports.web.settings import WebSettings

ENVIRON = "duibian.site"
"""Key of the WSGI environment under which a request carries its site."""


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
    """

    home: Path
    code: str
    division: str
    casework: WebSettings
    secret: str
    lock_on: Callable[[str], date]
    workdays: Callable[[date, date], int]
    idle_minutes: int = 30


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
