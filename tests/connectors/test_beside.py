"""A second process that works for this one."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.beside import Beside, Broken
from connectors.specs import SpecError, Specs, load_specs

REMEDY = "请改正"


def refuse(what: str) -> None:
    raise SpecError(what, where="财政.toml", remedy=REMEDY)


def stumble(value: str) -> None:
    raise ValueError(f"quoted: {value}")


def spellings_of_gross(specs: Specs) -> tuple[str, ...]:
    return tuple(specs.table("finance__payroll").column("gross").synonyms)


@pytest.fixture(scope="module")
def beside() -> Iterator[Beside]:
    one = Beside("connectors.specs:shipped_specs")
    yield one
    one.stop()


def test_an_order_is_done_in_another_process(beside: Beside) -> None:
    assert beside.do(os.getpid) != os.getpid()
    assert beside.do(max, [3, 5]) == 5


def test_what_an_order_needs_is_imported_where_the_work_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two threads that import one library find each other's modules half made."""
    (tmp_path / "imported_where.py").write_text(
        "import threading\n\nwhere = threading.current_thread().name\n\ndef answer():\n    return where\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.syspath_prepend(str(tmp_path))
    answer = importlib.import_module("imported_where").answer
    one = Beside()
    assert one.do(answer) == "MainThread"
    one.stop()


def test_an_order_that_cannot_be_read_is_told_and_the_next_one_done(
    beside: Beside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "known_here_alone.py").write_text("def answer():\n    return 42\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(Broken, match="ModuleNotFoundError"):
        beside.do(importlib.import_module("known_here_alone").answer)
    assert beside.do(max, [1, 2]) == 2


def test_what_the_operator_can_mend_comes_back_as_it_was_raised(beside: Beside) -> None:
    with pytest.raises(SpecError) as caught:
        beside.do(refuse, "重复的表头")
    assert (caught.value.what, caught.value.where, caught.value.remedy) == ("重复的表头", "财政.toml", REMEDY)


def test_a_fault_is_told_without_what_it_quotes(beside: Beside) -> None:
    with pytest.raises(Broken) as caught:
        beside.do(stumble, "62992319900101")
    assert "ValueError test_beside.py:" in str(caught.value)
    assert "629923" not in str(caught.value)
    assert beside.do(max, [1, 2]) == 2


def test_specs_go_along_with_their_additions(beside: Beside, tmp_path: Path) -> None:
    addition = 'department = "finance"\n[table.payroll.columns.gross]\nsynonyms = ["应发数合计"]\n'
    (tmp_path / "厂商.toml").write_text(addition, "utf-8")
    specs = load_specs(tmp_path)
    there = beside.do(spellings_of_gross, specs)
    assert "应发数合计" in there
    assert there == spellings_of_gross(specs)


def _policy(process: int) -> int:
    """How the system shares out time to a process: field 41 of its line, see proc(5)."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[38])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")
def test_a_process_steps_back_until_somebody_waits_for_it() -> None:
    one = Beside(steps_back=True)
    one.start()
    (child,) = (int(n) for n in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()[-1:])
    assert _policy(child) == os.SCHED_IDLE
    assert one.do(os.getpid) == child
    assert _policy(child) == os.SCHED_OTHER
    one.stop()


def test_a_process_that_is_gone_is_told_and_a_new_one_comes() -> None:
    one = Beside()
    with pytest.raises(Broken):
        one.do(os._exit, 1)
    assert one.do(max, [1, 2]) == 2
    one.stop()


def test_it_ends_with_its_parent_even_in_the_middle_of_an_order(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    script = (
        "import os, sys, threading, time\n"
        "from connectors.beside import Beside\n"
        "one = Beside()\n"
        f"open({str(mark)!r}, 'w').write(str(one.do(os.getpid)))\n"
        "threading.Thread(target=one.do, args=(time.sleep, 600), daemon=True).start()\n"
        "time.sleep(0.5)\n"
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    pid = int(mark.read_text())
    deadline = time.monotonic() + 20
    while _lives(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(pid)


def _lives(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
