"""Attempts: one fault done once, kept as a line of JSON as soon as it is known what came of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("pipelines", "reports", "checks", "assets", "connectors")
_PARTS_OF_PROGRAM = frozenset({".py", ".sql", ".toml", ".html", ".css"})
PROGRAM_DIGITS = 12


@dataclass(frozen=True)
class Attempt:
    """One fault, once.

    Attributes:
        part: kills, space, …
        case: what was done, as it stands in the table.
        number: within its part, from 0; with the seed it says everything that luck decided.
        outcome: what came of it, in a few words; the same words are counted together.
        is_right: whether that is what was promised.
        detail: for whoever looks into one that is not; no person's data.
        counted: how many faults it stands for (a run may be killed several times before it is let through).
        seconds: how long it took.
    """

    part: str
    case: str
    number: int
    outcome: str
    is_right: bool
    detail: str = ""
    counted: int = 1
    seconds: float = 0.0


def program() -> str:
    """Which program was tried: a hash over its files."""
    digest = hashlib.sha256()
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*")):
            if path.suffix in _PARTS_OF_PROGRAM and path.is_file():
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:PROGRAM_DIGITS]


@dataclass(frozen=True)
class Results:
    """What is known so far, of one program and one seed."""

    folder: Path
    program: str
    seed: int

    @cached_property
    def path(self) -> Path:
        """A file for every program and seed: what another program did says nothing of this one."""
        return self.folder / f"{self.program}-{self.seed}.jsonl"

    def attempts(self, part: str | None = None) -> list[Attempt]:
        """Those of a part, or all, in the order of their numbers."""
        if not self.path.exists():
            return []
        lines = self.path.read_text("utf-8").splitlines()
        found = {(one.part, one.number): one for one in map(_attempt, _whole(lines))}
        return [found[key] for key in sorted(found) if part in (None, key[0])]

    def open_numbers(self, part: str, times: int) -> list[int]:
        """Numbers of a part that nobody has tried yet."""
        done = {attempt.number for attempt in self.attempts(part)}
        return [number for number in range(times) if number not in done]

    def keep(self, attempt: Attempt) -> None:
        """Write an attempt down."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(attempt), ensure_ascii=False) + "\n")


def sittings(folder: Path, seed: int) -> list[Results]:
    """What every program did that was tried with a seed."""
    found = sorted(folder.glob(f"*-{seed}.jsonl"))
    return [Results(folder, path.name.partition("-")[0], seed) for path in found]


def _whole(lines: Iterable[str]) -> Iterator[str]:
    """Lines that were written to their end; an interrupted campaign may have left half of one."""
    return (line for line in lines if line.endswith("}"))


def _attempt(line: str) -> Attempt:
    return Attempt(**json.loads(line))
