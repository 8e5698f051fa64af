"""A month killed (-9) once in each of its steps and taken up again: what it costs, and that all is the same.

A step is killed while it works: its own mark is not there, those of the steps before it are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assets.published import read_pointer
from bench.watch import Watched, watch
from connectors.specs import load_specs
from pipelines.marks import FOLDER, steps_of_month

_SAID = "已完成，接着上次"


@dataclass(frozen=True)
class Kill:
    """One start of the run.

    Attributes:
        step: in which it was killed; empty where it went on to its end.
        seconds: how long it ran.
        taken_up: how many steps it found finished.
    """

    step: str
    seconds: float
    taken_up: int


@dataclass(frozen=True)
class Restarts:
    """All starts of one month, the last of which published it."""

    kills: tuple[Kill, ...]
    is_same: bool

    def told(self) -> list[str]:
        """As lines of the page."""
        same = "the same content" if self.is_same else "ANOTHER CONTENT"
        return [
            f"Killed (-9) half way through {len(self.kills) - 1} steps and taken up again: {same}.",
            "",
            "| killed in | ran for seconds | steps found finished |",
            "|---|---:|---:|",
            *(f"| {k.step or 'not killed'} | {k.seconds:.1f} | {k.taken_up} |" for k in self.kills),
        ]


def restarted(
    home: Path,
    month: str,
    content_sha256: str,
    run: Sequence[str],
    environment: dict[str, str],
    seconds: Mapping[str, float],
) -> Restarts:
    """Run the month of a home, killed once in each step, about half way through it.

    Args:
        home: with its inbox, the month not published.
        month: YYYY-MM.
        content_sha256: what an undisturbed run published.
        run: the command that runs the month.
        environment: of its processes.
        seconds: step → how long it takes undisturbed; one that takes no time that can be seen may be missed.
    """
    steps = {**{name: step.after for name, step in steps_of_month(load_specs()).items()}, "ledger": ("gate",)}
    kills = []
    for step, before in _killed_in(steps):
        is_in = _in_step(home, month, step, before, after=seconds.get(step, 0.0) / 2)
        watched = watch(run, environment, kill_when=is_in)
        kills.append(_kill(step if watched.is_killed else "", watched))
        if not watched.is_killed:
            break
    else:
        kills.append(_kill("", watch(run, environment)))
    pointer = read_pointer(home / "published", month)
    return Restarts(tuple(kills), pointer is not None and pointer.content_sha256 == content_sha256)


def _killed_in(steps: dict[str, tuple[str, ...]]) -> list[tuple[str, tuple[str, ...]]]:
    """One department's reading and typing, and every step behind but quality, which is checked beside."""
    wanted = ["finance_raw", "finance_staged", "identity", "facts", "bridge", "findings", "gate", "ledger"]
    return [(name, steps[name]) for name in wanted]


def _in_step(home: Path, month: str, step: str, before: Sequence[str], after: float) -> Callable[[], bool]:
    """Says when a step has worked for so many seconds."""
    since: list[float] = []

    def is_in() -> bool:
        folders = list((home / "lake" / month).glob("*"))
        if not folders or (home / "published" / f"{month}.json").exists():
            return False
        there = {path.stem for path in (folders[0] / FOLDER).glob("*.json")}
        if step in there or not there.issuperset(before):
            return False
        since.append(time.monotonic())
        return since[-1] - since[0] >= after

    return is_in


def _kill(step: str, watched: Watched) -> Kill:
    return Kill(step, watched.ended - watched.began, watched.output.count(_SAID))
