"""Accounts of the web application from the command line."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

from pipelines.home import Home
from tests.pipelines.conftest import Call, new_home


def first_password(said: str) -> str:
    found = re.search(r"密码 (\S+?)（", said)
    assert found, said
    return found[1]


def is_entered(home: Home, name: str, password: str) -> bool:
    """Whether the pages let somebody in."""
    from pipelines.serving import site_of
    from reports.web.server import application
    from reports.web.site import ENVIRON

    site = site_of(home)
    application(site)
    from django.test import Client

    from reports.web.pages.desk import close_desks

    browser = Client(**{ENVIRON: site})  # type: ignore[arg-type]
    answer = browser.post("/login", {"username": name, "password": password})
    close_desks()
    return answer.status_code == 302


def test_an_account_is_entered_with_its_first_password_and_with_no_other(
    tmp_path: Path, duibian: Call
) -> None:
    home = new_home(tmp_path / "home")
    added = duibian("users", "add", "张三", "--home", home.root)
    assert added.code == 0, added.err
    password = first_password(added.out)
    assert len(password) >= 12
    assert is_entered(home, "张三", password)
    assert not is_entered(home, "张三", "张三")
    again = duibian("users", "add", "张三", "--home", home.root)
    assert again.code == 2
    assert "users password" in again.err


def test_a_renewed_password_takes_the_place_of_the_old_one_and_a_closed_account_is_shut(
    tmp_path: Path, duibian: Call
) -> None:
    home = new_home(tmp_path / "home")
    old = first_password(duibian("users", "add", "张三", "--home", home.root).out)
    new = first_password(duibian("users", "password", "张三", "--home", home.root).out)
    assert old != new
    assert not is_entered(home, "张三", old)
    assert is_entered(home, "张三", new)
    assert duibian("users", "close", "张三", "--home", home.root).code == 0
    assert not is_entered(home, "张三", new)
    assert duibian("users", "close", "李四", "--home", home.root).code == 2
    lines = [json.loads(line)["event"] for line in home.audit_log.read_text("utf-8").splitlines()]
    assert [event["what"] for event in lines if event["kind"] == "account"] == ["add", "password", "close"]
    assert not any(password in home.audit_log.read_text("utf-8") for password in (old, new))


def test_a_department_that_there_is_not_is_refused(tmp_path: Path, duibian: Call) -> None:
    home = new_home(tmp_path / "home")
    refused = duibian("users", "add", "张三", "--department", "气象", "--home", home.root)
    assert refused.code == 2
    assert "编办" in refused.err


def test_a_port_that_is_taken_is_told_with_another_one(tmp_path: Path, duibian: Call) -> None:
    home = new_home(tmp_path / "home")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = duibian("serve", "--home", home.root, "--port", str(port))
    assert done.code == 2
    assert f"127.0.0.1:{port}" in done.err
