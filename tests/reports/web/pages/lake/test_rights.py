"""Every page of people, bodies, pairs, questions, log and accounts by every role."""

from __future__ import annotations

from reports.web.accounts.access import PERMISSIONS, May
from tests.reports.web.pages.conftest import Browser, Enter
from tests.reports.web.pages.lake.sample import DEAD, OTHER, SCHOOL, TWICE, WATER

PAGES = {
    "/people": {May.SEE},
    f"/people/{DEAD}": {May.SEE},
    "/units": {May.SEE},
    f"/units/{WATER}": {May.SEE},
    "/bridge": {May.SEE},
    "/identity": {May.JUDGE},
    "/mapping": {May.MAP},
    "/mapping?kind=units": {May.MAP},
    "/audit": {May.LOG},
    "/audit?verify=1": {May.LOG},
    f"/audit/who-saw/{DEAD}": {May.LOG},
    "/accounts": {May.SYSTEM, May.ROLES},
}


def test_a_page_opens_for_those_who_may_and_for_nobody_else(enter: Enter) -> None:
    for role, allowed in PERMISSIONS.items():
        browser = enter(role, name=role, unit_id=WATER)
        for page, may in PAGES.items():
            expected = 200 if may & allowed else 403
            assert browser.get(page).status_code == expected, (role, page)


def test_nothing_is_open_to_whoever_is_not_logged_in(site: object, enter: Enter) -> None:
    stranger = Browser(site)  # type: ignore[arg-type]
    for page in PAGES:
        assert stranger.get(page)["Location"].startswith("/login"), page
    for page in ("/accounts/add", "/identity/0123456789abcdef/judge", "/mapping/answer", "/audit/who-saw"):
        assert stranger.post(page)["Location"].startswith("/login"), page


def test_whoever_is_narrowed_finds_only_his_own(enter: Enter) -> None:
    own = enter("unit", name="own", unit_id=WATER)
    over = enter("supervisor", name="over", supervisor_id=SCHOOL)
    nowhere = enter("unit", name="nowhere")
    for browser, seen in ((own, {DEAD}), (over, {TWICE, OTHER}), (nowhere, set())):
        for person in (DEAD, TWICE, OTHER):
            expected = 200 if person in seen else 404
            assert browser.get(f"/people/{person}").status_code == expected, person
    assert own.get(f"/units/{SCHOOL}").status_code == 404
    assert over.get(f"/units/{WATER}").status_code == 404
    assert "马兰英" not in own.text("/bridge", unit=SCHOOL)
