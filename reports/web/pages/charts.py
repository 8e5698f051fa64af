"""Charts as SVG from the server: fixed size, every mark a link with a title, a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MINUS = "\u2212"
BAR, GAP, HEIGHT, TOP, BASE = 47, 12, 166, 32, 128


@dataclass(frozen=True)
class Bar:
    """One bar of a bridge or a row of bars.

    Attributes:
        label: under it. value: what it counts, signed where it is a step.
        address: where it leads. style: fill class of the stylesheet.
        x, y, height: in pixels. text_y: of the figure.
    """

    label: str
    value: int
    text: str
    address: str
    style: str
    x: float
    y: float
    height: float
    text_y: float

    @property
    def middle(self) -> float:
        """Where its texts are centred."""
        return self.x + BAR / 2

    @property
    def end(self) -> float:
        """Its right edge."""
        return self.x + BAR


@dataclass(frozen=True)
class Step:
    """A step before it is placed."""

    label: str
    value: int
    address: str
    style: str


@dataclass(frozen=True)
class BridgeChart:
    """From one number to another, reason by reason; the axis is cut below the lowest level."""

    bars: tuple[Bar, ...]
    width: int
    is_cut: bool


def signed(number: int) -> str:
    """With its sign, thousands parted: +1,234, −56."""
    return f"+{number:,}" if number > 0 else f"{MINUS}{-number:,}" if number < 0 else "0"


def bridge_chart(first: Step, steps: Sequence[Step], last: Step) -> BridgeChart:
    """The chart of a bridge.

    Args:
        first: the number that it begins with.
        steps: each reason with its signed number; their sum leads to the last.
        last: the number that it ends with.
    """
    levels = [first.value]
    for step in steps:
        levels.append(levels[-1] + step.value)
    high, low = max(levels), min(levels)
    reach = max(high - low, 1)
    floor = max(low - reach, 0)
    scale = (BASE - TOP) / max(high - floor, 1)

    def y_of(level: int) -> float:
        return round(BASE - (level - floor) * scale, 1)

    bars = [_whole(first, 6.0, y_of(first.value))]
    x = 6.0 + BAR + GAP
    for step, before, after in zip(steps, levels, levels[1:], strict=False):
        top, bottom = y_of(max(before, after)), y_of(min(before, after))
        height = max(round(bottom - top, 1), 1.5)
        text_y = round(top + height + 13, 1) if step.value < 0 else round(top - 4, 1)
        bars.append(
            Bar(step.label, step.value, signed(step.value), step.address, step.style, x, top, height, text_y)
        )
        x += BAR + GAP
    bars.append(_whole(last, x, y_of(last.value)))
    return BridgeChart(tuple(bars), int(x + BAR + 6), floor > 0)


def _whole(step: Step, x: float, y: float) -> Bar:
    return Bar(
        step.label,
        step.value,
        f"{step.value:,}",
        step.address,
        step.style,
        x,
        y,
        round(BASE - y, 1),
        round(y - 5, 1),
    )


@dataclass(frozen=True)
class Point:
    """One month of a small line."""

    month: str
    value: int
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """Twelve months of one number, small."""

    name: str
    unit: str
    points: tuple[Point, ...]
    low: int
    high: int
    path: str

    @property
    def now(self) -> int:
        """The last value."""
        return self.points[-1].value


def line_chart(name: str, unit: str, values: Sequence[tuple[str, int]], *, width: int = 136) -> Line:
    """A small line; a single month is a dot.

    Args:
        name: what it counts.
        unit: behind a figure.
        values: month and number, ascending, at least one.
        width: in pixels.
    """
    numbers = [value for _, value in values]
    low, high = min(numbers), max(numbers)
    reach = max(high - low, 1)
    step = (width - 6) / max(len(values) - 1, 1)
    points = tuple(
        Point(month, value, round(3 + n * step, 1), round(40 - (value - low) / reach * 34, 1))
        for n, (month, value) in enumerate(values)
    )
    return Line(name, unit, points, low, high, " ".join(f"{p.x},{p.y}" for p in points))
