"""Who really asks, and who has logged in at the proxy: believed from proxies that are named, else not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from django.http import HttpResponse

from reports.web.forwarded import Word, heed
from reports.web.site import ENVIRON, Site
from tests.reports.web.pages.conftest import PASSWORD
from tests.reports.web.pages.conftest import empty_database as empty_database
from tests.reports.web.pages.conftest import enter as enter
from tests.reports.web.pages.conftest import site as site

HEADER = "X-Remote-User"
PROXY, STRANGER = "10.1.1.5", "10.1.1.66"


class Visitor:
    """A browser behind, or not behind, the proxy."""

    def __init__(self, site: Site, address: str, **headers: str) -> None:
        from django.test import Client

        self._client = Client(**{ENVIRON: site, "REMOTE_ADDR": address})  # type: ignore[arg-type]
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def get(self, path: str, **more: Any) -> HttpResponse:
        return cast(HttpResponse, self._client.get(path, headers=self.headers, **more))

    def post(self, path: str, **values: str) -> HttpResponse:
        return cast(HttpResponse, self._client.post(path, values, headers=self.headers))

    @property
    def cookies(self) -> Any:
        return self._client.cookies


@pytest.fixture
def trusting(site: Site) -> Site:
    """The site with single sign-on."""
    return replace(site, trusted_header=HEADER, trusted_proxies=(PROXY,))


@pytest.fixture
def known(enter: Callable[..., Any]) -> None:
    """An account of a 核查员, and one of an auditor."""
    enter("handler", name="zhoumin")
    enter("audit", name="lisi")


def noted(site: Site) -> list[dict[str, Any]]:
    lines = site.casework.audit_log.read_text("utf-8").splitlines()
    events = [json.loads(line)["event"] for line in lines]
    return [event for event in events if event["kind"] == "sign_on"]


def test_it_is_off_by_default_even_from_this_machine(site: Site, known: None) -> None:
    for address in ("127.0.0.1", "::1", STRANGER):
        assert (
            Visitor(site, address, X_Remote_User="zhoumin").get("/findings")["Location"].startswith("/login")
        )


def test_whom_the_proxy_names_is_logged_in_with_his_own_rights(trusting: Site, known: None) -> None:
    visitor = Visitor(trusting, PROXY, X_Remote_User="zhoumin")
    assert visitor.get("/findings").status_code == 200
    assert Visitor(trusting, PROXY, X_Remote_User="lisi").get("/findings").status_code == 200
    assert visitor.get("/login", data={"next": "/people"})["Location"] == "/people"
    assert visitor.get("/login", data={"next": "https://example.org/"})["Location"] == "/"


def test_the_header_from_any_other_address_is_ignored_and_noted(trusting: Site, known: None) -> None:
    for address in (STRANGER, "127.0.0.1", "::ffff:10.1.1.66"):
        visitor = Visitor(trusting, address, X_Remote_User="zhoumin", X_Forwarded_For=PROXY)
        assert visitor.get("/findings")["Location"].startswith("/login")
        assert visitor.get("/findings").status_code == 302
    entries = noted(trusting)
    assert {entry["address"] for entry in entries} == {STRANGER, "127.0.0.1"}
    assert {entry["what"] for entry in entries} == {"ignored"}
    assert not any("zhoumin" in json.dumps(entry) for entry in entries)


def test_whoever_is_noted_is_noted_once_in_ten_minutes(
    trusting: Site, known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = trusting.casework.clock
    monkeypatch.setattr(type(clock), "__call__", lambda self: self.moment)
    visitor = Visitor(trusting, STRANGER, X_Remote_User="zhoumin")
    for _ in range(5):
        visitor.get("/login")
    assert len(noted(trusting)) == 1


def test_names_that_are_no_open_account_see_the_login_page(trusting: Site, known: None) -> None:
    from reports.web.accounts.models import User

    assert Visitor(trusting, PROXY, X_Remote_User="nobody").get("/login").status_code == 200
    User.objects.filter(username="zhoumin").update(is_active=False)
    visitor = Visitor(trusting, PROXY, X_Remote_User="zhoumin")
    assert visitor.get("/findings")["Location"].startswith("/login")


def test_the_session_ends_when_the_proxy_names_somebody_else_or_nobody(trusting: Site, known: None) -> None:
    visitor = Visitor(trusting, PROXY, X_Remote_User="zhoumin")
    assert visitor.get("/findings").status_code == 200
    first = visitor.cookies["sessionid"].value
    visitor.headers["X-Remote-User"] = "lisi"
    assert visitor.get("/findings").status_code == 200
    assert visitor.cookies["sessionid"].value != first
    del visitor.headers["X-Remote-User"]
    assert visitor.get("/findings")["Location"].startswith("/login")


def test_a_session_of_a_password_is_left_alone(trusting: Site, known: None) -> None:
    visitor = Visitor(trusting, STRANGER)
    assert visitor.post("/login", username="zhoumin", password=PASSWORD).status_code == 302
    assert visitor.get("/findings").status_code == 200


def test_a_first_password_that_nobody_uses_need_not_be_changed(trusting: Site, known: None) -> None:
    from reports.web.accounts.models import User

    User.objects.filter(username="zhoumin").update(must_change=True)
    assert Visitor(trusting, PROXY, X_Remote_User="zhoumin").get("/findings").status_code == 200
    by_password = Visitor(trusting, STRANGER)
    by_password.post("/login", username="zhoumin", password=PASSWORD)
    assert by_password.get("/findings")["Location"] == "/password"


def test_cookies_of_tls_are_marked_as_such_when_the_proxy_says_so(trusting: Site, known: None) -> None:
    for address, scheme, is_secure in (
        (PROXY, "https", True),
        (PROXY, "http", False),
        (STRANGER, "https", False),
    ):
        visitor = Visitor(trusting, address, X_Forwarded_Proto=scheme)
        visitor.get("/login")
        visitor.post("/login", username="zhoumin", password=PASSWORD)
        assert bool(visitor.cookies["sessionid"]["secure"]) == is_secure, (address, scheme)


def test_a_form_that_comes_over_tls_through_the_proxy_is_taken(trusting: Site, known: None) -> None:
    """Browsers name their origin, https and all: without the proxy's word it would not be this site's."""
    from django.test import Client

    for address, status in ((PROXY, 302), (STRANGER, 403)):
        browser = Client(
            enforce_csrf_checks=True,
            headers={
                "X-Forwarded-Proto": "https",
                "Host": "duibian.local",
                "Origin": "https://duibian.local",
            },
            **{ENVIRON: trusting, "REMOTE_ADDR": address},  # type: ignore[arg-type]
        )
        page = browser.get("/login").content.decode()
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        form = {"username": "zhoumin", "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert browser.post("/login", form).status_code == status, address


def test_a_system_behind_the_proxy_needs_its_own_token(trusting: Site, known: None) -> None:
    visitor = Visitor(trusting, PROXY, X_Remote_User="zhoumin")
    assert visitor.get("/api/v1/months").status_code == 401
    assert "sessionid" not in visitor.cookies


@pytest.mark.parametrize(
    ("peer", "said", "asker"),
    [
        (PROXY, "10.2.0.9", "10.2.0.9"),
        (PROXY, "1.2.3.4, 10.2.0.9", "10.2.0.9"),
        (PROXY, "nonsense", PROXY),
        (PROXY, "", PROXY),
        (STRANGER, "10.2.0.9", STRANGER),
    ],
)
def test_the_address_that_the_proxy_adds_is_who_asks(
    trusting: Site, peer: str, said: str, asker: str
) -> None:
    environ = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": said, "HTTP_X_FORWARDED_HOST": "evil.example"}
    assert heed(environ, trusting) == Word()
    assert environ == {"REMOTE_ADDR": asker}


def test_names_are_utf_8(trusting: Site) -> None:
    environ = {"REMOTE_ADDR": PROXY, "HTTP_X_REMOTE_USER": "张三".encode().decode("latin-1")}
    assert heed(environ, trusting).name == "张三"
