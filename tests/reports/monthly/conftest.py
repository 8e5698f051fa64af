"""Two months with their facts, made once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reports.monthly.two_months import write_two_months


@pytest.fixture(scope="session")
def two_months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with September and October 2026."""
    return write_two_months(tmp_path_factory.mktemp("two_months"))
