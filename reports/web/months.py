"""Published months for pages: opened read-only through the pointer, overlaid with what was decided since.

A month is one in-memory DuckDB with the published file attached; requests have cursors of their own. A new
publication has a new file: the next request opens it, and the old one is closed when nobody uses it any more.

Of a million findings only those are laid anew about which something was decided since the last request; what
was counted over all of them is counted once a publication, and corrected by those that are laid.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import duckdb
import polars as pl

from assets.contracts.registry import published as published_contracts
from assets.published import (
    CONFIG,
    NotPublished,
    Pointer,
    PublishedMonth,
    completed,
    published_months,
    read_pointer,
    served_tables,
)
from connectors.store import RunStore
from reports.web.orders import Listed, Order, Orders

_FILE = "published_file"
_THREADS, _MEMORY = 2, "1GB"
_KEPT = 500
_AT_ONCE, _SEED = 2000, 0
"""So few keys are looked up one by one; for more, all findings are looked at."""
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
NARROW, LISTED, BEFORE, NOW = "finding_narrow", "finding_listed", "overlay_before", "overlay_now"
"""Findings as published, as they are by now; those of the overlay as published, as they are by now."""
_COLUMNS = """
select column_name from duckdb_columns() where database_name = $file and table_name = 'finding'
"""
_CHANGES = re.compile(r"\b(finding|finding_listed|overlay|overlay_before|overlay_now)\b")
"""Names of what changes with a decision."""
Row = dict[str, Any]


class Decided(Protocol):
    """What was decided about findings, as an open month follows it."""

    def versions(self) -> tuple[int, ...]:
        """The numbers of the last events."""

    def touched(self, since: tuple[int, ...]) -> set[str]:
        """finding_id of whatever was decided about since then."""

    def judged(self, cursor: duckdb.DuckDBPyConnection, finding_ids: Collection[str] | None) -> pl.DataFrame:
        """What stands about the findings of table `asked_finding`: rows of `OVERLAY`; of all where None."""


@cache
def _text(name: str) -> str:
    return (files("reports.web") / f"{name}.sql").read_text("utf-8")


def _asking(query: str, table: str) -> str:
    return query.replace("{listed}", table)


@dataclass
class OpenMonth:
    """One published month, open.

    Attributes:
        versions: of the events that are laid over it; empty when none ever were.
        kept: what was asked since the last event. published: what was asked of the publication itself.
    """

    pointer: Pointer
    connection: duckdb.DuckDBPyConnection
    n_users: int = 0
    versions: tuple[int, ...] = ()
    lock: Lock = field(default_factory=Lock)
    kept: dict[Any, list[Row]] = field(default_factory=dict)
    published: dict[Any, list[Row]] = field(default_factory=dict)
    orders: Orders = field(default_factory=Orders)

    def follow(self, decided: Decided) -> None:
        """Lay what was decided since over the findings."""
        if decided.versions() == self.versions:
            return
        with self.lock:
            now = decided.versions()
            if now == self.versions:
                return
            # Casework that was put back to an earlier state is not what was laid.
            is_later = bool(self.versions) and all(map(int.__ge__, now, self.versions))
            touched = decided.touched(self.versions) if is_later else None
            if touched is not None and len(touched) > _AT_ONCE:
                touched = None
            cursor = self.connection.cursor()
            try:
                _lay(cursor, self.orders, decided, touched)
            finally:
                cursor.close()
            self.kept = {}
            self.versions = now


def _lay(
    cursor: duckdb.DuckDBPyConnection, orders: Orders, decided: Decided, touched: Collection[str] | None
) -> None:
    """Lay all that was decided, or what was decided about these findings."""
    if touched is not None and not _places(cursor, orders, "finding_id", touched):
        return
    cursor.execute("create or replace temp table touched_place (place bigint)")
    if touched is None:
        cursor.execute("create or replace temp view asked_finding as from finding_as_published")
    else:
        judged_by = (
            "f.place, f.case_id, f.month, f.finding_id, f.evidence_hash, f.decision, f.status, f.status_raw"
        )
        source = f"select {judged_by} from finding_as_published f"  # noqa: S608
        cursor.execute(f"create or replace temp table asked_finding as {source} limit 0")
        _gather(cursor, orders, "asked_finding", source, "finding_id", touched)
    cursor.register("laid", decided.judged(cursor, touched))
    cursor.execute("begin")
    if touched is None:
        cursor.execute("delete from overlay")
        begun = "finding_narrow f semi join laid using (finding_id)"
    else:
        cursor.execute("delete from overlay where place in (select place from asked_finding)")
        begun = "asked_finding f"
    cursor.execute(f"insert into touched_place select f.place from {begun}")  # noqa: S608
    cases = cursor.execute(
        f"select distinct f.case_id from {begun} where f.case_id is not null"  # noqa: S608
    ).fetchall()
    mates = (
        "select f.place from finding_narrow f anti join touched_place t on t.place = f.place"
        " anti join overlay o on o.place = f.place"
    )
    _gather(cursor, orders, "touched_place", mates, "case_id", [case for (case,) in cases])
    cursor.execute(_text("lay_overlay"))
    cursor.execute("commit")


def _gather(
    cursor: duckdb.DuckDBPyConnection,
    orders: Orders,
    table: str,
    source: str,
    column: str,
    keys: Collection[str],
) -> None:
    """Add to a table the rows of a source of findings that have one of these keys."""
    asked: dict[str, object] = {"keys": sorted(keys)}
    every = f"insert into {table} {source} where f.{column} in (select unnest($keys))"
    if len(keys) <= _AT_ONCE:
        every += " and f.place in (select unnest($places))"
        asked["places"] = _places(cursor, orders, column, keys)
    cursor.execute(every, asked)


def _places(
    cursor: duckdb.DuckDBPyConnection, orders: Orders, column: str, keys: Collection[str]
) -> list[int]:
    """Where the findings lie that have one of these keys, and seldom another that has the same hash."""

    def hashed() -> Order:
        told = cursor.sql(
            f"select {column} as value, place::integer as place from finding_narrow"  # noqa: S608
            f" where {column} is not null"
        ).pl()
        rows = told.with_columns(pl.col("value").hash(_SEED)).sort("value", "place")
        return Order(rows, descending=False)

    order = orders.order(column, hashed)
    return [
        place for key in pl.Series(list(keys), dtype=pl.String).hash(_SEED) for place in order.places(key)
    ]


@dataclass(frozen=True)
class MonthView:
    """A month as one request sees it."""

    pointer: Pointer
    cursor: duckdb.DuckDBPyConnection
    lake: Path
    kept: dict[Any, list[Row]] = field(default_factory=dict)
    of_publication: dict[Any, list[Row]] = field(default_factory=dict)
    orders: Orders = field(default_factory=Orders)

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

    def rows(self, query: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        """The rows of a query; parameters as $name, those that it does not name are left out."""
        wanted = {key: value for key, value in (parameters or {}).items() if f"${key}" in query}
        result = self.cursor.execute(query, wanted)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def remembered(self, query: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        """As `rows`, asked once: until something is decided, where it asks findings; else for good.

        It asks published tables only, nothing that a request has laid.
        """
        kept = self.kept if _CHANGES.search(query) else self.of_publication
        key = (query, repr(sorted((parameters or {}).items())))
        known = kept.get(key)
        if known is None:
            if len(kept) >= _KEPT:
                kept.clear()
            known = kept[key] = self.rows(query, parameters)
        return known

    def tallied(
        self, query: str, parameters: Mapping[str, object] | None = None, by: Sequence[str] = ()
    ) -> list[Row]:
        """Sums over findings as they are by now: over all as published, corrected by what was decided since.

        The overlay has every finding of a case or none, so that numbers of cases can be corrected too.

        Args:
            query: asks `{listed}`; every column but those of `by` is a count or a sum, and of different
                things only cases may be counted.
            parameters: as in `rows`.
            by: by what it sums.

        Returns:
            Rows, in no order, without those whose sums are all zero; exactly one where `by` is empty.
        """
        # One query for both, so that no decision comes between them.
        corrected = (
            f"select -1 as sign, * from ({_asking(query, BEFORE)})"  # noqa: S608
            f" union all select 1, * from ({_asking(query, NOW)})"
        )
        published = self.remembered(_asking(query, NARROW), parameters)
        sums: dict[tuple[Any, ...], Row] = {}
        for row in (*published, *self.rows(corrected, parameters)):
            sign = row.get("sign", 1)
            known = sums.setdefault(tuple(row[name] for name in by), {name: row[name] for name in by})
            for name in row.keys() - {"sign", *by}:
                known[name] = known.get(name, 0) + sign * (row[name] or 0)
        if not by:
            return list(sums.values())
        return [row for row in sums.values() if any(row[name] for name in row.keys() - set(by))]

    def ordered(self, query: str, parameters: Mapping[str, object], *, descending: bool) -> Listed:
        """Findings in an order as they are by now: as published, corrected by what was decided since.

        Args:
            query: asks `{listed}` for value and place, of which neither is null.
            parameters: as in `rows`.
            descending: the greatest value first.
        """

        def sorted_once() -> Order:
            direction = "desc" if descending else "asc"
            by_value = f"{_asking(query, NARROW)} order by value {direction}, place"
            return Order(self.frame(by_value, parameters), descending)

        known = (query, repr(sorted(parameters.items())), descending)
        published = self.orders.order(known, sorted_once)
        # One query for both, so that no decision comes between them.
        changed = self.frame(
            f"select true as is_now, * from ({_asking(query, NOW)})"  # noqa: S608
            f" union all select false, * from ({_asking(query, BEFORE)})",
            parameters,
        ).filter(~pl.struct("value", "place").is_duplicated())
        changed = changed.sort("value", "place", descending=[descending, False])
        gone, come = (
            Order(changed.filter(pl.col("is_now") == is_now).drop("is_now"), descending)
            for is_now in (False, True)
        )
        return Listed(published, gone, come)

    def places_of(self, column: str, keys: Collection[str]) -> list[int]:
        """Where the findings lie that have one of these keys in a column of texts.

        Seldom also one of another key: ask for the key too.
        """
        return _places(self.cursor, self.orders, column, keys)

    def frame(self, query: str, parameters: Mapping[str, object] | None = None) -> pl.DataFrame:
        """As `rows`, as a frame."""
        wanted = {key: value for key, value in (parameters or {}).items() if f"${key}" in query}
        found: pl.DataFrame = self.cursor.sql(query, params=wanted).pl()
        return found

    def one(self, query: str, parameters: Mapping[str, object] | None = None) -> Row | None:
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
    def view(self, month: str, decided: Decided) -> Iterator[MonthView]:
        """A month for one request, with what was decided up to now.

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
            opened.follow(decided)
            cursor = opened.connection.cursor()
            try:
                lake = self._home / "lake" / month / pointer.run
                yield MonthView(pointer, cursor, lake, opened.kept, opened.published, opened.orders)
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
    for one in served_tables(connection, _FILE):
        if one.name != "finding":
            connection.execute(f'create view "{one.name}" as {one.query}')
    there = connection.execute(_COLUMNS, {"file": _FILE}).fetchall()
    placed = f"(select rowid as place, * from {_FILE}.main.finding)"  # noqa: S608
    finding = completed(published_contracts()["finding"], placed, [name for (name,) in there])
    connection.execute(f"create view finding_as_published as {finding}")
    connection.execute(_text("open_month"))
    return connection
