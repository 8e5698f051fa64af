"""Tokens of other systems from the command line."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from pipelines.accounts import add_account
from pipelines.casework import open_home_casework
from pipelines.home import Home
from reports.web.casework.events import UserRole
from tests.pipelines.conftest import Call, new_home

READ = ("--scope", "read:findings", "--purpose", "整改")


def given_token(said: str) -> str:
    found = re.search(r"^duibian_[A-Za-z0-9_-]{40,}$", said, re.MULTILINE)
    assert found, said
    return found[0]


def months(home: Home, token: str) -> int:
    """The status with which the API answers."""
    from pipelines.serving import site_of
    from reports.web.server import application
    from reports.web.site import ENVIRON

    site = site_of(home)
    application(site)
    from django.test import Client

    from reports.web.pages.desk import close_desks

    answer = Client(**{ENVIRON: site}).get(  # type: ignore[arg-type]
        "/api/v1/months", headers={"Authorization": f"Bearer {token}"}
    )
    close_desks()
    return answer.status_code


@pytest.fixture(scope="module")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with an auditor's account, made once."""
    made = new_home(tmp_path_factory.mktemp("tokens") / "home")
    add_account(made, "李四", "李四", "", "", "", "root")
    with open_home_casework(made) as casework:
        casework.append(UserRole(by="root", user="李四", role="audit", verdict="granted"))
    return made


@pytest.fixture
def home(made_home: Home, tmp_path: Path) -> Home:
    """The same, to be changed."""
    own = Home(tmp_path / "home")
    shutil.copytree(made_home.root, own.root)
    return own


def test_a_token_opens_the_interface_until_it_is_revoked(home: Home, duibian: Call) -> None:
    added = duibian("tokens", "add", "财政一体化", "--account", "李四", *READ, "--home", home.root)
    assert added.code == 0, added.err
    token = given_token(added.out)
    assert months(home, token) == 200
    assert months(home, token + "x") == 401
    listed = duibian("tokens", "list", "--json", "--home", home.root)
    (row,) = json.loads(listed.out)
    assert (row["system"], row["username"], row["scopes"]) == ("财政一体化", "李四", ["read:findings"])
    assert token not in listed.out
    assert duibian("tokens", "revoke", "财政一体化", "--home", home.root).code == 0
    assert months(home, token) == 401
    assert "收回" in duibian("tokens", "list", "--home", home.root).out
    assert duibian("tokens", "revoke", "财政一体化", "--home", home.root).code == 2


def test_every_change_is_in_the_audit_log_and_the_token_is_not(home: Home, duibian: Call) -> None:
    added = duibian(
        "tokens", "add", "甲", "--account", "李四", *READ, "--until", "2027-12-31", "--home", home.root
    )
    duibian("tokens", "revoke", "甲", "--home", home.root)
    text = home.audit_log.read_text("utf-8")
    events = [json.loads(line)["event"] for line in text.splitlines()]
    changes = [event for event in events if event["kind"] == "api_token"]
    assert [(event["what"], event["system"]) for event in changes] == [("add", "甲"), ("revoke", "甲")]
    assert changes[0]["until"] == "2027-12-31"
    assert given_token(added.out) not in text


def test_only_the_security_administrator_makes_tokens_once_there_is_one(home: Home, duibian: Call) -> None:
    assert duibian("users", "grant", "王五", "--role", "安全管理员", "--home", home.root).code == 0
    refused = duibian("tokens", "add", "甲", "--account", "李四", *READ, "--home", home.root)
    assert refused.code == 2
    assert "安全管理员" in refused.err
    made = duibian("tokens", "add", "甲", "--account", "李四", *READ, "--as", "王五", "--home", home.root)
    assert made.code == 0, made.err
    assert duibian("tokens", "revoke", "甲", "--as", "李四", "--home", home.root).code == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("甲", "--account", "无此人", *READ), "没有账号"),
        (("甲", "--account", "李四", "--scope", "read:all", "--purpose", "x"), "read:findings"),
        (("甲", "--account", "李四", *READ, "--until", "明年"), "2027-12-31"),
        ((" ", "--account", "李四", *READ), "太长"),
    ],
)
def test_what_cannot_be_made_is_said(words: tuple[str, ...], why: str, home: Home, duibian: Call) -> None:
    refused = duibian("tokens", "add", *words, "--home", home.root)
    assert refused.code == 2
    assert why in refused.err


def test_a_system_has_one_token(home: Home, duibian: Call) -> None:
    assert duibian("tokens", "add", "甲", "--account", "李四", *READ, "--home", home.root).code == 0
    assert duibian("tokens", "add", "甲", "--account", "李四", *READ, "--home", home.root).code == 2
