"""A small county to try faults on: made once, copied for each attempt, and what must be true of it after."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random

from assets.published import open_month, read_pointer
from bench.faults.campaign import ROOT
from connectors.audit import verify
from pipelines.home import Home
from reports.render.workbook import FILE_NAME

BEFORE, MONTH = "2026-09", "2026-10"
PEOPLE = 300
_GROWING = frozenset({"logs", "dagster", "run.guard"})
HALF = (".partial", ".part", ".tmp")
_SOON = 0.3
_HANGS = 900
_MAIN = "from pipelines.cli import main; main()"
_BRIEF = (
    "import reports.defs, pipelines.run; from reports.registry import BY_NAME; reports.defs.MONTHLY = ();"
    f"pipelines.run.MONTHLY = (BY_NAME['疑点清单'],); {_MAIN}"
)
"""The same with one report, 疑点清单, in place of the monthly set, which takes longer than all the rest."""
_CLOCK = "from pathlib import Path; from bench.faults.shifted_clock import install; install(Path({file!r}));"


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    said: str
    seconds: float

    @property
    def last(self) -> str:
        """The last line that it printed."""
        lines = [line.strip() for line in self.said.splitlines() if line.strip()]
        return lines[-1] if lines else ""

    def trouble(self, *codes: int) -> str:
        """Why its end is not in order; '' when it is: an allowed code, and 2 only with words what to do."""
        if self.code not in codes:
            return f"exit code {self.code}: {self.said.strip()[-300:]}"
        if self.code == 2 and "处理：" not in self.said:
            return f"exit code 2 without a remedy: {self.said.strip()[-300:]}"
        return ""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a command of this program sees: this very source, and nothing of the caller's home."""
    own = {k: v for k, v in os.environ.items() if k not in ("DUIBIAN_HOME", "DAGSTER_HOME")}
    said = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "DAGSTER_DISABLE_TELEMETRY": "1"}
    return {**own, **said, **(extra or {})}


def start(
    *words: str | Path, log: Path, is_brief: bool = True, clock: Path | None = None
) -> subprocess.Popen[bytes]:
    """Begin a `duibian` command, what it says going to a file.

    Args:
        words: the command.
        log: the file.
        is_brief: whether a run writes one report only.
        clock: a file that says how wrong the clock is; see `shifted_clock`.
    """
    program = _BRIEF if is_brief and words[0] == "run" else _MAIN
    if clock is not None:
        program = f"{_CLOCK.format(file=str(clock))}{program}"
    with log.open("wb") as sink:
        return subprocess.Popen(
            [sys.executable, "-c", program, *map(str, words)],
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=environment(),
        )


def call(*words: str | Path, log: Path, is_brief: bool = True) -> Ended:
    """Run a `duibian` command to its end; one that hangs is killed: code -9."""
    began = time.monotonic()
    process = start(*words, log=log, is_brief=is_brief)
    try:
        code = process.wait(_HANGS)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    return Ended(code, log.read_text("utf-8", "replace"), time.monotonic() - began)


def killed(*words: str | Path, log: Path, after: float, is_brief: bool = True) -> Ended | None:
    """Kill a command after so many seconds; None when it had ended before.

    Only the process that people see is killed: those that it has started must end by themselves.
    """
    process = start(*words, log=log, is_brief=is_brief)
    began = time.monotonic()
    try:
        process.wait(after)
        return None
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    return Ended(-signal.SIGKILL, log.read_text("utf-8", "replace"), time.monotonic() - began)


