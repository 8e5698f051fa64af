"""From the inbox to the archive: which files were delivered for a month, by whom, with which content.

Every file is copied into the archive under its SHA-256 while it is hashed, and only the copy is read:
what the month is computed from can never change under it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from connectors.errors import UserError
from connectors.issues import Issue, make_issue
from connectors.readers import UnreadableFile, is_ignorable, unpack_zip

NOTE = "交付说明.toml"
SCRATCH = ".taking"
"""The folder of the archive in which files lie that are only half taken in."""
_CHUNK = 1 << 20
# TOML takes Chinese keys only in quotation marks; nobody who writes a note knows that.
_BARE_KEY = re.compile(r"(?m)^(\s*(?:\[\[\s*)?)(替换|旧|新)(\s*(?:\]\]|=))")


@dataclass(frozen=True)
class Delivery:
    """One delivered file (or one member of a delivered zip).

    `file` is its path inside the month's inbox with "/" between folders; a member stands as
    "财政/工资.zip/第一批.xlsx". `status` is taken, duplicate, replaced or unreadable.
    """

    file_no: int
    department: str
    file: str
    sha256: str
    size: int
    status: str = "taken"
    message: str = ""

    @property
    def stem(self) -> str:
        """The file's name without folder and ending."""
        return Path(self.file).stem


@dataclass(frozen=True)
class Landing:
    """What lay in a month's inbox."""

    deliveries: tuple[Delivery, ...]
    issues: tuple[Issue, ...]

    def taken(self) -> tuple[Delivery, ...]:
        """The files that count."""
        return tuple(d for d in self.deliveries if d.status == "taken")


def archived(archive: Path, sha256: str) -> Path:
    """Where the archive keeps a content."""
    return archive / sha256[:2] / sha256


