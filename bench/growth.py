"""How seconds and memory grow with the number of people: a table and a picture from the page's sections."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

_SECTION = re.compile(
    r"^## \S+: (?P<people>[\d,]+) people, (?P<rows>[\d,]+) rows$.*?"
    r"^Findings published after (?P<seconds>[\d.]+) s, peak (?P<gib>[\d.]+) GiB",
    re.MULTILINE | re.DOTALL,
)
_DISK = re.compile(r"(?P<gb>[\d.]+) GB on the disk at most")
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 360, 60, 50, 30, 60
INK, SECONDS, MEMORY = "#333333", "#1f5fa8", "#b3541e"


@dataclass(frozen=True)
class Point:
    """One scale: people, rows, seconds until the findings are published, GiB at most, GB where known."""

    people: int
    rows: int
    seconds: float
    gib: float
    gb: float | None


def points_of(page: str) -> list[Point]:
    """The scales of a page, by their number of people."""
    found = []
    for section in re.split(r"(?m)^(?=## )", page):
        match = _SECTION.search(section)
        if match is None:
            continue
        disk = _DISK.search(section)
        people, rows = (int(match[name].replace(",", "")) for name in ("people", "rows"))
        gb = float(disk["gb"]) if disk else None
        found.append(Point(people, rows, float(match["seconds"]), float(match["gib"]), gb))
    return sorted(found, key=lambda point: point.people)


def growth_section(title: str, page: str, picture: str) -> str:
    """A table of all scales; the last two columns say how much more than the scale before."""
    lines = [
        f"## {title}",
        "",
        f"![people against seconds and GiB]({picture})",
        "",
        "| people | rows | seconds | GiB | GB | rows a second | people x | seconds x | GiB x |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    before: Point | None = None
    for point in points_of(page):
        times = ["", "", ""]
        if before is not None:
            pairs = (
                (point.people, before.people),
                (point.seconds, before.seconds),
                (point.gib, before.gib),
            )
            times = [f"{now / then:.1f}" for now, then in pairs]
        cells = [
            f"{point.people:,}",
            f"{point.rows:,}",
            f"{point.seconds:,.1f}",
            f"{point.gib:.2f}",
            f"{point.gb:.2f}" if point.gb is not None else "",
            f"{point.rows / point.seconds:,.0f}",
            *times,
        ]
        lines.append(f"| {' | '.join(cells)} |")
        before = point
    return "\n".join([*lines, ""])


def draw_growth(path: Path, page: str) -> None:
    """People against seconds (left) and GiB (right), all three by powers of ten."""
    points = points_of(page)
    if points:
        path.write_text(_svg(points), "utf-8", newline="\n")


def _svg(points: list[Point]) -> str:
    people = _Scale([p.people for p in points], LEFT, WIDTH - RIGHT)
    seconds = _Scale([p.seconds for p in points], HEIGHT - BOTTOM, TOP)
    gib = _Scale([p.gib for p in points], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
        ' font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for tick in people.ticks():
        x = people.at(tick)
        parts.append(_line([(x, TOP), (x, HEIGHT - BOTTOM)], "#dddddd", 1))
        parts.append(_text(x, HEIGHT - BOTTOM + 16, f"{tick:,.0f}", INK, "middle"))
    for scale, x, anchor, ink in (
        (seconds, LEFT - 6, "end", SECONDS),
        (gib, WIDTH - RIGHT + 6, "start", MEMORY),
    ):
        parts.extend(_text(x, scale.at(tick) + 4, f"{tick:g}", ink, anchor) for tick in scale.ticks())
    parts.append(_text(LEFT, TOP - 12, "seconds until the findings are published", SECONDS, "start"))
    parts.append(_text(WIDTH - RIGHT, TOP - 12, "GiB at most", MEMORY, "end"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, "people", INK, "middle"))
    lines = [
        [(people.at(p.people), scale.at(v), v) for p, v in zip(points, values, strict=True)]
        for scale, values in ((seconds, [p.seconds for p in points]), (gib, [p.gib for p in points]))
    ]
    for line, other, ink, unit in ((lines[0], lines[1], SECONDS, "s"), (lines[1], lines[0], MEMORY, "GiB")):
        parts.append(_line([(x, y) for x, y, _ in line], ink, 2))
        for (x, y, value), (_, y_of_other, _) in zip(line, other, strict=True):
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{ink}"/>')
            # The higher of two marks is named above it, the lower one below.
            up = -9 if y < y_of_other or (y == y_of_other and ink == SECONDS) else 18
            parts.append(_text(max(x, LEFT + 28), y + up, f"{value:,.1f} {unit}", ink, "middle"))
    return "\n".join([*parts, "</svg>", ""])


class _Scale:
    """Values by powers of ten between two places."""

    def __init__(self, values: list[float], first: float, last: float) -> None:
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self.first, self.last = first, last

    def at(self, value: float) -> float:
        """The place of a value."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.first + share * (self.last - self.first)

    def ticks(self) -> list[float]:
        """The powers of ten."""
        return [10.0**power for power in range(self.low, self.high + 1)]


def _line(places: list[tuple[float, float]], ink: str, width: int) -> str:
    through = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline points="{through}" fill="none" stroke="{ink}" stroke-width="{width}"/>'


def _text(x: float, y: float, said: str, ink: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{ink}" text-anchor="{anchor}">{said}</text>'
