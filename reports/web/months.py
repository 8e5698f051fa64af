"""Published months for pages: opened read-only through the pointer, overlaid with what was decided since.

A month is one in-memory DuckDB with the published file attached; requests have cursors of their own. A new
publication has a new file: the next request opens it, and the old one is closed when nobody uses it any more.

Of a million findings only those are laid anew about which something was decided since the last request; what
was counted over all of them is counted once a publication, and corrected by those that are laid.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, TypeVar

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
NARROW, LISTED, BEFORE, NOW = "finding_narrow", "finding_listed", "overlay_before", "overlay_now"
"""Findings as published, as they are by now; those of the overlay as published, as they are by now."""
_STEP = 2048
"""Of so many findings one number is kept: DuckDB reads no fewer rows at once."""
_COLUMNS = """
select column_name from duckdb_columns() where database_name = $file and table_name = 'finding'
"""
_ASKED = """
create temp table asked_finding as
select place, case_id, month, finding_id, evidence_hash, decision, status, status_raw
from finding_as_published
where place in (select unnest($places)) and list_contains($ids, finding_id)
"""
_LEAVING = "delete from overlay where place in (select unnest($values))"
_CASES = 'insert into overlay_case from "case" where case_id in (select unnest($values))'
_CHANGES = re.compile(r"\b(finding|finding_listed|overlay|overlay_before|overlay_now|overlay_case)\b")
"""Names of what changes with a decision."""
Row = dict[str, Any]
T = TypeVar("T")


class Decided(Protocol):
    """What was decided about findings, as an open month follows it."""

    def versions(self) -> tuple[int, ...]:
        """The numbers of the last events."""

    def touched(self, since: tuple[int, ...]) -> set[str]:
        """finding_id of whatever was decided about since then."""

    def judged(self, cursor: duckdb.DuckDBPyConnection, finding_ids: Collection[str] | None) -> None:
        """Lay `laid`, what stands about the findings of `asked_finding`: those asked for, all where None."""


@cache
def _text(name: str) -> str:
    return (files("reports.web") / f"{name}.sql").read_text("utf-8")


def _asking(query: str, table: str) -> str:
    cases = '"case"' if table == NARROW else "overlay_case"
    return query.replace("{listed}", table).replace("{cases}", cases)


@dataclass
class OpenMonth:
    """One published month, open.

    Attributes:
        versions: of the events that are laid over it; empty when none ever were.
        kept: what was asked since the last event. published: what was asked of the publication itself.
        numbers: every so many rows the number of the finding; rows lie in the order of their numbers.
        laid: places of the findings of the overlay. laid_cases: cases of `overlay_case`.
    """

    pointer: Pointer
    connection: duckdb.DuckDBPyConnection
    numbers: list[str]
    n_users: int = 0
    versions: tuple[int, ...] = ()
    lock: Lock = field(default_factory=Lock)
    kept: dict[Any, Any] = field(default_factory=dict)
    published: dict[Any, Any] = field(default_factory=dict)
    orders: Orders = field(default_factory=Orders)
    laid: set[int] = field(default_factory=set)
    laid_cases: set[str] = field(default_factory=set)

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
                self._lay(cursor, decided, touched)
            finally:
                cursor.close()
            self.kept = {}
            self.versions = now

    def _lay(
        self, cursor: duckdb.DuckDBPyConnection, decided: Decided, touched: Collection[str] | None
    ) -> None:
        """Lay all that was decided, or what was decided about these findings."""
        if touched is None:
            cursor.execute("create temp view asked_finding as from finding_as_published")
            about = f"{NARROW} semi join laid using (finding_id)"
        else:
            places_touched = _places(cursor, self.orders, "finding_id", touched)
            if not places_touched:
                return
            cursor.execute(_ASKED, {"places": places_touched, "ids": list(touched)})
            about = "asked_finding"
        decided.judged(cursor, touched)
        begun = dict(cursor.execute(f"select place, case_id from {about}").fetchall())  # noqa: S608
        cases = {case for case in begun.values() if case is not None}
        staying = set() if touched is None else self.laid - begun.keys()
        # All findings of a case, so that numbers of cases can be corrected.
        places = begun.keys() | (_places_of_cases(cursor, self.orders, cases) - staying)
        cursor.execute("begin")
        for statement, values in (
            (_LEAVING, self.laid - staying),
            (_text("lay_overlay"), places),
            (_CASES, cases - self.laid_cases),
        ):
            if values:
                cursor.execute(statement, {"values": list(values)})
        cursor.execute("commit")
        self.laid = staying | places
        self.laid_cases |= cases


def _places_of_cases(cursor: duckdb.DuckDBPyConnection, orders: Orders, cases: Collection[str]) -> set[int]:
    """Where the findings of these cases lie."""
    if len(cases) <= _AT_ONCE:
        return set(_places(cursor, orders, "case_id", cases))
    every = f"select place from {NARROW} where case_id in (select unnest($cases))"  # noqa: S608
    return {place for (place,) in cursor.execute(every, {"cases": list(cases)}).fetchall()}


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
    return order.places(pl.Series(list(keys), dtype=pl.String).hash(_SEED))


@dataclass(frozen=True)
class MonthView:
    """A month as one request sees it."""

    pointer: Pointer
    cursor: duckdb.DuckDBPyConnection
    lake: Path
    kept: dict[Any, Any]
    of_publication: dict[Any, Any]
    orders: Orders
    numbers: list[str]

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
        return _known(kept, _key(query, parameters), lambda: self.rows(query, parameters))

    def tallied(
        self, query: str, parameters: Mapping[str, object] | None = None, by: Sequence[str] = ()
    ) -> list[Row]:
        """Sums over findings as they are by now: over all as published, corrected by what was decided since.

        The overlay has every finding of a case or none, so that numbers of cases can be corrected too.

        Args:
            query: asks `{listed}`, and `{cases}` for the cases of these; every column but those of `by` is a
                count or a sum, and of different things only cases may be counted.
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
        for row in (*published, *self.remembered(corrected, parameters)):
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
        key = (*_key(query, parameters), descending)

        def sorted_once() -> Order:
            direction = "desc" if descending else "asc"
            by_value = f"{_asking(query, NARROW)} order by value {direction}, place"
            return Order(self.frame(by_value, parameters), descending)

        def corrected() -> tuple[Order, Order]:
            # One query for both, so that no decision comes between them.
            changed = self.frame(
                f"select true as is_now, * from ({_asking(query, NOW)})"  # noqa: S608
                f" union all select false, * from ({_asking(query, BEFORE)})",
                parameters,
            )
            if changed.is_empty():
                nothing = Order(changed.drop("is_now"), descending)
                return nothing, nothing
            changed = changed.filter(~pl.struct("value", "place").is_duplicated())
            changed = changed.sort("value", "place", descending=[descending, False])
            gone, come = (
                Order(changed.filter(pl.col("is_now") == is_now).drop("is_now"), descending)
                for is_now in (False, True)
            )
            return gone, come

        # The whole list is kept by `orders` alone, which knows how much it may take.
        return Listed(self.orders.order(key, sorted_once), *_known(self.kept, key, corrected))

    def around(self, number: str) -> tuple[int, int]:
        """The first and the last place where the finding of a number can lie: few rows, read at once."""
        first = max(bisect_right(self.numbers, number) - 1, 0) * _STEP
        return first, first + _STEP - 1

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


