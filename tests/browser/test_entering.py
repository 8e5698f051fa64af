"""Each role logs in and sees what it may see, and nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import county
from tests.browser.conftest import PASSWORD, PEOPLE, Enter, Served, log_in, navigation, table_rows

OWN = ("疑点", "人员", "机构", "三数对应", "发放核对")
SEEN = ("总览", "疑点", "人员", "机构", "三数对应", "报送")
NAVIGATION = {
    "operator": {*SEEN, "对照"},
    "handler": {*SEEN, "发放核对", "身份复核", "对照"},
    "reviewer": {*SEEN, "发放核对", "身份复核"},
    "finance": {*SEEN, "发放核对"},
    "audit": {*SEEN, "发放核对", "审计"},
    "supervisor": {*OWN},
    "unit": {*OWN},
    "system_admin": {"帐户"},
    "security_admin": {"帐户"},
    "audit_admin": {"审计"},
}


@pytest.mark.parametrize("role", NAVIGATION)
def test_whoever_logs_in_is_offered_the_pages_of_his_role_alone(role: str, enter: Enter) -> None:
    page = enter(role)
    expect(page.locator(".who")).to_contain_text(PEOPLE[role])
    assert set(navigation(page)) == NAVIGATION[role]
    for link in page.get_by_role("navigation", name="主导航").get_by_role("link").all():
        assert page.request.get(str(link.get_attribute("href"))).status == 200


def test_a_body_sees_its_own_staff_alone(enter: Enter) -> None:
    whole, own = enter("audit"), enter("unit")
    for page in (whole, own):
        page.goto(f"/findings?month={county.MONTH}&status=all&size=100")
    everybody = set(table_rows(whole).locator("td:nth-child(6)").all_inner_texts())
    assert {"云岭县教育局", "云岭县水务局", "云岭县财政局"} <= everybody
    assert set(table_rows(own).locator("td:nth-child(6)").all_inner_texts()) == {"云岭县教育局"}


def test_a_wrong_password_is_said_and_shows_nothing(served: Served, chrome: Browser) -> None:
    with chrome.new_context(base_url=served.origin) as context:
        page = context.new_page()
        log_in(page, "handler", "Yunling-2025")
        expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
        expect(page).to_have_title("登录 · 对编 · 云岭县")
        log_in(page, "handler", PASSWORD)
        expect(page.get_by_role("heading", level=1)).to_contain_text("总览")
        page.get_by_role("button", name="退出").click()
        page.goto("/findings")
        expect(page.get_by_role("heading", name="登录")).to_be_visible()
