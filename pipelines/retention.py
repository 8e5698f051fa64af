"""Which runs are kept: two published runs a month and every run that a pointer names.

Here: leftovers of computing, which have no term. Not here: what goes when its term is over (`disposal`).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assets.published import published_months, read_pointer
from pipelines.home import Home

KEPT_A_MONTH = 2
SCRATCH = "replay-"
"""How the folder begins in which a month is computed once more."""
_RUN = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Leftover:
    """A run folder or a published DuckDB file that nothing needs any more."""

    month: str
    path: Path
    n_bytes: int


@dataclass(frozen=True)
class Cleaning:
    """What was removed, and what is still held open by another program."""

    removed: tuple[Leftover, ...]
    in_use: tuple[Leftover, ...]

    @property
    def n_bytes(self) -> int:
        """Bytes given back."""
        return sum(leftover.n_bytes for leftover in self.removed)


def leftovers(home: Home) -> tuple[Leftover, ...]:
    """What `clean` would remove: failed, killed and long superseded runs, and killed replays."""
    kept = kept_runs(home)
    runs = [path for path in _run_folders(home) if path.name not in kept]
    runs += [path for path in home.lake.glob(f"????-??/{SCRATCH}*") if path.is_dir()]
    ledgers = [path for path, run in _ledgers(home) if run not in kept]
    return tuple(
        Leftover(path.parent.name if path.is_dir() else path.name[:7], path, _size(path))
        for path in sorted(runs + ledgers)
    )


def clean(home: Home) -> Cleaning:
    """Remove the leftovers. Hold the run lock meanwhile: a run that is going on has no pointer yet."""
    removed: list[Leftover] = []
    in_use: list[Leftover] = []
    for leftover in leftovers(home):
        (removed if remove(leftover.path) else in_use).append(leftover)
    return Cleaning(tuple(removed), tuple(in_use))


def kept_runs(home: Home) -> set[str]:
    """Names of the runs that are kept: those pointed to, and the one published before each."""
    pointers = [read_pointer(home.published, month) for month in published_months(home.published)]
    kept = {pointer.run for pointer in pointers if pointer is not None}
    newest_first = sorted(_ledgers(home), key=lambda ledger: (-ledger[0].stat().st_mtime_ns, ledger[0].name))
    n_kept = {pointer.month: 1 for pointer in pointers if pointer is not None}
    for path, run in newest_first:
        month = path.name[:7]
        if run not in kept and n_kept.get(month, 0) < KEPT_A_MONTH:
            kept.add(run)
            n_kept[month] = n_kept.get(month, 0) + 1
    return kept


def _ledgers(home: Home) -> Iterator[tuple[Path, str]]:
    for path in home.published.glob("????-??-*.duckdb"):
        found = _RUN.search(path.stem)
        if found:
            yield path, found.group()


def _run_folders(home: Home) -> Iterable[Path]:
    return (path for path in home.lake.glob("????-??/*") if path.is_dir() and _RUN.fullmatch(path.name))


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(part.stat().st_size for part in path.rglob("*") if part.is_file())


def remove(path: Path) -> bool:
    """Whether it is gone; Windows refuses while a reader has it open."""
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError:
        return False
    return True
