"""Which of the five lists know whom: each combination with its people, in four groups, as bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from reports.labels import PRESENCE, label

LEFT, DOT, FIRST, ROW, SPACE = 108, 30, 34, 19, 10
BARS, LONGEST, CUT_FROM = 322, 200, 3
"""Where bars begin and how long they are; one more than so many times the next is drawn cut."""
ROSTER, PAYROLL = PRESENCE.index("establishment"), PRESENCE.index("finance")
GROUPS = (
    ("编办、财政都有", "1", "1"),
    ("财政没有", "1", "0"),
    ("编办没有", "0", "1"),
    ("两处都没有", "0", "0"),
)
"""What a group is called, and the digits of 编办 and 财政 in it."""


@dataclass(frozen=True)
class PresenceRow:
    """One combination of lists.

    Attributes:
        digits: of `presence`. n: people. words: what is missing or what there is.
        dots: where each list's dot stands, and whether the list knows them.
        y: its middle. width: of its bar in pixels. is_cut: whether the bar is shortened.
    """

    digits: str
    n: int
    words: str
    address: str
    dots: tuple[tuple[int, bool], ...]
    y: int
    width: float
    is_cut: bool
    is_alarming: bool

    @property
    def beside(self) -> float:
        """Where its words begin."""
        return BARS + self.width + 8

    @property
    def link(self) -> str:
        """The line between its first and last dot."""
        on = [x for x, is_on in self.dots if is_on]
        return f"M{on[0]} {self.y}H{on[-1]}" if len(on) > 1 else ""


@dataclass(frozen=True)
class PresenceGroup:
    """Combinations in which 编办 and 财政 say the same."""

    words: str
    n: int
    address: str
    y: int
    rows: tuple[PresenceRow, ...]


@dataclass(frozen=True)
class PresenceChart:
    """All combinations that there are; their people add up to everybody."""

    groups: tuple[PresenceGroup, ...]
    heads: tuple[tuple[int, str], ...]
    n: int
    height: int


def told(digits: str) -> str:
    """A combination in words: who has them not, or who alone has them."""
    names = [label("department", one) for one in PRESENCE]
    on = [name for name, digit in zip(names, digits, strict=True) if digit == "1"]
    off = [name for name, digit in zip(names, digits, strict=True) if digit != "1"]
    if not off:
        return "五处都有"
    if not on:
        return "五处都没有"
    return f"{'、'.join(off)}没有" if len(off) < len(on) else f"只有{'、'.join(on)}"


def pattern_of(group: tuple[str, str, str]) -> str:
    """The combinations of a group as an address says them: `_` is either."""
    digits = ["_"] * len(PRESENCE)
    digits[ROSTER], digits[PAYROLL] = group[1], group[2]
    return "".join(digits)


def presence_chart(counts: Iterable[tuple[str, int]], month: str) -> PresenceChart:
    """The chart of a month.

    Args:
        counts: digits of `presence` with the number of people.
        month: for the addresses.
    """
    known = sorted(counts, key=lambda one: (-one[1], one[0]))
    scale, cut = _scale([n for _, n in known])

    def address(pattern: str) -> str:
        return f"{reverse('people')}?month={month}&presence={pattern}"

    groups: list[PresenceGroup] = []
    y = FIRST
    for group in GROUPS:
        own = [(d, n) for d, n in known if d[ROSTER] == group[1] and d[PAYROLL] == group[2]]
        if not own:
            continue
        rows = tuple(
            PresenceRow(
                digits=digits,
                n=n,
                words=told(digits),
                address=address(digits),
                dots=tuple((LEFT + DOT * place, digit == "1") for place, digit in enumerate(digits)),
                y=y + ROW * line,
                width=float(LONGEST) if n > cut else max(round(n * scale, 1), 1.5),
                is_cut=n > cut,
                is_alarming=group[1:] == ("0", "1"),
            )
            for line, (digits, n) in enumerate(own)
        )
        pattern = pattern_of(group)
        groups.append(PresenceGroup(group[0], sum(n for _, n in own), address(pattern), y, rows))
        y += ROW * max(len(own), 2) + SPACE
    heads = tuple((LEFT + DOT * place, label("department", one)) for place, one in enumerate(PRESENCE))
    return PresenceChart(tuple(groups), heads, sum(n for _, n in known), y - SPACE)


def _scale(numbers: Sequence[int]) -> tuple[float, int]:
    """Pixels a person, and the number above which a bar is cut: where one towers over all that follow."""
    whole = list(numbers)
    for place in range(min(3, len(whole) - 1), 0, -1):
        if whole[place - 1] > CUT_FROM * whole[place]:
            return LONGEST * 0.7 / max(whole[place], 1), whole[place]
    return LONGEST / max(whole[0] if whole else 1, 1), whole[0] if whole else 0
