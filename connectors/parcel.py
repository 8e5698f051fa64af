"""Files handed over together: a folder, or one sealed zip, with a manifest of SHA-256 and SM3 of every file.

`digest` is SM3 over the lines "sm3 sha256 size path" of all files in the order of their paths, but the cover,
on which it can be printed and signed: a signature under it binds every byte of the rest.
Not here: what the files are and mean, which their writers know.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from cryptography.hazmat.primitives import hashes

from connectors.errors import UserError
from connectors.sealed import Lock, is_sealed, new_sealed, open_sealed

MANIFEST = "manifest.json"
_STEP = 1 << 20
_HEAD = 4
_COMPRESSED = (b"PK\x03\x04", b"PAR1")
"""How a zip (books and documents are zips too) and a Parquet file begin."""
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_MOST_MANIFEST = 64 << 20


@dataclass(frozen=True)
class Entry:
    """One file of a parcel, as the manifest has it."""

    path: str
    size: int
    sha256: str
    sm3: str
    is_cover: bool = False


@dataclass(frozen=True)
class Damage:
    """A file that is not as the manifest says."""

    path: str
    what: str


@dataclass
class ParcelWriter:
    """A parcel being filled; see `new_parcel`.

    Attributes:
        opened: a new file of it, by its path and its first bytes, to be written.
        entries: what lies in it so far.
    """

    opened: Callable[[str, bytes], IO[bytes]]
    entries: list[Entry] = field(default_factory=list)
    _paths: set[str] = field(default_factory=set)

    def add_bytes(self, path: str, content: bytes, *, is_cover: bool = False) -> Entry:
        """Put in a file that is made here."""
        return self._add(path, io.BytesIO(content), is_cover=is_cover)

    def add_file(self, path: str, source: Path) -> Entry:
        """Put in a copy of a file, as it is read."""
        with source.open("rb") as file:
            return self._add(path, file)

    @property
    def digest(self) -> str:
        """Of all that lies in it so far, but the cover."""
        return digest_of(self.entries)

    def finish(self, about: Mapping[str, Any]) -> None:
        """Write the manifest: what its writer says about it, and every file."""
        files = [asdict(entry) for entry in sorted(self.entries, key=lambda entry: entry.path)]
        values = {**about, "digest": self.digest, "files": files}
        text = json.dumps(values, ensure_ascii=False, sort_keys=True, indent=2)
        with self.opened(MANIFEST, b"") as target:
            target.write(text.encode() + b"\n")

    def _add(self, path: str, source: IO[bytes], *, is_cover: bool = False) -> Entry:
        if path in self._paths:
            raise ValueError(f"{path} lies in the parcel already")
        self._paths.add(path)
        head = source.read(_HEAD)
        source.seek(0)
        with self.opened(path, head) as target:
            entry = _copied(path, source, target, is_cover=is_cover)
        self.entries.append(entry)
        return entry


def _file_in(folder: Path, path: str, _: bytes) -> IO[bytes]:
    target = folder / path
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(target, flags, 0o600), "wb")


def _member_of(packed: ZipFile, path: str, head: bytes) -> IO[bytes]:
    """A file in the zip; what is compressed already is not compressed again, which would only take time."""
    info = ZipInfo(path, _NO_TIME)
    info.compress_type = ZIP_STORED if head.startswith(_COMPRESSED) else ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return packed.open(info, "w", force_zip64=True)


@contextmanager
def new_parcel(path: Path, lock: Lock | None) -> Iterator[ParcelWriter]:
    """A parcel to be filled and finished; it appears whole or not at all, readable by its owner alone.

    Args:
        path: a folder that is not there or empty; a file when there is a lock.
        lock: None makes a folder.

    Raises:
        UserError: something lies there already.
    """
    if path.is_dir() and (lock is not None or any(path.iterdir())):
        raise UserError("这里已有内容，不覆盖", where=str(path), remedy="请换一个 --out，或先移走原有内容")
    if lock is not None:
        with new_sealed(path, lock) as sealed, ZipFile(sealed, "w") as packed:
            yield ParcelWriter(partial(_member_of, packed))
        return
    if path.is_file():
        raise UserError("这里已有同名文件，不覆盖", where=str(path), remedy="请换一个 --out")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    try:
        yield ParcelWriter(partial(_file_in, part))
        if path.is_dir():
            path.rmdir()
        part.replace(path)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@dataclass(frozen=True)
class Parcel:
    """A parcel being read; see `open_parcel`.

    Attributes:
        name: of the folder or file.
        about: the whole manifest, `files` apart.
        entries: the files that should be there.
    """

    name: str
    about: Mapping[str, Any]
    entries: tuple[Entry, ...]
    source: Path | ZipFile

    @property
    def paths(self) -> frozenset[str]:
        """What the manifest names."""
        return frozenset(entry.path for entry in self.entries)

    def has(self, path: str) -> bool:
        """Whether the manifest names the file."""
        return any(entry.path == path for entry in self.entries)

    @contextmanager
    def open(self, path: str) -> Iterator[IO[bytes]]:
        """The content of a file; its hash is checked by `damages` and `copy`, not here."""
        try:
            with _opened(self.source, path) as file:
                yield file
        except (KeyError, FileNotFoundError) as error:
            raise UserError(f"缺少文件 {path}", where=self.name, remedy="请提供方重新拷贝一份") from error
        except (BadZipFile, EOFError, OSError) as error:
            raise UserError(f"文件 {path} 损坏", where=self.name, remedy="请提供方重新拷贝一份") from error

    def read(self, path: str) -> bytes:
        """A whole file."""
        with self.open(path) as file:
            return file.read()

    def copy(self, entry: Entry, target: Path) -> None:
        """Copy a file out, checking what is copied.

        Raises:
            UserError: it is not what the manifest says.
        """
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        with self.open(entry.path) as source, os.fdopen(os.open(target, flags, 0o600), "wb") as file:
            found = _copied(entry.path, source, file, is_cover=entry.is_cover)
        if found != entry:
            raise UserError(f"文件 {entry.path} 被改动", where=self.name, remedy="请提供方重新拷贝一份")

    def damages(self) -> list[Damage]:
        """Every file that is missing, altered or not named, and a digest that does not fit."""
        found = []
        there = _names(self.source)
        for entry in self.entries:
            if entry.path not in there:
                found.append(Damage(entry.path, "缺少"))
                continue
            with self.open(entry.path) as source:
                seen = _copied(entry.path, source, None, is_cover=entry.is_cover)
            wrong = [
                label
                for label, differs in (
                    ("大小", seen.size != entry.size),
                    ("SHA-256", seen.sha256 != entry.sha256),
                    ("SM3", seen.sm3 != entry.sm3),
                )
                if differs
            ]
            if wrong:
                found.append(Damage(entry.path, f"被改动（{'、'.join(wrong)} 不符）"))
        found += [
            Damage(path, "清单中没有，是后来放进去的") for path in sorted(there - self.paths - {MANIFEST})
        ]
        if self.about["digest"] != digest_of(self.entries):
            found.append(Damage(MANIFEST, "清单被改动（校验值不符）"))
        return found


@contextmanager
def open_parcel(path: Path, lock: Lock | None) -> Iterator[Parcel]:
    """A parcel and its manifest.

    Raises:
        UserError: there is none, it cannot be opened with this lock, or its manifest says nothing.
    """
    if path.is_dir():
        manifest = path / MANIFEST
        if not manifest.is_file():
            raise UserError(
                f"文件夹里没有 {MANIFEST}", where=str(path), remedy="请指明整个文件夹，或重新拷贝一份完整的"
            )
        yield _parcel(path.name, manifest.read_bytes(), path)
        return
    if not path.is_file():
        raise UserError("没有这个文件或文件夹", where=str(path), remedy="请检查路径")
    if not is_sealed(path):
        raise UserError("不是对编的加密文件", where=path.name, remedy="请指明对编出具的文件或文件夹")
    if lock is None:
        raise UserError("这个文件是加密的", where=path.name, remedy="请加上 --password-file 口令文件")
    with open_sealed(path, lock) as content:
        try:
            packed = ZipFile(content)
            if packed.getinfo(MANIFEST).file_size > _MOST_MANIFEST:
                raise BadZipFile
            text = packed.read(MANIFEST)
        except (BadZipFile, KeyError, EOFError) as error:
            raise UserError("加密文件里的内容无法识别", where=path.name, remedy="请提供方重新导出") from error
        with packed:
            yield _parcel(path.name, text, packed)


def digest_of(entries: list[Entry] | tuple[Entry, ...]) -> str:
    """SM3 over all files but the cover, in the order of their paths."""
    digest = hashes.Hash(hashes.SM3())
    for entry in sorted(entries, key=lambda entry: entry.path):
        if not entry.is_cover:
            digest.update(f"{entry.sm3} {entry.sha256} {entry.size} {entry.path}\n".encode())
    return digest.finalize().hex()


def sm3_of(path: Path) -> str:
    """SM3 of a file."""
    with path.open("rb") as file:
        return _copied("", file, None).sm3


def entry_of(path: str, source: Path) -> Entry:
    """A file as a manifest has it, under a path of its own."""
    with source.open("rb") as file:
        return _copied(path, file, None)


def _parcel(name: str, manifest: bytes, source: Path | ZipFile) -> Parcel:
    try:
        values = json.loads(manifest)
        entries = tuple(Entry(**one) for one in values.pop("files"))
        if not isinstance(values["digest"], str) or not all(_is_plain(entry.path) for entry in entries):
            raise ValueError("no digest, or a path that leads elsewhere")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{MANIFEST} 无法识别", where=name, remedy="请提供方重新拷贝一份") from error
    return Parcel(name, values, entries, source)


def _is_plain(path: str) -> bool:
    """Whether a path stays inside the parcel, on every system."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts and not set(path) & set(":\\\0")


def _names(source: Path | ZipFile) -> set[str]:
    if isinstance(source, ZipFile):
        return {name for name in source.namelist() if not name.endswith("/")}
    return {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}


def _opened(source: Path | ZipFile, path: str) -> IO[bytes]:
    return source.open(path) if isinstance(source, ZipFile) else (source / path).open("rb")


def _copied(path: str, source: IO[bytes], target: IO[bytes] | None, *, is_cover: bool = False) -> Entry:
    """Read a file once: both hashes, and the copy where one is wanted."""
    sha256, sm3, size = hashlib.sha256(), hashes.Hash(hashes.SM3()), 0
    while piece := source.read(_STEP):
        sha256.update(piece)
        sm3.update(piece)
        size += len(piece)
        if target is not None:
            target.write(piece)
    return Entry(path, size, sha256.hexdigest(), sm3.finalize().hex(), is_cover)
