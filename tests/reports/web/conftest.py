from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from reports.web.casework import open_casework
from reports.web.casework.store import Casework
from reports.web.settings import WebSettings

SHANGHAI = timezone(timedelta(hours=8))


class Clock:
    """A minute later at every look."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 10, 20, 8, 59, tzinfo=SHANGHAI)

    def __call__(self) -> datetime:
        self.moment += timedelta(minutes=1)
        return self.moment


def settings_in(folder: Path, database: str = "") -> WebSettings:
    return WebSettings(folder / "casework.sqlite3", folder / "audit.jsonl", "root", Clock(), database)


Open = Callable[[Path], Casework]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Casework of a folder, closed in the end."""
    all_opened: list[Casework] = []

    def open_in(folder: Path) -> Casework:
        all_opened.append(open_casework(settings_in(folder)))
        return all_opened[-1]

    yield open_in
    for casework in all_opened:
        casework.close()


@pytest.fixture
def casework(opened: Open, tmp_path: Path) -> Casework:
    """A new one."""
    return opened(tmp_path)
