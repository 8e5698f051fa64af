"""Which files of a home go into its backup, and what does not, said in words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from connectors.landing import SCRATCH as HALF_TAKEN
from pipelines.home import Home
from pipelines.retention import kept_runs

SCRATCH = ".backup-"
"""How the folder begins in which copies lie for a while."""
_PASSING = (
    "run.lock",
    "*.guard",
    "*.part",
    "*.partial",
    "*.tmp",
    "*-wal",
    "*-shm",
    "*-journal",
    f"{SCRATCH}*",
    HALF_TAKEN,
)
"""What is of the moment only: locks, files being written, what SQLite keeps beside an open database."""
_DAGSTER_KEPT = "dagster.yaml"


@dataclass(frozen=True)
class Contents:
    """The files of a home that go along: path in the home → where it lies; and what does not."""

    files: dict[str, Path]
    left_out: tuple[str, ...]

    @property
    def n_bytes(self) -> int:
        """All of them together."""
        return sum(path.stat().st_size for path in self.files.values() if path.exists())


def contents(home: Home) -> Contents:
    """What a backup of a home holds, before anything is read."""
    kept = kept_runs(home)
    files: dict[str, Path] = {}
    odd, superseded = 0, 0
    for path in _walk(home.root):
        name = path.relative_to(home.root).as_posix()
        parts = PurePosixPath(name).parts
        if parts[0] != home.inbox.name and any(fnmatch(part, one) for part in parts for one in _PASSING):
            continue
        if parts[0] == home.dagster.name and name != f"{home.dagster.name}/{_DAGSTER_KEPT}":
            continue
        if _run_of(home, name) not in (None, *kept):
            superseded += 1
        elif not _is_portable(name):
            odd += 1
        else:
            files[name] = path
    left_out = ["Dagster 的运行历史（dagster 文件夹，或所设的数据库）：只供查看，不影响结果"]
    if superseded:
        left_out.append(f"已被替代或没有完成的中间结果 {superseded:,} 个文件：不再需要")
    if odd:
        left_out.append(f"文件名含 : 或 \\ 或无法识别的字符的文件 {odd:,} 个：请改名后重新备份")
    return Contents(files, tuple(left_out))


def _run_of(home: Home, name: str) -> str | None:
    """The run to which a computed file belongs, '' for what is none's; None for all other files."""
    parts = PurePosixPath(name).parts
    if parts[0] == home.lake.name:
        return parts[2] if len(parts) > 3 else ""
    is_ledger = parts[0] == home.published.name and name.endswith(".duckdb")
    return PurePosixPath(name).stem[len("2026-10-") :] if is_ledger else None


def _walk(root: Path) -> Iterator[Path]:
    """Every file below a folder; folders that are links are followed, none of them twice.

    Raises:
        OSError: a folder cannot be listed; what lies in it would be missing without a word.
    """
    seen = {root.resolve()}
    for folder, below, names in os.walk(root, onerror=_refuse, followlinks=True):
        below[:] = sorted(name for name in below if _is_new(Path(folder, name), seen))
        yield from (path for name in sorted(names) if (path := Path(folder, name)).is_file())


def _refuse(error: OSError) -> None:
    raise error


def _is_new(folder: Path, seen: set[Path]) -> bool:
    real = folder.resolve()
    is_new = real not in seen
    seen.add(real)
    return is_new


def _is_portable(name: str) -> bool:
    """Whether a path can stand in a parcel."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return not set(name) & set(":\\\0")
