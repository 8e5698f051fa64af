"""Logging in and out: who, how often, for how long."""

from __future__ import annotations

from datetime import timedelta

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
