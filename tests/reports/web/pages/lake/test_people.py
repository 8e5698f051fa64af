"""人员 and 三数对应: lists go on by key, nobody twice and nobody left out."""

from __future__ import annotations

import re

import pytest

from tests.reports.web.pages.conftest import Browser, Enter
from tests.reports.web.pages.lake.sample import SCHOOL


def walked(browser: Browser, address: str) -> list[list[str]]:
    """The names on each page, following the link to the next one."""
    pages: list[list[str]] = []
    following: str | None = address
    while following and len(pages) < 20:
        text = browser.text(following)
        pages.append(re.findall(r'<td[^>]*><a href="/people/[^"]*">([^<]*)</a>', text))
        link = re.search(r'<a class="btn" rel="next" href="([^"]*after=[^"]*)"', text)
        path = address.partition("?")[0]
        following = path + link[1].replace("&amp;", "&") if link else None
    return pages


def test_the_bridge_goes_on_where_it_stopped(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = enter("audit")
    (whole,) = walked(browser, "/bridge?comparison=paid")
    monkeypatch.setattr("reports.web.pages.people.SIZE", 1)
    pages = walked(browser, "/bridge?comparison=paid")
    assert [len(page) for page in pages] == [1] * len(whole)
    assert [name for page in pages for name in page] == whole
    assert len(whole) == 4


def test_people_go_on_where_they_stopped(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = enter("audit")
    (whole,) = walked(browser, "/people")
    monkeypatch.setattr("reports.web.pages.people.SIZE", 1)
    assert [name for page in walked(browser, "/people") for name in page] == whole
    assert set(whole) == {"陈守义", "马兰瑛", "马兰英"}


def test_a_reason_of_a_departments_count_has_its_own_words(enter: Enter) -> None:
    text = enter("audit").text("/bridge", comparison="personnel", unit=SCHOOL)
    assert "类型不同 −1" in text
    assert "阿依古丽·买买提" in text


@pytest.mark.parametrize("after", ["~~~~", "x~Y~P~1~0", "'~'~'~1~1", "a" * 400, "~~~99999999999~1"])
def test_a_place_that_is_none_is_no_error(after: str, enter: Enter) -> None:
    assert enter("audit").get("/bridge", comparison="paid", after=after).status_code == 200


def test_people_are_narrowed_by_a_pattern_of_lists(enter: Enter) -> None:
    browser = enter("audit")
    (everybody,) = walked(browser, "/people")
    halves = [
        name
        for one in ("1____", "0____")
        for page in walked(browser, f"/people?presence={one}")
        for name in page
    ]
    assert sorted(halves) == sorted(everybody)
    (odd,) = walked(browser, "/people?presence=%25%25%25%25%25")
    assert odd == everybody, "a pattern that is none is left out"


def test_the_bridge_is_narrowed_by_its_sign(enter: Enter) -> None:
    browser = enter("audit")
    (whole,) = walked(browser, "/bridge?comparison=paid")
    more, less = (
        [name for page in walked(browser, f"/bridge?comparison=paid&sign={sign}") for name in page]
        for sign in ("1", "-1")
    )
    assert sorted(more + less) == sorted(whole)
