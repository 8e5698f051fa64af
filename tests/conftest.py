"""Which tests run, in what order, and which of them in one process; the county where it is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

# What is right does not depend on how busy a machine is: no property fails for its seconds.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")

# Great Expectations imports PySpark where it is there, and PySpark ends a process whose main module has no
# file, as those of pytest-xdist: it takes them for its own documentation's tests.
if not hasattr(sys.modules["__main__"], "__file__"):
    sys.modules["__main__"].__file__ = __file__

NO_COUNTY = "样例县不在：请用 DUIBIAN_COUNTY 指明它的文件夹"
_MONTHS = "tests/months/"
_LONGEST_FIRST = (
    _MONTHS,
    "tests/pipelines/test_run.py",
    "tests/pipelines/",
    "tests/checks/rules/",
    "tests/bench/",
    "tests/reports/web/",
)


def _county() -> Path:
    beside = Path(__file__).resolve().parents[2] / "shared" / "county"
    return Path(os.environ.get("DUIBIAN_COUNTY") or beside)


class _FilesTogether(LoadScopeScheduling):  # type: ignore[misc]
    """Tests of one file in one process, for they share what it builds; so do all built months.

    Those in a browser have a process of their own (`make test`): Playwright leaves an event loop running, in
    which Django refuses its database.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _MONTHS if nodeid.startswith(_MONTHS) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)  # without processes beside each other nobody asks for it
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _FilesTogether:
    """However many processes share the work."""
    return _FilesTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The county's tests where it is; what takes longest first, so that no process works alone at the end."""
    is_there = (_county() / "inbox").is_dir()
    for item in items:
        if item.get_closest_marker("county") and not is_there:
            item.add_marker(pytest.mark.skip(reason=NO_COUNTY))
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    starts = (n for n, start in enumerate(_LONGEST_FIRST) if item.nodeid.startswith(start))
    return next(starts, len(_LONGEST_FIRST))


@pytest.fixture(scope="session")
def county() -> Path:
    """The example county: `inbox/`, `draft/` and `truth/`, read where it lies."""
    if not (_county() / "inbox").is_dir():
        pytest.skip(NO_COUNTY)
    return _county()
