"""What a run has finished: a mark a step, by which a run that was killed is taken up where it stood.

A mark is written when all tables of its step are on the disk, whole or not at all. It names each of them
with its size and the hash of its Parquet footer. It is believed while all of them are there as it says, the
program is the one that wrote it, and what the step is made from is believed too; the run's folder has the
name of all inputs, so marks of other inputs lie elsewhere. Whatever no believed mark names is removed before
work begins.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.metadata import version
from pathlib import Path
from typing import Any

from connectors.beside import Done
from connectors.specs import Specs
from pipelines.files import write_json
from pipelines.manifest import FILE_NAME as MANIFEST

FORMAT = 1
FOLDER = "marks"
FLOORS = ("connectors", "assets", "checks", "reports", "pipelines")
LIBRARIES = ("polars", "duckdb", "pyarrow")
_AT_ONCE = 8
_LENGTH, _MAGIC = 4, b"PAR1"


@dataclass(frozen=True)
class Step:
    """A step whose tables outlive a kill: the steps it is made from, and the tables that it writes."""

    after: tuple[str, ...]
    tables: tuple[str, ...]


def steps_of(departments: Iterable[str]) -> dict[str, Step]:
    """Every step by name, each after those it is made from.

    A table may stand under two steps where the earlier one writes it (a carried table is typed already).
    """
    steps: dict[str, Step] = {}
    for key in departments:
        raw = ("raw_{}__*", "stg_{}__*", "part_{}", "column_{}", "row_class_{}", "raw_issue_{}")
        own = (*raw, "quarantine_{}", "file_state_{}", "carried_{}")
        steps[f"{key}_raw"] = Step((), tuple(name.format(key) for name in own))
        typed = ("stg_{}__*", "stg_issue_{}", "unknown_label_{}")
        steps[f"{key}_staged"] = Step((f"{key}_raw",), tuple(name.format(key) for name in typed))
    staged = tuple(name for name in steps if name.endswith("_staged"))
    return steps | {
        "quality": Step(staged, ("quality", "quality_result")),
        "identity": Step(
            staged,
            (
                *("person", "person_alias", "person_xref", "unit", "unit_xref", "unit_reference"),
                *("agency_unit", "record_unit", "identity_issue"),
            ),
        ),
        "facts": Step(("identity",), ("fact_*", "ledger_issue")),
        "bridge": Step(
            ("facts",),
            (
                "fact_three_numbers",
                "fact_bridge",
                "fact_unit_count",
                "fact_person_month",
                "fact_unit_month",
                "fact_previous_finding",
            ),
        ),
        "findings": Step(
            ("bridge", "quality"),
            (
                *("intake_*", "issue", "quarantine", "finding", "finding_*", "case", "rule", "all_part"),
                *("gate_evidence", "three_numbers", "bridge"),
            ),
        ),
        "gate": Step(("findings",), ("gate", "gate_change", "gate_backpay")),
    }


@dataclass(frozen=True)
class Marks:
    """The marks of one run.

    Attributes:
        folder: the run's folder.
        steps: see `steps_of`.
        program: see `program_print`.
        finished: steps that are not done again, with what they counted.
    """

    folder: Path
    steps: Mapping[str, Step]
    program: str
    finished: Mapping[str, Mapping[str, int]]

    def once(self, step: str, work: Callable[[], Mapping[str, int]], *, keep: bool = True) -> Done:
        """What a step counts: of a run that was killed after it, or of its work, which is marked.

        Args:
            step: its name.
            work: writes the step's tables and returns rows a table.
            keep: whether what it wrote may be taken up by another run.
        """
        if step in self.finished:
            return Done(self.finished[step], 0.0, is_from_before=True)
        began = time.perf_counter()
        counts = work()
        if keep and step in self.steps:
            self._write(step, counts)
        return Done(counts, time.perf_counter() - began)

    def _write(self, step: str, counts: Mapping[str, int]) -> None:
        """Mark a step whose tables are written; they are forced to the disk before."""
        patterns = self.steps[step].tables
        paths = [
            path
            for path in sorted(self.folder.glob("*.parquet"))
            if any(fnmatchcase(path.stem, pattern) for pattern in patterns)
        ]
        # Together they take as long as one: the file system commits them in one go.
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(_force, paths))
        tables = {path.stem: _print_of(path) for path in paths}
        mark = {"format": FORMAT, "step": step, "program": self.program, "counts": dict(counts)}
        write_json(self._path(step), {**mark, "tables": tables})

    def _path(self, step: str) -> Path:
        return self.folder / FOLDER / f"{step}.json"


def take_up(folder: Path, steps: Mapping[str, Step]) -> Marks:
    """The marks of a run about to begin; its folder is rid of whatever no believed mark names.

    Args:
        folder: the run's folder, which may not be there.
        steps: see `steps_of`.
    """
    program = program_print()
    believed: dict[str, Mapping[str, Any]] = {}
    for name, step in steps.items():
        mark = _read(folder / FOLDER / f"{name}.json")
        if (
            mark is not None
            and all(one in believed for one in step.after)
            and (mark.get("format"), mark.get("step"), mark.get("program")) == (FORMAT, name, program)
            and all(_print_of(folder / f"{t}.parquet") == said for t, said in mark["tables"].items())
        ):
            believed[name] = mark
    kept = {f"{table}.parquet" for mark in believed.values() for table in mark["tables"]}
    _sweep(folder, kept | {MANIFEST, FOLDER})
    _sweep(folder / FOLDER, {f"{name}.json" for name in believed})
    return Marks(folder, steps, program, {name: mark["counts"] for name, mark in believed.items()})


def begun(folder: Path, steps: Mapping[str, Step]) -> Marks:
    """The marks of a run that does every step anew."""
    return Marks(folder, steps, program_print(), {})


def steps_of_month(specs: Specs) -> dict[str, Step]:
    """The steps of a month with these departments."""
    return steps_of(department.key for department in specs.departments)


def forget(folder: Path) -> None:
    """Remove a run's marks: once it is published, its pointer says that it is finished."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)


