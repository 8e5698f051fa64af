"""Seconds and peak memory of a whole process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """How a process went: wall seconds, seconds of processor, peak resident MiB, and
    the end of what it said if it failed."""

    seconds: float
    processor: float
    peak_mib: float
    failure: str | None = None


def measured(command: Sequence[str], log: Path) -> Measured:
    """Run a command to its end; its output goes to `log`."""
    began = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    # wait4 has reaped it; tell Popen, which would otherwise wait for it again.
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    failure = None
    if process.returncode != 0:
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        failure = f"exit {process.returncode}: " + " ".join(said[-3:])[-300:]
    return Measured(seconds, usage.ru_utime + usage.ru_stime, peak, failure)
