"""A home made anew from its backup, and whether a home that was made so is what it was.

Here: opening a backup, laying its files into a folder that is not there yet, looking at the result. Not here:
what goes into a backup (`backup`).
"""

from __future__ import annotations

import glob
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from assets.contracts.registry import published as published_contracts
from assets.published import PublishedMonth, open_month, published_months
from checks.publish import content_hash, month_hash
from connectors.audit import append
from connectors.errors import UserError
from connectors.landing import archived
from connectors.parcel import Damage, Parcel, open_parcel
from connectors.sealed import Lock
from pipelines.backup import DUMP, FORMAT, INSIDE, KIND, is_sound
from pipelines.checkup import State
from pipelines.doctor import examine
from pipelines.files import make_private_folder
from pipelines.home import Home
from pipelines.home_format import FORMAT as HOME_FORMAT
from pipelines.home_format import refuse_newer
from pipelines.kept_month import check_archive, file_hash, manifest_of, published_pointer
from pipelines.manifest import FILE_NAME, archived_manifest, read_manifest

_STEP = 1 << 20
_SPARE = 64 * _STEP
_OF_THE_HOME = ("设置", "工作日历", "密钥", "审计日志", "月份")
"""How the names of doctor's checks begin that ask about the home and not about the machine."""

Echo = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What was made of a backup.

    Attributes:
        about: what the backup says of itself.
        n_files: in the home.
        dump: the file of pg_dump, where casework lay on a server; it is not played back here.
    """

    home: Home
    about: Mapping[str, object]
    n_files: int
    dump: Path | None


@contextmanager
def open_backup(path: Path, lock: Lock) -> Iterator[Parcel]:
    """A backup to be read.

    Raises:
        UserError: it is none, cannot be opened with this password, or is of a newer program.
    """
    with open_parcel(path, lock) as parcel:
        about = parcel.about
        if about.get("kind") != KIND:
            raise UserError("这不是备份", where=parcel.name, remedy="请指明 duibian backup 写出的 .dbb 文件")
        refuse_newer("备份文件", int(about["format"]), FORMAT, parcel.name)
        refuse_newer("备份里的工作文件夹", int(about["home_format"]), HOME_FORMAT, parcel.name)
        yield parcel


def check_backup(path: Path, lock: Lock) -> tuple[Mapping[str, object], list[Damage]]:
    """Read a whole backup; returns what it says of itself, and the files that are not as they were."""
    with open_backup(path, lock) as parcel:
        return parcel.about, parcel.damages()


def restore_backup(path: Path, lock: Lock, root: Path, *, user: str, now: datetime) -> Restored:
    """Make a home of a backup, in a folder that is not there or empty; whole, or not at all.

    Raises:
        UserError: something lies there, there is no room, or the backup was altered.
    """
    root = root.expanduser().resolve()
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UserError(
            "这里已有内容，恢复从不覆盖", where=str(root), remedy="请换一个还没有的文件夹：--home 新文件夹"
        )
    part = root.with_name(f".{root.name}.{secrets.token_hex(4)}.part")
    try:
        with open_backup(path, lock) as parcel:
            _clear_killed(root)
            _refuse_full(root, parcel)
            make_private_folder(part)
            n_files = _lay_out(parcel, Home(part))
            about = parcel.about
            digest = str(about["digest"])
        event = {"kind": "restore", "file": path.name, "digest": digest, "made_at": about["made_at"]}
        append(Home(part).audit_log, event | {"program": version("duibian")}, now, user)
        if root.is_dir():
            root.rmdir()
        part.replace(root)
    except OSError as error:
        raise UserError(
            f"没有恢复成（{error.strerror or type(error).__name__}）",
            where=str(root),
            remedy="请检查磁盘空间和文件夹权限；什么也没有留下，可以重试",
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    dump = root / DUMP
    return Restored(Home(root), about, n_files, dump if dump.is_file() else None)


def problems_of(home: Home, now: datetime) -> tuple[str, ...]:
    """What is not right with a home that was just restored; nothing when it can be worked with.

    Settings, calendar, key, audit log and pointers as `duibian doctor` sees them; the casework database;
    every published file against its pointer and by the content of its tables; the archive behind each month.
    """
    return tuple(_problems(home, now))


def _problems(home: Home, now: datetime) -> Iterator[str]:
    for check in examine(home, now):
        if check.state is State.BAD and check.name.startswith(_OF_THE_HOME):
            yield f"{check.name}：{check.message}"
    if home.casework.is_file() and not is_sound(home.casework):
        yield f"{home.casework.name}：数据库已损坏"
    for month in published_months(home.published):
        try:
            yield from _month_problems(home, month)
        except UserError as error:
            yield f"{month}：{error.what}"


def _month_problems(home: Home, month: str) -> Iterator[str]:
    pointer = published_pointer(home, month)
    if file_hash(home.root / pointer.ledger) != pointer.sha256:
        yield f"{month}：已发布的数据文件与发布时登记的指纹不符"
        return
    with open_month(home.root, month) as published:
        if not _says_the_same(published):
            yield f"{month}：已发布的内容与发布时登记的内容指纹不符"
    kept = home.run_folder(month, pointer.run) / FILE_NAME
    path = kept if kept.is_file() else archived_manifest(home.archive, pointer.run)
    if path is None or read_manifest(path).landing:
        check_archive(home, manifest_of(home, month, pointer.run), without_destroyed=True)


def _says_the_same(month: PublishedMonth) -> bool:
    """Whether the tables have the content hash of the pointer; of another program only the file can tell."""
    programs = month.sql("select value from meta where key = 'program_version'")["value"].to_list()
    if month.lacking or programs != [version("duibian")]:
        return True
    hashes = {
        name: content_hash(contract.shape(month.table(name).lazy()), contract)
        for name, contract in published_contracts().items()
    }
    return month_hash(hashes) == month.pointer.content_sha256


def _lay_out(parcel: Parcel, home: Home) -> int:
    """Every file of a backup, its hash checked, and the folders that a home has."""
    for entry in parcel.entries:
        parcel.copy(entry, home.root / _inside(entry.path, parcel.name))
    same = parcel.about["same"]
    for name, sha256 in same.items():
        target = home.root / _inside(f"{INSIDE}/{name}", parcel.name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(archived(home.archive, sha256), target)
        target.chmod(0o600)
    for folder in home.folders():
        make_private_folder(folder)
    return len(parcel.entries) + len(same)


def _inside(path: str, backup: str) -> PurePosixPath:
    """Where a file of a backup lies in the home; a path that leads elsewhere is none of ours."""
    parts = PurePosixPath(path).parts
    if len(parts) < 2 or parts[0] != INSIDE or ".." in parts:
        raise UserError("备份的清单被改动", where=backup, remedy="请换一份备份")
    return PurePosixPath(*parts[1:])


def _clear_killed(root: Path) -> None:
    """Remove what a killed attempt to restore here left beside: it lies there unencrypted."""
    for path in root.parent.glob(f".{glob.escape(root.name)}.????????.part"):
        shutil.rmtree(path, ignore_errors=True)


def _refuse_full(root: Path, parcel: Parcel) -> None:
    sizes = {entry.path: entry.size for entry in parcel.entries}
    doubled = (
        archived(Path(INSIDE, "archive"), sha256).as_posix() for sha256 in parcel.about["same"].values()
    )
    n_bytes = sum(sizes.values()) + sum(sizes.get(path, 0) for path in doubled)
    beside = next(folder for folder in root.parents if folder.is_dir())
    free = shutil.disk_usage(beside).free
    if free < n_bytes + _SPARE:
        raise UserError(
            f"放不下：要 {n_bytes / _STEP:,.0f} MiB，只剩 {free / _STEP:,.0f} MiB",
            where=str(beside),
            remedy="请换一块盘，或先清理磁盘",
        )
