"""A draft that somebody hands in through the pages: judged in a process of its own, under the run lock.

The process that answers pages stays quick and small meanwhile; when it ends, the other ends with it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from connectors.beside import Beside, Broken
from connectors.errors import UserError
from pipelines.home import Home

LOOK_SECONDS = 0.5


def judge_draft_beside(home: Home, payroll_month: str, draft: Path, echo: Callable[[str], None]) -> None:
    """Judge a draft as `duibian gate --draft` does; returns when the month is published with it.

    Args:
        home: the home folder.
        payroll_month: the month that the draft pays.
        draft: the file, under its own name.
        echo: where lines of progress go, as they come.

    Raises:
        UserError: the month before is not published, another run is under way, the file gives no line of the
            payroll; or the program has met a fault of its own, and nothing was published.
    """
    hand = Beside()
    ended = Event()
    with tempfile.TemporaryDirectory(prefix="duibian-") as folder:
        progress = Path(folder) / "progress.txt"
        progress.touch()
        follower = Thread(target=_follow, args=(progress, ended, echo), name="draft progress", daemon=True)
        follower.start()
        try:
            hand.do(judge_here, home.root, payroll_month, draft, progress)
        except Broken as fault:
            raise UserError(
                "程序出错了，不是草表或操作有误；已发布的内容没有变化",
                where=str(fault),
                remedy="请告知系统管理员；也可以在服务器上用 duibian gate --draft 核对",
            ) from None
        finally:
            ended.set()
            follower.join()
            hand.stop()


def judge_here(root: Path, payroll_month: str, draft: Path, progress: Path) -> None:
    """The same in this process; lines of progress are added to a file.

    Raises:
        UserError: as `judge_draft_beside`.
    """
    from pipelines.gate_run import judge_draft
    from pipelines.hands import Hands

    hands = Hands()
    hands.start()
    try:
        with progress.open("a", encoding="utf-8") as lines:

            def echo(line: str) -> None:
                lines.write(f"{line}\n")
                lines.flush()

            judge_draft(Home(root), payroll_month, draft, echo, hands)
    finally:
        hands.stop()


def _follow(progress: Path, ended: Event, echo: Callable[[str], None]) -> None:
    with progress.open(encoding="utf-8") as lines:
        while True:
            is_last = ended.is_set()
            for line in lines:
                echo(line.rstrip("\n"))
            if is_last:
                return
            ended.wait(LOOK_SECONDS)
