"""One run at a time in a home: a lock file with pid and start, taken over when that process is gone."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

from connectors.errors import UserError
from connectors.exclusive import exclusive
from pipelines.files import write_json
from pipelines.home import Home
from pipelines.processes import process_start


@dataclass(frozen=True)
class LockHolder:
    """Who holds the lock: the process, its start, the machine, since when and for what."""

    pid: int
    process_start: str
    host: str
    since: str
    purpose: str

    def is_gone(self) -> bool:
        """Whether the holder has ended; never so for a process of another machine, which cannot be seen."""
        return self.host == socket.gethostname() and process_start(self.pid) != self.process_start


def lock_holder(home: Home) -> LockHolder | None:
    """The holder as written in the lock file; None when there is no lock, or an unreadable one."""
    try:
        return LockHolder(**json.loads(home.lock.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def run_lock(home: Home, *, purpose: str, now: datetime) -> Iterator[LockHolder]:
    """Hold the home for one run.

    Args:
        home: whose lock.
        purpose: shown to whoever finds the home busy, such as "run 2026-10".
        now: since when.

    Raises:
        UserError: a living process holds it, or one on another machine.
    """
    pid = os.getpid()
    mine = LockHolder(
        pid, process_start(pid) or "", socket.gethostname(), now.isoformat(timespec="seconds"), purpose
    )
    guard = home.lock.with_suffix(".guard")
    with exclusive(guard):
        holder = lock_holder(home)
        if holder is not None and not holder.is_gone():
            raise UserError(
                f"另一个任务正在运行：{holder.purpose}，{holder.since} 起，进程 {holder.pid}，{holder.host}",
                where=home.lock.name,
                remedy="请等它结束后再试；若是另一台电脑且确认已停，请删除 run.lock",
            )
        write_json(home.lock, asdict(mine))
    try:
        yield mine
    finally:
        with exclusive(guard):
            if lock_holder(home) == mine:
                home.lock.unlink(missing_ok=True)
