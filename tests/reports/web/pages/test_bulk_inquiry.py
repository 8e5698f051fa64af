"""核实单 about many findings: who would be asked, what is left out and why; sent as shown, kept as papers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from openpyxl import load_workbook

from connectors.landing import archived
from reports.web.site import Site
from tests.reports.web.pages.conftest import Browser, Enter
from tests.reports.web.pages.test_acts import ORANGE, RED, TWICE, YELLOW, decide, events
from tests.reports.web.pages.test_bulk import choose

PREVIEW, SEND = "/findings/bulk/inquiries", "/findings/bulk/inquiries/send"
BLUE = "629923-P02-00004"


def shown(preview: HttpResponse) -> dict[str, int]:
    """Recipient → how many findings it would be asked about."""
    found = re.findall(
        r'<tr><td>([^<]+)</td><td class="num">([0-9,]+)</td><td class="num">', preview.content.decode()
    )
    return {name: int(number) for name, number in found}


def sent(browser: Browser, preview: HttpResponse, query: str = "", **other: str) -> HttpResponse:
    """Press the button of a preview."""
    text = preview.content.decode()
    form = text[text.index(f'action="{SEND}') :]
    hidden = dict(
        re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">', form[: form.index("</form>")])
    )
    return browser.post(f"{SEND}{query}", **{**hidden, **other})


def recipients(site: Site) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in events(site, "inquiry"):
        found.setdefault(row["recipient_name"], set()).add(row["number"])
    return found


def asked_units(site: Site, *numbers: str) -> dict[str, str]:
    """Number → the body that a finding is about, as the month has it."""
    from reports.web.pages.desk import desk_of

    query = (
        "select f.number, u.name from finding f join unit u using (unit_id)"
        " where f.number in (select unnest($n))"
    )
    with desk_of(site).month("2026-10") as month:
        return {row["number"]: row["name"] for row in month.rows(query, {"n": list(numbers)})}


def test_a_preview_says_who_would_be_asked_and_sends_nothing(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    choose(browser, RED, ORANGE, YELLOW, BLUE)
    preview = browser.post(PREVIEW)
    assert preview.status_code == 200
    assert sum(shown(preview).values()) == 3
    text = preview.content.decode()
    assert f"{BLUE}</a></td><td>蓝级不发核实单" in text
    assert events(site, "inquiry") == [] == events(site, "attachment")


def test_each_unit_is_asked_itself_where_that_is_wanted(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    choose(browser, RED, ORANGE, YELLOW)
    units = asked_units(site, RED, ORANGE, YELLOW)
    preview = browser.post(PREVIEW, to="unit")
    assert shown(preview) == {name: list(units.values()).count(name) for name in units.values()}
    assert sent(browser, preview).status_code == 302
    assert recipients(site) == {
        name: {number for number, unit in units.items() if unit == name} for name in units.values()
    }
    assert {row["recipient"] for row in events(site, "inquiry")} == {
        row["unit_id"] for row in events(site, "inquiry")
    }


def test_what_was_shown_is_sent_and_every_book_is_kept_with_what_it_asks(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    choose(browser, RED, ORANGE, YELLOW)
    preview = browser.post(PREVIEW, paper="云编核〔2026〕5号")
    expected = shown(preview)
    assert sent(browser, preview).status_code == 302
    assert {name: len(numbers) for name, numbers in recipients(site).items()} == expected
    assert {row["paper"] for row in events(site, "inquiry")} == {"云编核〔2026〕5号"}
    books = {row["number"]: row for row in events(site, "attachment")}
    assert set(books) == {RED, ORANGE, YELLOW}
    for number, book in books.items():
        path = archived(site.home / "archive", book["file_sha256"])
        assert number in written(path)
        for name, numbers in recipients(site).items():
            if number in numbers:
                assert name in book["file"]
    text = browser.text("/findings")
    assert f"已登记发出 3 项、{len(expected)} 本核实单" in text
    assert "<b>0</b> 条" in text
    assert "状态 <b>核实中</b>" in browser.text(f"/findings/{YELLOW}")


def written(path: Path) -> str:
    """All that stands in a workbook."""
    with path.open("rb") as file:
        sheets = load_workbook(file).worksheets
    return "\n".join(str(cell) for sheet in sheets for row in sheet.values for cell in row)


def test_what_was_asked_before_is_left_out_unless_it_is_asked_again(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    choose(browser, RED, ORANGE)
    assert sent(browser, browser.post(PREVIEW)).status_code == 302
    choose(browser, RED, YELLOW)
    preview = browser.post(PREVIEW)
    assert sum(shown(preview).values()) == 1
    assert "证据没有变化" in preview.content.decode()
    again = browser.post(PREVIEW, again="1")
    assert sum(shown(again).values()) == 2
    assert sent(browser, again).status_code == 302
    assert len(events(site, "inquiry")) == 4


def test_a_filter_can_be_meant(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    query = "?severity=1&all=1"
    assert sent(browser, browser.post(f"{PREVIEW}{query}"), query).status_code == 302
    assert {row["number"] for row in events(site, "inquiry")} == {RED, TWICE}


def test_a_confirmation_that_was_changed_on_the_way_sends_nothing(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    choose(browser, RED, ORANGE)
    preview = browser.post(PREVIEW)
    for other in ({"to": "unit"}, {"seal": "x"}, {"seal": ""}, {"paper": "别的文号"}):
        assert sent(browser, preview, **other).status_code == 409
    choose(browser, YELLOW)
    assert sent(browser, preview).status_code == 409
    assert events(site, "inquiry") == [] == events(site, "attachment")


def test_whatever_was_decided_in_between_is_not_asked(site: Site, enter: Enter) -> None:
    one, other = enter("reviewer", name="li"), enter("reviewer", name="wang")
    choose(one, RED, ORANGE)
    preview = one.post(PREVIEW)
    decide(other, ORANGE, "refuted", reason="号码登记有误")
    answer = sent(one, preview)
    assert answer.status_code == 409
    assert events(site, "inquiry") == []
    assert sent(one, answer).status_code == 302
    assert {row["number"] for row in events(site, "inquiry")} == {RED}


@pytest.mark.parametrize("given", [{}, {"paper": "长" * 2000}])
def test_nothing_chosen_or_too_long_a_paper_is_refused(given: dict[str, str], enter: Enter) -> None:
    browser = enter("handler")
    if given:
        choose(browser, RED)
    for address in (PREVIEW, SEND):
        assert browser.post(address, **given).status_code == 422


def test_the_bulk_page_offers_it(enter: Enter) -> None:
    browser = enter("handler")
    choose(browser, RED)
    assert f'action="{PREVIEW}?' in browser.text("/findings/bulk")
