"""Delivered .zip files: unpacked into a folder of their own, or not at all."""

import errno
import re
import shutil
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from connectors.readers.ignorable import is_ignorable
from connectors.readers.model import Limits
from connectors.readers.packages import guard_zip
from connectors.readers.sniff import Form, form_of
from connectors.readers.troubles import Trouble, UnreadableFile, size_text, unreadable

UTF8_FLAG = 0x800
ENCRYPTED_FLAG = 0x1
UNICODE_PATH = 0x7075
_DRIVE = re.compile(r"^[A-Za-z]:/")
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class _Member:
    entry: zipfile.ZipInfo
    name: str


@dataclass
class _Budget:
    """What one delivery may still unfold to, nested archives included."""

    n_bytes: int
    n_entries: int


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Name of an entry as its maker meant it, with "/" between folders.

    Without flag bit 11 the bytes are in the maker's code page: UTF-8 where they are valid UTF-8 (macOS, some
    Linux tools), else GBK. An Info-ZIP Unicode path field that fits the stored name goes before.
    """
    if entry.flag_bits & UTF8_FLAG:
        return entry.orig_filename.replace("\\", "/")
    raw = entry.orig_filename.encode("cp437", "replace")
    extra = entry.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == UNICODE_PATH and length > 5 and struct.unpack_from("<I", extra, 5)[0] == zlib.crc32(raw):
            return extra[9 : 4 + length].decode("utf-8", "replace").replace("\\", "/")
        extra = extra[4 + length :]
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return raw.decode("gb18030", "replace").replace("\\", "/")


def _why_unsafe(entry: zipfile.ZipInfo, name: str) -> str | None:
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "是符号链接"
    if name.startswith("/") or _DRIVE.match(name):
        return "是绝对路径"
    if ".." in PurePosixPath(name).parts:
        return "指向压缩包之外的文件夹"
    return None


def _members(archive: zipfile.ZipFile, file: str, limits: Limits, budget: _Budget) -> list[_Member]:
    """The files to unpack, after every entry has been looked at."""
    found = []
    for entry in archive.infolist():
        name = entry_name(entry)
        why = _why_unsafe(entry, name)
        if why is not None:
            raise unreadable(Trouble.UNSAFE_ENTRY, file, entry=name, why=why)
        if entry.flag_bits & ENCRYPTED_FLAG:
            raise unreadable(Trouble.ARCHIVE_PASSWORD, file)
        if not name.endswith("/") and not is_ignorable(Path(name)):
            found.append(_Member(entry, name))
    budget.n_entries -= len(found)
    if budget.n_entries < 0:
        raise unreadable(Trouble.TOO_MANY_ENTRIES, file, limit=limits.max_entries)
    budget.n_bytes -= guard_zip(archive, file, limits)
    if budget.n_bytes < 0:
        size = f"解压后超过 {size_text(limits.max_uncompressed_bytes)}"
        raise unreadable(Trouble.TOO_LARGE, file, size=size, limit=size_text(limits.max_uncompressed_bytes))
    return found


def _target(into: Path, name: str, taken: set[str]) -> Path:
    """Where an entry goes: a name every system can write, another one when it is taken."""
    parts = []
    for part in PurePosixPath(name).parts:
        clean = _FORBIDDEN.sub("_", part).rstrip(" .") or "_"
        parts.append(f"_{clean}" if _RESERVED.match(clean) else clean)
    path = PurePosixPath(*parts)
    number = 1
    while str(path).lower() in taken:
        number += 1
        path = path.with_name(f"{PurePosixPath(parts[-1]).stem}（{number}）{PurePosixPath(parts[-1]).suffix}")
    taken.add(str(path).lower())
    return into / path


def is_archive(path: Path) -> bool:
    """Whether the file is a zip of files (a workbook is a zip too, but none of files)."""
    try:
        with path.open("rb") as stream:
            return form_of(stream, path.name) is Form.ARCHIVE
    except UnreadableFile:
        return False


def unpack_zip(path: Path, into: Path, limits: Limits | None = None) -> list[Path]:
    """Unpack a delivered zip, and the zips in it one level deep.

    A file that is no zip of files (a workbook that was named .zip) is copied as it is. Every entry is looked
    at before the first is written; on any trouble nothing is left behind. Lock files
    and system files are not unpacked; a nested zip becomes a folder of its name.

    Args:
        path: the archive.
        into: an existing folder; only below it is written.
        limits: see `Limits`.

    Returns:
        The files written, in the order of their paths.

    Raises:
        UnreadableFile: damaged, encrypted, a bomb, too much, an entry that leaves the folder, a link, or
            zips nested deeper.
    """
    limits = limits or Limits()
    written: list[Path] = []
    budget = _Budget(limits.max_uncompressed_bytes, limits.max_entries)
    try:
        with path.open("rb") as stream:
            if form_of(stream, path.name) is not Form.ARCHIVE:
                shutil.copyfile(path, into / path.name)
                return [into / path.name]
            _unpack(stream, path.name, into, limits, budget, written, depth=0)
    except BaseException:
        for file in written:
            file.unlink(missing_ok=True)
        for folder in sorted({file.parent for file in written}, reverse=True):
            _remove_empty(folder, into)
        raise
    return sorted(written)


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and folder.is_relative_to(root) and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _unpack(
    stream: BinaryIO,
    file: str,
    into: Path,
    limits: Limits,
    budget: _Budget,
    written: list[Path],
    *,
    depth: int,
) -> None:
    try:
        with zipfile.ZipFile(stream) as archive:
            taken: set[str] = set()
            for member in _members(archive, file, limits, budget):
                target = _target(into, member.name, taken)
                with archive.open(member.entry) as source:
                    head = source.peek(4)[:4] if isinstance(source, zipfile.ZipExtFile) else b""
                    if head.startswith(b"PK") and _is_nested(content := source.read(), target.name):
                        if depth >= 1:
                            raise unreadable(Trouble.NESTED_ARCHIVE, file, entry=member.name)
                        inner = BytesIO(content)
                        _unpack(
                            inner, f"{file}/{target.name}", target, limits, budget, written, depth=depth + 1
                        )
                        continue
                    target.parent.mkdir(parents=True, exist_ok=True)
                    written.append(target)
                    with target.open("wb") as sink:
                        if head.startswith(b"PK"):
                            sink.write(content)
                        else:
                            shutil.copyfileobj(source, sink, _CHUNK)
    except NotImplementedError as error:
        raise unreadable(Trouble.ARCHIVE_METHOD, file, entry=str(error)[:40]) from error
    except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
        raise unreadable(Trouble.UNSAFE_ENTRY, file, entry=_base(error), why="与另一个条目重名") from error
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        raise unreadable(Trouble.UNSAFE_ENTRY, file, entry=_base(error), why="文件名过长") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise unreadable(Trouble.ARCHIVE_CORRUPT, file) from error


def _base(error: OSError) -> str:
    return Path(str(error.filename)).name[:60]


def _is_nested(content: bytes, name: str) -> bool:
    try:
        return form_of(BytesIO(content), name) is Form.ARCHIVE
    except UnreadableFile:
        return False
