"""Lists in their order, kept as long as their publication: pages, places and neighbours without a search.

A list is what a condition leaves of a month's findings, in an order. As published it is sorted once; what was
decided since takes a few out and puts a few in, and they are looked up by halving.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from threading import Lock
from typing import Any

import polars as pl

Value = int | str | Decimal | date
MOST_BYTES = 128 * 2**20
"""Orders of a month take no more memory than this; the one asked for last stays in any case."""


@dataclass(frozen=True)
class Key:
    """Where a finding stands in an order: its sort value, and among those of one value its place.

    Attributes:
        place: the number of its row in the published table.
    """

    value: Value
    place: int


@dataclass(frozen=True)
class Order:
    """Findings in an order.

    Attributes:
        rows: value, place: by value, then by place.
        descending: the greatest value first; places ascend in any case.
    """

    rows: pl.DataFrame
    descending: bool

    def position(self, key: Key) -> int:
        """How many come before it."""
        if self.rows.is_empty():
            return 0
        first, last = self._span(key.value)
        return first + int(self.rows["place"][first:last].search_sorted(key.place, side="left"))

    def places(self, value: Value) -> list[int]:
        """The places that have a value."""
        first, last = self._span(value)
        return self.rows["place"][first:last].to_list()

    def _span(self, value: Value) -> tuple[int, int]:
        values = self.rows["value"]
        first = values.search_sorted(value, side="left", descending=self.descending)
        return first, values.search_sorted(value, side="right", descending=self.descending)

    def without(self, others: pl.Series) -> Order:
        """The same but for these places."""
        if others.is_empty():
            return self
        return Order(self.rows.filter(~pl.col("place").is_in(others.implode())), self.descending)

    def merged(self, other: Order) -> Order:
        """Both together."""
        if other.rows.is_empty():
            return self
        rows = pl.concat([self.rows, other.rows])
        return Order(rows.sort("value", "place", descending=[self.descending, False]), self.descending)

    def part(self, first: int, n: int) -> Order:
        """So many from a position on."""
        return Order(self.rows.slice(first, n), self.descending)


@dataclass(frozen=True)
class Listed:
    """A list as it is by now.

    Attributes:
        published: as it was published.
        gone: those of it that are not in it any more, or not where they were.
        come: those that are in it now, or elsewhere.
    """

    published: Order
    gone: Order
    come: Order

    @property
    def n(self) -> int:
        """How many it has."""
        return self.published.rows.height - self.gone.rows.height + self.come.rows.height

    def position(self, key: Key) -> int:
        """How many come before it, whether or not the list has it."""
        return self.published.position(key) - self.gone.position(key) + self.come.position(key)

    def following(self, key: Key | None, n: int) -> list[Key]:
        """The next ones after a key, or the first ones."""
        beyond = Key(key.value, key.place + 1) if key else None
        first, here = (order.position(beyond) if beyond else 0 for order in (self.published, self.come))
        near = self.published.part(first, n + self.gone.rows.height).without(self.gone.rows["place"])
        found = near.part(0, n).merged(self.come.part(here, n)).part(0, n)
        return [Key(*row) for row in found.rows.iter_rows()]

    def preceding(self, key: Key, n: int) -> list[Key]:
        """The last ones before a key, in the list's order."""
        end, here = self.published.position(key), self.come.position(key)
        first = max(0, end - n - self.gone.rows.height)
        near = self.published.part(first, end - first).without(self.gone.rows["place"])
        begin = max(0, here - n)
        found = near.merged(self.come.part(begin, here - begin))
        return [Key(*row) for row in found.rows.tail(n).iter_rows()]

    def has(self, key: Key) -> bool:
        """Whether it has this finding, there."""
        return self.position(Key(key.value, key.place + 1)) > self.position(key)


class Orders:
    """The orders of one publication that were asked for, the oldest forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, Order] = OrderedDict()
        self._lock = Lock()

    def order(self, key: Any, make: Callable[[], Order]) -> Order:
        """The order of a key, made where it is not known."""
        # Whoever wants the same order at the same moment waits for it.
        with self._lock:
            known = self._kept.pop(key, None) or make()
            self._kept[key] = known
            while len(self._kept) > 1 and self._n_bytes() > MOST_BYTES:
                self._kept.popitem(last=False)
            return known

    def _n_bytes(self) -> int:
        return sum(int(order.rows.estimated_size()) for order in self._kept.values())
