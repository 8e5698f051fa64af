"""Files that leave the house encrypted: SM4-GCM in chunks under a password or a key.

A file that was altered or cut is refused, wherever that happened.

The form, all numbers big-endian::

    bytes 0-7    "DUIBIAN" and the version of the form, 1
    byte  8      1 a password (scrypt), 2 a key (HKDF with SM3)
    bytes 9-11   scrypt: log2 N, r, p; 0 0 0 for a key
    bytes 12-27  salt, random for every file
    bytes 28-43  which key (`key_id`); zeros for a password
    bytes 44-47  size of a chunk before encryption
    bytes 48-79  HMAC-SM3 over bytes 0-47
    then         chunks: SM4-GCM ciphertext and its tag of 16 bytes; the last may be shorter

Password or key and salt give 48 bytes: 16 for SM4, 32 for the HMAC. A chunk's nonce is its number (8 bytes)
and whether it is the last (4 bytes), its associated data the HMAC of the header: chunks can be neither moved,
nor left out, nor taken from another file, and a file cut at the end of a chunk is found out.
Not here: what the content is (`parcel`).
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from connectors.errors import UserError

MAGIC = b"DUIBIAN\x01"
CHUNK = 1 << 20
KEY_BYTES = 32
_PASSWORD, _KEY = 1, 2
_HEADER = struct.Struct(">8sBBBB16s16sI")
_HEAD = _HEADER.size + 32
_TAG = 16
_SCRYPT = (15, 8, 1)
_MOST_LOG2, _MOST_MEMORY = 20, 1 << 30
_MOST_CHUNK = 1 << 26
_INFO = b"duibian sealed 1"
_PURPOSE = b"duibian key id"
_LEAST_PASSWORD = 8


@dataclass(frozen=True)
class Lock:
    """What a file is locked with: a password that people know, or a key of 32 bytes."""

    password: str = ""
    key: bytes = b""

    @property
    def kind(self) -> int:
        """As it stands in the header."""
        return _KEY if self.key else _PASSWORD

    @property
    def id(self) -> bytes:
        """Which key it is; zeros for a password, of which nothing may be told."""
        return key_id(self.key) if self.key else bytes(16)


def key_id(key: bytes) -> bytes:
    """Sixteen bytes that tell one key from another and nothing about either."""
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(_PURPOSE)
    return mac.finalize()[:16]


def is_sealed(path: Path) -> bool:
    """Whether a file has this form, in any version."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC) - 1) == MAGIC[:-1]


@dataclass(frozen=True)
class _Keys:
    """What password or key and salt give, and the header's own hash."""

    cipher: bytes
    head: bytes

    def chunk(self, number: int, *, is_last: bool, tag: bytes | None = None) -> Cipher[modes.GCM]:
        nonce = struct.pack(">QI", number, is_last)
        return Cipher(algorithms.SM4(self.cipher), modes.GCM(nonce, tag))


def _derive(lock: Lock, salt: bytes, cost: tuple[int, int, int]) -> tuple[bytes, bytes]:
    """The key of the cipher and the key of the header's hash."""
    if lock.key:
        both = HKDF(hashes.SM3(), 48, salt, _INFO).derive(lock.key)
    else:
        log2, r, p = cost
        both = hashlib.scrypt(
            lock.password.encode(), salt=salt, n=1 << log2, r=r, p=p, maxmem=_MOST_MEMORY, dklen=48
        )
    return both[:16], both[16:]


def _head_hash(key: bytes, header: bytes) -> bytes:
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(header)
    return mac.finalize()