def _key(query: str, parameters: Mapping[str, object] | None) -> tuple[str, str]:
    return query, repr(sorted((parameters or {}).items()))


def _known(kept: dict[Any, Any], key: Hashable, make: Callable[[], T]) -> T:
    """What is kept under a key, else what `make` makes; all is forgotten when it becomes too much."""
    known: T | None = kept.get(key)
    if known is None:
        if len(kept) >= _KEPT:
            kept.clear()
        known = kept[key] = make()
    return known


class Months:
    """The published months of one home."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._open: dict[str, OpenMonth] = {}
        self._newest: dict[str, str] = {}
        self._lock = Lock()

    def listed(self) -> list[str]:
        """Published months, ascending."""
        names = published_months(self._home / "published")
        with self._lock:
            for gone in self._newest.keys() - set(names):
                del self._newest[gone]
            self._close_unused()
        return names

    @contextmanager
    def view(self, month: str, decided: Decided | None) -> Iterator[MonthView]:
        """A month for one request.

        Args:
            month: YYYY-MM.
            decided: what is laid over its findings; None for whoever reads only what was published.

        Raises:
            NotPublished: there is no such month.
        """
        pointer = read_pointer(self._home / "published", month)
        if pointer is None:
            raise NotPublished(month)
        with self._lock:
            self._newest[month] = pointer.ledger
            opened = self._open.get(pointer.ledger)
            if opened is None:
                connection = _attached(self._home / pointer.ledger)
                opened = self._open[pointer.ledger] = OpenMonth(pointer, connection, _numbers(connection))
            opened.n_users += 1
            self._close_unused()
        try:
            if decided is not None:
                opened.follow(decided)
            cursor = opened.connection.cursor()
            try:
                yield MonthView(
                    pointer,
                    cursor,
                    self._home / "lake" / month / pointer.run,
                    opened.kept,
                    opened.published,
                    opened.orders,
                    opened.numbers,
                )
            finally:
                cursor.close()
        finally:
            with self._lock:
                opened.n_users -= 1
                self._close_unused()

    def _close_unused(self) -> None:
        """Close files that no pointer names any more and nobody reads."""
        for ledger, opened in list(self._open.items()):
            if not opened.n_users and self._newest.get(opened.pointer.month) != ledger:
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
    there = [name for (name,) in connection.execute(_COLUMNS, {"file": _FILE}).fetchall()]
    contract = published_contracts()["finding"]
    file = f"{_FILE}.main.finding"
    if all(column.name in there for column in contract.columns):
        # Whatever lies between a query and the table is looked through at every question.
        whole, narrow, place = f"select rowid as place, * from {file}", file, "rowid"  # noqa: S608
    else:
        whole = completed(contract, f"(select rowid as place, * from {file})", there)  # noqa: S608
        narrow, place = "finding_as_published", "place"
    connection.execute(f"create view finding_as_published as {whole}")
    connection.execute(_text("open_month").replace("{place}", place).replace("{finding}", narrow))
    return connection


def _numbers(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Every so many rows the number of the finding."""
    every = f"select number from {NARROW} where place % {_STEP} = 0 order by place"  # noqa: S608
    return [number for (number,) in connection.execute(every).fetchall()]
