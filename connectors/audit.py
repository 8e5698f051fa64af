"""The audit log: append-only lines, each chained to the one before with SM3.

A line is one JSON object with `seq`, `at`, `user`, `event`, `previous` and `hash`; `hash` is SM3 over the
canonical text of the others. Changing, removing or inserting a line breaks every later one. Lines cut off at
the end cannot be seen from the file alone: keep the last hash elsewhere and hand it to `verify`.
Not here: what is worth recording, which the callers decide. No full ID number or name belongs in an event.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives import hashes

from connectors.errors import UserError
from connectors.exclusive import exclusive

GENESIS = "0" * 64
_TAIL_STEP = 64 * 1024


@dataclass(frozen=True)
class AuditLine:
    """One recorded event; `hash` covers everything else, and with `previous` all lines before."""

    seq: int
    at: str
    user: str
    event: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True)
class AuditVerdict:
    """What a walk over the whole log found: `line` and `problem` name the first break, if there is one."""

    n_lines: int
    head: str
    line: int | None = None
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Whether the chain holds from the first line to the last."""
        return self.line is None


def append(path: Path, event: Mapping[str, Any], at: datetime, user: str) -> AuditLine:
    """Add one event and force it to the disk before returning.

    A last line that a crash left unfinished was never acknowledged to anybody: it is dropped, and an event
    that says so takes its place.

    Args:
        path: the log; made with mode 0600 when it is not there.
        event: JSON values only.
        at: a time with its zone.
        user: who caused it.

    Raises:
        UserError: the last line is complete but no audit line, so nothing can be chained to it.
        ValueError: `at` has no zone, or `event` is no JSON.
    """
    if at.tzinfo is None:
        raise ValueError("an audit time needs its zone")
    path.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(path.with_suffix(".guard")):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "r+b") as log:
            last, torn = _last_line(log, path.name)
            added = b""
            if torn:
                log.truncate(log.seek(0, os.SEEK_END) - torn)
                last = _next_line(last, {"kind": "torn_line", "bytes": torn}, at, user)
                added = _text(last)
            line = _next_line(last, event, at, user)
            log.seek(0, os.SEEK_END)
            log.write(added + _text(line))
            log.flush()
            os.fsync(log.fileno())
    return line


def verify(path: Path, *, head: str | None = None) -> AuditVerdict:
    """Walk the chain from its first line; a log that does not exist yet is empty and holds.

    Args:
        path: the log.
        head: a hash noted earlier, which some line must still have.
    """
    previous, seq, seen = GENESIS, 0, head is None or head == GENESIS
    if path.exists():
        with path.open("rb") as log:
            for raw in log:
                line = _parse(raw) if raw.endswith(b"\n") else None
                problem = _break_in(line, previous, seq)
                if problem or line is None:
                    return AuditVerdict(seq, previous, seq + 1, problem)
                previous, seq = line.hash, line.seq
                seen = seen or line.hash == head
    if not seen:
        return AuditVerdict(seq, previous, seq + 1, "末尾的记录被删除：以前登记的校验值已不在日志中")
    return AuditVerdict(seq, previous)


def backwards(path: Path) -> Iterator[tuple[bytes, AuditLine | None]]:
    """The lines of a log, the last one first: each as it stands, and read; None for what is no audit line.

    Nothing is verified. A last line that is not finished is left out; a log that does not exist has none.
    """
    if not path.exists():
        return
    with path.open("rb") as log:
        start, kept = log.seek(0, os.SEEK_END), b""
        is_last = True
        while start > 0:
            step = min(_TAIL_STEP, start)
            start -= step
            log.seek(start)
            *lines, kept = reversed((log.read(step) + kept).split(b"\n"))
            for raw in lines[1:] if is_last else lines:
                yield raw, _parse(raw)
            is_last = is_last and not lines
        if kept and not is_last:
            yield kept, _parse(kept)


def _break_in(line: AuditLine | None, previous: str, seq: int) -> str:
    if line is None:
        return "这一行不是完整的审计记录"
    if line.seq != seq + 1 or line.previous != previous:
        return "与上一行接不上：有记录被删除、插入或调换"
    if line.hash != _digest(line.seq, line.at, line.user, line.event, line.previous):
        return "内容与校验值不符：记录被改动"
    return ""


def _next_line(last: AuditLine | None, event: Mapping[str, Any], at: datetime, user: str) -> AuditLine:
    seq = last.seq + 1 if last else 1
    previous = last.hash if last else GENESIS
    stamp = at.isoformat(timespec="seconds")
    return AuditLine(seq, stamp, user, event, previous, _digest(seq, stamp, user, event, previous))


def _canonical(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _digest(seq: int, at: str, user: str, event: Mapping[str, Any], previous: str) -> str:
    digest = hashes.Hash(hashes.SM3())
    content = {"seq": seq, "at": at, "user": user, "event": event, "previous": previous}
    digest.update(_canonical(content).encode())
    return digest.finalize().hex()


def _text(line: AuditLine) -> bytes:
    return _canonical(vars(line)).encode() + b"\n"


def _parse(raw: bytes) -> AuditLine | None:
    try:
        values = json.loads(raw)
        line = AuditLine(**values)
    except (ValueError, TypeError):
        return None
    return line if isinstance(line.event, dict) and isinstance(line.seq, int) else None


def _last_line(log: BinaryIO, name: str) -> tuple[AuditLine | None, int]:
    """The last complete line and the number of bytes of an unfinished one after it."""
    start, tail = log.seek(0, os.SEEK_END), b""
    while start > 0 and tail.count(b"\n") < 2:
        step = min(_TAIL_STEP, start)
        start -= step
        log.seek(start)
        tail = log.read(step) + tail
    complete, newline, torn = tail.rpartition(b"\n")
    if not newline:
        return None, len(torn)
    line = _parse(complete.rpartition(b"\n")[2])
    if line is None:
        raise UserError(
            "审计日志最后一行已损坏，不能继续登记",
            where=name,
            remedy="请保留这个文件，改名另存后重试，并告知安全管理员",
        )
    return line, len(torn)
