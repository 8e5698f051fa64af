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
        return self.held().get(user, frozenset())

    def held(self) -> Mapping[str, frozenset[str]]:
        """Account → codes of the roles that it has now."""
        return self.memory.get(("roles", self.casework.version("user_role")), self._held)

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
        return set().union(*map(self.casework.touched, LAID, since))

    def judged(self, cursor: duckdb.DuckDBPyConnection, finding_ids: Collection[str] | None) -> pl.DataFrame:
        """What stands about the findings of table `asked_finding`; with `finding_ids` only of these."""
        proposals = self.casework.events("proposal", finding_ids)
        laid = {
            "decision": self.casework.frame("decision", finding_ids),
            "inquiry": self.casework.frame("inquiry", finding_ids),
            "assignment": _assigned(self.casework.events("assignment", finding_ids)),
            "proposal": waiting(proposals, self.casework.events("decision", finding_ids)),
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
