"""Published months for pages: opened read-only through the pointer, overlaid with what was decided since.

A month is one in-memory DuckDB with the published file attached; requests have cursors of their own. A new
publication has a new file: the next request opens it, and the old one is closed when nobody uses it any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import polars as pl

from assets.published import (
    CONFIG,
    NotPublished,
    Pointer,
    PublishedMonth,
    published_months,
    read_pointer,
    served_tables,
)
from connectors.store import RunStore

_FILE, _AS_PUBLISHED = "published_file", "finding_as_published"
_THREADS, _MEMORY = 2, "1GB"
_KEPT = 500
OVERLAY = {
    "finding_id": pl.String(),
    "status": pl.String(),
    "decided_by": pl.String(),
    "decided_at": pl.String(),
    "decided_reason": pl.String(),
    "decided_paper": pl.String(),
    "assignee": pl.String(),
    "asked_until": pl.Date(),
    "proposed": pl.String(),
    "proposed_by": pl.String(),
}
_OVERLAID = """
create or replace view finding as
select f.* replace (coalesce(o.status, f.status) as status, coalesce(o.asked_until, f.due_on) as due_on),
       o.assignee, o.decided_by, o.decided_at, o.decided_reason, o.decided_paper, o.proposed, o.proposed_by
from finding_as_published f
left join overlay o on o.finding_id = f.finding_id
"""


@dataclass
class OpenMonth:
    """One published month, open."""

    pointer: Pointer
    connection: duckdb.DuckDBPyConnection
    n_users: int = 0
    version: int = -1
    lock: Lock = field(default_factory=Lock)
    kept: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)

    def overlay(self, version: int, rows: pl.DataFrame) -> None:
        """Lay what was decided since over the findings; `version` is the number of the last event."""
        with self.lock:
            if version == self.version:
                return
            cursor = self.connection.cursor()
            cursor.register("laid", rows)
            cursor.execute("begin")
            cursor.execute("delete from overlay")
            cursor.execute("insert into overlay select * from laid")
            cursor.execute("commit")
            cursor.unregister("laid")
            cursor.close()
            self.kept = {}
            self.version = version


@dataclass(frozen=True)
class MonthView:
    """A month as one request sees it."""

    pointer: Pointer
    cursor: duckdb.DuckDBPyConnection
    lake: Path
    kept: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def month(self) -> str:
        """YYYY-MM."""
        return self.pointer.month

    @property
    def published(self) -> PublishedMonth:
        """The month as reports read it; what they lay lies in this request's cursor and goes with it."""
        return PublishedMonth(self.pointer, self.cursor, self.lake)

    @property
    def store(self) -> RunStore:
        """The run's own tables."""
        return RunStore(self.lake)

    def rows(self, query: str, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """The rows of a query; parameters as $name, those that it does not name are left out."""
        wanted = {key: value for key, value in (parameters or {}).items() if f"${key}" in query}
        result = self.cursor.execute(query, wanted)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def remembered(self, query: str, parameters: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """As `rows`, asked once until something is decided: for what looks at every finding."""
        key = (query, repr(sorted((parameters or {}).items())))
        if key not in self.kept:
            if len(self.kept) >= _KEPT:
                self.kept.clear()
            self.kept[key] = self.rows(query, parameters)
        return self.kept[key]

    def frame(self, query: str, parameters: Mapping[str, object] | None = None) -> pl.DataFrame:
        """As `rows`, as a frame."""
        wanted = {key: value for key, value in (parameters or {}).items() if f"${key}" in query}
        found: pl.DataFrame = self.cursor.sql(query, params=wanted).pl()
        return found

    def one(self, query: str, parameters: Mapping[str, object] | None = None) -> dict[str, Any] | None:
        """The only row of a query; None where it has none."""
        rows = self.rows(query, parameters)
        return rows[0] if rows else None


class Months:
    """The published months of one home."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._open: dict[str, OpenMonth] = {}
        self._lock = Lock()

    def listed(self) -> list[str]:
        """Published months, ascending."""
        return published_months(self._home / "published")

    @contextmanager
    def view(self, month: str, version: int, overlay: Any) -> Iterator[MonthView]:
        """A month for one request.

        Args:
            month: YYYY-MM.
            version: number of the last casework event.
            overlay: called with nothing for the rows of `OVERLAY` when the version is new.

        Raises:
            NotPublished: there is no such month.
        """
        pointer = read_pointer(self._home / "published", month)
        if pointer is None:
            raise NotPublished(month)
        with self._lock:
            opened = self._open.get(pointer.ledger)
            if opened is None:
                opened = self._open[pointer.ledger] = OpenMonth(
                    pointer, _attached(self._home / pointer.ledger)
                )
            opened.n_users += 1
            self._close_unused()
        try:
            if opened.version != version:
                opened.overlay(version, overlay(opened.connection.cursor()))
            cursor = opened.connection.cursor()
            try:
                yield MonthView(pointer, cursor, self._home / "lake" / month / pointer.run, opened.kept)
            finally:
                cursor.close()
        finally:
            with self._lock:
                opened.n_users -= 1
                self._close_unused()

    def _close_unused(self) -> None:
        """Close files that no pointer names any more and nobody reads."""
        named = set()
        for month in {one.pointer.month for one in self._open.values()}:
            pointer = read_pointer(self._home / "published", month)
            if pointer is not None:
                named.add(pointer.ledger)
        for ledger in [one for one, opened in self._open.items() if not opened.n_users and one not in named]:
            self._open.pop(ledger).connection.close()

    def close(self) -> None:
        """Close all."""
        with self._lock:
            for opened in self._open.values():
                opened.connection.close()
            self._open.clear()


def _attached(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={**CONFIG, "threads": _THREADS, "memory_limit": _MEMORY})
    place = path.as_posix().replace("'", "''")
    connection.execute(f"attach '{place}' as {_FILE} (read_only)")
    connection.register("laid", pl.DataFrame(schema=OVERLAY))
    connection.execute("create table overlay as from laid")
    connection.unregister("laid")
    for one in served_tables(connection, _FILE):
        name = _AS_PUBLISHED if one.name == "finding" else one.name
        connection.execute(f'create view "{name}" as {one.query}')
    connection.execute(_OVERLAID)
    return connection
