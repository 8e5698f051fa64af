"""Damaged files by the hundred, judged by processes of their own within bounds of time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from bench.faults.campaign import Attempt
from bench.faults.county import County, environment

MOST_SECONDS = 60
"""Of a processor, for one file."""
HANGS = 300
"""Seconds by the clock: a machine that does other work too is slow, not stuck."""
MOST_BYTES = 2 << 30
"""What the design allows a county's whole month."""


@dataclass
class Worker:
    """The process that judges; a new one when it has ended."""

    sample_inbox: Path
    seed: int
    _process: subprocess.Popen[str] | None = None
    _answers: SimpleQueue[str] | None = None

    def ask(self, number: int) -> dict[str, Any] | str:
        """What became of a number; a text where the process ended or took too long over it."""
        process, answers = self._ready()
        if process.stdin is None:
            raise RuntimeError("no way to ask")
        process.stdin.write(f"{number}\n")
        process.stdin.flush()
        try:
            line = answers.get(timeout=HANGS)
        except Empty:
            self.end()
            return f"no answer for {HANGS} s"
        if not line:
            code = process.wait()
            self.end()
            return f"the process ended with {code}"
        found: dict[str, Any] = json.loads(line)
        return found

    def end(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process, self._answers = self._process, None, None
        if process is not None:
            process.kill()
            process.wait()

    def _ready(self) -> tuple[subprocess.Popen[str], SimpleQueue[str]]:
        if self._process is None or self._answers is None:
            words = ["-m", "bench.faults.workbooks.worker", str(self.sample_inbox), str(self.seed)]
            process = subprocess.Popen(
                [sys.executable, *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env=environment(),
            )
            answers: SimpleQueue[str] = SimpleQueue()
            Thread(target=_listen, args=(process, answers), daemon=True).start()
            self._process, self._answers = process, answers
        return self._process, self._answers


def _listen(process: subprocess.Popen[str], answers: SimpleQueue[str]) -> None:
    if process.stdout is not None:
        for line in process.stdout:
            answers.put(line)
    answers.put("")


def judged(county: County, numbers: Sequence[int]) -> Iterator[Attempt]:
    """Each damaged file read by the one road there is, alone."""
    worker = Worker(county.base.inbox, county.seed)
    try:
        for number in numbers:
            yield _attempt(number, worker.ask(number))
    finally:
        worker.end()


def _attempt(number: int, found: dict[str, Any] | str) -> Attempt:
    if isinstance(found, str):
        return Attempt("workbooks", "any", number, "fault", False, found)
    wrong = found["what"] if found["outcome"] == "fault" else ""
    if found["peak"] > MOST_BYTES:
        wrong = wrong or f"held {found['peak'] / 2**30:.1f} GiB"
    if found["cpu"] > MOST_SECONDS:
        wrong = wrong or f"took {found['cpu']:.0f} s"
    detail = wrong and f"{wrong}; {found['file']}; {', '.join(found['damages'])}"
    case = found["damages"][0]
    outcome = "fault" if wrong else found["outcome"]
    said = detail or found["what"]
    return Attempt("workbooks", case, number, outcome, not wrong, said, 1, found["cpu"])


def refusals(attempts: Sequence[Attempt]) -> list[tuple[str, int]]:
    """What was said of refused files, most frequent first."""
    counted = Counter(one.detail for one in attempts if one.outcome == "refused")
    return counted.most_common()
