"""A short exclusive section between processes, released by the operating system when a process dies."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from connectors.errors import UserError


@contextmanager
def exclusive(guard: Path, *, timeout: float = 30.0) -> Iterator[None]:
    """Hold `guard` alone: other processes that ask for it wait, on Linux and on Windows.

    SQLite's own file lock is used because it is the one portable lock in the standard library that a killed
    process cannot leave behind. The section should take milliseconds.

    Args:
        guard: a file made for this purpose only; it stays behind, empty.
        timeout: seconds to wait for another holder.

    Raises:
        UserError: the guard cannot be opened, or was held by another process all that time.
    """
    with closing(_connect(guard, timeout)) as connection:
        try:
            yield
        finally:
            connection.execute("rollback")


def _connect(guard: Path, timeout: float) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(guard, timeout=timeout, isolation_level=None)
        connection.execute("begin exclusive")
    except sqlite3.Error as error:
        raise UserError(
            "文件正被另一个程序占用，或所在文件夹不可写",
            where=guard.name,
            remedy="请关闭其他正在运行的对编程序，检查磁盘空间和文件夹权限后重试",
        ) from error
    return connection
