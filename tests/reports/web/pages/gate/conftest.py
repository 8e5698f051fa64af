"""The site of the pages, with a judged payroll in its month."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.web.site import Site
from tests.reports.published_sample import MONTH, write_published_month
from tests.reports.web.pages.conftest import Browser
from tests.reports.web.pages.gate.payroll_sample import DRAFT, tables


@pytest.fixture(scope="session")
def gate_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose month has judged a draft."""
    return write_published_month(tmp_path_factory.mktemp("gate"), tables())


@pytest.fixture(autouse=True)
def judged(site: Site, gate_home: Path) -> None:
    """The site's month is that of `gate_home`."""
    name = f"{MONTH}-sample.duckdb"
    (site.home / "published" / name).write_bytes((gate_home / "published" / name).read_bytes())


Act = Callable[..., str]


@pytest.fixture
def act() -> Act:
    """Choose lines, look at the preview, confirm it: what the last page said, '' where all went well."""

    def acted(browser: Browser, what: str, *uids: str, paper: str = "", reason: str = "") -> str:
        shown = browser.post("/gate/preview", payroll=DRAFT, what=what, line=",".join(uids))
        text = shown.content.decode()
        assert shown.status_code == 200, text
        seen = re.search(r'name="seen" value="([0-9a-f]{64})"', text)
        able = re.search(r'name="line" value="([0-9,]*)"', text)
        if not seen or not able:
            return text
        done = browser.post(
            "/gate/sign", payroll=DRAFT, what=what, line=able[1], seen=seen[1], paper=paper, reason=reason
        )
        return "" if done.status_code == 302 else done.content.decode()

    return acted
