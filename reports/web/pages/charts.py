"""Charts as SVG from the server: fixed size, every mark a link with a title, a table beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

MINUS = "\u2212"
WIDTH, GAP, TOP, BASE = 962, 12, 32, 128
NARROWEST, WIDEST = 30, 64
LETTER = 11.5
"""Width of a Chinese character of the labels, in pixels."""


@dataclass(frozen=True)
class Bar:
    """One bar of a bridge.

    Attributes:
        label: under it. lines: the label in as many lines as it needs. text: the figure.
        address: where it leads. style: fill class of the stylesheet.
        x, y, width, height: in pixels. text_y: of the figure. level: where the next bar begins.
    """

    label: str
    lines: tuple[str, ...]
    value: int
    text: str
    address: str
    style: str
    x: float
    y: float
    width: float
    height: float
    text_y: float
    level: float

    @property
    def middle(self) -> float:
        """Where its texts are centred."""
        return round(self.x + self.width / 2, 1)

    @property
    def end(self) -> float:
        """Its right edge."""
        return round(self.x + self.width, 1)


@dataclass(frozen=True)
class Step:
    """A step before it is placed."""

    label: str
    value: int
    address: str
    style: str


@dataclass(frozen=True)
class Bracket:
    """What several steps come to together, under them."""

    words: str
    x: float
    end: float

    @property
    def middle(self) -> float:
        """Where its words are centred."""
        return round((self.x + self.end) / 2, 1)


@dataclass(frozen=True)
class BridgeChart:
    """From one number to another, reason by reason; the axis is cut below the lowest level."""

    bars: tuple[Bar, ...]
    brackets: tuple[Bracket, ...]
    width: int
    is_cut: bool

    @property
    def joints(self) -> tuple[tuple[float, float, float], ...]:
        """Lines from each bar to the next one: from where, to where, at which height."""
        pairs = zip(self.bars, self.bars[1:], strict=False)
        return tuple((one.end, following.x, one.level) for one, following in pairs)


def signed(number: int) -> str:
    """With its sign, thousands parted: +1,234, −56."""
    return f"+{number:,}" if number > 0 else f"{MINUS}{-number:,}" if number < 0 else "0"


def bridge_chart(
    first: Step, steps: Sequence[Step], last: Step, *, less: str = "", more: str = "", width: int = WIDTH
) -> BridgeChart:
    """The chart of a bridge, as wide as it may be.

    Args:
        first: the number that it begins with.
        steps: each reason with its signed number; their sum leads to the last.
        last: the number that it ends with.
        less: what the steps down are called together; '' draws no bracket.
        more: likewise of the steps up.
        width: in pixels.
    """
    levels = [first.value]
    for step in steps:
        levels.append(levels[-1] + step.value)
    high, low = max(levels), min(levels)
    floor = max(low - max(high - low, 1), 0)
    scale = (BASE - TOP) / max(high - floor, 1)
    slot = width / (len(steps) + 2)
    bar = min(max(slot - GAP, NARROWEST), WIDEST)

    def y_of(level: int) -> float:
        return round(BASE - (level - floor) * scale, 1)

    def placed(place: int, step: Step, before: int, after: int, text: str) -> Bar:
        """A bar from one level to another; the first and the last stand on the floor."""
        y, bottom = y_of(max(before, after)), y_of(min(before, after))
        height = max(round(bottom - y, 1), 1.5)
        return Bar(
            label=step.label,
            lines=label_lines(step.label, slot),
            value=step.value,
            text=text,
            address=step.address,
            style=step.style,
            x=round(place * slot + (slot - bar) / 2, 1),
            y=y,
            width=round(bar, 1),
            height=height,
            text_y=round(y + height + 13, 1) if after < before else round(y - 5, 1),
            level=y_of(after),
        )

    bars = [placed(0, first, floor, first.value, f"{first.value:,}")]
    for place, (step, before, after) in enumerate(zip(steps, levels, levels[1:], strict=False), 1):
        bars.append(placed(place, step, before, after, signed(step.value)))
    bars.append(placed(len(steps) + 1, last, floor, last.value, f"{last.value:,}"))
    return BridgeChart(tuple(bars), tuple(_brackets(bars[1:-1], less, more)), width, floor > 0)


def label_lines(label: str, slot: float) -> tuple[str, ...]:
    """A label in one line, or in two where its bar has too little room."""
    room = int(slot / LETTER)
    if len(label) <= room:
        return (label,)
    half = (len(label) + 1) // 2
    return label[:half], label[half:]


def _brackets(bars: Sequence[Bar], less: str, more: str) -> list[Bracket]:
    """Under the steps down and the steps up, each with its sum."""
    found = []
    for words, own in (
        (less, [one for one in bars if one.value < 0]),
        (more, [one for one in bars if one.value > 0]),
    ):
        if words and own:
            total = sum(one.value for one in own)
            found.append(Bracket(f"{words} {signed(total)}", own[0].x, own[-1].end))
    return found


@dataclass(frozen=True)
class Point:
    """One month of a small line."""

    month: str
    value: int
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """Twelve months of one number, small."""

    name: str
    unit: str
    style: str
    address: str
    points: tuple[Point, ...]
    path: str
    width: int

    @property
    def now(self) -> str:
        """The last value."""
        return self.points[-1].text

    @property
    def low(self) -> str:
        """The lowest value."""
        return min(self.points, key=lambda point: point.value).text

    @property
    def high(self) -> str:
        """The highest value."""
        return max(self.points, key=lambda point: point.value).text


def counted(value: int) -> str:
    """1,234."""
    return f"{value:,}"


def in_ten_thousands(value: int) -> str:
    """Yuan as 万元, to one decimal, half up."""
    tenths = (abs(value) + 500) // 1000
    return f"{MINUS if value < 0 and tenths else ''}{tenths // 10:,}.{tenths % 10}"


def line_chart(
    name: str,
    unit: str,
    values: Sequence[tuple[str, int]],
    *,
    address: str = "",
    style: str = "a",
    text: Callable[[int], str] = counted,
    width: int = 144,
) -> Line:
    """A small line; a single month is a dot.

    Args:
        name: what it counts.
        unit: behind a figure.
        values: month and number, ascending, at least one.
        address: where the figure leads.
        style: ending of the stroke and fill classes: a, s1.
        text: how a value is written.
        width: in pixels.
    """
    numbers = [value for _, value in values]
    low, high = min(numbers), max(numbers)
    step = (width - 8) / max(len(values) - 1, 1)
    points = tuple(
        Point(
            month,
            value,
            text(value),
            round(4 + n * step, 1) if len(values) > 1 else width - 4,
            round(40 - (value - low) / (high - low) * 32, 1) if high > low else 24,
        )
        for n, (month, value) in enumerate(values)
    )
    return Line(name, unit, style, address, points, " ".join(f"{p.x},{p.y}" for p in points), width)
