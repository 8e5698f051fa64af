"""Every page by every role; everybody's own rows and no others."""

from __future__ import annotations

import re

import pytest

from reports.web.accounts.access import PERMISSIONS, May, Scope, access_of
from reports.web.site import Site
from tests.reports.web.pages.conftest import Enter

PAGES = ("/", "/findings", "/people", "/bridge", "/findings/629923-P06-00001")
SEERS = {role for role, may in PERMISSIONS.items() if May.SEE in may}


def numbers(text: str) -> set[str]:
    return set(re.findall(r"629923-[A-Z][0-9]{2}-[0-9]{5}", text))


def test_administrators_see_no_business_and_whoever_sees_sees_every_page(enter: Enter) -> None:
    assert set(PERMISSIONS) - SEERS == {"system_admin", "security_admin", "audit_admin"}
    for place, role in enumerate(PERMISSIONS):
        browser = enter(role, name=f"one{place}", unit_id="6299230012")
        for page in PAGES[:4]:
            answer = browser.get(page)
            is_open = answer.status_code in (200, 302)
            assert is_open == (role in SEERS), (role, page, answer.status_code)


@pytest.mark.parametrize("role", sorted(PERMISSIONS))
def test_only_those_who_may_decide_can(role: str, site: Site, enter: Enter) -> None:
    from reports.web.pages.desk import desk_of

    browser = enter(role, unit_id="6299230012")
    browser.post("/findings/629923-P06-00001/decision", verdict="refuted", reason="试", hash="x")
    is_written = not desk_of(site).casework.events("decision").is_empty()
    assert not is_written
    may = May.DECIDE in PERMISSIONS[role]
    answer = browser.post("/findings/629923-P06-00001/decision", verdict="refuted", reason="试", hash="x")
    assert answer.status_code == (422 if may else 403)


def test_a_body_sees_its_own_findings_and_people_alone(enter: Enter) -> None:
    whole, own = enter("audit", name="a"), enter("unit", name="b", unit_id="6299230012")
    everything, seen = (
        numbers(whole.text("/findings", status="all")),
        numbers(own.text("/findings", status="all")),
    )
    assert seen < everything
    hidden = sorted(everything - seen)
    assert hidden
    for number in hidden:
        assert own.get(f"/findings/{number}").status_code == 404
        assert whole.get(f"/findings/{number}").status_code == 200


def test_a_narrowed_role_without_a_place_sees_nothing(enter: Enter) -> None:
    browser = enter("unit")
    assert numbers(browser.text("/findings", status="all")) == set()


def test_a_wider_role_is_not_narrowed_by_a_place() -> None:
    both = access_of("x", "x", frozenset({"unit", "audit"}), "U1", "", "")
    assert both.scope == Scope()
    assert access_of("x", "x", frozenset({"unit"}), "U1", "", "").scope == Scope(unit_id="U1")