@dataclass
class County:
    """The county of a campaign.

    Attributes:
        work: where everything is made.
        seed: of the campaign.
    """

    work: Path
    seed: int
    _n_copies: int = 0

    @property
    def log(self) -> Path:
        """What the command at hand says."""
        return self.work / "said.log"

    @cached_property
    def base(self) -> Home:
        """Its first month published, its second delivered."""
        home = Home(self.work / "base")
        if not (home.root / "ready").exists():
            shutil.rmtree(home.root, ignore_errors=True)
            people = ("--people", str(PEOPLE), "--months", "2", "--until", MONTH, "--seed", "5")
            self._made("sample", home.root, *people)
            self._made("run", "--home", home.root, "--month", BEFORE)
            (home.root / "ready").touch()
        return home

    @cached_property
    def whole(self) -> Home:
        """The same with both months published by a run that nothing disturbed."""
        home = Home(self.work / "whole")
        if not (home.root / "ready-too").exists():
            shutil.rmtree(home.root, ignore_errors=True)
            shutil.copytree(self.base.root, home.root)
            brief = self.copy(at=self.work / "brief")
            first = self._made("run", "--home", brief.root, "--month", MONTH)
            second = self._made("run", "--home", home.root, "--month", MONTH, is_brief=False)
            shutil.rmtree(brief.root)
            (home.root / "ready-too").write_text(f"{first.seconds} {second.seconds}")
        return home

    def seconds(self, *, is_brief: bool = True) -> float:
        """How long an undisturbed run of the second month took."""
        brief, with_all = (self.whole.root / "ready-too").read_text().split()
        return float(brief if is_brief else with_all)

    @cached_property
    def contents(self) -> dict[str, str]:
        """Month → content hash of an undisturbed run."""
        return {month: _content(self.whole, month) for month in (BEFORE, MONTH)}

    def copy(self, of: Home | None = None, at: Path | None = None) -> Home:
        """A home of its own for an attempt, where none was: what is open of an old one is not taken for it.

        The one before it is removed.
        """
        if at is None:
            shutil.rmtree(self.work / f"case-{self._n_copies}", ignore_errors=True)
            self._n_copies += 1
        target = at or self.work / f"case-{self._n_copies}"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree((of or self.base).root, target)
        return Home(target)

    def luck(self, part: str, number: int) -> Random:
        """What decides one attempt."""
        return Random(f"{self.seed}/{part}/{number}")

    def moment(self, luck: Random, *, is_brief: bool = True) -> float:
        """A random moment of a run."""
        return luck.uniform(_SOON, self.seconds(is_brief=is_brief))

    def run(self, home: Home, *, is_brief: bool = True) -> Ended:
        """Run the second month."""
        return call("run", "--home", home.root, "--month", MONTH, log=self.log, is_brief=is_brief)

    def harm(self, home: Home) -> str:
        """What is no longer as it must be at any moment; '' when all of it is.

        The month before is readable with the content it had; this month is whole or not there; the audit
        chain holds; casework is sound.
        """
        for month in (BEFORE, MONTH):
            pointer = read_pointer(home.published, month)
            if pointer is None:
                if month == BEFORE:
                    return "the month before is gone"
                continue
            ledger = home.root / pointer.ledger
            if hashlib.sha256(ledger.read_bytes()).hexdigest() != pointer.sha256:
                return f"{month}: the file is not what the pointer says"
            if pointer.content_sha256 != self.contents[month]:
                return f"{month}: other content"
            with open_month(home.root, month) as opened:
                if not opened.table("finding").height:
                    return f"{month}: no findings"
        if not verify(home.audit_log).ok:
            return "the audit chain is broken"
        if home.casework.exists() and not _is_sound(home.casework):
            return "the casework database is damaged"
        return ""

    def altered(self, home: Home) -> str:
        """A file of the base that is no longer as it was: nothing that was refused may change any of them.

        Left out are those that grow by themselves: logs, run history, casework.
        """
        for path in sorted(self.base.root.rglob("*")):
            name = path.relative_to(self.base.root)
            if not path.is_file() or name.parts[0] in _GROWING or path == self.base.casework:
                continue
            own = home.root / name
            if not own.is_file() or own.read_bytes() != path.read_bytes():
                return f"{name} is not what it was"
        return ""

    def run_again(self, home: Home, *, is_brief: bool = True) -> str:
        """Let a run through; what is then not as an undisturbed one leaves it; '' when nothing is."""
        ended = self.run(home, is_brief=is_brief)
        if ended.code != 0:
            return f"the next run ended with {ended.code}: {ended.said[-400:]}"
        if (harm := self.harm(home)) or read_pointer(home.published, MONTH) is None:
            return harm or "the next run published nothing"
        if home.lock.exists():
            return "the lock was left behind"
        left = half_files(home)
        if left:
            return f"half files: {', '.join(left[:3])}"
        wanted = {FILE_NAME} if is_brief else _files(self.whole.report_folder(MONTH))
        missing = wanted - _files(home.report_folder(MONTH))
        return f"reports are missing: {sorted(missing)[:3]}" if missing else ""

    def _made(self, *words: str | Path, is_brief: bool = True) -> Ended:
        ended = call(*words, log=self.log, is_brief=is_brief)
        if ended.code != 0:
            raise RuntimeError(f"{words[0]} ended with {ended.code}:\n{ended.said}")
        return ended


def half_files(home: Home) -> list[str]:
    """Files and folders that somebody began and did not finish."""
    return sorted(
        path.relative_to(home.root).as_posix()
        for path in home.root.rglob("*")
        if path.name.endswith(HALF) or (path.parent == home.archive and path.name.startswith("zip"))
    )


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _content(home: Home, month: str) -> str:
    pointer = read_pointer(home.published, month)
    if pointer is None:
        raise RuntimeError(f"{month} is not published")
    return pointer.content_sha256


def _is_sound(database: Path) -> bool:
    with closing(sqlite3.connect(database)) as connection:
        return bool(connection.execute("pragma integrity_check").fetchone() == ("ok",))
