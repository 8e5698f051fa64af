"""Tiers: fast tests first, then those that build a month, then the slow ones; the county where it is."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
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

NO_COUNTY = "样例县不在：请用 DUIBIAN_COUNTY 指明它的文件夹"
_TIERS = ("month", "county", "slow", "spark", "bench")
_HOMES = {"county_home": "county", "clean_home": "clean", "sample_home": "month"}
"""Months that a session builds once → the group of tests that share them, which stays in one worker."""


def _county() -> Path:
    beside = Path(__file__).resolve().parents[2] / "shared" / "county"
    return Path(os.environ.get("DUIBIAN_COUNTY") or beside)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    # Around all others: pytest-xdist reads the groups in its own, which would come before this one.
    is_there = (_county() / "inbox").is_dir()
    for item in items:
        if item.get_closest_marker("county") and not is_there:
            item.add_marker(pytest.mark.skip(reason=NO_COUNTY))
        group = _group(item)
        if group and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=_tier)
    yield


def _group(item: pytest.Item) -> str:
    """With whom a test shares a month that takes long to build; '' where it builds none."""
    used = {*getattr(item, "fixturenames", ()), *_HOMES.keys() & set(re.split(r"[\[\]-]", item.name))}
    for home, group in _HOMES.items():
        if home in used:
            return group
    if item.get_closest_marker("county"):
        return "county"
    return "month" if "months" in item.path.parts else ""


def _tier(item: pytest.Item) -> int:
    return max((n for n, name in enumerate(_TIERS, start=1) if item.get_closest_marker(name)), default=0)


@pytest.fixture(scope="session")
def county() -> Path:
    """The example county: `inbox/`, `draft/` and `truth/`, read where it lies."""
    if not (_county() / "inbox").is_dir():
        pytest.skip(NO_COUNTY)
    return _county()
