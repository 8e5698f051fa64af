"""Two published months, written once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reports.briefing.two_months import write_two_months


@pytest.fixture(scope="session")
def two_months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with two published months."""
    return write_two_months(tmp_path_factory.mktemp("briefing"))
