"""The departments' work shared by two processes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from checks.quality.result import QualityResult
from connectors.beside import Beside
from connectors.errors import UserError
from pipelines.department_work import STAGE, TAKE, DepartmentWork, Key

NAMES = ("finance", "police", "civil")


def write(folder: Path, name: str) -> dict[str, int]:
    """A piece that leaves a mark of who did it; a second time it would fail."""
    with (folder / name).open("x") as mark:
        mark.write(str(os.getpid()))
    return {name: 1}


def doze(seconds: float) -> dict[str, int]:
    time.sleep(seconds)
    return {}


def refuse(name: str) -> dict[str, int]:
    raise UserError(f"{name} 不能用", remedy="请更正")


def end_process(folder: Path, parent: int) -> dict[str, int]:
    if os.getpid() != parent:
        os._exit(1)
    return write(folder, "here")


@pytest.fixture
def beside() -> Iterator[Beside]:
    one = Beside()
    yield one
    one.stop()


def pieces(folder: Path) -> dict[Key, Callable[[], dict[str, int]]]:
    return {
        (kind, name): partial(write, folder, f"{kind}_{name}") for kind in (TAKE, STAGE) for name in NAMES
    }


def no_results() -> list[QualityResult]:
    return []


def test_every_piece_is_done_once_whoever_does_it(beside: Beside, tmp_path: Path) -> None:
    work = DepartmentWork(beside, pieces(tmp_path), no_results)
    work.begin()
    taken = [work.take(name) for name in reversed(NAMES)]
    staged = [work.stage(name) for name in reversed(NAMES)]
    assert [done.counts for done in taken] == [{f"take_{name}": 1} for name in reversed(NAMES)]
    assert [done.counts for done in staged] == [{f"stage_{name}": 1} for name in reversed(NAMES)]
    assert work.check() == []
    work.end()
    assert len(list(tmp_path.iterdir())) == 2 * len(NAMES)


def test_without_a_second_process_everything_is_done_here(beside: Beside, tmp_path: Path) -> None:
    work = DepartmentWork(beside, pieces(tmp_path), no_results)
    for name in NAMES:
        work.take(name)
        work.stage(name)
    assert work.check() == []
    assert {mark.read_text() for mark in tmp_path.iterdir()} == {str(os.getpid())}


def test_how_long_a_piece_took_is_told_by_whoever_did_it(beside: Beside) -> None:
    work = DepartmentWork(beside, {(TAKE, name): partial(doze, 0.2) for name in NAMES}, no_results)
    work.begin()
    assert all(work.take(name).seconds >= 0.2 for name in NAMES)
    work.end()


def test_a_refused_file_is_told_where_its_department_is_read(beside: Beside, tmp_path: Path) -> None:
    work = DepartmentWork(
        beside, {**pieces(tmp_path), (TAKE, "finance"): partial(refuse, "财政")}, no_results
    )
    work.begin()
    assert work.take("civil").counts == {"take_civil": 1}
    with pytest.raises(UserError, match="财政 不能用"):
        work.take("finance")
    work.end()


def test_what_a_lost_process_was_doing_is_done_here(beside: Beside, tmp_path: Path) -> None:
    lost: dict[Key, Callable[[], dict[str, int]]] = {
        (TAKE, "finance"): partial(end_process, tmp_path, os.getpid())
    }
    work = DepartmentWork(beside, lost, no_results)
    work.begin()
    assert work.take("finance").counts == {"here": 1}
    work.end()


def test_the_quality_is_looked_at_by_itself_when_all_is_typed(beside: Beside, tmp_path: Path) -> None:
    def look() -> list[QualityResult]:
        (tmp_path / "looked").touch()
        return []

    work = DepartmentWork(beside, pieces(tmp_path), look)
    work.begin()
    for name in NAMES:
        work.take(name)
        work.stage(name)
    assert work.check() == []
    work.end()
    assert (tmp_path / "looked").exists()
