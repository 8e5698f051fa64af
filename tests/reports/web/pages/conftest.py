"""A site over the small published month, and people who may open it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from django.http import HttpResponse

from reports.inquiry.codes import check_code
from reports.inquiry.model import Inquiry
from reports.inquiry.read import lay_inquiries, read_inquiries
from reports.render.inquiry_book import write_books
from reports.web.casework import open_casework
from reports.web.casework.events import UserRole
from reports.web.settings import configure
from reports.web.site import ENVIRON, AskedInquiry, Site, database_alias
from tests.reports.inquiry.asking import KEY, request_over
from tests.reports.web.conftest import settings_in

PASSWORD = "Yunling-2026"


def write_inquiry(home: Path, asked: AskedInquiry, path: Path | None) -> tuple[Inquiry, ...]:
    """As a home's office writes it, with the clock and the key of the tests."""
    options = {"发出日期": asked.on.isoformat(), "存量": "是", "发给单位": "是" if asked.by_unit else "否"}
    with request_over(home, unit=asked.unit_id, options=options) as request:
        lay_inquiries(request, numbers=asked.numbers)
        return tuple(read_inquiries(request) if path is None else write_books(request, path))


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all its tables and nothing in it, made once: migrations take longer than a test."""
    folder = tmp_path_factory.mktemp("database")
    open_casework(settings_in(folder)).close()
    return folder / "casework.sqlite3"


@contextmanager
def opened_site(home: Path) -> Iterator[Site]:
    """The pages of a home, with the tests' clock and office."""
    one = Site(
        home=home,
        code="629923",
        division="云岭县",
        casework=settings_in(home),
        secret="s" * 50,
        lock_on=lambda month: date(2026, 10, 25),
        workdays=lambda first, last: (last - first).days,
        write_inquiry=partial(write_inquiry, home),
        check_code=partial(check_code, KEY),
    )
    alias = configure(one.casework, one.secret)
    token = database_alias.set(alias)
    from django.test import override_settings

    from reports.web.pages.desk import close_desks, desk_of

    desk_of(one)
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield one
    close_desks()
    database_alias.reset(token)


@pytest.fixture
def site(published_home: Path, empty_database: Path, tmp_path: Path) -> Iterator[Site]:
    """A home of one's own with one published month."""
    home = tmp_path / "home"
    shutil.copytree(published_home, home)
    shutil.copyfile(empty_database, home / empty_database.name)
    with opened_site(home) as one:
        yield one


class Browser:
    """What a person at a browser can do; no script runs."""

    def __init__(self, site: Site, *, checks_csrf: bool = False) -> None:
        from django.test import Client

        self._client = Client(enforce_csrf_checks=checks_csrf, **{ENVIRON: site})  # type: ignore[arg-type]

    def get(self, address: str, **values: str) -> HttpResponse:
        return cast(HttpResponse, self._client.get(address, values or None))

    def post(self, address: str, **values: Any) -> HttpResponse:
        return cast(HttpResponse, self._client.post(address, values))

    def text(self, address: str, **values: str) -> str:
        answer = self.get(address, **values)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content.decode()

    def take_session(self, other: Browser) -> None:
        """Go on as somebody who has logged in elsewhere."""
        self._client.cookies["sessionid"] = other.session_key()

    def session_key(self) -> str:
        return str(self._client.cookies["sessionid"].value) if "sessionid" in self._client.cookies else ""


Enter = Callable[..., Browser]


@pytest.fixture
def enter(site: Site) -> Enter:
    """Log in as somebody with these roles, made for it."""
    from reports.web.accounts.models import User
    from reports.web.pages.desk import desk_of

    def entered(*roles: str, name: str = "zhoumin", **place: str) -> Browser:
        user = User.objects.create_user(name, PASSWORD, "周敏", **place)
        user.must_change = False
        user.save()
        for role in roles:
            desk_of(site).casework.append(UserRole(by="root", user=name, role=role, verdict="granted"))
        browser = Browser(site)
        assert browser.post("/login", username=name, password=PASSWORD).status_code == 302
        return browser

    return entered
