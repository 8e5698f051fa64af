"""A site over the small published month, and people who may open it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from django.http import HttpResponse

from reports.web.casework.events import UserRole
from reports.web.settings import configure
from reports.web.site import ENVIRON, Site, database_alias
from tests.reports.web.conftest import settings_in

PASSWORD = "Yunling-2026"


@pytest.fixture
def site(published_home: Path, tmp_path: Path) -> Iterator[Site]:
    """A home of one's own with one published month."""
    home = tmp_path / "home"
    shutil.copytree(published_home, home)
    one = Site(
        home=home,
        code="629923",
        division="云岭县",
        casework=settings_in(home),
        secret="s" * 50,
        lock_on=lambda month: date(2026, 10, 25),
        workdays=lambda first, last: (last - first).days,
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


class Browser:
    """What a person at a browser can do; no script runs."""

    def __init__(self, site: Site, *, checks_csrf: bool = False) -> None:
        from django.test import Client

        self._client = Client(enforce_csrf_checks=checks_csrf, **{ENVIRON: site})  # type: ignore[arg-type]

    def get(self, address: str, **values: str) -> HttpResponse:
        return cast(HttpResponse, self._client.get(address, values or None))

    def post(self, address: str, **values: str) -> HttpResponse:
        return cast(HttpResponse, self._client.post(address, values))

    def text(self, address: str, **values: str) -> str:
        answer = self.get(address, **values)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content.decode()

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
