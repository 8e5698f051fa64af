"""Files of the home that are damaged, gone or left behind: each is told, nothing else suffers."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.faults.campaign import Attempt
from bench.faults.county import BEFORE, MONTH, County, call
from connectors.landing import archived, store
from pipelines.home import Home

Find = Callable[[Home], Path]
Spoil = Callable[[Path, Random], None]


RUN_AGAIN = 6
"""After every so many-th that was told, the month is run too; after all of them every file is compared."""


@dataclass(frozen=True)
class Case:
    """A file of the home, and what happens to it.

    Attributes:
        is_mended: whether the program itself gets over it: then the run after it must go through.
    """

    name: str
    find: Find
    spoil: Spoil
    is_mended: bool = False


def _pointer(home: Home) -> Path:
    return home.published / f"{BEFORE}.json"


def _named(home: Home) -> dict[str, str]:
    values: dict[str, str] = json.loads(_pointer(home).read_text("utf-8"))
    return values


def _ledger(home: Home) -> Path:
    return home.root / _named(home)["ledger"]


def _of_run(name: str) -> Find:
    return lambda home: home.run_folder(BEFORE, _named(home)["run"]) / name


def _archived(home: Home) -> Path:
    """What the archive has already of a file that is delivered this month: as a run killed late leaves it."""
    file = next(path for path in sorted(home.inbox_month(MONTH).rglob("*.xls")) if path.is_file())
    sha256, _ = store(file, home.archive)
    return archived(home.archive, sha256)


def _empty(path: Path, luck: Random) -> None:
    path.write_bytes(b"")


def _cut(path: Path, luck: Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: luck.randrange(1, max(len(data), 2))])


def _zeros(path: Path, luck: Random) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def _noise(path: Path, luck: Random) -> None:
    path.write_bytes(luck.randbytes(max(path.stat().st_size if path.exists() else 100, 100)))


def _flipped(path: Path, luck: Random) -> None:
    data = bytearray(path.read_bytes())
    data[luck.randrange(len(data))] ^= 0x10
    path.write_bytes(data)


def _gone(path: Path, luck: Random) -> None:
    path.unlink()


def _folder(path: Path, luck: Random) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def _torn_line(path: Path, luck: Random) -> None:
    with path.open("ab") as log:
        log.write(b'{"at":"2026-10-01T0')


def _odd_line(path: Path, luck: Random) -> None:
    with path.open("ab") as log:
        log.write(b"not a line of the log\n")


def _lock(**said: object) -> Spoil:
    values = {
        "pid": 2**22 - 3,
        "process_start": "gone",
        "host": os.uname().nodename,
        "since": "2026-10-01T09:00:00+08:00",
        "purpose": f"run {MONTH}",
        **said,
    }

    def spoil(path: Path, luck: Random) -> None:
        path.write_text(json.dumps(values), "utf-8")

    return spoil


def _book(name: str) -> Find:
    return lambda home: home.mapping / name


CASES = (
    Case("pointer empty", _pointer, _empty),
    Case("pointer cut off", _pointer, _cut),
    Case("pointer all zeros", _pointer, _zeros),
    Case("pointer noise", _pointer, _noise),
    Case("published file cut off", _ledger, _cut),
    Case("published file: bits flipped", _ledger, _flipped),
    Case("published file gone", _ledger, _gone),
    Case("published file empty", _ledger, _empty),
    Case("table of the month before cut off", _of_run("person.parquet"), _cut),
    Case("table of the month before gone", _of_run("finding.parquet"), _gone),
    Case("table of the month before empty", _of_run("person_xref.parquet"), _empty),
    Case("table of the month before noise", _of_run("all_part.parquet"), _noise),
    Case("archived file: bits flipped", _archived, _flipped, is_mended=True),
    Case("archived file cut off", _archived, _cut, is_mended=True),
    Case("archived file empty", _archived, _empty, is_mended=True),
    Case("manifest of the month before cut off", _of_run("manifest.json"), _cut, is_mended=True),
    Case("lock of a dead process", lambda home: home.lock, _lock(), is_mended=True),
    Case(
        "lock whose number went to another process",
        lambda home: home.lock,
        _lock(pid=os.getpid()),
        is_mended=True,
    ),
    Case("lock cut off", lambda home: home.lock, _noise, is_mended=True),
    Case("lock of another machine", lambda home: home.lock, _lock(host="other")),
    Case("settings empty", lambda home: home.settings, _empty),
    Case("settings cut off", lambda home: home.settings, _cut),
    Case("settings noise", lambda home: home.settings, _noise),
    Case("calendar noise", lambda home: home.calendar, _noise),
    Case("key empty", lambda home: home.key_file, _empty),
    Case("key noise", lambda home: home.key_file, _noise),
    Case("key gone", lambda home: home.key_file, _gone),
    Case("casework noise", lambda home: home.casework, _noise),
    Case("audit log: last line torn", lambda home: home.audit_log, _torn_line, is_mended=True),
    Case("audit log: odd last line", lambda home: home.audit_log, _odd_line),
    Case("run history noise", lambda home: _largest(home.dagster, "*.db"), _noise),
    Case("run history cut off", lambda home: _largest(home.dagster, "*.db"), _cut),
    Case("label book noise", _book("标签对照表.xlsx"), _noise),
    Case("label book cut off", _book("机构对照表.xlsx"), _cut),
    Case("format number noise", lambda home: home.format_file, _noise),
)


def _largest(folder: Path, pattern: str) -> Path:
    return max(sorted(folder.rglob(pattern)), key=lambda path: path.stat().st_size)


def damaged(county: County, number: int) -> Attempt:
    """One file spoilt: a run, a list and the doctor say what to do; put back, all is as it was."""
    case = CASES[number % len(CASES)]
    luck = county.luck("damage", number)
    home = county.copy()
    path = case.find(home)
    kept = county.work / "kept"
    kept.unlink(missing_ok=True)
    if path.is_file():
        shutil.copyfile(path, kept)
    case.spoil(path, luck)
    ended = county.run(home)
    wrong = ended.trouble(0, 2)
    if case.is_mended and ended.code != 0:
        wrong = wrong or f"not got over: {ended.said[-300:]}"
    for words in (("findings", "--home", home.root, "--month", BEFORE), ("doctor", "--home", home.root)):
        wrong = wrong or (said if (said := call(*words, log=county.log).trouble(0, 2)) else "")
    if ended.code != 0:
        if path.is_dir():
            path.rmdir()
        path.unlink(missing_ok=True)
        if kept.exists():
            shutil.copyfile(kept, path)
        wrong = wrong or county.harm(home) or county.altered(home)
        wrong = wrong or (county.run_again(home) if number % RUN_AGAIN == 0 else "")
    outcome = "wrong" if wrong else "told; put back, all is as it was" if ended.code else "got over"
    return Attempt(
        "damage", case.name, number, outcome, not wrong, wrong or ended.said.strip().splitlines()[0][:120]
    )