def store(source: Path, archive: Path, scratch: Path | None = None) -> tuple[str, int]:
    """Copy a file into the archive; returns its SHA-256 and size.

    An archived content is written once, unless it is no longer what it was: then it is put right.

    Args:
        source: the file.
        archive: the home's archive.
        scratch: where the copy grows, inside the archive; beside its place when not given.
    """
    sha256 = _sha256(source)
    target = archived(archive, sha256)
    if target.exists() and target.stat().st_size == source.stat().st_size and _sha256(target) == sha256:
        return sha256, target.stat().st_size
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    handle, name = tempfile.mkstemp(dir=scratch or target.parent, suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as copy, source.open("rb") as original:
            while chunk := original.read(_CHUNK):
                digest.update(chunk)
                copy.write(chunk)
        if digest.hexdigest() != sha256:
            raise UserError(
                "文件在读取过程中被改动",
                where=source.name,
                remedy="请等文件复制完成、关闭正在编辑它的程序后重新运行",
            )
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return sha256, target.stat().st_size


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@contextmanager
def _taking(archive: Path) -> Iterator[Path]:
    """A folder in the archive for what is only half taken in; what a killed run left in it goes."""
    scratch = archive / SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def land(inbox: Path, archive: Path, folders: Mapping[str, str]) -> Landing:
    """Archive all files of one month's inbox and say whose they are.

    Args:
        inbox: the folder of one month; it may be missing.
        archive: the home's archive; one at a time takes in.
        folders: folder name (编办, 财政, …) → department key.

    Returns:
        The deliveries in the order of their path, and the issues met on the way. A link that leaves the
        inbox and a file outside the departments' folders are issues, never read; a zip that cannot be
        unpacked is a delivery that is unreadable.

    Raises:
        UserError: 交付说明.toml cannot be understood, names a file that is not there, or goes in a circle.
    """
    with _taking(archive) as scratch:
        return _landed(inbox, archive, scratch, folders)


def _landed(inbox: Path, archive: Path, scratch: Path, folders: Mapping[str, str]) -> Landing:
    deliveries: list[Delivery] = []
    issues: list[Issue] = []
    first_with: dict[tuple[str, str], str] = {}
    replaced = _replacements(inbox / NOTE)
    names: set[str] = set()
    for path, name in _walk(inbox, issues):
        names.add(name)
        folder = name.split("/", 1)[0]
        department = folders.get(folder, "")
        if "/" not in name or not department:
            issues.append(make_issue("no_department", file=name, folders="、".join(sorted(set(folders)))))
            continue
        for member in _members(path, name, archive, scratch, department, issues):
            status, message = member.status, member.message
            successor = replaced.get(member.file) or replaced.get(name)
            if successor is not None:
                status, message = "replaced", f"交付说明：由“{successor}”替换"
            elif status == "taken":
                twin = first_with.setdefault((department, member.sha256), member.file)
                if twin != member.file:
                    status, message = "duplicate", f"与“{twin}”内容相同"
                    issues.append(
                        make_issue("duplicate_file", department=department, file=member.file, other=twin)
                    )
            deliveries.append(replace(member, file_no=len(deliveries) + 1, status=status, message=message))
    _check_note(replaced, names | {d.file for d in deliveries}, inbox)
    return Landing(tuple(deliveries), tuple(issues))


def _check_note(replaced: Mapping[str, str], known: AbstractSet[str], inbox: Path) -> None:
    """The note names files that are there, and at least one file of every chain stays."""
    place = f"{inbox.name}/{NOTE}"
    for old, new in replaced.items():
        for file in (old, new):
            if file not in known:
                raise UserError(
                    f"{NOTE} 中写的“{file}”不在本月收件箱里",
                    where=place,
                    remedy="请按“部门/文件名”的写法更正，例如 财政/工资表.xlsx",
                )
        last = new
        for _ in replaced:
            last = replaced.get(last, last)
        if last in replaced:
            raise UserError(
                f"{NOTE} 中的替换关系绕成了圈：“{old}”最终由自己替换",
                where=place,
                remedy="请只写“旧”由“新”替换，并至少保留一份不被替换的文件",
            )


def _walk(inbox: Path, issues: list[Issue]) -> Iterator[tuple[Path, str]]:
    if not inbox.is_dir():
        return
    root = inbox.resolve()
    found: list[tuple[str, Path]] = []
    for folder, _, names in os.walk(inbox):
        found.extend(
            ((Path(folder) / name).relative_to(inbox).as_posix(), Path(folder) / name) for name in names
        )
        for link in Path(folder).iterdir():
            if link.is_dir() and link.is_symlink():
                found.append((link.relative_to(inbox).as_posix(), link))
    for name, path in sorted(found):
        if is_ignorable(path) or name == NOTE:
            continue
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            issues.append(make_issue("outside_inbox", file=name))
            continue
        if path.is_file():
            yield path, name


def _members(
    path: Path, name: str, archive: Path, scratch: Path, department: str, issues: list[Issue]
) -> Iterator[Delivery]:
    """The file itself, or what a zip of files holds."""
    if path.suffix.lower() != ".zip":
        sha256, size = store(path, archive, scratch)
        yield Delivery(0, department, name, sha256, size)
        return
    packed, size = store(path, archive, scratch)
    unpacked = Path(tempfile.mkdtemp(dir=scratch, prefix="zip"))
    try:
        for member in sorted(unpack_zip(path, unpacked)):
            if is_ignorable(member):
                continue
            sha256, n_bytes = store(member, archive, scratch)
            inside = member.relative_to(unpacked).as_posix()
            yield Delivery(0, department, f"{name}/{inside}", sha256, n_bytes)
    except UnreadableFile as error:
        issues.append(
            make_issue(
                "unreadable_file", department=department, file=name, reason=error.what, advice=error.remedy
            )
        )
        yield Delivery(0, department, name, packed, size, "unreadable", f"{error.what}；{error.remedy}")
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)


def _replacements(note: Path) -> dict[str, str]:
    """Old file → new file, from entries of three lines: `[[替换]]`, `旧 = "…"`, `新 = "…"`."""
    if not note.exists():
        return {}
    try:
        text = _BARE_KEY.sub(r'\1"\2"\3', note.read_bytes().decode("utf-8-sig"))
        entries = tomllib.loads(text)
        return {str(entry["旧"]): str(entry["新"]) for entry in entries["替换"]}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise UserError(
            f"{NOTE} 无法识别",
            where=f"{note.parent.name}/{NOTE}",
            remedy='请按三行一组填写：[[替换]]、旧 = "财政/a.xlsx"、新 = "财政/b.xlsx"，保存为 UTF-8',
        ) from error
