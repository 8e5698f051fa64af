"""Memory, processor time and disk of a running command and all its children, by the clock."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.05
_DISK_EVERY = 1.0
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Sample:
    """What the processes held and had used at a moment, and what lay in their folder."""

    at: float
    rss: int
    cpu: float
    disk: int = 0


@dataclass(frozen=True)
class Watched:
    """A command that has ended, or was killed."""

    began: float
    ended: float
    samples: tuple[Sample, ...]
    output: str
    is_killed: bool = False

    def peak(self, since: float, until: float) -> int:
        """Largest memory held between two moments, in bytes."""
        inside = [s.rss for s in self.samples if since - _EVERY <= s.at <= until + _EVERY]
        return max(inside, default=0)

    def disk(self, since: float, until: float) -> int:
        """Most that lay in the folder between two moments, in bytes."""
        inside = [s.disk for s in self.samples if since - _EVERY <= s.at <= until + _EVERY]
        return max(inside, default=0)

    def cpu(self, since: float, until: float) -> float:
        """Processor seconds used between two moments."""
        before = [s.cpu for s in self.samples if s.at <= since]
        inside = [s.cpu for s in self.samples if s.at <= until]
        return (inside[-1] if inside else 0.0) - (before[-1] if before else 0.0)


def watch(
    command: Sequence[str],
    environment: dict[str, str],
    *,
    folder: Path | None = None,
    kill_when: Callable[[], bool] = lambda: False,
) -> Watched:
    """Run a command to its end.

    Args:
        command: and its arguments.
        environment: of the process.
        folder: what lies in it is added up once a second.
        kill_when: asked all the time; the command is killed at once (-9) when it says so.

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
    killed = threading.Event()

    def look() -> None:
        gone: dict[int, float] = {}
        disk, weighed = 0, 0.0
        while not over.wait(_EVERY):
            if not killed.is_set() and kill_when():
                process.send_signal(signal.SIGKILL)
                killed.set()
            if folder is not None and time.time() - weighed >= _DISK_EVERY:
                disk, weighed = _bytes_in(folder), time.time()
            rss, cpu = 0, 0.0
            for pid in _family(process.pid):
                held, used = _of(pid)
                rss += held
                gone[pid] = max(used, gone.get(pid, 0.0))
            cpu = sum(gone.values())
            samples.append(Sample(time.time(), rss, cpu, disk))

    observer = threading.Thread(target=look, daemon=True)
    observer.start()
    output, _ = process.communicate()
    ended = time.time()
    over.set()
    observer.join()
    if process.returncode and not killed.is_set():
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{output}")
    return Watched(began, ended, tuple(samples), output, killed.is_set())


def _bytes_in(folder: Path) -> int:
    """What the files below a folder take on the disk; one that vanishes meanwhile counts nothing."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(parent, name).stat().st_blocks * 512
            except OSError:
                continue
    return total


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
