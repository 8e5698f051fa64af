"""疑点清单 in its order: the page that an address names, and where a finding stands among its neighbours."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from reports.web.months import NARROW, MonthView
from reports.web.orders import Key, Listed, Value
from reports.web.pages.filters import SHOWN, SORTS, Asked, Filters, sort_value

_PLACE = re.compile(r"(?P<value>.{0,100})~(?P<number>[0-9A-Z-]{1,40})", re.S)


@dataclass(frozen=True)
class Kind:
    """What a list is sorted by.

    Attributes:
        written: how an address writes it; anything else begins the list at its first page.
        absent: stands for nothing, as in `sort_value`.
        read: from an address.
    """

    absent: Value
    written: re.Pattern[str]
    read: Callable[[str], Value]


KINDS: Mapping[str, Kind] = {
    "text": Kind("", re.compile(r".*", re.S), str),
    "integer": Kind(0, re.compile(r"-?[0-9]{1,9}"), int),
    "money": Kind(Decimal(0), re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?"), Decimal),
    "date": Kind(date.max, re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), date.fromisoformat),
}


@dataclass(frozen=True)
class Leaf:
    """One page of a list.

    Attributes:
        rows: in order.
        keys: where they stand.
        is_earlier, is_later: whether there are others before and after.
    """

    rows: list[dict[str, Any]]
    keys: list[Key]
    is_earlier: bool
    is_later: bool

    def ends(self) -> list[str]:
        """The first and the last as `after` and `before` say them; none where the page is empty."""
        said = [f"{key.value}~{row['number']}" for key, row in zip(self.keys, self.rows, strict=True)]
        return [said[0], said[-1]] if said else []


def listed(month: MonthView, filters: Filters, asked: Asked) -> Listed:
    """The list that somebody asked for, in its order."""
    value = sort_value(filters.sort)
    query = f"select {value} as value, f.place::integer as place from {{listed}} f where {asked.where}"  # noqa: S608
    return month.ordered(query, asked.parameters, descending=filters.descending)


def leaf(
    month: MonthView, filters: Filters, asked: Asked, after: Key | None = None, columns: str = SHOWN
) -> Leaf:
    """One page.

    Args:
        month: whose findings.
        filters: the list, its order and size; its address says after or before what the page lies.
        asked: the list's condition.
        after: says it instead of the address.
        columns: what is read of each finding.
    """
    whole = listed(month, filters, asked)
    if after:
        keys = whole.following(after, filters.size)
    else:
        before = _written(month, filters, filters.before)
        begin = _written(month, filters, filters.after)
        keys = whole.preceding(before, filters.size) if before else whole.following(begin, filters.size)
        # What was beyond has left the list since: it begins anew.
        keys = keys or whole.following(None, filters.size)
    first = whole.position(keys[0]) if keys else 0
    return Leaf(
        rows=rows_at(month, [key.place for key in keys], columns),
        keys=keys,
        is_earlier=first > 0,
        is_later=bool(keys) and first + len(keys) < whole.n,
    )


def rows_at(month: MonthView, places: Sequence[int], columns: str = SHOWN) -> list[dict[str, Any]]:
    """Findings by their places, in the order of these."""
    if not places:
        return []
    rows = month.rows(
        f"select {columns} from finding f where f.place in (select unnest($places))",  # noqa: S608
        {"places": list(places)},
    )
    by_place = {row["place"]: row for row in rows}
    return [by_place[place] for place in places]


def key_of(filters: Filters, row: Mapping[str, Any]) -> Key:
    """Where a whole row of `finding` stands in an order."""
    column, kind = SORTS[filters.sort]
    return Key(KINDS[kind].absent if row[column] is None else row[column], row["place"])


def _written(month: MonthView, filters: Filters, text: str) -> Key | None:
    """A key as an address says it; None where it says none, or of a finding that the month does not have."""
    said = _PLACE.fullmatch(text)
    if said is None:
        return None
    kind = KINDS[SORTS[filters.sort][1]]
    if not kind.written.fullmatch(said["value"]):
        return None
    try:
        value = kind.read(said["value"])
    except ValueError:
        return None
    # Rows lie in the order of their numbers: a number that is gone stands where it would.
    row = month.one(
        f"select min(place) as place from {NARROW} where number >= $number",  # noqa: S608
        {"number": said["number"]},
    )
    return Key(value, row["place"]) if row and row["place"] is not None else None