def program_print() -> str:
    """A hash of the program as it is installed here: of its files' sizes and times, and what it stands on.

    The version alone does not tell a program that somebody has mended in its place.
    """
    digest = hashlib.sha256(platform.python_version().encode())
    for name in ("duibian", *LIBRARIES):
        digest.update(f"{name} {version(name)}\n".encode())
    root = Path(__file__).parent.parent
    for floor in FLOORS:
        for parent, folders, files in os.walk(root / floor):
            folders[:] = sorted(one for one in folders if one != "__pycache__")
            for name in sorted(files):
                path = Path(parent, name)
                known = path.stat()
                said = f"{path.relative_to(root).as_posix()} {known.st_size} {known.st_mtime_ns}\n"
                digest.update(said.encode())
    return digest.hexdigest()


def _read(path: Path) -> dict[str, Any] | None:
    """A mark; None where there is none that can be read."""
    try:
        mark = json.loads(path.read_text("utf-8"))
        is_whole = isinstance(mark["tables"], dict) and isinstance(mark["counts"], dict)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return mark if is_whole else None


def _force(path: Path) -> None:
    """Wait until a file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _print_of(path: Path) -> list[int | str] | None:
    """Size and hash of the footer of a Parquet file; None where it is not there or not whole.

    The footer holds the place, the size and the extremes of every column of every row group.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - _LENGTH - len(_MAGIC), 0))
            tail = file.read()
            length = int.from_bytes(tail[:_LENGTH], "little")
            if not tail.endswith(_MAGIC) or length + len(tail) > size:
                return None
            file.seek(size - len(tail) - length)
            return [size, hashlib.sha256(file.read(length)).hexdigest()]
    except OSError:
        return None


def _sweep(folder: Path, kept: Iterable[str]) -> None:
    """Remove everything in a folder but the names that are kept."""
    names = set(kept)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name not in names:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
