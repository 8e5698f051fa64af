"""What all requests to one home share: its open months, its casework, what has been decided since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from threading import Lock

import duckdb
import polars as pl

from reports.casework.countersigning import waiting
from reports.web.casework import open_casework
from reports.web.casework.events import Event
from reports.web.casework.store import Casework
from reports.web.months import OVERLAY, Months, MonthView
from reports.web.pages.memory import Memory
from reports.web.settings import configure
from reports.web.site import Site

LAID = ("decision", "inquiry", "assignment", "proposal")
"""Events that change what a list of findings shows."""
REMEMBERED = 128


class Desk:
    """The shared part of one home."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.alias = configure(site.casework)
        self.casework: Casework = open_casework(site.casework)
        self.months = Months(site.home)
        self.memory = Memory(REMEMBERED)

    def roles(self, user: str) -> frozenset[str]:
        """Codes of the roles that somebody has now."""
        held = self.casework.frame("user_role")
        return frozenset(held.filter(pl.col("user") == user)["role"])

    @contextmanager
    def month(self, month: str) -> Iterator[MonthView]:
        """A published month, overlaid with what was decided up to now."""
        version = sum(map(self.casework.version, LAID))
        with self.months.view(month, version, self._overlay) as view:
            yield view

    def decide(self, event: Event) -> int:
        """Add an event; the next request sees it."""
        return self.casework.append(event)

    def add(self, events: Sequence[Event], known: Mapping[str, int] | None = None) -> list[int]:
        """Add events, all or none; see `Casework.extend`."""
        return self.casework.extend(events, known)

    def _overlay(self, cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        """Findings about which something was done since they were published."""
        laid = {
            "decision": self.casework.frame("decision"),
            "inquiry": self.casework.frame("inquiry"),
            "assignment": _assigned(self.casework.events("assignment")),
            "proposal": waiting(self.casework.events("proposal"), self.casework.events("decision")),
        }
        for name, frame in laid.items():
            cursor.register(name, frame)
        rows: pl.DataFrame = cursor.sql((files("reports.web") / "overlay.sql").read_text("utf-8")).pl()
        for name in laid:
            cursor.unregister(name)
        return rows.select(pl.col(name).cast(dtype) for name, dtype in OVERLAY.items())


def _assigned(events: pl.DataFrame) -> pl.DataFrame:
    """Who handles each finding now."""
    last = events.sort("id").unique("finding_id", keep="last")
    return last.with_columns(pl.col("assignee").replace("", None))


_DESKS: dict[str, Desk] = {}
_LOCK = Lock()


def desk_of(site: Site) -> Desk:
    """The desk of a home, opened once a process."""
    key = str(site.home)
    with _LOCK:
        if key not in _DESKS:
            _DESKS[key] = Desk(site)
        return _DESKS[key]


def close_desks() -> None:
    """Let go of every home."""
    with _LOCK:
        for desk in _DESKS.values():
            desk.months.close()
            desk.casework.close()
        _DESKS.clear()
