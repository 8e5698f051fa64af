"""规则核实情况 on 总览: what people concluded about each rule's findings, and nothing before anybody did."""

from __future__ import annotations

import re

from reports.web.site import Site
from tests.reports.web.pages.conftest import Browser, Enter
from tests.reports.web.pages.test_acts import ORANGE, YELLOW, decide


def rows(browser: Browser) -> list[list[str]]:
    """The table's rows as texts."""
    section = re.search(r'<section[^>]*id="rules">(.*?)</section>', browser.text("/"), re.DOTALL)
    if section is None:
        return []
    body = re.findall(r"<tr>(.*?)</tr>", section[1].split("<tbody>")[1], re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in body
    ]


def test_the_record_stands_on_the_overview_once_somebody_concluded_something(
    site: Site, enter: Enter
) -> None:
    reviewer = enter("reviewer", name="li")
    assert rows(reviewer) == []
    decide(reviewer, YELLOW, "refuted")
    decide(reviewer, ORANGE, "confirmed")
    assert rows(reviewer) == [
        ["P01 发薪无编", "1", "0", "0", "100.0%", "条数不足"],
        ["T01 编制类型不一致", "0", "1", "0", "0.0%", "条数不足"],
    ]