class _Writer(io.RawIOBase):
    """Takes what is written one after another; the last chunk is known only at the end."""

    def __init__(self, file: BinaryIO, lock: Lock) -> None:
        self._file, self._waiting, self._number = file, bytearray(), 0
        salt = secrets.token_bytes(16)
        cost = (0, 0, 0) if lock.key else _SCRYPT
        header = _HEADER.pack(MAGIC, lock.kind, *cost, salt, lock.id, CHUNK)
        cipher, own = _derive(lock, salt, cost)
        head = _head_hash(own, header)
        self._keys = _Keys(cipher, head)
        file.write(header + head)

    def writable(self) -> bool:
        return True

    def write(self, content: object) -> int:
        added = bytes(memoryview(content).cast("B"))  # type: ignore[arg-type]
        self._waiting += added
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(added)

    def finish(self) -> None:
        """Write the last chunk."""
        self._seal(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _seal(self, content: bytes, *, is_last: bool) -> None:
        encryptor = self._keys.chunk(self._number, is_last=is_last).encryptor()
        encryptor.authenticate_additional_data(self._keys.head)
        self._file.write(encryptor.update(content) + encryptor.finalize() + encryptor.tag)
        self._number += 1


@contextmanager
def new_sealed(path: Path, lock: Lock) -> Iterator[io.RawIOBase]:
    """A sealed file to be written from its beginning; it appears whole, mode 0600, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            writer = _Writer(file, lock)
            yield writer
            writer.finish()
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


class _Reader(io.RawIOBase):
    """Reads anywhere; every chunk is checked before anything of it is given out."""

    def __init__(self, file: BinaryIO, name: str, lock: Lock) -> None:
        self._file, self._name, self._place = file, name, 0
        self._held: tuple[int, bytes] = (-1, b"")
        header, head = file.read(_HEADER.size), file.read(32)
        if len(header) < _HEADER.size or len(head) < 32 or header[:7] != MAGIC[:7]:
            raise self._refusal("不是对编的加密文件，或只剩下开头的一部分")
        magic, kind, log2, r, p, salt, which, self._chunk = _HEADER.unpack(header)
        self._refuse_foreign(magic, kind, which, lock)
        fits_memory = 0 < 128 * r * (1 << log2) <= _MOST_MEMORY // 2
        fits_password = 1 <= log2 <= _MOST_LOG2 and fits_memory and p == 1
        if not 0 < self._chunk <= _MOST_CHUNK or (kind == _PASSWORD and not fits_password):
            raise self._refusal("文件头被改动")
        cipher, own = _derive(lock, salt, (log2, r, p))
        if not compare_digest(head, _head_hash(own, header)):
            raise self._refusal("口令不对，或文件头被改动" if kind == _PASSWORD else "文件头被改动")
        self._keys = _Keys(cipher, head)
        n_bytes = file.seek(0, os.SEEK_END) - _HEAD
        self._n_chunks = max(-(-n_bytes // (self._chunk + _TAG)), 1)
        self._size = n_bytes - self._n_chunks * _TAG
        if self._size < 0:
            raise self._refusal("文件被截断")
        self._open(self._n_chunks - 1)

    def _refuse_foreign(self, magic: bytes, kind: int, which: bytes, lock: Lock) -> None:
        if magic != MAGIC:
            raise UserError(
                "是更新版本的程序加密的，本程序读不了", where=self._name, remedy="请更新程序后重试"
            )
        if kind not in (_PASSWORD, _KEY):
            raise self._refusal("文件头被改动")
        if kind != lock.kind:
            how = "口令（--password-file）" if kind == _PASSWORD else "密钥文件（--key）"
            raise UserError(f"这个文件要用{how}打开", where=self._name, remedy=f"请改用{how}")
        if which != lock.id:
            raise UserError(
                f"是用另一把密钥加密的（密钥编号 {which.hex()[:8]}，现在用的是 {lock.id.hex()[:8]}）",
                where=self._name,
                remedy="请用出具这个文件时所用的密钥，或请对方用本次下发的密钥重新导出",
            )

    def _refusal(self, what: str) -> UserError:
        return UserError(what, where=self._name, remedy="请核对口令，或请提供方重新拷贝一份完整的文件")

    def _open(self, number: int) -> bytes:
        if self._held[0] == number:
            return self._held[1]
        is_last = number == self._n_chunks - 1
        self._file.seek(_HEAD + number * (self._chunk + _TAG))
        sealed = self._file.read(self._chunk + _TAG)
        try:
            decryptor = self._keys.chunk(number, is_last=is_last, tag=sealed[-_TAG:]).decryptor()
            decryptor.authenticate_additional_data(self._keys.head)
            content = decryptor.update(sealed[:-_TAG]) + decryptor.finalize()
        except (InvalidTag, ValueError) as error:
            raise self._refusal(
                f"内容被改动或被截断（第 {number + 1} 段，共 {self._n_chunks} 段）"
            ) from error
        self._held = (number, content)
        return content

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        self._place = max(start + offset, 0)
        return self._place

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if self._place >= self._size:
            return 0
        number, within = divmod(self._place, self._chunk)
        piece = self._open(number)[within : within + len(view)]
        view[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)


@contextmanager
def open_sealed(path: Path, lock: Lock) -> Iterator[BinaryIO]:
    """The content of a sealed file, to be read anywhere.

    Raises:
        UserError: it is none, the password or the key is another, or it was cut or altered; what lies in the
            middle is found out when it is read.
    """
    with path.open("rb") as file, io.BufferedReader(_Reader(file, path.name, lock), 1 << 16) as content:
        yield content


def read_password(path: Path) -> Lock:
    """The password that the first line of a file holds.

    Raises:
        UserError: the file cannot be read, or the password is too short.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UserError("口令文件打不开", where=str(path), remedy="请检查 --password-file 的路径") from error
    line = (raw.splitlines() or [b""])[0].removeprefix(b"\xef\xbb\xbf")
    try:
        password = line.decode().strip()
    except UnicodeDecodeError:
        password = line.decode("gb18030", "replace").strip()
    return password_lock(password, where=path.name, remedy="请在口令文件的第一行写一个更长的口令")


def password_lock(password: str, *, where: str, remedy: str) -> Lock:
    """A lock of a password.

    Raises:
        UserError: it is too short.
    """
    if len(password) < _LEAST_PASSWORD:
        raise UserError(f"口令太短，至少 {_LEAST_PASSWORD} 个字符", where=where, remedy=remedy)
    return Lock(password=password)
