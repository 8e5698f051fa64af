"""The lake behind a published month."""

from __future__ import annotations

from pathlib import Path

from assets.published import published_months, read_pointer
from connectors.errors import UserError
from connectors.store import RunStore
from pipelines.home import Home


def published_store(home: Home, month: str) -> RunStore:
    """The tables of the run that a month's pointer names.

    Raises:
        UserError: the month is not published, or its tables are gone.
    """
    pointer = read_pointer(home.published, month)
    store = RunStore(home.run_folder(month, pointer.run if pointer else ""))
    if pointer is None or not store.has("finding"):
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
    if not published or (month is not None and month not in published):
        what = f"{month} 还没有发布" if month else "还没有发布过任何月份"
        raise UserError(what, where="--month", remedy=f"请先运行 duibian run --month {month or '年-月'}")
    return month or published[-1]
