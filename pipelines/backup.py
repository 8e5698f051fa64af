"""A home in one encrypted file: everything that cannot be had again, read back before it gets its name.

Here: which files go along, and writing them. Not here: the file's form (`connectors.parcel`), opening one and
making a home of it (`restore`).
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from assets.published import Pointer, published_months, read_pointer
from connectors import audit
from connectors.errors import UserError
from connectors.exclusive import exclusive
from connectors.landing import archived
from connectors.parcel import ParcelWriter, new_parcel, open_parcel
from connectors.sealed import Lock, key_id
from pipelines.backup_contents import SCRATCH, contents
from pipelines.files import make_private_folder
from pipelines.home import Home
from pipelines.home_format import home_format
from pipelines.kept_month import file_hash
from pipelines.settings import load_settings

KIND, FORMAT = "duibian-backup", 1
INSIDE = "home"
DUMP = "casework.pgdump"
_DUMP_BEGINS = b"PGDMP"
_SPARE = 64 << 20
_STEP = 1 << 20

Echo = Callable[[str], None]


@dataclass(frozen=True)
class BackupOrder:
    """What is wanted, by whom, and when.

    Attributes:
        folder: where the file is to lie; another disk, best of all.
        casework_dump: of PostgreSQL's pg_dump, where casework lies on a server.
    """

    folder: Path
    user: str
    made_at: datetime
    casework_dump: Path | None = None


@dataclass(frozen=True)
class Backed:
    """A backup that was written and read back.

    Attributes:
        digest: SM3 over its files.
        audit_head: the last audit line that lies in it.
        left_out: what does not lie in it, in Chinese.
        damaged: what was no longer as it should be in the home already.
    """

    path: Path
    digest: str
    n_files: int
    n_bytes: int
    audit_head: str
    left_out: tuple[str, ...]
    damaged: tuple[str, ...]


def write_backup(
    home: Home,
    order: BackupOrder,
    lock: Lock,
    echo: Echo,
    prove: Callable[[Path, Path], tuple[str, ...]] | None,
    log: Callable[[Backed], object],
) -> Backed:
    """Write a backup and read it back; it has its name only when all of it is right.

    Args:
        home: the home, whose lock the caller holds.
        order: what is wanted.
        lock: what the file is sealed with.
        echo: where lines of progress go.
        prove: given the file and a folder that is not there: makes a home of it and says what is wrong.
        log: told what was made before it has its name.

    Raises:
        UserError: the place is no good or full, casework lies on a server and no dump of it was given, what
            was read back is not what was written, or the home that was made of it is not right.
    """
    settings = load_settings(home.settings)
    _refuse_without_dump(settings.casework.database, order.casework_dump)
    own = f"duibian-{settings.division.code}-{key_id(home.key()).hex()[:8]}-"
    target = order.folder / f"{own}{order.made_at:%Y%m%d-%H%M%S}.dbb"
    unproved = target.with_name(f".{target.name}.part")
    try:
        found = contents(home)
        _make_ready(home, target, own, found.n_bytes)
        with _scratch(home) as scratch:
            with new_parcel(unproved, lock) as parcel:
                echo(f"备份 {len(found.files):,} 个文件，{found.n_bytes / _STEP:,.0f} MiB")
                filling = _Filling(home, parcel, scratch, echo)
                filling.add_casework(order.casework_dump)
                filling.add_files(found.files)
                head = filling.add_audit_log()
                left_out = (*found.left_out, *filling.left_out)
                parcel.finish(
                    {
                        "kind": KIND,
                        "format": FORMAT,
                        "home_format": home_format(home.root),
                        "division": settings.division.code,
                        "division_name": settings.division.name,
                        "program": version("duibian"),
                        "made_by": order.user,
                        "made_at": order.made_at.isoformat(timespec="seconds"),
                        "months": published_months(home.published),
                        "casework_server": bool(settings.casework.database),
                        "same": filling.same,
                        "left_out": left_out,
                        "damaged": filling.damaged,
                        "audit_head": head,
                    }
                )
            echo("逐个文件读回核对")
            digest, n_bytes = _read_back(unproved, lock)
            if prove is not None:
                echo("试恢复到临时文件夹并检查")
                problems = prove(unproved, scratch / "home")
                if problems:
                    raise UserError(
                        f"备份恢复后有 {len(problems)} 处不对：{'；'.join(problems)}",
                        where=str(order.folder),
                        remedy="这份备份没有保留。请先按 duibian doctor 的提示处理；"
                        "要照原样备份，请去掉 --prove",
                    )
        made = Backed(
            target,
            digest,
            len(parcel.entries) + len(filling.same),
            n_bytes,
            head,
            left_out,
            tuple(filling.damaged),
        )
        log(made)
        unproved.replace(target)
    except OSError as error:
        raise UserError(
            f"备份没有写成（{error.strerror or type(error).__name__}）",
            where=_place(home, error) or str(order.folder),
            remedy="请检查介质是否拔出、是否写满；"
            "FAT32 格式的移动盘放不下超过 4 GB 的文件，请换 exFAT 或 NTFS 格式的",
        ) from error
    finally:
        unproved.unlink(missing_ok=True)
    return made


class _Filling:
    """A home's files on their way into a parcel, and what is noticed about them."""

    def __init__(self, home: Home, parcel: ParcelWriter, scratch: Path, echo: Echo) -> None:
        self._home, self._parcel, self._scratch, self._echo = home, parcel, scratch, echo
        self._pointers = _pointers(home)
        self.same: dict[str, str] = {}
        self.left_out: list[str] = []
        self.damaged: list[str] = []

    def add_casework(self, dump: Path | None) -> None:
        """The database as it is at one moment, and a server's dump."""
        if self._home.casework.is_file():
            copy = self._scratch / self._home.casework.name
            copy_database(self._home.casework, copy)
            if not is_sound(copy):
                self.damaged.append(f"{self._home.casework.name}：数据库已损坏")
            self._add(self._home.casework.name, copy)
            copy.unlink()
        if dump is not None:
            self._add(DUMP, dump)

    def add_files(self, files: dict[str, Path]) -> None:
        """All others; what lies in the archive too is not put in twice."""
        own = {self._home.casework.name, self._name(self._home.audit_log)}
        done, told = 0, 0
        for name, path in sorted(files.items()):
            if name in own:
                continue
            try:
                done += path.stat().st_size
                self._add_one(name, path)
            except FileNotFoundError:
                self.left_out.append(f"{name}：备份时已被删去")
            if done - told >= 1 << 30:
                told = done
                self._echo(f"  已写 {done / (1 << 30):.1f} GiB")

    def add_audit_log(self) -> str:
        """The log as far as it goes now, last of all; returns the hash of its last line."""
        log, copy = self._home.audit_log, self._scratch / self._home.audit_log.name
        if not log.is_file():
            return audit.GENESIS
        with exclusive(log.with_suffix(".guard")):
            n_bytes = log.stat().st_size
        _copy_beginning(log, copy, n_bytes)
        verdict = audit.verify(copy)
        if not verdict.ok:
            self.damaged.append(f"{self._name(log)}：第 {verdict.line} 行：{verdict.problem}")
        self._add(self._name(log), copy)
        return verdict.head

    def _add_one(self, name: str, path: Path) -> None:
        folder = PurePosixPath(name).parts[0]
        if folder == self._home.inbox.name:
            sha256 = file_hash(path)
            if archived(self._home.archive, sha256).is_file():
                self.same[name] = sha256
                return
        sha256 = self._add(name, path)
        if folder == self._home.archive.name and sha256 != path.name:
            self.damaged.append(f"{name}：存档的内容被改动")
        pointer = self._pointers.get(name)
        if pointer is not None and pointer.sha256 != sha256:
            self.damaged.append(f"{name}：与发布时登记的指纹不符，文件在发布后被改动过")

    def _add(self, name: str, path: Path) -> str:
        return self._parcel.add_file(f"{INSIDE}/{name}", path).sha256

    def _name(self, path: Path) -> str:
        return path.relative_to(self._home.root).as_posix()


