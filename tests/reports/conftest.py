"""A small published month, made once a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.published import PublishedMonth, open_month
from tests.reports.published_sample import MONTH, write_published_month


@pytest.fixture(scope="session")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with one published month."""
    return write_published_month(tmp_path_factory.mktemp("home"))


@pytest.fixture
def published_month(published_home: Path) -> Iterator[PublishedMonth]:
    """That month, opened."""
    with open_month(published_home, MONTH) as month:
        yield month
