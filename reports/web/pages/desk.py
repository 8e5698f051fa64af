"""What all requests to one home share: its open months, its casework, what has been decided since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from threading import Lock

import duckdb
import polars as pl

from reports.casework.countersigning import waiting
from reports.web.casework import open_casework
from reports.web.casework.events import Event
from reports.web.casework.store import Casework
from reports.web.months import Months, MonthView
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
        self._nothing = {name: self._standing(name, ()) for name in LAID}

    def roles(self, user: str) -> frozenset[str]:
        """Codes of the roles that somebody has now."""
        return self.held().get(user, frozenset())

    def held(self) -> Mapping[str, frozenset[str]]:
        """Account → codes of the roles that it has now."""
        return self.memory.current("roles", self.casework.version("user_role"), self._held)

    def _held(self) -> Mapping[str, frozenset[str]]:
        known: dict[str, set[str]] = {}
        for user, role in self.casework.frame("user_role").select("user", "role").iter_rows():
            known.setdefault(user, set()).add(role)
        return {user: frozenset(roles) for user, roles in known.items()}

    @contextmanager
    def month(self, month: str) -> Iterator[MonthView]:
        """A published month, overlaid with what was decided up to now."""
        with self.months.view(month, self) as view:
            yield view

    @contextmanager
    def as_published(self, month: str) -> Iterator[MonthView]:
        """A published month for whoever reads only what does not change with a decision."""
        with self.months.view(month, None) as view:
            yield view

    def frame(self, name: str) -> pl.DataFrame:
        """What is in force of one frame of casework now; read once for every new event."""
        version = self.casework.version(name)
        return self.memory.current(("frame", name), version, lambda: self.casework.frame(name))

    def decide(self, event: Event) -> int:
        """Add an event; the next request sees it."""
        return self.casework.append(event)

    def add(self, events: Sequence[Event], known: Mapping[str, int] | None = None) -> list[int]:
        """Add events, all or none; see `Casework.extend`."""
        return self.casework.extend(events, known)

    def versions(self) -> tuple[int, ...]:
        """The numbers of the last events that change what a list of findings shows."""
        return self.casework.versions(LAID)

    def touched(self, since: tuple[int, ...]) -> set[str]:
        """finding_id of whatever such an event is about that came since then."""
        return self.casework.touched(LAID, since)

    def judged(self, cursor: duckdb.DuckDBPyConnection, finding_ids: Collection[str] | None) -> None:
        """Lay `laid`, what stands about the findings of `asked_finding`: those asked for, all where None."""
        there = LAID if finding_ids is None else self.casework.having(LAID, finding_ids)
        for name in LAID:
            known = self._standing(name, finding_ids) if name in there else self._nothing[name]
            cursor.register(name, known)
        cursor.execute((files("reports.web") / "overlay.sql").read_text("utf-8"))

    def _standing(self, name: str, finding_ids: Collection[str] | None) -> pl.DataFrame:
        """What stands of one of the tables of `LAID`."""
        if name == "assignment":
            return _assigned(self.casework.events(name, finding_ids))
        if name == "proposal":
            decisions = self.casework.events("decision", finding_ids)
            return waiting(self.casework.events(name, finding_ids), decisions)
        return self.casework.frame(name, finding_ids)


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
