"""A process that judges damaged files one after another, so that one that breaks it breaks nothing else.

Reads numbers from standard input, a line each; answers a line of JSON each. Started by `corpus`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.faults.workbooks.judge import judge
from bench.faults.workbooks.mutants import mutant
from bench.faults.workbooks.specimens import specimens

_CLEAR, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
_RESET_PEAK = "5"


def peak() -> int:
    """Bytes that this process held at most since it was last reset."""
    for line in _STATUS.read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return 0


def answers(sample_inbox: Path, seed: int, numbers: Iterator[int]) -> Iterator[dict[str, object]]:
    """What became of each number."""
    known = specimens(sample_inbox)
    with tempfile.TemporaryDirectory(prefix="duibian-fault-") as folder:
        for number in numbers:
            one = mutant(number, seed, known)
            _CLEAR.write_text(_RESET_PEAK)
            began = time.process_time()
            found = judge(Path(folder) / "case", one.folder, one.name, one.data)
            yield {
                "number": number,
                "damages": one.damages,
                "file": one.name,
                "outcome": found.outcome,
                "what": found.what,
                "cpu": round(time.process_time() - began, 3),
                "peak": peak(),
            }


def main() -> None:
    """Answer until there are no more numbers."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    numbers = (int(line) for line in sys.stdin)
    for answer in answers(Path(sys.argv[1]), int(sys.argv[2]), numbers):
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
