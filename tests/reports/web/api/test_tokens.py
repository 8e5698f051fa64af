"""Who may ask: a token that holds, for what it is for, of an account that may."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from reports.web.accounts.access import PERMISSIONS
from reports.web.accounts.tokens import NEEDED, Reach
from reports.web.api.failures import LIMIT, WINDOW
from reports.web.site import Site
from tests.reports.published_sample import MONTH
from tests.reports.web.api.conftest import PAYROLL, Connect, System, logged, problem

ADDRESSES = {
    Reach.READ_FINDINGS: f"months/{MONTH}/findings",
    Reach.READ_GATE: f"payrolls/{PAYROLL}/lines",
}


def test_nothing_is_told_without_a_token_or_with_a_wrong_one(gate_site: Site) -> None:
    for path in ("months", *ADDRESSES.values(), f"months/{MONTH}/findings/629923-P06-00001"):
        for token in ("", "wrong", "duibian_" + "A" * 43):
            answer = System(gate_site, token).get(path)
            assert problem(answer) == (401, "token")
            assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_browser_that_is_logged_in_is_no_system(gate_site: Site, enter: object) -> None:
    browser = enter("audit")  # type: ignore[operator]
    assert browser.get("/api/v1/months").status_code == 401


@pytest.mark.parametrize("role", sorted(PERMISSIONS))
def test_scope_and_role_must_both_allow(role: str, gate_site: Site, connect: Connect) -> None:
    for place, reach in enumerate(ADDRESSES):
        system = connect(role, scopes=reach.value, name=f"s{place}", unit_id="6299230012")
        for asked, address in ADDRESSES.items():
            answer = system.get(address)
            if asked is not reach:
                assert problem(answer) == (403, "scope")
            elif NEEDED[reach] in PERMISSIONS[role]:
                assert answer.status_code == 200, address
            else:
                assert problem(answer) == (403, "role")


def test_a_token_ends_with_its_day_its_account_its_role_and_its_withdrawal(
    site: Site, connect: Connect
) -> None:
    from reports.web.accounts.models import ApiToken, User
    from reports.web.casework.events import UserRole
    from reports.web.pages.desk import desk_of

    path = ADDRESSES[Reach.READ_FINDINGS]
    today = site.casework.clock().date()
    assert connect("audit", name="a", until=today).get(path).status_code == 200
    assert problem(connect("audit", name="b", until=today - timedelta(days=1)).get(path)) == (401, "token")
    closed, withdrawn, revoked = (connect("audit", name=name) for name in "cde")
    for system in (closed, withdrawn, revoked):
        assert system.get(path).status_code == 200
    User.objects.filter(username="c").update(is_active=False)
    desk_of(site).casework.append(UserRole(by="root", user="d", role="audit", verdict="withdrawn"))
    ApiToken.objects.filter(username="e").update(revoked_at="2026-10-20T10:00:00+08:00")
    assert problem(closed.get(path)) == (401, "token")
    assert problem(withdrawn.get(path)) == (403, "role")
    assert problem(revoked.get(path)) == (401, "token")


def test_the_home_keeps_no_token(site: Site, connect: Connect) -> None:
    system = connect("audit")
    assert system.get("months").status_code == 200
    secret = system.token.removeprefix("duibian_").encode()
    kept = [path.read_bytes() for path in Path(site.home).rglob("*") if path.is_file()]
    assert len(kept) > 2
    assert not any(secret in content for content in kept)


def test_wrong_tokens_are_told_to_wait_and_the_right_one_never(
    site: Site, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, wrong = connect("audit"), System(site, "wrong")
    clock = site.casework.clock
    moment = clock.moment  # type: ignore[attr-defined]
    monkeypatch.setattr(type(clock), "__call__", lambda self: self.moment)
    for _ in range(LIMIT):
        assert wrong.get("months").status_code == 401
    limited = wrong.get("months")
    assert problem(limited) == (429, "too-many-failures")
    assert 0 < int(limited["Retry-After"]) <= WINDOW.total_seconds()
    assert right.get("months").status_code == 200
    refused = [event for event in logged(site, "api_token") if event["what"] == "refused"]
    assert [event["limited"] for event in refused] == [False, True]
    clock.moment = moment + WINDOW  # type: ignore[attr-defined]
    assert wrong.get("months").status_code == 401


def test_addresses_that_are_not_there_and_methods_that_are_not_taken_are_problems_too(
    site: Site, connect: Connect
) -> None:
    system = connect("audit")
    assert problem(system.get("nothing")) == (404, "not-found")
    assert problem(system.post("nothing", "x" * 17_000_000)) == (413, "too-large")
    assert problem(system.post("months", {})) == (405, "method-not-allowed")
    assert problem(system.get("months/2026-13/findings")) == (422, "invalid")
    assert problem(system.get("months/2020-01/findings")) == (404, "unknown-month")
