"""总览: every number leads to a list, and the list has as many."""

from __future__ import annotations

import html
import re

import pytest

from tests.reports.web.pages.conftest import Browser, Enter


def links(text: str) -> list[str]:
    """The addresses of the page's own links, in order."""
    main = text[text.index('<main class="page"') : text.index("</main>")]
    found = [html.unescape(one) for one in re.findall(r'<a [^>]*?href="([^"]+)"', main)]
    return [one for one in dict.fromkeys(found) if not one.startswith("#")]


def listed(browser: Browser, address: str) -> int:
    """How many findings a list says that it has."""
    text = browser.text(address)
    return int(re.search(r"<b>([0-9,]+)</b> 条", text)[1].replace(",", ""))  # type: ignore[index]


def cells(text: str, section: str) -> list[tuple[str, int]]:
    """Addresses with the numbers that they stand under, in a section of the page."""
    part = text[text.index(f"<h2>{section}") :]
    part = part[: part.index("</section>")]
    found = re.findall(r'<a href="(/findings\?[^"]*)">[+−]?([0-9,]+)</a>', part)
    return [(html.unescape(address), int(n.replace(",", ""))) for address, n in found]


def test_every_number_leads_somewhere(enter: Enter) -> None:
    browser = enter("audit")
    found = links(browser.text("/"))
    assert len(found) > 40
    kinds = {re.sub(r"=[^&#]*", "", address): address for address in found}
    for address in kinds.values():
        assert browser.get(address if address.startswith("/") else f"/{address}").status_code == 200, address


@pytest.mark.parametrize("section", ["疑点　组 × 级", "本月变化", "主管部门　未结最多"])
def test_a_list_has_as_many_findings_as_the_number_that_leads_to_it(section: str, enter: Enter) -> None:
    browser = enter("audit")
    known = cells(browser.text("/"), section)
    assert known
    for address, n in known:
        assert listed(browser, address) == n, address


def test_the_list_of_a_principal_rule_has_its_cases_and_their_money(enter: Enter) -> None:
    browser = enter("audit")
    text = browser.text("/")
    part = text[text.index("<h2>涉及金额") :]
    rows = re.findall(
        r'<a href="(/findings\?[^"]*principal[^"]*)"[^>]*>[^<]*</a></th>'
        r'<td class="num"><a[^>]*>([0-9,]+)</a>.*?([0-9,.]+)</td></tr>',
        part,
    )
    assert rows
    for address, cases, money in rows:
        head = browser.text(html.unescape(address))
        assert f"<b>{cases}</b> 案" in head
        assert f"可追缴 <b>{money}</b> 元" in head


def test_last_months_findings_less_what_is_gone_and_more_what_is_new_are_this_months(enter: Enter) -> None:
    text = enter("audit").text("/")
    flow = text[text.index('<ul class="flow">') :]
    flow = flow[: flow.index("</ul>")]
    shown = re.findall(r">([−+]?[0-9,]+)</(?:a|b)>", flow)
    before, gone, new, reopened, now = (int(one.replace("−", "-").replace(",", "")) for one in shown)
    assert before + gone + new + reopened == now
    assert gone <= 0


def test_vacant_and_over_are_those_of_the_list_of_bodies(enter: Enter) -> None:
    browser = enter("audit")
    text, bodies = browser.text("/"), browser.text("/units")
    over, vacant = (
        re.search(rf"{words} <b>([0-9,]+)</b>", bodies)[1]  # type: ignore[index]
        for words in ("超编", "空编")
    )
    assert re.search(r"state=vacant\">([0-9,]+)<", text)[1] == vacant  # type: ignore[index]
    assert re.search(r"state=over\">([0-9,]+)<", text)[1] == over  # type: ignore[index]


def test_a_month_that_was_never_published_is_said_to_be_none(enter: Enter) -> None:
    answer = enter("audit").get("/", month="2031-01")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "没有发布过 2031-01。已经发布的是 2026-10。" in text
    assert "主导航" in text
    assert "&lt;b&gt;" in enter("audit", name="b").get("/", month="<b>").content.decode()
