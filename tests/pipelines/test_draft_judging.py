"""A draft judged in a process of its own: what goes wrong there is told here, progress as it comes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from connectors.errors import UserError
from pipelines.draft_judging import _follow, judge_draft_beside, judge_here
from pipelines.home import Home
from tests.pipelines.conftest import new_home


def test_what_the_other_process_refuses_is_refused_here_and_nothing_is_left(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    draft = tmp_path / "草表.csv"
    draft.write_text("单位代码,姓名\n", "utf-8")
    with pytest.raises(UserError, match="2026-10 还没有发布，草表无从核对"):
        judge_draft_beside(home, "2026-11", draft, lambda _: None)
    assert not home.lock.exists()
    assert not list(home.published.glob("*.json"))


def test_progress_is_handed_on_line_by_line_and_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def judge(home: Home, month: str, draft: Path, echo: Callable[[str], None], hands: object) -> None:
        echo(f"运行 {month}")
        echo(f"读取 {draft.name}")

    monkeypatch.setattr("pipelines.gate_run.judge_draft", judge)
    monkeypatch.setattr("pipelines.hands.Hands.start", lambda hands: None)
    progress, ended = tmp_path / "progress.txt", Event()
    progress.touch()
    follower = Thread(target=_follow, args=(progress, ended, told.append))
    follower.start()
    judge_here(tmp_path, "2026-11", tmp_path / "草表.csv", progress)
    ended.set()
    follower.join()
    assert told == ["运行 2026-11", "读取 草表.csv"]
