"""帐户: who keeps accounts, who gives roles, what does not go together; neither sees any business."""

from __future__ import annotations

import json
import re

import pytest

from reports.casework.filled import Refused
from reports.casework.roles import refuse_grant, refuse_withdrawal
from reports.web.accounts.access import PERMISSIONS
from reports.web.site import Site
from tests.reports.web.pages.conftest import PASSWORD, Browser, Enter

BUSINESS = ("/", "/findings", "/people", "/units", "/bridge", "/identity", "/mapping", "/units/6299230012")


def roles(site: Site, name: str) -> set[str]:
    from reports.web.pages.desk import desk_of

    return set(desk_of(site).roles(name))


def logged(site: Site) -> list[tuple[str, str, str]]:
    lines = (json.loads(line) for line in site.casework.audit_log.read_text("utf-8").splitlines())
    return [
        (one["user"], one["event"]["what"], one["event"]["account"])
        for one in lines
        if one["event"]["kind"] == "account"
    ]


def first_password(text: str) -> str:
    found = re.search(r"初始密码 <b class=\"id\">(\w+)</b>", text)
    assert found is not None
    return found[1]


def test_administrators_come_in_here_and_nowhere_else(enter: Enter) -> None:
    for role in PERMISSIONS:
        browser = enter(role, name=role, unit_id="6299230012")
        is_keeper = role in ("system_admin", "security_admin")
        assert browser.get("/accounts").status_code == (200 if is_keeper else 403), role
        assert browser.get("/accounts/one", name="unit").status_code == (200 if is_keeper else 403), role
        if is_keeper:
            assert {browser.get(page).status_code for page in BUSINESS} == {403}
            assert "/accounts" in browser.get("/").content.decode()  # the refusal says where one may go


def test_an_account_is_made_with_a_password_that_is_shown_once_and_must_be_changed(
    site: Site, enter: Enter
) -> None:
    keeper = enter("system_admin")
    answer = keeper.post("/accounts/add", username="lisi", shown_name="李四", unit_id="6299230012")
    password = first_password(answer.content.decode())
    assert password not in keeper.text("/accounts/one", name="lisi")
    browser = Browser(site)
    assert browser.post("/login", username="lisi", password=password).status_code == 302
    assert browser.get("/findings")["Location"] == "/password"
    assert logged(site) == [("zhoumin", "add", "lisi")]
    assert password not in site.casework.audit_log.read_text("utf-8")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"username": ""}, "用户名须填写"),
        ({"username": "li si"}, "不能有空格"),
        ({"username": "zhoumin"}, "已有帐户"),
        ({"username": "lisi", "unit_id": "nowhere"}, "没有机构编码"),
        ({"username": "lisi", "department": "x"}, "没有这个部门"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    given: dict[str, str], told: str, site: Site, enter: Enter
) -> None:
    from reports.web.accounts.models import User

    answer = enter("system_admin").post("/accounts/add", **given)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert User.objects.count() == 1
    assert logged(site) == []


def test_a_new_password_unlocks_and_the_old_one_is_no_good(site: Site, enter: Enter) -> None:
    keeper = enter("system_admin")
    enter("handler", name="lisi")
    stranger = Browser(site)
    for _ in range(5):
        stranger.post("/login", username="lisi", password="wrong")
    assert stranger.post("/login", username="lisi", password=PASSWORD).status_code != 302
    answer = keeper.post("/accounts/change", name="lisi", what="password")
    password = first_password(answer.content.decode())
    assert Browser(site).post("/login", username="lisi", password=PASSWORD).status_code == 403
    browser = Browser(site)
    assert browser.post("/login", username="lisi", password=password).status_code == 302
    assert browser.get("/findings")["Location"] == "/password"
    assert logged(site) == [("zhoumin", "password", "lisi")]


def test_a_closed_account_is_out_until_it_is_opened(site: Site, enter: Enter) -> None:
    keeper, browser = enter("system_admin"), enter("handler", name="lisi")
    keeper.post("/accounts/change", name="lisi", what="close")
    assert browser.get("/findings").status_code == 302
    assert "已停用" in keeper.text("/accounts")
    keeper.post("/accounts/change", name="lisi", what="open")
    assert Browser(site).post("/login", username="lisi", password=PASSWORD).status_code == 302


def test_nobody_closes_himself_or_gives_himself_a_role(site: Site, enter: Enter) -> None:
    keeper, granter = enter("system_admin", name="k"), enter("security_admin", name="g")
    for what in ("close", "password"):
        assert keeper.post("/accounts/change", name="k", what=what).status_code == 422
    assert granter.post("/accounts/role", name="g", role="audit", what="grant").status_code == 422
    assert keeper.get("/accounts").status_code == 200
    assert roles(site, "g") == {"security_admin"}


def test_each_administrator_does_his_own_part_alone(site: Site, enter: Enter) -> None:
    keeper, granter = enter("system_admin", name="k"), enter("security_admin", name="g")
    enter("handler", name="lisi")
    assert keeper.post("/accounts/role", name="lisi", role="reviewer", what="grant").status_code == 403
    assert granter.post("/accounts/change", name="lisi", what="close").status_code == 403
    assert granter.post("/accounts/add", username="x").status_code == 403
    assert granter.post("/accounts/role", name="lisi", role="reviewer", what="grant").status_code == 302
    assert roles(site, "lisi") == {"handler", "reviewer"}
    assert granter.post("/accounts/role", name="lisi", role="handler", what="withdraw").status_code == 302
    assert roles(site, "lisi") == {"reviewer"}
    text = granter.text("/accounts/one", name="lisi")
    assert "收回 核查员" in text
    assert "授予 复核员" in text


def test_roles_that_do_not_go_together_are_refused(site: Site, enter: Enter) -> None:
    granter = enter("security_admin", name="g")
    enter("handler", name="lisi")
    answer = granter.post("/accounts/role", name="lisi", role="audit_admin", what="grant")
    assert answer.status_code == 422
    assert "不能与核查员由一人兼任" in answer.content.decode()
    assert roles(site, "lisi") == {"handler"}
    assert granter.post("/accounts/role", name="lisi", role="boss", what="grant").status_code == 422
    assert granter.post("/accounts/role", name="nobody", role="audit", what="grant").status_code == 404


@pytest.mark.parametrize(
    ("role", "held", "is_refused"),
    [
        ("handler", (), False),
        ("handler", ("reviewer", "finance"), False),
        ("handler", ("handler",), True),
        ("system_admin", (), False),
        ("system_admin", ("audit_admin",), True),
        ("security_admin", ("unit",), True),
        ("audit", ("audit_admin",), True),
        ("unit", ("supervisor",), False),
    ],
)
def test_administrators_are_separate_from_one_another_and_from_business(
    role: str, held: tuple[str, ...], is_refused: bool
) -> None:
    if is_refused:
        with pytest.raises(Refused):
            refuse_grant(role, held)
    else:
        refuse_grant(role, held)


def test_the_last_who_gives_roles_keeps_his() -> None:
    with pytest.raises(Refused, match="唯一的安全管理员"):
        refuse_withdrawal("security_admin", "g", {"g": ("security_admin",)})
    refuse_withdrawal("security_admin", "g", {"g": ("security_admin",), "h": ("security_admin",)})
    with pytest.raises(Refused, match="无从收回"):
        refuse_withdrawal("audit", "g", {"g": ("security_admin",)})
