"""Logging in and out: who, how often, for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reports.web.site import Site
from tests.reports.web.pages.conftest import PASSWORD, Browser, Enter


def test_nothing_is_shown_to_whoever_is_not_logged_in(site: Site) -> None:
    for address in ("/", "/findings", "/findings/629923-P06-00001", "/people", "/bridge", "/password"):
        answer = Browser(site).get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login")


def test_a_wrong_password_and_an_unknown_name_are_told_alike(site: Site, enter: Enter) -> None:
    enter("handler")
    wrong = Browser(site).post("/login", username="zhoumin", password="wrong")
    unknown = Browser(site).post("/login", username="nobody", password="wrong")
    assert wrong.status_code == unknown.status_code == 403
    told = "用户名或密码不对"
    assert told in wrong.content.decode()
    assert told in unknown.content.decode()


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(site: Site, enter: Enter) -> None:
    enter("handler")
    stranger = Browser(site)
    for _ in range(5):
        stranger.post("/login", username="zhoumin", password="wrong")
    answer = stranger.post("/login", username="zhoumin", password=PASSWORD)
    assert answer.status_code != 302
    assert stranger.get("/findings").status_code == 302


def test_a_closed_account_is_out_at_once(enter: Enter) -> None:
    from reports.web.accounts.models import User

    browser = enter("handler")
    assert browser.get("/findings").status_code == 200
    User.objects.filter(username="zhoumin").update(is_active=False)
    assert browser.get("/findings").status_code == 302


def test_the_first_password_must_be_changed_before_anything_else(site: Site, enter: Enter) -> None:
    from reports.web.accounts.models import User

    browser = enter("handler")
    User.objects.filter(username="zhoumin").update(must_change=True)
    assert browser.get("/findings")["Location"] == "/password"
    weak = browser.post("/password", old=PASSWORD, new="12345678901", again="12345678901")
    assert weak.status_code == 422
    assert browser.post("/password", old="wrong", new="Shuiwuju-77x", again="Shuiwuju-77x").status_code == 422
    assert (
        browser.post("/password", old=PASSWORD, new="Shuiwuju-77x", again="Shuiwuju-77x").status_code == 302
    )
    assert browser.get("/findings").status_code == 200
    assert Browser(site).post("/login", username="zhoumin", password=PASSWORD).status_code == 403


def test_whoever_was_away_too_long_logs_in_again(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    site.casework.clock.moment += timedelta(minutes=site.idle_minutes + 5)  # type: ignore[attr-defined]
    answer = browser.get("/findings")
    assert answer.status_code == 302
    assert "away" in answer["Location"]


def test_a_session_has_another_key_after_logging_in_and_none_after_leaving(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    key = browser.session_key()
    assert key
    browser.post("/logout")
    assert browser.get("/findings").status_code == 302
    again = Browser(site)
    again.post("/login", username="zhoumin", password=PASSWORD)
    assert again.session_key() not in ("", key)


def test_where_one_was_going_is_followed_only_within_the_site(site: Site, enter: Enter) -> None:
    enter("handler")
    inside = Browser(site).post("/login", username="zhoumin", password=PASSWORD, next="/findings?severity=1")
    outside = Browser(site).post("/login", username="zhoumin", password=PASSWORD, next="https://example.org/")
    assert inside["Location"] == "/findings?severity=1"
    assert outside["Location"] == "/"


def test_writing_needs_the_token_of_the_page(site: Site, enter: Enter) -> None:
    enter("handler")
    browser = Browser(site, checks_csrf=True)
    assert browser.post("/login", username="zhoumin", password=PASSWORD).status_code == 403


def test_a_session_key_that_somebody_else_planted_opens_nothing(site: Site, enter: Enter) -> None:
    from django.contrib.sessions.backends.db import SessionStore
    from django.test import Client

    from reports.web.site import ENVIRON

    enter("handler")
    planted = SessionStore()
    planted["month"] = "2026-10"
    planted.create()
    victim, attacker = (Client(**{ENVIRON: site}) for _ in range(2))  # type: ignore[arg-type]
    for client in (victim, attacker):
        client.cookies["sessionid"] = str(planted.session_key)
    assert victim.post("/login", {"username": "zhoumin", "password": PASSWORD}).status_code == 302
    assert victim.cookies["sessionid"].value != planted.session_key
    assert victim.get("/findings").status_code == 200
    assert attacker.get("/findings").status_code == 302
    assert not SessionStore(str(planted.session_key)).exists(str(planted.session_key))


def test_a_password_that_is_changed_ends_every_other_session(site: Site, enter: Enter) -> None:
    here = enter("handler")
    there = Browser(site)
    there.post("/login", username="zhoumin", password=PASSWORD)
    assert there.get("/findings").status_code == 200
    here.post("/password", old=PASSWORD, new="Shuiwuju-77x", again="Shuiwuju-77x")
    assert here.get("/findings").status_code == 200
    assert there.get("/findings").status_code == 302


def test_one_account_that_is_locked_locks_no_other(site: Site, enter: Enter) -> None:
    enter("handler")
    enter("audit", name="lisi")
    stranger = Browser(site)
    for _ in range(6):
        stranger.post("/login", username="zhoumin", password="wrong")
    assert Browser(site).post("/login", username="lisi", password=PASSWORD).status_code == 302
    assert Browser(site).post("/login", username="zhoumin", password=PASSWORD).status_code != 302


def test_whoever_keeps_working_stays_logged_in(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    for _ in range(3):
        site.casework.clock.moment += timedelta(minutes=site.idle_minutes - 6)  # type: ignore[attr-defined]
        assert browser.get("/findings").status_code == 200


def test_a_password_that_is_too_old_must_be_changed(site: Site, enter: Enter) -> None:
    from reports.web.accounts.models import User

    strict = replace(site, password_days=90)
    today = site.casework.clock().date()
    enter("handler")
    for days, is_open in ((90, True), (91, False)):
        User.objects.filter(username="zhoumin").update(password_on=today - timedelta(days=days))
        browser = Browser(strict)
        browser.post("/login", username="zhoumin", password=PASSWORD)
        assert (browser.get("/findings").status_code == 200) == is_open, days
    assert "90 天" in browser.text("/password")
    browser.post("/password", old=PASSWORD, new="Shuiwuju-77x", again="Shuiwuju-77x")
    assert browser.get("/findings").status_code == 200
    assert User.objects.get(username="zhoumin").password_on == today


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("Short-1", "至少要 10 个"),
        ("allsmallletters", "至少要有三类"),
        ("12345678901", "至少要有三类"),
        ("smallletters1", "至少要有三类"),
        ("Zhoumin-2026", "相近"),
        ("Password123", "常用"),
        (PASSWORD, "相同"),
    ],
)
def test_weak_passwords_are_refused_and_it_is_said_why(new: str, why: str, enter: Enter) -> None:
    browser = enter("handler")
    answer = browser.post("/password", old=PASSWORD, new=new, again=new)
    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_sessions_whose_time_is_over_do_not_pile_up(enter: Enter) -> None:
    from django.contrib.sessions.models import Session

    enter("handler")
    Session.objects.update(expire_date=datetime(2020, 1, 1, tzinfo=UTC))
    enter("reviewer", name="lisi")
    assert Session.objects.count() == 1
