from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.ahead import one_ahead


def test_items_come_in_their_order() -> None:
    assert list(one_ahead(iter(range(50)))) == list(range(50))


def test_nothing_comes_of_nothing() -> None:
    assert list(one_ahead(iter([]))) == []


def test_what_the_iterator_raises_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise LookupError("two")

    seen = []
    with pytest.raises(LookupError, match="two"):
        for item in one_ahead(items()):
            seen.append(item)
    assert seen == [1]


def test_no_more_than_one_item_is_made_ahead() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(5):
            made.append(number)
            yield number

    for item in one_ahead(items()):
        assert len(made) <= item + 2
