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
from typing import Any, Literal

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

    def find(self, key: Key) -> tuple[int, bool]:
        """How many come before it, and whether it is there itself."""
        at = self.position(key)
        return at, at < self.rows.height and self.rows.row(at) == (key.value, key.place)

    def places(self, values: pl.Series) -> list[int]:
        """The places that have one of these values."""
        known, places = self.rows["value"], self.rows["place"]
        sides: tuple[Literal["left", "right"], ...] = ("left", "right")
        first, last = (known.search_sorted(values, side, descending=self.descending) for side in sides)
        return [place for a, b in zip(first, last, strict=True) for place in places[a:b]]

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
class Neighbours:
    """What stands around a finding in a list.

    Attributes:
        before, after: the ones beside it; None at the ends.
        position: how many come before it.
        has: whether the list has it, there.
    """

    before: Key | None
    after: Key | None
    position: int
    has: bool


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
        if key is None:
            return self._from(0, 0, n)
        beyond = Key(key.value, key.place + 1)
        return self._from(self.published.position(beyond), self.come.position(beyond), n)

    def preceding(self, key: Key, n: int) -> list[Key]:
        """The last ones before a key, in the list's order."""
        return self._until(self.published.position(key), self.come.position(key), n)

    def has(self, key: Key) -> bool:
        """Whether it has this finding, there."""
        return self.neighbours(key).has

    def neighbours(self, key: Key) -> Neighbours:
        """What stands around a key, each order looked through once."""
        at, was = self.published.find(key)
        here, has_come = self.come.find(key)
        away, is_gone = self.gone.find(key)
        return Neighbours(
            before=next(iter(self._until(at, here, 1)), None),
            after=next(iter(self._from(at + was, here + has_come, 1)), None),
            position=at - away + here,
            has=has_come or (was and not is_gone),
        )

    def _from(self, first: int, here: int, n: int) -> list[Key]:
        """The next ones from a position in `published` and one in `come` on."""
        near = self.published.part(first, n + self.gone.rows.height).without(self.gone.rows["place"])
        found = near.part(0, n).merged(self.come.part(here, n)).part(0, n)
        return [Key(*row) for row in found.rows.iter_rows()]

    def _until(self, end: int, here: int, n: int) -> list[Key]:
        """The last ones up to a position in `published` and one in `come`."""
        first, begin = max(0, end - n - self.gone.rows.height), max(0, here - n)
        near = self.published.part(first, end - first).without(self.gone.rows["place"])
        found = near.merged(self.come.part(begin, here - begin))
        return [Key(*row) for row in found.rows.tail(n).iter_rows()]


class Orders:
    """The orders of one publication that were asked for, the oldest forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, Order] = OrderedDict()
        self._lock = Lock()

    def order(self, key: Any, make: Callable[[], Order]) -> Order:
        """The order of a key, made where it is not known."""
        # Whoever wants the same order at the same moment waits for it.
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            known = self._kept[key] = make()
            while len(self._kept) > 1 and self._n_bytes() > MOST_BYTES:
                self._kept.popitem(last=False)
            return known

    def _n_bytes(self) -> int:
        return sum(int(order.rows.estimated_size()) for order in self._kept.values())
