"""A run that was killed is taken up where it stood, and nothing is believed that is not there."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from assets.published import read_pointer
from connectors.store import RunStore
from pipelines import marks
from pipelines.home import Home
from pipelines.marks import Step, begun, forget, steps_of, take_up
from tests.pipelines.conftest import Call

STEPS = {
    "one": Step((), ("a", "a_*")),
    "other": Step((), ("b",)),
    "last": Step(("one", "other"), ("c",)),
}
# Ends the process without a word when a step is begun, or when a table has just been written.
KILLED = """
import os, signal, sys
from connectors.store import RunStore
from pipelines import marks
from pipelines.cli import main
from pipelines.guard import StepGuard

where = sys.argv.pop(1)
marks.program_print = lambda: "this"

def end(name):
    if name == where:
        os.kill(os.getpid(), signal.SIGKILL)

def ending(method, named, before):
    def call(self, name, *rest, **more):
        if before:
            end(named + name)
        done = method(self, name, *rest, **more)
        end(named + name)
        return done
    return call

RunStore.write = ending(RunStore.write, "table ", False)
RunStore.write_pieces = ending(RunStore.write_pieces, "table ", False)
StepGuard.__call__ = ending(StepGuard.__call__, "step ", True)
main()
"""


def write(folder: Path, *names: str) -> dict[str, int]:
    for name in names:
        RunStore(folder).write(name, pl.DataFrame({"x": [1, 2, 3]}))
    return {names[0]: 3}


def finished(folder: Path) -> set[str]:
    return set(take_up(folder, STEPS).finished)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """All three steps done."""
    made = begun(tmp_path, STEPS)
    made.once("one", lambda: write(tmp_path, "a", "a_more"))
    made.once("other", lambda: write(tmp_path, "b"))
    made.once("last", lambda: write(tmp_path, "c"))
    return tmp_path


def test_a_finished_step_is_not_done_again_and_tells_what_it_counted(folder: Path) -> None:
    done = take_up(folder, STEPS).once("one", lambda: pytest.fail("done again"))
    assert (done.counts, done.is_from_before) == ({"a": 3}, True)


@pytest.mark.parametrize(
    ("lost", "left"), [("a", {"other"}), ("a_more", {"other"}), ("b", {"one"}), ("c", {"one", "other"})]
)
def test_a_step_whose_table_is_gone_is_done_anew_with_all_that_is_made_from_it(
    lost: str, left: set[str], folder: Path
) -> None:
    (folder / f"{lost}.parquet").unlink()
    assert finished(folder) == left


def test_a_table_cut_short_or_changed_is_not_believed(folder: Path) -> None:
    path = folder / "a.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    assert finished(folder) == {"other"}
    write(folder, "a", "a_more")
    assert finished(folder) == {"other"}
    RunStore(folder).write("b", pl.DataFrame({"x": [1, 2, 4]}))
    assert finished(folder) == set()


def test_another_program_believes_no_mark(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "program_print", lambda: "another")
    assert finished(folder) == set()
    assert list(folder.glob("*.parquet")) == []


def test_the_program_is_told_by_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    now = marks.program_print()
    monkeypatch.setattr(marks, "FLOORS", marks.FLOORS[:-1])
    assert marks.program_print() != now


def test_a_mark_cut_short_is_none(folder: Path) -> None:
    mark = folder / marks.FOLDER / "one.json"
    mark.write_bytes(mark.read_bytes()[:40])
    assert finished(folder) == {"other"}
    assert not mark.exists()


def test_what_no_mark_names_is_removed(folder: Path) -> None:
    write(folder, "left")
    (folder / "a.partial").touch()
    (folder / "spill").mkdir()
    (folder / "spill" / "part").touch()
    (folder / "manifest.json").touch()
    assert finished(folder) == {"one", "other", "last"}
    assert {path.name for path in folder.iterdir()} == {
        *("a.parquet", "a_more.parquet", "b.parquet", "c.parquet", "manifest.json", "marks")
    }


def test_a_step_that_fails_or_may_not_be_kept_leaves_no_mark(tmp_path: Path) -> None:
    made = begun(tmp_path, STEPS)

    def fail() -> dict[str, int]:
        write(tmp_path, "a")
        raise ValueError

    with pytest.raises(ValueError):
        made.once("one", fail)
    made.once("other", lambda: write(tmp_path, "b"), keep=False)
    assert finished(tmp_path) == set()


def test_a_forgotten_run_is_begun_anew(folder: Path) -> None:
    forget(folder)
    assert finished(folder) == set()


def test_every_step_comes_after_those_it_is_made_from() -> None:
    known: set[str] = set()
    for name, step in steps_of(["finance", "police"]).items():
        assert set(step.after) <= known
        known.add(name)


@pytest.mark.month
def test_a_run_killed_in_every_step_goes_on_where_it_stood(
    tiny: Home, duibian: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Somebody may be mending the program while its tests run.
    monkeypatch.setattr(marks, "program_print", lambda: "this")
    twin = Home(tmp_path / "twin")
    shutil.copytree(tiny.root, twin.root)
    assert duibian("run", "--home", twin.root, "--month", "2026-10").code == 0
    before: dict[Path, int] = {}
    kills = {
        "step personnel_raw": "establishment_raw",
        "step finance_staged": "finance_raw",
        "table person": "finance_staged",
        "table fact_roster": "identity",
        "table fact_bridge": "facts",
        "step quality": "bridge",
        "table finding": "quality",
        "table gate": "findings",
        "table meta": "gate",
    }
    for where, last in kills.items():
        command = [sys.executable, "-c", KILLED, where, "run", "--home", str(tiny.root), "--month", "2026-10"]
        ended = subprocess.run(command, capture_output=True, check=False)
        assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
        assert read_pointer(tiny.published, "2026-10") is None
        (folder,) = (tiny.lake / "2026-10").iterdir()
        now = {path: path.stat().st_mtime_ns for path in (folder / marks.FOLDER).glob("*.json")}
        assert folder / marks.FOLDER / f"{last}.json" in now
        assert now.items() >= before.items()
        before = now
    named = {name for step in before for name in _tables(step)}
    others = {"landing_issue", "meta", *(path.stem for path in folder.glob("casework_*"))}
    assert {path.stem for path in folder.glob("*.parquet")} == named | others
    done = duibian("run", "--home", tiny.root, "--month", "2026-10")
    assert done.code == 0, done.err
    assert done.out.count("已完成，接着上次") == len(before)
    contents = [read_pointer(home.published, "2026-10") for home in (tiny, twin)]
    assert contents[0] is not None
    assert contents[1] is not None
    assert contents[0].content_sha256 == contents[1].content_sha256
    assert not (folder / marks.FOLDER).exists()


def _tables(mark: Path) -> list[str]:
    known = marks._read(mark)
    assert known is not None
    return list(known["tables"])
