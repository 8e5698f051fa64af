"""Where the printed pages of a table end: set beforehand, so that 合计 and signatures are never alone on one.

A spreadsheet program scales a sheet to the page's width by the digits of its standard font, so the same sheet
fills pages differently from machine to machine. The pages are therefore ended by us, for the font with the
narrowest digits that an office has (宋体: half as wide as tall), with room to spare; where digits are wider
the pages end at the same rows and have a wider margin below.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from reports.render.book import MARGINS
from reports.render.grid import GridColumn

A4_POINTS = 595.3, 841.9
POINTS_A_PIXEL, POINTS_AN_INCH = 0.75, 72
SPARE = 0.93
"""How much of a page is counted on: programs round widths and scales."""
LEAST, MOVED = 0.12, 0.3
"""Shares of a page: what the last one holds of the table at the least, and what it gets where it does not."""
MOST_BREAKS = 1_000
"""Excel takes 1,023 to a sheet; a longer list has no page that anybody waits for."""


def row_room(columns: Sequence[GridColumn], *, portrait: bool) -> float:
    """How many points of rows are put on a page of a sheet that is scaled to the page's width."""
    width, height = A4_POINTS if portrait else A4_POINTS[::-1]
    left, right, top, bottom = (POINTS_AN_INCH * inches for inches in MARGINS)
    table = POINTS_A_PIXEL * sum(column.pixels for column in columns)
    scale = min(int(100 * (width - left - right) / table) / 100, 1.0)
    return SPARE * (height - top - bottom) / scale


class PageFill:
    """Takes in the heights of a sheet's rows as they are written, from the title to the signatures."""

    def __init__(self, room: float, repeated: float) -> None:
        """Begin with an empty page.

        Args:
            room: points of rows on a page, as `row_room` gives them.
            repeated: points of the headings that stand again on each further page.
        """
        self._room, self._repeated = room, repeated
        self._used = self._held = 0.0
        self._ends: list[int] = []
        self._last: deque[tuple[int, float]] = deque()
        self._kept = 0.0
        self._first: int | None = None

    def row(self, place: int, height: float) -> None:
        """The row of the table at `place`."""
        self._first = place if self._first is None else self._first
        if self._used + height > self._room:
            self._ends.append(place)
            self._used, self._held = self._repeated, 0.0
        self._used += height
        self._held += height
        self._last.append((place, height))
        self._kept += height
        while self._kept - self._last[0][1] > MOVED * (self._room - self._repeated):
            self._kept -= self._last.popleft()[1]

    def beside(self, height: float) -> None:
        """Something above or below the table's rows."""
        self._used += height

    def ends(self) -> list[int]:
        """The rows before which a page ends, with as much of the table on the last one as looks well."""
        if len(self._ends) >= MOST_BREAKS:
            return []
        is_over = self._used > self._room
        is_short = bool(self._ends) and self._held < LEAST * self._room
        begins = self._last[0][0] if self._last else self._first
        if begins is None or begins == self._first or not (is_over or is_short):
            return self._ends
        earlier = [place for place in self._ends if place < begins]
        return [*earlier, begins]
