"""Orders of lists: pages, places and neighbours are those of the list written out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from reports.web.orders import Key, Listed, Order, Orders

VALUES: dict[str, tuple[pl.DataType, list[Any]]] = {
    "integer": (pl.Int8(), [1, 2, 3, 4]),
    "text": (pl.String(), ["", "A", "一", "一一", "财政局"]),
    "money": (pl.Decimal(14, 2), [Decimal("-1.50"), Decimal(0), Decimal("12.30"), Decimal("999999.99")]),
    "day": (pl.Date(), [date(2026, 10, 1) + timedelta(days=n) for n in (0, 1, 40)] + [date(9999, 12, 31)]),
}


def order(keys: Sequence[tuple[Any, int]], dtype: pl.DataType, descending: bool) -> Order:
    rows = pl.DataFrame(list(keys), schema={"value": dtype, "place": pl.Int32}, orient="row")
    return Order(rows.sort("value", "place", descending=[descending, False]), descending)


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("descending", [False, True])
def test_a_corrected_list_is_the_list_written_out(kind: str, descending: bool) -> None:
    dtype, values = VALUES[kind]
    luck = random.Random(f"{kind} {descending}")
    for _ in range(5):
        n = luck.choice((0, 1, 6, 12))
        before = {place: luck.choice(values) for place in range(n) if luck.random() < 0.7}
        now = {place: value for place, value in before.items() if luck.random() < 0.6}
        now |= {place: luck.choice(values) for place in range(n) if luck.random() < 0.3}
        changed = {place for place in range(n) if before.get(place) != now.get(place)}
        listed = Listed(
            order([(value, place) for place, value in before.items()], dtype, descending),
            order([(before[place], place) for place in changed & before.keys()], dtype, descending),
            order([(now[place], place) for place in changed & now.keys()], dtype, descending),
        )
        written = sorted(now.items())
        written.sort(key=lambda one: values.index(one[1]), reverse=descending)
        whole = [Key(value, place) for place, value in written]
        assert listed.n == len(whole)
        assert listed.following(None, 1000) == whole
        size = luck.choice((1, 3, 10))
        for place in range(n):
            for value in values:
                key = Key(value, place)
                at = sum(_is_before(one, key, values, descending) for one in whole)
                assert listed.position(key) == at
                assert listed.has(key) == (key in whole)
                rest = [one for one in whole[at:] if one != key]
                assert listed.following(key, size) == rest[:size]
                assert listed.preceding(key, size) == whole[max(0, at - size) : at]
                around = listed.neighbours(key)
                assert around.before == (whole[at - 1] if at else None)
                assert around.after == (rest[0] if rest else None)


def _is_before(one: Key, other: Key, values: list[Any], descending: bool) -> bool:
    first, second = values.index(one.value), values.index(other.value)
    if first == second:
        return one.place < other.place
    return (first > second) if descending else (first < second)


def test_orders_are_made_once_and_the_oldest_go_when_they_take_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []

    def make(name: str) -> Order:
        made.append(name)
        return order([(1, place) for place in range(1000)], pl.Int64(), descending=False)

    orders = Orders()
    for name in ("a", "b", "a"):
        orders.order(name, lambda name=name: make(name))  # type: ignore[misc]
    assert made == ["a", "b"]
    monkeypatch.setattr("reports.web.orders.MOST_BYTES", 25_000)
    for name in ("c", "a", "b"):
        orders.order(name, lambda name=name: make(name))  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]
