"""One person month by month: what each department said, as bars over a row of months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from reports.labels import PRESENCE, label

WIDTH, LEFT, TOP, ROW = 1308, 56, 40, 34
WIDEST = 240
"""A month is never wider, however few there are."""
_LETTER, _PADDING = 12, 8


@dataclass(frozen=True)
class Said:
    """What one department said of one month; '' where it did not list the person."""

    department: str
    month: str
    words: str


@dataclass(frozen=True)
class Bar:
    """Consecutive months of which a department said the same; sizes in pixels. words is cut to fit.

    month: the last of them.
    """

    month: str
    x: float
    y: int
    width: float
    words: str
    title: str


@dataclass(frozen=True)
class Tick:
    """A month on the axis; year where one begins."""

    x: float
    line: float
    month: str
    year: str


@dataclass(frozen=True)
class Row:
    """A department's line."""

    name: str
    y: int


@dataclass(frozen=True)
class Timeline:
    """The whole drawing, with the same facts as a table beside it: month, then a cell a department."""

    height: int
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]
    bars: tuple[Bar, ...]
    table: tuple[tuple[str, tuple[str, ...]], ...]


def said_of(
    months: Sequence[Mapping[str, Any]], presences: Mapping[str, str], units: Mapping[str, str]
) -> list[Said]:
    """What the departments said.

    Args:
        months: rows of person_month: month, unit_id, quota_type, is_on_roster, is_paid, gross.
        presences: published month → five digits.
        units: unit_id → name.
    """
    known = sorted({*presences, *(row["month"] for row in months)})
    roster: dict[str, list[str]] = {}
    paid: dict[str, list[str]] = {}
    for row in months:
        unit = units.get(row["unit_id"] or "", row["unit_id"] or "单位不明")
        if row["is_on_roster"]:
            kind = label("quota_type", row["quota_type"])
            roster.setdefault(row["month"], []).append(f"{unit} · {kind}" if kind else unit)
        if row["is_paid"]:
            gross = row["gross"]
            amount = f" {gross:,.2f}" if isinstance(gross, Decimal) else ""
            paid.setdefault(row["month"], []).append(f"{unit}{amount}")
    told: list[Said] = []
    for place, department in enumerate(PRESENCE):
        for month in known:
            is_listed = presences.get(month, "")[place : place + 1] == "1"
            words = {"establishment": roster, "finance": paid}.get(department, {}).get(month, [])
            told.append(Said(department, month, "；".join(words) or ("在册" if is_listed else "")))
    return told


def draw(said: Sequence[Said]) -> Timeline | None:
    """The drawing; None where no department said anything of any month."""
    months = sorted({one.month for one in said})
    if not any(one.words for one in said):
        return None
    step = min((WIDTH - LEFT) / len(months), WIDEST)
    places = {month: LEFT + n * step for n, month in enumerate(months)}
    departments = list(dict.fromkeys(one.department for one in said))
    bars: list[Bar] = []
    for line, department in enumerate(departments):
        own = sorted((one for one in said if one.department == department), key=lambda one: one.month)
        for words, group in groupby(own, key=lambda one: one.words):
            spell = list(group)
            if words:
                bars.append(_bar(spell, words, places, step, TOP + line * ROW))
    return Timeline(
        height=TOP + len(departments) * ROW,
        ticks=tuple(
            Tick(
                places[month] + step / 2,
                places[month],
                str(int(month[5:7])),
                f"{month[:4]}年" if n == 0 or month.endswith("-01") else "",
            )
            for n, month in enumerate(months)
        ),
        rows=tuple(Row(label("department", one), TOP + n * ROW) for n, one in enumerate(departments)),
        bars=tuple(bars),
        table=tuple(
            (month, tuple(one.words for one in said if one.month == month)) for month in reversed(months)
        ),
    )


def _bar(spell: Sequence[Said], words: str, places: Mapping[str, float], step: float, y: int) -> Bar:
    width = len(spell) * step - 3
    room = max(int((width - _PADDING) / _LETTER), 0)
    first, last = spell[0].month, spell[-1].month
    shown = words if len(words) <= room else words[: room - 1] + "…" if room > 2 else ""
    span = first if first == last else f"{first} 至 {last}"
    return Bar(last, places[first] + 1.5, y + 5, width, shown, f"{span} {words}")
