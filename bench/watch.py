"""Memory and processor time of a running command and all its children, by the clock."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Sample:
    """What the processes held and had used at a moment."""

    at: float
    rss: int
    cpu: float


@dataclass(frozen=True)
class Watched:
    """A command that has ended."""

    began: float
    ended: float
    samples: tuple[Sample, ...]
    output: str

    def peak(self, since: float, until: float) -> int:
        """Largest memory held between two moments, in bytes."""
        inside = [s.rss for s in self.samples if since - _EVERY <= s.at <= until + _EVERY]
        return max(inside, default=0)

    def cpu(self, since: float, until: float) -> float:
        """Processor seconds used between two moments."""
        before = [s.cpu for s in self.samples if s.at <= since]
        inside = [s.cpu for s in self.samples if s.at <= until]
        return (inside[-1] if inside else 0.0) - (before[-1] if before else 0.0)


def watch(command: Sequence[str], environment: dict[str, str]) -> Watched:
    """Run a command to its end.

    Raises:
        RuntimeError: it failed; its output is in the message.
    """
    samples: list[Sample] = []
    began = time.time()
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    over = threading.Event()

    def look() -> None:
        gone: dict[int, float] = {}
        while not over.wait(_EVERY):
            rss, cpu = 0, 0.0
            for pid in _family(process.pid):
                held, used = _of(pid)
                rss += held
                gone[pid] = max(used, gone.get(pid, 0.0))
            cpu = sum(gone.values())
            samples.append(Sample(time.time(), rss, cpu))

    observer = threading.Thread(target=look, daemon=True)
    observer.start()
    output, _ = process.communicate()
    ended = time.time()
    over.set()
    observer.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{output}")
    return Watched(began, ended, tuple(samples), output)


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        try:
            for task in Path(f"/proc/{parent}/task").iterdir():
                found.extend(int(child) for child in (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _of(pid: int) -> tuple[int, float]:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0, 0.0
    return int(fields[21]) * _PAGE, (int(fields[11]) + int(fields[12])) / _TICK