def copy_database(source: Path, target: Path) -> None:
    """A SQLite database as it is at one moment, while others write to it."""
    target.touch(mode=0o600)
    with closing(sqlite3.connect(source, timeout=30)) as known, closing(sqlite3.connect(target)) as copy:
        try:
            known.backup(copy)
        except sqlite3.Error as error:
            raise UserError(
                "案件数据库读不出来",
                where=source.name,
                remedy="请检查文件权限；数据库损坏时，请保留现场，从上一份备份恢复",
            ) from error


def is_sound(database: Path) -> bool:
    """Whether SQLite finds nothing wrong with a database."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            return bool(connection.execute("pragma quick_check").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


def _pointers(home: Home) -> dict[str, Pointer]:
    found = (read_pointer(home.published, month) for month in published_months(home.published))
    return {pointer.ledger: pointer for pointer in found if pointer is not None}


def _copy_beginning(source: Path, target: Path, n_bytes: int) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with source.open("rb") as file, os.fdopen(descriptor, "wb") as copy:
        while n_bytes > 0 and (piece := file.read(min(_STEP, n_bytes))):
            copy.write(piece)
            n_bytes -= len(piece)


def _place(home: Home, error: OSError) -> str:
    """The file or folder of the home that could not be read, if it was one."""
    path = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else None
    is_ours = path is not None and path.is_relative_to(home.root)
    return path.relative_to(home.root).as_posix() if path is not None and is_ours else ""


def _read_back(path: Path, lock: Lock) -> tuple[str, int]:
    """Every file of a parcel read again; returns its digest and how many bytes they are."""
    with open_parcel(path, lock) as parcel:
        damages = parcel.damages()
        if damages:
            raise UserError(
                f"写下的内容读回来不一样：{len(damages)} 个文件，如 {damages[0].path}",
                where=str(path.parent),
                remedy="介质可能有坏区，请换一块盘重新备份；这份备份没有保留",
            )
        return str(parcel.about["digest"]), sum(entry.size for entry in parcel.entries)


def _refuse_without_dump(database: str, dump: Path | None) -> None:
    if database and dump is None:
        raise UserError(
            "处理结论存在 PostgreSQL 数据库里，不在工作文件夹中，要先导出再一并备份",
            where="duibian.toml [casework]",
            remedy='请运行 pg_dump --format=custom --file=casework.pgdump "数据库地址"，'
            "再加上 --casework-dump casework.pgdump",
        )
    if dump is None:
        return
    if not database:
        raise UserError(
            "处理结论就在工作文件夹里，不需要另行导出",
            where="--casework-dump",
            remedy="请去掉 --casework-dump；这个选项只用于 PostgreSQL",
        )
    try:
        with dump.open("rb") as file:
            is_one = file.read(len(_DUMP_BEGINS)) == _DUMP_BEGINS
    except OSError:
        is_one = False
    if not is_one:
        raise UserError(
            "不是 pg_dump --format=custom 导出的文件，或打不开",
            where=str(dump),
            remedy='请运行 pg_dump --format=custom --file=casework.pgdump "数据库地址"',
        )


def _make_ready(home: Home, target: Path, own: str, n_bytes: int) -> None:
    """The folder, without what a killed backup of this home left in it, and with room for a new one."""
    folder = target.parent
    if folder.resolve().is_relative_to(home.root):
        raise UserError(
            "备份不能放在工作文件夹里面", where=str(folder), remedy="请写到另一块盘或移动硬盘上：--to 文件夹"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path in (*folder.glob(f".{own}*.part"), *folder.glob(f"..{own}*.part")):
        path.unlink(missing_ok=True)
    for path in home.root.glob(f"{SCRATCH}*"):
        shutil.rmtree(path, ignore_errors=True)
    if target.exists():
        raise UserError("这里已有同名的备份，不覆盖", where=str(target), remedy="请稍后再试")
    free = shutil.disk_usage(folder).free
    if free < n_bytes + _SPARE:
        raise UserError(
            f"放不下：要 {n_bytes / _STEP:,.0f} MiB，只剩 {free / _STEP:,.0f} MiB",
            where=str(folder),
            remedy="请换一块盘，或删去更早的备份",
        )


@contextmanager
def _scratch(home: Home) -> Iterator[Path]:
    """A folder on the home's own disk, where copies lie unencrypted for a while; gone afterwards."""
    folder = home.root / f"{SCRATCH}{secrets.token_hex(4)}"
    make_private_folder(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
