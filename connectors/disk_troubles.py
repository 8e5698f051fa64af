"""A disk that is full, read-only, broken or not ours, and files of the home that it has spoilt.

Each is told as what it is, not as a fault of the program.

Libraries say it in ways of their own, some of them only in their text; the operator can mend it.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import UserError


@dataclass(frozen=True)
class _Trouble:
    """One trouble: error numbers, what libraries write, and the words for the operator."""

    numbers: frozenset[int]
    texts: re.Pattern[str]
    what: str
    remedy: str


_TROUBLES = (
    _Trouble(
        frozenset({errno.ENOSPC, errno.EDQUOT}),
        re.compile(r"no space left|disk is full|disk full|quota exceeded|not enough space", re.I),
        "磁盘已满，写不下了",
        "请清理磁盘（duibian doctor --clean 可删去不再需要的批次），或换到更大的磁盘，再重新运行；"
        "已发布的月份没有改动",
    ),
    _Trouble(
        frozenset({errno.EROFS}),
        re.compile(r"read-only file ?system|readonly database|read-only database", re.I),
        "磁盘是只读的，无法写入",
        "请检查移动盘的写保护开关、磁盘的挂载方式和是否出错，恢复可写后重试；已发布的月份没有改动",
    ),
    _Trouble(
        frozenset({errno.EACCES, errno.EPERM}),
        re.compile(r"permission denied(?! for)|access is denied|unable to open database file", re.I),
        "没有读写权限，或文件正被别的程序占用",
        "请关闭正在打开它的程序，检查文件和文件夹的权限后重试；已发布的月份没有改动",
    ),
    _Trouble(
        frozenset({errno.EFBIG}),
        re.compile(r"file too large", re.I),
        "文件太大，这个磁盘放不下",
        "FAT32 格式的盘放不下超过 4 GB 的文件，请换到 exFAT、NTFS 或 ext4 格式的磁盘",
    ),
    _Trouble(
        frozenset({errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE}),
        re.compile(r"input/output error|disk i/o error|stale file handle", re.I),
        "磁盘读写出错：可能有坏区，或移动盘、网络盘已断开",
        "请检查连接；反复出现时请停止使用这块盘，从备份恢复到好的盘上",
    ),
)

_SPOILT = re.compile(
    r"corrupt|not a valid duckdb|could not read enough|failed to read|serialization error|deserialization"
    r"|out of specification|magic bytes|must end with par1|thrift|file size is 0|not a parquet"
    r"|disk image is malformed|file is not a database|too small to be|too short|unexpected end of file",
    re.I,
)
_GONE = re.compile(
    r"no such file|no files found that match|cannot find the (?:file|path)|does not exist", re.I
)
_READERS = frozenset({"duckdb", "_duckdb", "polars", "pyarrow", "sqlite3", "sqlalchemy", "django"})
_OWN_FILE = re.compile(r"[^/\\\s\"':]+\.(?:parquet|duckdb|sqlite3|db)\b")
"""Files of the home that libraries read; their messages name them."""


def disk_trouble(error: BaseException) -> UserError | None:
    """What an error says of the disk, for the operator; None when it is about something else."""
    for one in _chain(error):
        for trouble in _TROUBLES:
            if _is(trouble, one):
                name = getattr(one, "filename", None)
                where = Path(name).name if isinstance(name, str) else ""
                return UserError(trouble.what, where=where, remedy=trouble.remedy)
    return next(filter(None, map(_spoilt, _chain(error))), None)


def _spoilt(error: BaseException) -> UserError | None:
    """A file of the home that a library found damaged or did not find."""
    if not isinstance(error, OSError) and type(error).__module__.split(".")[0] not in _READERS:
        return None
    text = str(error)
    named = _OWN_FILE.search(text)
    if not _SPOILT.search(text) and not (named and _GONE.search(text)):
        return None
    return UserError(
        f"工作文件夹里的文件{'不见了' if _GONE.search(text) else '已损坏，读不出来'}",
        where=named[0] if named else "",
        remedy="请运行 duibian doctor 查看是哪一处，从备份恢复；某个月中间结果（lake）损坏的，"
        "可把 published 中这个月的 .json 移走后重新运行这个月",
    )


def _is(trouble: _Trouble, error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in trouble.numbers
    return trouble.texts.search(str(error)) is not None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and what led to it, the first cause first."""
    seen: list[BaseException] = []
    now: BaseException | None = error
    while now is not None and now not in seen:
        seen.append(now)
        now = now.__cause__ or now.__context__
    yield from reversed(seen)
