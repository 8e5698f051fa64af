import multiprocessing
import os
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import datetime, timedelta, timezone
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import UserError
from pipelines.files import write_json
from pipelines.home import Home, init_home
from pipelines.processes import process_start
from pipelines.run_lock import LockHolder, lock_holder, run_lock

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=timezone(timedelta(hours=8)))

HOLD = """
import sys, time
from datetime import datetime, timezone
from pathlib import Path
from pipelines.home import Home
from pipelines.run_lock import run_lock
with run_lock(Home(Path(sys.argv[1])), purpose="run 2026-10", now=datetime.now(timezone.utc)):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return init_home(tmp_path)


def left_behind(home: Home, **changes: Any) -> LockHolder:
    """A lock as this process would hold it, changed, lying in the home."""
    with run_lock(home, purpose="run 2026-10", now=NOW) as mine:
        pass
    holder = replace(mine, **changes)
    write_json(home.lock, asdict(holder))
    return holder


def test_the_lock_names_its_holder_and_is_gone_afterwards(home: Home) -> None:
    with run_lock(home, purpose="run 2026-10", now=NOW):
        holder = lock_holder(home)
        assert holder is not None
        assert (holder.pid, holder.purpose, holder.since) == (
            os.getpid(),
            "run 2026-10",
            "2026-10-20T09:00:00+08:00",
        )
        assert not holder.is_gone()
    assert lock_holder(home) is None


def test_the_lock_is_given_back_when_the_run_fails(home: Home) -> None:
    with pytest.raises(ZeroDivisionError), run_lock(home, purpose="run", now=NOW):
        raise ZeroDivisionError
    assert not home.lock.exists()


def test_a_second_run_is_refused_and_told_who_is_running(home: Home) -> None:
    with (
        run_lock(home, purpose="run 2026-10", now=NOW),
        pytest.raises(UserError, match="run 2026-10"),
        run_lock(home, purpose="run 2026-11", now=NOW),
    ):
        pass
    assert lock_holder(home) is None


def test_a_living_process_keeps_its_lock_and_a_killed_one_loses_it(home: Home) -> None:
    command = [sys.executable, "-c", HOLD, str(home.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(UserError, match="正在运行"), run_lock(home, purpose="run", now=NOW):
            pass
        other.kill()
        other.wait()
        with run_lock(home, purpose="run", now=NOW) as mine:
            assert lock_holder(home) == mine


def test_a_lock_whose_number_went_to_another_process_is_taken_over(home: Home) -> None:
    left_behind(home, process_start="an earlier boot")
    with run_lock(home, purpose="run", now=NOW) as mine:
        assert lock_holder(home) == mine


def test_a_lock_of_another_machine_is_never_taken_over(home: Home) -> None:
    left_behind(home, host="另一台电脑", pid=1, process_start="x")
    with pytest.raises(UserError, match="另一台电脑"), run_lock(home, purpose="run", now=NOW):
        pass


def test_an_unreadable_lock_is_taken_over(home: Home) -> None:
    home.lock.write_bytes(b'{"pid": ')
    with run_lock(home, purpose="run", now=NOW) as mine:
        assert lock_holder(home) == mine


def test_whoever_lost_the_lock_does_not_remove_the_new_holders(home: Home) -> None:
    with run_lock(home, purpose="run", now=NOW) as mine:
        thief = replace(mine, purpose="other")
        write_json(home.lock, asdict(thief))
    assert lock_holder(home) == thief


def _compete(root: Path, start: Barrier, done: Barrier, wins: Any) -> None:
    start.wait()
    try:
        with run_lock(Home(root), purpose="run", now=NOW):
            wins.append(os.getpid())
            done.wait()
    except UserError:
        done.wait()


def test_of_many_that_take_over_at_once_one_wins(home: Home) -> None:
    left_behind(home, process_start="gone")
    context = multiprocessing.get_context("spawn")
    n = 4
    with context.Manager() as manager:
        wins = manager.list()
        start, done = context.Barrier(n), context.Barrier(n)
        rivals = [context.Process(target=_compete, args=(home.root, start, done, wins)) for _ in range(n)]
        for rival in rivals:
            rival.start()
        for rival in rivals:
            rival.join()
        assert len(wins) == 1


def test_a_process_has_one_start_as_long_as_it_lives() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        start = process_start(other.pid)
        assert start is not None
        assert start == process_start(other.pid)
        assert start != process_start(os.getpid())
        other.kill()
        other.wait()
        assert process_start(other.pid) is None
    assert process_start(0) is None
