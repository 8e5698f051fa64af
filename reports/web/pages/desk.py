"""What all requests to one home share: its open months, its casework, what has been decided since."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import duckdb
import polars as pl

from reports.web.casework import open_casework
from reports.web.casework.events import Event
from reports.web.casework.store import Casework
from reports.web.months import OVERLAY, Months, MonthView
from reports.web.settings import configure
from reports.web.site import Site


class Desk:
    """The shared part of one home."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.alias = configure(site.casework)
        self.casework: Casework = open_casework(site.casework)
        self.months = Months(site.home)

    def roles(self, user: str) -> frozenset[str]:
        """Codes of the roles that somebody has now."""
        held = self.casework.frame("user_role")
        return frozenset(held.filter(pl.col("user") == user)["role"])

    @contextmanager
    def month(self, month: str) -> Iterator[MonthView]:
        """A published month, overlaid with what was decided up to now."""
        version = self.casework.version("decision")
        with self.months.view(month, version, self._overlay) as view:
            yield view

    def decide(self, event: Event) -> int:
        """Add an event; the next request sees it."""
        return self.casework.append(event)

    def _overlay(self, cursor: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        """Findings whose status differs from what was published, and who decided."""
        decisions = self.casework.frame("decision")
        cursor.register("decision", decisions)
        rows: pl.DataFrame = cursor.sql(
            """
            select f.finding_id,
                   case
                       when d.finding_id is null then coalesce(f.status_raw, 'lead')
                       when d.evidence_hash <> f.evidence_hash then f.status
                       when d.until is not null and d.until < last_day((f.month || '-01')::date) then f.status
                       else d.verdict
                   end as status,
                   d."by" as decided_by, d."at" as decided_at, d.reason as decided_reason,
                   d.paper as decided_paper, null::varchar as assignee, null::date as asked_until
            from published_file.finding f
            left join decision d using (finding_id)
            where d.finding_id is not null
               or (f.decision is not null and f.status in ('confirmed', 'refuted', 'rectifying', 'closed'))
            """
        ).pl()
        cursor.unregister("decision")
        return rows.select(pl.col(name).cast(dtype) for name, dtype in OVERLAY.items())


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
