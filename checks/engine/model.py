"""What judging a month asks of an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from checks.rules.tables import Tables
from connectors.store import RunStore


@dataclass(frozen=True)
class Part:
    """Rows of a fact table: a table of the run, and the truth values that some columns have instead."""

    table: str
    instead: Mapping[str, bool] = field(default_factory=dict)


Replaced = Mapping[str, Sequence[Part]]
"""Fact table → the parts that it consists of, in place of its own rows; columns are matched by name."""


class Engine(Protocol):
    """Computes queries over the fact tables of a run. What comes out is the same on every engine."""

    def open(
        self, store: RunStore, *, many_queries: bool = False, replaced: Replaced | None = None
    ) -> AbstractContextManager[Tables]:
        """The run's fact tables while the context lasts; those that it has not are without rows.

        Args:
            store: the run's tables.
            many_queries: whether a hundred queries are to come.
            replaced: fact tables that consist of other rows.
        """
        ...
