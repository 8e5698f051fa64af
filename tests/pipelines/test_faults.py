"""A killed run, a full disk, a wrong clock, damaged files: a few of what `bench.faults` does at large."""

from __future__ import annotations

import errno
import hashlib
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from assets.published import read_pointer
from connectors.audit import verify
from connectors.store import RunStore
from pipelines.clock import SHANGHAI
from pipelines.home import Home
from tests.pipelines.conftest import Call

pytestmark = pytest.mark.month
BEFORE, MONTH = "2026-09", "2026-10"


def published(home: Home) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in home.published.iterdir()}


def test_a_run_killed_while_it_computes_changes_nothing_that_anybody_reads(tiny: Home, duibian: Call) -> None:
    before = published(tiny)
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "run"]
    with subprocess.Popen(
        [*command, "--home", str(tiny.root), "--month", MONTH], stdout=subprocess.DEVNULL
    ) as run:
        while run.poll() is None and not list((tiny.lake / MONTH).glob("*/raw_*.parquet")):
            time.sleep(0.005)
        run.send_signal(signal.SIGKILL)
    assert run.returncode == -signal.SIGKILL
    assert tiny.lock.exists()
    assert published(tiny) == before
    assert verify(tiny.audit_log).ok
    listed = duibian("findings", "--home", tiny.root, "--month", BEFORE)
    assert listed.code == 0, listed.err


def test_a_disk_that_fills_during_a_run_is_told_and_nothing_is_published(
    tiny: Home, duibian: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published(tiny)
    write = RunStore.write

    def no_room(self: RunStore, name: str, frame: Any) -> int:
        if name == "finding":
            raise OSError(errno.ENOSPC, "No space left on device", str(self.path(name)))
        return write(self, name, frame)

    monkeypatch.setattr(RunStore, "write", no_room)
    done = duibian("run", "--home", tiny.root, "--month", MONTH)
    assert done.code == 2, done.err
    assert "磁盘已满" in done.err
    assert "处理：" in done.err
    assert published(tiny) == before
    assert not tiny.lock.exists()
    assert not list(tiny.logs.glob("error-*.log"))


def test_a_month_that_the_clock_has_not_reached_is_refused(
    tiny: Home, duibian: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.run.now", lambda: datetime(2025, 10, 20, 9, 0, tzinfo=SHANGHAI))
    done = duibian("run", "--home", tiny.root, "--month", MONTH)
    assert done.code == 2
    assert "2026-10 还没有到" in done.err
    assert "时钟是 2025-10-20" in done.err


@pytest.mark.parametrize("content", [b"", bytes(400), b'{"month": "2026-09"'])
def test_a_damaged_pointer_stops_whatever_needs_it_and_nothing_else(
    content: bytes, tiny: Home, duibian: Call
) -> None:
    pointer = tiny.published / f"{BEFORE}.json"
    pointer.write_bytes(content)
    for command in (("run", "--month", MONTH), ("findings", "--month", BEFORE)):
        done = duibian(command[0], "--home", tiny.root, *command[1:])
        assert done.code == 2, done.err
        assert f"published/{BEFORE}.json" in done.err
        assert "处理：" in done.err
    assert duibian("doctor", "--home", tiny.root).code in (0, 2)
    assert pointer.read_bytes() == content
    assert read_pointer(tiny.published, MONTH) is None


def test_casework_that_is_no_database_stops_the_run_and_is_kept(tiny: Home, duibian: Call) -> None:
    tiny.casework.write_bytes(b"noise" * 2_000)
    done = duibian("run", "--home", tiny.root, "--month", MONTH)
    assert done.code == 2, done.err
    assert "处理：" in done.err
    assert tiny.casework.read_bytes() == b"noise" * 2_000


def test_a_damaged_run_history_does_not_count_as_our_fault(tiny: Home, duibian: Call) -> None:
    for database in Path(tiny.dagster).rglob("*.db"):
        database.write_bytes(b"noise" * 2_000)
    done = duibian("run", "--home", tiny.root, "--month", MONTH)
    assert done.code in (0, 2), done.err
    if done.code == 2:
        assert "处理：" in done.err
