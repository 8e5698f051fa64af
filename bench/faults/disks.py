"""A disk that is full, and one that cannot be written to: on a file system of the attempt's own, in memory.

Needs root and `mount`, as in a container or a virtual machine; elsewhere these parts are left out and say so.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.faults.campaign import Attempt
from bench.faults.county import BEFORE, MONTH, County, Ended, call
from bench.faults.kills import PASSWORD, numbers
from pipelines.home import Home

STEPS = 20
COMMANDS = 11
_SPARE = 4 << 20
_AMPLE = "400m"


def can_mount() -> bool:
    """Whether a file system can be made here."""
    if shutil.which("mount") is None or shutil.which("unshare") is None:
        return False
    probe = ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


@contextmanager
def small_disk(county: County, n_bytes: int) -> Iterator[Path]:
    """A file system of so many bytes; gone afterwards."""
    place = county.work / "disk"
    place.mkdir(exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={n_bytes}", "none", str(place))
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


def remount(place: Path, option: str) -> None:
    """Make the file system larger, or writable, or not."""
    _mount("-o", f"remount,{option}", str(place))


def size_of(folder: Path) -> int:
    """Bytes that a folder takes on a file system of whole pages."""
    return sum(-(-path.lstat().st_size // 4096) * 4096 + 4096 for path in folder.rglob("*"))


def fill_disk(county: County, number: int) -> Attempt:
    """A run on a disk that is full at one moment after the other; then room is made."""
    needed, there = size_of(county.whole.root), size_of(county.base.root)
    room = there + _SPARE // 8 + round((needed + _SPARE - there) * (number % STEPS) / STEPS)
    case = f"run, {100 * (number % STEPS) // STEPS} % of the room that it needs"
    with small_disk(county, room) as place:
        home = county.copy(at=place / "home")
        ended = county.run(home)
        trouble = "" if ended.code == 0 else _not_told(ended)
        harm = county.harm(home)
        remount(place, f"size={_AMPLE}")
        wrong = trouble or harm or county.run_again(home)
    outcome = "wrong" if wrong else "had room" if ended.code == 0 else "told, then the same content"
    return Attempt(
        "space", "disk full during a run", number, outcome, not wrong, f"{case}; {wrong or ended.last}"
    )


def _not_told(ended: Ended) -> str:
    return ended.trouble(2) or ("" if "磁盘" in ended.said else f"the disk is not named: {ended.said[-300:]}")


Words = tuple[str | Path, ...]


def commands(home: Home, county: County) -> tuple[tuple[str, Words, bool], ...]:
    """Commands by name, and whether they can do without writing into the home."""
    one = numbers(home)[0]
    decision = ("--month", BEFORE, "--verdict", "属实", "--reason", "已电话核实")
    password = county.work / "password.txt"
    password.write_text(PASSWORD, "utf-8")
    out = county.work / "疑点清单.xlsx"
    backup = ("--to", county.work / "backups", "--password-file", password)
    return (
        ("run", ("run", "--home", home.root, "--month", MONTH), False),
        ("findings", ("findings", "--home", home.root, "--month", BEFORE), True),
        ("inspect", ("inspect", next(home.inbox_month(BEFORE).rglob("*.csv"))), True),
        ("report", ("report", "疑点清单", "--home", home.root, "--month", BEFORE, "--out", out), True),
        ("verify-log", ("verify-log", "--home", home.root), True),
        ("decisions add", ("decisions", "add", one, "--home", home.root, *decision), False),
        ("backup", ("backup", "--home", home.root, *backup), False),
        ("users add", ("users", "add", "张三", "--home", home.root), False),
        ("baseline", ("baseline", BEFORE, "--home", home.root), False),
        ("doctor", ("doctor", "--home", home.root), True),
        ("init", ("init", home.root), False),
    )  # fmt: skip


def read_only(county: County, number: int) -> Attempt:
    """A home on a disk that has become read-only: reading goes on, writing says what to do."""
    return _on_a_disk(county, number, "locked", "home read-only", "ro", f"rw,size={_AMPLE}")


def no_room(county: County, number: int) -> Attempt:
    """A home on a disk without a free byte: the same."""
    return _on_a_disk(county, number, "no-room", "disk full", "", f"size={_AMPLE}")


def _on_a_disk(county: County, number: int, part: str, what: str, spoil: str, mend: str) -> Attempt:
    with small_disk(county, size_of(county.base.root) + _SPARE) as place:
        home = county.copy(at=place / "home")
        known = commands(home, county)
        name, words, reads_only = known[number % len(known)]
        if spoil:
            remount(place, spoil)
        else:
            _fill(place / "filling")
        ended = call(*words, log=county.log)
        wrong = ended.trouble(0, 2)
        if reads_only and part == "locked" and ended.code != 0 and name != "doctor":
            wrong = f"cannot be read: {ended.said[-300:]}"
        wrong = wrong or county.harm(home)
        remount(place, mend)
        (place / "filling").unlink(missing_ok=True)
        again = call(*words, log=county.log)
        wrong = wrong or again.trouble(0, 2)
        wrong = wrong or (
            "" if again.code == 0 or name in _MAY_REFUSE else f"not after mending: {again.said[-200:]}"
        )
        wrong = wrong or county.harm(home)
    outcome = "wrong" if wrong else "done all the same" if ended.code == 0 else "told what to do"
    return Attempt(part, f"{what}: {name}", number, outcome, not wrong, wrong or ended.last)


_MAY_REFUSE = frozenset({"doctor", "users add"})
"""doctor may find the sample's machine wanting; an account needs a password to be typed."""


def _fill(path: Path) -> None:
    """Write until there is no room."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
