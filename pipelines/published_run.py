"""The lake behind a published month."""

from __future__ import annotations

from pathlib import Path

from assets.destroyed import destroyed
from assets.published import published_months, read_pointer
from connectors.errors import UserError
from connectors.store import RunStore
from pipelines.home import Home
from pipelines.retention_terms import BY_NAME, LAKE, PUBLISHED


def published_store(home: Home, month: str) -> RunStore:
    """The tables of the run that a month's pointer names.

    Raises:
        UserError: the month is not published, or its tables are gone.
    """
    pointer = read_pointer(home.published, month)
    store = RunStore(home.run_folder(month, pointer.run if pointer else ""))
    if pointer is None or not store.has("finding"):
        refuse_destroyed(home, month, LAKE)
        raise UserError(
            f"{month} 的中间结果不见了，后面的月份接不上",
            where=str(Path("lake") / month),
            remedy=f"请从备份恢复 lake 文件夹，或先重新运行 duibian run --month {month}",
        )
    return store


def chosen_month(home: Home, month: str | None) -> str:
    """A published month: the one named, else the latest.

    Raises:
        UserError: it is not published, or none is.
    """
    published = published_months(home.published)
    if month is not None and month not in published:
        refuse_destroyed(home, month)
    if not published or (month is not None and month not in published):
        what = f"{month} 还没有发布" if month else "还没有发布过任何月份"
        raise UserError(what, where="--month", remedy=f"请先运行 duibian run --month {month or '年-月'}")
    return month or published[-1]


def refuse_destroyed(home: Home, month: str, part: str = PUBLISHED) -> None:
    """Say of a part of a month that is not there any more why that is.

    Raises:
        UserError: it was destroyed when its term was over.
    """
    gone = destroyed(home.published, month, part)
    if gone is not None:
        raise UserError(
            f"{month} 的{BY_NAME[part].label}{gone.words}（保存期限已满）",
            where=f"{home.disposal.name}/销毁清单 {gone.number}.xlsx",
            remedy="不能再查看或重做，请改用还保存着的月份；销毁了什么、依据和办理人见销毁清单",
        )
