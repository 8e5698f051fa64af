"""Every page: nothing asked elsewhere, no complaint of the browser, fit for everybody, needs no script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bench.web_pages import LOGIN, PAGES, WebPage, addresses
from tests.browser import county
from tests.browser.conftest import HANDLER, SCREEN, Served, Watched, log_in, table_rows

NOT_ALONE = {
    "logout",
    "select",
    "bulk_preview",
    "bulk_confirm",
    "preview_inquiries",
    "send_inquiries",
    "export",
    "save_view",
    "drop_view",
    "decide",
    "undo",
    "countersign",
    "assign",
    "ask",
    "unask",
    "answer",
    "unmask",
    "attach",
    "paper",
    "detach",
    "unmask_person",
    "gate_record",
    "gate_preview",
    "gate_sign",
    "gate_breaker",
    "gate_letter",
    "gate_export",
    "gate_wait",
    "unit_card",
    "answer_mapping",
    "who_saw",
    "who_saw_person",
    "add_account",
    "change_account",
    "change_role",
    "judge_pair",
    "unmask_pair",
    "api_description",
}
"""Addresses that take a form, hand out a file or stand only after something was done."""
SHOWN = [page for page in PAGES if "{draft}" not in page.address]
"""Those of a month that has judged no draft; `test_work` opens the others."""
BAD = ("serious", "critical")


@pytest.mark.usefixtures("served")
def test_no_page_is_left_out() -> None:
    from reports.web.urls import urlpatterns

    named = {getattr(one, "name", "") for one in urlpatterns} - {"", None}
    assert named == {page.view for page in (*PAGES, LOGIN)} | NOT_ALONE


@pytest.fixture(scope="module")
def places(served: Served) -> dict[str, str]:
    """View → its address in the month that is published."""
    shown = served.ask(lambda: addresses(served.home.root, county.MONTH))
    return {one.page.view: one.address for one in shown}


class Windows:
    """A window a role, with scripts or without, logged in once."""

    def __init__(self, served: Served, chrome: Browser) -> None:
        self._served, self._chrome = served, chrome
        self._open: dict[tuple[str, bool], tuple[BrowserContext, Page]] = {}
        self.watched = Watched(served.origin)
        self.headings: dict[str, list[str]] = {}

    def of(self, role: str, *, scripts: bool) -> Page:
        """The window of a role; '' has not logged in."""
        if (role, scripts) not in self._open:
            context = self._chrome.new_context(
                base_url=self._served.origin, viewport=SCREEN, java_script_enabled=scripts
            )
            self.watched.follow(context)
            page = context.new_page()
            if role:
                log_in(page, role)
            self._open[role, scripts] = context, page
        return self._open[role, scripts][1]

    def close(self) -> None:
        """All of them."""
        for context, _ in self._open.values():
            context.close()


@pytest.fixture(scope="module")
def windows(served: Served, chrome: Browser) -> Iterator[Windows]:
    opened = Windows(served, chrome)
    yield opened
    opened.close()


@pytest.fixture
def quiet(windows: Windows) -> Iterator[None]:
    """In the end nothing was asked elsewhere, and the browser complained of nothing."""
    windows.watched.elsewhere.clear()
    windows.watched.complaints.clear()
    yield
    assert windows.watched.elsewhere == []
    assert windows.watched.complaints == []


@pytest.mark.parametrize("page", [*SHOWN, LOGIN], ids=lambda page: page.view)
@pytest.mark.usefixtures("quiet")
def test_a_page_is_fit_for_everybody_on_an_office_screen(
    page: WebPage, windows: Windows, places: dict[str, str]
) -> None:
    window = windows.of(page.role, scripts=True)
    answer = window.goto(places[page.view])
    assert answer is not None
    assert answer.status == 200
    windows.headings[page.view] = window.get_by_role("heading").all_inner_texts()
    found = Axe().run(window, options={"resultTypes": ["violations"]}).response["violations"]
    bad = [
        (one["id"], one["impact"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in found
        if one["impact"] in BAD
    ]
    assert bad == []
    assert window.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.view)
@pytest.mark.usefixtures("quiet")
def test_a_page_says_the_same_without_scripts(
    page: WebPage, windows: Windows, places: dict[str, str]
) -> None:
    if page.view not in windows.headings:
        with_scripts = windows.of(page.role, scripts=True)
        with_scripts.goto(places[page.view])
        windows.headings[page.view] = with_scripts.get_by_role("heading").all_inner_texts()
    without = windows.of(page.role, scripts=False)
    without.goto(places[page.view])
    assert without.get_by_role("heading").all_inner_texts() == windows.headings[page.view]
    assert without.locator("main").inner_text()


@pytest.mark.usefixtures("quiet")
def test_a_list_is_filtered_ticked_and_worked_on_in_bulk_without_scripts(windows: Windows) -> None:
    page = windows.of(HANDLER, scripts=False)
    page.goto(f"/findings?month={county.MONTH}")
    page.get_by_role("form", name="筛选").get_by_label("规则", exact=True).fill("I04")
    page.get_by_role("button", name="筛选", exact=True).click()
    boxes = table_rows(page).get_by_role("checkbox")
    boxes.nth(0).check()
    page.get_by_role("link", name="下一页 ›")
    page.get_by_role("button", name="记住并翻页 ›").click()
    boxes.nth(0).check()
    page.get_by_role("button", name="办理所选（先预览）…").click()
    expect(page.locator(".head__sub")).to_contain_text("选中的 2 条")
    page.get_by_role("radio", name="整改中").check()
    page.get_by_label("理由").fill("人社已在补录")
    page.get_by_role("form", name="办理").get_by_role("button", name="预览").click()
    page.get_by_role("button", name="确认办理 2 条").click()
    expect(page.get_by_role("status")).to_contain_text("已办理 2 条")
