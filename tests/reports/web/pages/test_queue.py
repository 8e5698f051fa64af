"""The list behind a page of details: where a finding stands in it, and what comes before and after."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from reports.web.site import Site
from tests.reports.published_sample import MONTH, sample_tables, write_published_month
from tests.reports.web.pages.conftest import Enter
from tests.reports.web.pages.test_acts import RED, decide
from tests.reports.web.pages.test_findings import listed

SORTS = ("severity", "-amount", "name", "-name", "due", "-number", "-status")


@pytest.fixture
def long_list(site: Site) -> None:
    """A month with forty findings, many of them alike."""
    tables = sample_tables()
    first = tables["finding"][0]
    many = [
        {
            **first,
            "finding_id": f"{n:016x}",
            "number": f"629923-P06-{n:05}",
            "severity": n % 3 + 2,
            "status": "closed" if n % 13 == 0 else "lead",
            "name": None if n % 7 == 0 else f"人{n % 5}",
            "amount_total": None if n % 4 == 0 else n % 9,
        }
        for n in range(1, 41)
    ]
    (site.home / "published" / f"{MONTH}-sample.duckdb").unlink()
    write_published_month(site.home, {**tables, "finding": many}, MONTH)


def beside(text: str) -> tuple[str, str]:
    """The numbers of the finding before and of the one after; '' for none."""
    return tuple(  # type: ignore[return-value]
        found[1] if (found := re.search(rf'<a rel="{way}"[^>]*href="/findings/([0-9A-Z-]+)\?', text)) else ""
        for way in ("prev", "next")
    )


def place(text: str) -> tuple[int, int]:
    """Which one of how many."""
    found = re.search(r"第 <b>([0-9,]+)</b> / ([0-9,]+) 条", text)
    assert found
    return int(found[1]), int(found[2])


@pytest.mark.usefixtures("long_list")
@pytest.mark.parametrize("sort", SORTS)
def test_every_place_and_both_neighbours_are_those_of_the_list(sort: str, enter: Enter) -> None:
    browser = enter("audit")
    whole = listed(browser.text("/findings", sort=sort, size="100"))
    assert len(whole) == 37
    for at in (0, 1, 2, 11, 12, 13, 24, 25, 35, 36):
        text = browser.text(f"/findings/{whole[at]}", sort=sort)
        assert place(text) == (at + 1, 37)
        assert beside(text) == (whole[at - 1] if at else "", whole[at + 1] if at < 36 else "")


@pytest.mark.usefixtures("long_list")
def test_a_finding_that_its_list_does_not_have_any_more_keeps_its_neighbours(enter: Enter) -> None:
    browser = enter("reviewer")
    whole = listed(browser.text("/findings", size="100"))
    assert decide(browser, whole[5], "closed").status_code == 302
    text = browser.text(f"/findings/{whole[5]}")
    assert "清单共 36 条，本条已不在其中" in text
    assert beside(text) == (whole[4], whole[6])
    assert place(browser.text(f"/findings/{whole[6]}")) == (6, 36)


def test_the_place_is_that_of_a_filtered_list(enter: Enter) -> None:
    browser = enter("audit")
    whole = listed(browser.text("/findings", severity="3"))
    text = browser.text(f"/findings/{whole[-1]}", severity="3")
    assert place(text) == (len(whole), len(whole))
    assert "清单的最后一条" in text


def test_on_a_narrow_screen_the_words_stay(enter: Enter) -> None:
    assert "queue__at" in enter("audit").text(f"/findings/{RED}")
    css = (files("reports.web.pages") / "static/duibian/app.css").read_text("utf-8")
    assert re.search(r"max-width: 1000px\) \{ \.queue \.end \.id \{ display: none; \} \}", css)
    assert not re.search(r"queue__at[^}]*display: none", css)
