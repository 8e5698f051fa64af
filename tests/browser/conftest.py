"""The real server over a home that was really published, and Debian's Chromium before it.

Everything here is of the package and goes with it: while Playwright lives, its event loop runs in this
thread, and Django refuses to be used beside one. What a test wants of the home's database it asks through
`Served.ask`.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, ViewportSize, sync_playwright

from pipelines.home import Home
from pipelines.run import run_month
from reports.web.casework.events import UserRole
from reports.web.site import Site, database_alias
from tests.browser import county
from tests.pipelines.conftest import _Lasting, leave_out_monthly_set, new_home

PASSWORD = "Yunling-2026"
SCREEN = ViewportSize(width=1366, height=768)
REQUIRED = "DUIBIAN_REQUIRE_BROWSER"
NO_BROWSER = "没有 chromium：请执行 make browser，或安装 Debian 的软件包 chromium"
BEGAN = datetime(2026, 10, 12, 10, 0, tzinfo=timezone(timedelta(hours=8)))
"""When the tests' clock begins: before the payroll of 2026-10 is locked."""
HANDLER, REVIEWER, FINANCE = "handler", "reviewer", "finance"
PEOPLE = {
    "operator": "钱操作",
    HANDLER: "周核查",
    REVIEWER: "吴复核",
    FINANCE: "郑财政",
    "audit": "王审计",
    "supervisor": "冯主管",
    "unit": "陈单位",
    "system_admin": "褚系统",
    "security_admin": "卫安全",
    "audit_admin": "蒋审计",
}
PLACES = {"supervisor": {"supervisor_id": county.OWN_UNIT}, "unit": {"unit_id": county.OWN_UNIT}}
T = TypeVar("T")


def chromium() -> str:
    """Where Debian's Chromium is; '' where it is not."""
    return shutil.which("chromium") or ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder are browser tests, and are left out where there is none and nobody insists."""
    own = [item for item in items if Path(item.path).parent == Path(__file__).parent]
    for item in own:
        item.add_marker(pytest.mark.browser)
        if not chromium() and not os.environ.get(REQUIRED):
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


class Clock:
    """Goes on from one moment, whatever day it is."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def __call__(self) -> datetime:
        return BEGAN + timedelta(seconds=time.monotonic() - self._since)


@dataclass
class Served:
    """A home that is being served.

    Attributes:
        home: its folder. site: as the pages have it. origin: where it answers.
        hands: the processes that work beside a run.
    """

    home: Home
    site: Site
    origin: str
    hands: _Lasting
    _beside: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def ask(self, question: Callable[[], T]) -> T:
        """An answer that needs the database, from a thread without an event loop."""

        def answered() -> T:
            from reports.web.pages.desk import desk_of

            token = database_alias.set(desk_of(self.site).alias)
            try:
                return question()
            finally:
                database_alias.reset(token)

        return self._beside.submit(answered).result()

    def events(self, name: str) -> list[dict[str, Any]]:
        """What casework has of one kind."""
        from reports.web.pages.desk import desk_of

        return self.ask(lambda: desk_of(self.site).casework.events(name).to_dicts())

    def publish(self, month: str) -> None:
        """Run a month that was delivered, as `duibian run` does."""
        self._beside.submit(_run, self.home, month, self.hands).result()


def _run(home: Home, month: str, hands: _Lasting) -> None:
    with pytest.MonkeyPatch.context() as patch:
        leave_out_monthly_set(patch)
        run_month(home, month, {}, lambda _: None, hands)


def make_accounts(site: Site) -> None:
    """One person a role, each with a password of his own choice."""
    from reports.web.accounts.models import User
    from reports.web.pages.desk import desk_of

    for role, name in PEOPLE.items():
        user = User.objects.create_user(role, PASSWORD, name, **PLACES.get(role, {}))
        user.must_change = False
        user.save()
        desk_of(site).casework.append(UserRole(by="root", user=role, role=role, verdict="granted"))


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """2026-09 published, its pages served on a port of this machine."""
    if not chromium():
        pytest.fail(NO_BROWSER)
    from django.test import override_settings
    from waitress import wasyncore

    from pipelines.serving import site_of
    from reports.web.pages.desk import close_desks
    from reports.web.server import listening

    hands = _Lasting()
    hands.start()
    home = new_home(tmp_path_factory.mktemp("served") / "home")
    county.write_month(home.inbox, county.MONTH)
    _run(home, county.MONTH, hands)
    plain = site_of(home)
    site = replace(plain, casework=replace(plain.casework, clock=Clock()))
    server = listening(site, "127.0.0.1", 0)
    one = Served(home, site, f"http://127.0.0.1:{server.effective_port}", hands)
    thread = threading.Thread(target=server.run, name="pages")
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        one.ask(lambda: make_accounts(site))
        thread.start()
        yield one
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join()
        server.task_dispatcher.shutdown()
    one.ask(close_desks)
    hands.end()


@pytest.fixture(scope="package")
def chrome(served: Served) -> Iterator[Browser]:
    """One browser for all tests; it comes after the server and goes before it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        yield browser
        browser.close()


@dataclass
class Watched:
    """What a context of the browser asked for and complained about."""

    origin: str
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        """Listen to every page of it."""
        context.on("request", self._asked)
        context.on("console", lambda said: self._said(said.type, said.text))
        context.on("weberror", lambda fault: self.complaints.append(str(fault.error)))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:")):
            self.elsewhere.append(request.url)

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)


Enter = Callable[..., Page]


@pytest.fixture
def enter(served: Served, chrome: Browser) -> Iterator[Enter]:
    """A window of somebody's own, logged in; nothing was asked elsewhere, nothing complained."""
    opened: list[tuple[BrowserContext, Watched]] = []

    def entered(role: str, *, scripts: bool = True) -> Page:
        context = chrome.new_context(
            base_url=served.origin,
            viewport=SCREEN,
            java_script_enabled=scripts,
            locale="zh-CN",
        )
        context.set_default_timeout(15_000)
        watched = Watched(served.origin)
        watched.follow(context)
        opened.append((context, watched))
        page = context.new_page()
        log_in(page, role)
        return page

    yield entered
    for context, _ in opened:
        context.close()
    assert [url for _, watched in opened for url in watched.elsewhere] == []
    assert [text for _, watched in opened for text in watched.complaints] == []


def log_in(page: Page, role: str, password: str = PASSWORD) -> None:
    """As somebody at the keyboard does."""
    page.goto("/login")
    page.get_by_label("用户名").fill(role)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def navigation(page: Page) -> list[str]:
    """The words of the main navigation."""
    return page.get_by_role("navigation", name="主导航").get_by_role("link").all_inner_texts()


def table_rows(page: Page) -> Locator:
    """The rows of the list."""
    return page.locator("table.t--list tbody tr")
