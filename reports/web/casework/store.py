"""Adding to casework, and freezing what is in force for a run.

A withdrawing event ends what was in force under its key, whatever stood there before: nothing is in force
then until somebody adds anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from types import TracebackType
from typing import Any

import polars as pl
from django.db import Error, connections, transaction

from assets.contracts.casework import CASEWORK
from connectors.audit import append as log
from reports.web.casework.events import (
    WITHDRAWN,
    AssignmentEvent,
    AttachmentEvent,
    BaselineEvent,
    BasisSignoffEvent,
    BreakerEvent,
    DecisionEvent,
    DueProcessEvent,
    Event,
    HoldEvent,
    InquiryEvent,
    JudgementEvent,
    OpinionEvent,
    ProposalEvent,
    ReplyEvent,
    UserRole,
)
from reports.web.casework.schema import CaseworkUnavailable, place
from reports.web.settings import WebSettings

FRAME_OF: Mapping[type[Event], str] = {
    DecisionEvent: "decision",
    JudgementEvent: "judgement",
    BaselineEvent: "baseline",
    BasisSignoffEvent: "basis_signoff",
    HoldEvent: "hold",
    BreakerEvent: "breaker",
    UserRole: "user_role",
    InquiryEvent: "inquiry",
    ReplyEvent: "reply",
    DueProcessEvent: "due_process",
    AssignmentEvent: "assignment",
    AttachmentEvent: "attachment",
    ProposalEvent: "proposal",
    OpinionEvent: "opinion",
}

# What a frame has one row for; without an entry every event is a row.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "decision": ("finding_id",),
    "judgement": ("key_a", "key_b"),
    "baseline": ("month",),
    "basis_signoff": ("basis_id",),
    "user_role": ("user", "role"),
    "inquiry": ("finding_id",),
}
_TYPES = {
    "id": pl.Int64(),
    "row": pl.Int64(),
    "size": pl.Int64(),
    "until": pl.Date(),
    "due_on": pl.Date(),
    "done_on": pl.Date(),
}
_ORDERS: Mapping[str, tuple[str, ...]] = {
    "hold": ("payroll_month", "row_key"),
    "breaker": ("payroll_month", "agency_code"),
}


_AT_ONCE = 500
"""Keys named in one query: SQLite takes no more than 999."""
_WRITERS = 629924
"""Of the lock that whoever adds events to a PostgreSQL database holds."""


class Overtaken(Exception):
    """Somebody decided in between; `events` are finding_id → number of the decision that came first."""

    def __init__(self, events: Mapping[str, int]) -> None:
        super().__init__(f"{len(events)} findings were decided in between")
        self.events = events


class Casework:
    """The open casework of one home. Use as a context manager, or close it."""

    def __init__(self, alias: str, settings: WebSettings) -> None:
        # Models can be imported only when Django knows its settings.
        from reports.web.casework.models import TABLES

        self._alias = alias
        self._settings = settings
        self._tables = TABLES

    def append(self, event: Event) -> int:
        """Add one event to the database and to the audit log; returns its id.

        Raises:
            UserError: the database or the audit log cannot be written; then neither has it.
        """
        return self.extend((event,))[0]

    def extend(self, events: Sequence[Event], known: Mapping[str, int] | None = None) -> list[int]:
        """Add events, all or none; returns their ids.

        Args:
            events: what is to be added.
            known: finding_id → number of the last decision on it that whoever decides has seen, 0 for none.

        Raises:
            Overtaken: on one of these findings somebody has decided since; then nothing was added.
            UserError: as `append`.
        """
        if not events:
            return []
        moment = self._settings.clock()
        at = moment.isoformat(timespec="seconds")
        with self._reporting(), transaction.atomic(using=self._alias):
            self._alone()
            if known:
                self._refuse_overtaken(known)
            noted = [self._add(event, at) for event in events]
            entry = {"kind": "casework", "events": noted}
            log(self._settings.audit_log, entry, moment, self._settings.user)
        return [int(one["id"]) for one in noted]

    def _alone(self) -> None:
        """One writer at a time until the transaction ends; SQLite's transactions begin that way."""
        connection: Any = connections[self._alias]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(%s)", [_WRITERS])

    def _refuse_overtaken(self, known: Mapping[str, int]) -> None:
        since = self._tables["decision"].objects.using(self._alias).filter(id__gt=min(known.values()))
        overtaken = {
            finding_id: event_id
            for event_id, finding_id in since.order_by("id").values_list("id", "finding_id")
            if event_id > known.get(finding_id, event_id)
        }
        if overtaken:
            raise Overtaken(overtaken)

    def freeze(self) -> dict[str, pl.DataFrame]:
        """What is in force, as `assets.contracts.casework` has it; the same whatever was added first.

        Raises:
            UserError: the database cannot be read.
        """
        with self._reporting(), transaction.atomic(using=self._alias):
            return {name: _frozen(name, self.events(name)) for name in CASEWORK}

    def events(self, name: str, finding_ids: Collection[str] | None = None) -> pl.DataFrame:
        """Every event of one frame's table in the order in which they happened, with `id` and `at`.

        Args:
            name: of the frame.
            finding_ids: only events about these findings.

        Raises:
            UserError: the database cannot be read.
        """
        table = self._tables[name]
        columns = [field.attname for field in table._meta.concrete_fields]
        schema = {c: _TYPES.get(c, pl.String()) for c in columns}
        every = table.objects.using(self._alias)
        parts = (
            [every.all()]
            if finding_ids is None
            else [every.filter(finding_id__in=part) for part in _parts(finding_ids)]
        )
        with self._reporting():
            rows = [row for part in parts for row in part.order_by("id").values_list(*columns)]
        return pl.DataFrame(rows, schema=schema, orient="row").sort("id")

    def touched(self, names: Sequence[str], after: Sequence[int]) -> set[str]:
        """finding_id of whatever events of some frames are about that came after a number each.

        Raises:
            UserError: the database cannot be read.
        """
        since = (
            f"select finding_id from {self._tables[name]._meta.db_table} where id > %s"  # noqa: S608
            for name in names
        )
        with self._reporting(), connections[self._alias].cursor() as cursor:
            cursor.execute(" union ".join(since), list(after))
            return {finding_id for (finding_id,) in cursor.fetchall()}

    def about(self, name: str, finding_id: str) -> list[dict[str, Any]]:
        """The events of one table about one finding, in the order in which they happened.

        Raises:
            UserError: the database cannot be read.
        """
        with self._reporting():
            found = self._tables[name].objects.using(self._alias).filter(finding_id=finding_id)
            return list(found.order_by("id").values())

    def told(self, names: Sequence[str], finding_id: str) -> dict[str, list[dict[str, Any]]]:
        """The events of several tables about one finding, each as `about` gives them.

        Raises:
            UserError: the database cannot be read.
        """
        there = self.having(names, (finding_id,))
        return {name: self.about(name, finding_id) if name in there else [] for name in names}

    def having(self, names: Sequence[str], finding_ids: Collection[str]) -> set[str]:
        """Which of some tables have any event about these findings, asked at once: mostly few have.

        Raises:
            UserError: the database cannot be read.
        """
        there: set[str] = set()
        for part in _parts(finding_ids, _AT_ONCE // len(names)):
            places = ", ".join(["%s"] * len(part))
            asked = (
                f"select '{name}' where exists (select 1 from {self._tables[name]._meta.db_table}"  # noqa: S608
                f" where finding_id in ({places}))"
                for name in names
            )
            with self._reporting(), connections[self._alias].cursor() as cursor:
                cursor.execute(" union all ".join(asked), part * len(names))
                there |= {name for (name,) in cursor.fetchall()}
        return there

    def last(self, name: str, finding_ids: Collection[str]) -> dict[str, int]:
        """finding_id → number of the last event of one table on it; 0 where there is none.

        Raises:
            UserError: the database cannot be read.
        """
        known = dict.fromkeys(finding_ids, 0)
        with self._reporting():
            for part in _parts(known):
                found = self._tables[name].objects.using(self._alias).filter(finding_id__in=part)
                for event_id, finding_id in found.order_by("id").values_list("id", "finding_id"):
                    known[finding_id] = event_id
        return known

    def frame(self, name: str, finding_ids: Collection[str] | None = None) -> pl.DataFrame:
        """What is in force of one frame now, see `freeze`; with `finding_ids` only of these findings.

        Raises:
            UserError: the database cannot be read.
        """
        return _frozen(name, self.events(name, finding_ids))

    def version(self, name: str) -> int:
        """The number of the last event of one frame; 0 where there is none.

        Raises:
            UserError: the database cannot be read.
        """
        return self.versions((name,))[0]

    def versions(self, names: Sequence[str]) -> tuple[int, ...]:
        """The number of the last event of each of some frames, asked at once; 0 where there is none.

        Raises:
            UserError: the database cannot be read.
        """
        lasts = (f"(select max(id) from {self._tables[name]._meta.db_table})" for name in names)  # noqa: S608
        with self._reporting(), connections[self._alias].cursor() as cursor:
            cursor.execute(f"select {', '.join(lasts)}")
            return tuple(int(last or 0) for last in cursor.fetchone())

    def close(self) -> None:
        """Let go of the database."""
        connections[self._alias].close()

    def __enter__(self) -> Casework:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _add(self, event: Event, at: str) -> dict[str, Any]:
        """The row, and what the audit log says of it: nothing personal, and a hash of all of it."""
        name = FRAME_OF[type(event)]
        values = {field.name: getattr(event, field.name) for field in fields(event)}
        row = self._tables[name](at=at, **values)
        row.save(using=self._alias, force_insert=True)
        text = json.dumps({"at": at, **values}, ensure_ascii=False, sort_keys=True, default=str)
        return {
            "id": row.pk,
            "table": name,
            "by": event.by,
            "role": event.role,
            **{field: values[field] for field in event.logged},
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except Error as error:
            raise CaseworkUnavailable(place(self._alias)) from error


def _parts(finding_ids: Collection[str], most: int = _AT_ONCE) -> Iterator[list[str]]:
    """So many keys as one query may name."""
    asked = sorted(set(finding_ids))
    for start in range(0, len(asked), most):
        yield asked[start : start + most]


def _frozen(name: str, events: pl.DataFrame) -> pl.DataFrame:
    if name in _ORDERS:
        return events.sort(_ORDERS[name], maintain_order=True).select(*CASEWORK[name])
    key = _KEYS[name]
    last = events.unique(key, keep="last", maintain_order=True)
    return last.filter(pl.col("verdict") != WITHDRAWN).sort(key).select(*CASEWORK[name])
