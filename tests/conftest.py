"""Tiers: fast tests first, then those that build a month, then the slow ones; the county where it is."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# What is right does not depend on how busy a machine is: no property fails for its seconds.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")

# Great Expectations imports PySpark where it is there, and PySpark ends a process whose main module has no
# file, as those of pytest-xdist: it takes them for its own documentation's tests.
if not hasattr(sys.modules["__main__"], "__file__"):
    sys.modules["__main__"].__file__ = __file__

_TIERS = ("month", "county", "slow", "spark", "bench")
_GROUPED = ("month", "county")  # share what a session builds, so they stay in one worker


def _county() -> Path:
    beside = Path(__file__).resolve().parents[2] / "shared" / "county"
    return Path(os.environ.get("DUIBIAN_COUNTY") or beside)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    is_there = (_county() / "inbox").is_dir()
    for item in items:
        if item.get_closest_marker("county") and not is_there:
            item.add_marker(pytest.mark.skip(reason="样例县不在：请用 DUIBIAN_COUNTY 指明它的文件夹"))
        for tier in _GROUPED:
            if item.get_closest_marker(tier) and not item.get_closest_marker("xdist_group"):
                item.add_marker(pytest.mark.xdist_group(tier))
    items.sort(key=_tier)


def _tier(item: pytest.Item) -> int:
    return max((n for n, name in enumerate(_TIERS, start=1) if item.get_closest_marker(name)), default=0)


@pytest.fixture(scope="session")
def county() -> Path:
    """The example county: `inbox/`, `draft/` and `truth/`, read where it lies."""
    return _county()
