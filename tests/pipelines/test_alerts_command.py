"""`duibian alerts`, and what a failed `duibian run` tells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.alerts.record import attempts, record_file
from pipelines.checkup import Check, State
from pipelines.clock import SHANGHAI, now
from pipelines.home import Home, prepare_inbox
from pipelines.scheduling_checks import alerts
from tests.pipelines.alerts.sinks import Hook, Relay, serving
from tests.pipelines.conftest import Call, new_home
from tests.pipelines.setting import set_values

MONTH = "2026-10"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path / "home")


@pytest.fixture
def hook(home: Home) -> Iterator[Hook]:
    with serving(Hook()) as server:
        set_values(home, "alerts.webhook", url=server.url)
        yield server


def only(home: Home) -> Check:
    (check,) = alerts(home, now())
    return check


def test_a_trial_goes_by_every_channel_each_time(home: Home, hook: Hook, duibian: Call) -> None:
    with serving(Relay()) as relay:
        set_values(
            home,
            "alerts.mail",
            host="127.0.0.1",
            port=relay.port,
            from_="a@example.gov.cn",
            to=["b@example.gov.cn"],
        )
        done = duibian("alerts", "test", "--home", home.root)
    assert done.code == 0, done.err
    assert "已提醒（日志、邮件、网络钩子）" in done.out
    assert len(relay.mails) == len(hook.posts) == 1
    hook.answer = 500
    done = duibian("alerts", "test", "--home", home.root)
    assert done.code == 2
    assert "提醒没有发出（网络钩子）：对方回答 500" in done.out
    assert "提醒没有发出（邮件）：连接被拒绝" in done.out


def test_a_trial_without_channels_says_what_to_set(home: Home, duibian: Call) -> None:
    done = duibian("alerts", "test", "--home", home.root)
    assert done.code == 2
    assert "[alerts]" in done.err
    set_values(home, "alerts.mail", host="127.0.0.1")
    done = duibian("alerts", "test", "--home", home.root)
    assert "host、from、to" in done.err


def test_a_failed_run_is_told_once_and_ends_as_it_would(home: Home, hook: Hook, duibian: Call) -> None:
    for _ in range(2):
        done = duibian("run", "--home", home.root, "--month", MONTH)
        assert done.code == 2
        assert "收件箱里没有任何文件" in done.err
    ((_, _, body),) = hook.posts
    assert body["alert"]["kind"] == "failure"
    assert body["alert"]["month"] == MONTH
    assert "收件箱" not in body["alert"]["text"]
    assert "已提醒（日志、网络钩子）" not in done.err


def test_a_wrong_call_is_for_who_called(home: Home, hook: Hook, duibian: Call) -> None:
    done = duibian("run", "--home", home.root, "--month", MONTH, "--without", "公安")
    assert done.code == 2
    assert "--reason" in done.err
    assert hook.posts == []


def test_a_failure_that_nobody_could_be_told_of_stays_the_same_failure(
    home: Home, hook: Hook, duibian: Call
) -> None:
    hook.answer = 500
    done = duibian("run", "--home", home.root, "--month", MONTH)
    assert done.code == 2
    assert "收件箱里没有任何文件" in done.err
    assert "提醒没有发出（网络钩子）：对方回答 500" in done.err


def test_a_fault_of_ours_is_told_without_its_words(
    home: Home, hook: Hook, duibian: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("张三 110101199003077600")

    monkeypatch.setattr("pipelines.run.prepare", fail)
    assert duibian("run", "--home", home.root, "--month", MONTH).code == 3
    ((_, _, body),) = hook.posts
    assert "程序出错" in body["alert"]["text"]
    assert "张三" not in json.dumps(body, ensure_ascii=False)
    assert "110101" not in record_file(home).read_text("utf-8")


def test_nothing_is_told_or_written_by_default(home: Home, duibian: Call) -> None:
    assert duibian("run", "--home", home.root, "--month", MONTH).code == 2
    assert duibian("alerts", "check", "--home", home.root).out.startswith("没有启用提醒")
    assert not record_file(home).exists()


def test_check_tells_what_is_due_and_list_shows_it(
    home: Home, hook: Hook, duibian: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.cli.alerts.now", lambda: datetime(2026, 10, 19, 9, 0, tzinfo=SHANGHAI))
    prepare_inbox(home, MONTH)
    done = duibian("alerts", "check", "--home", home.root)
    assert done.code == 0, done.err
    assert "2026-10 还有" in done.out
    assert duibian("alerts", "check", "--home", home.root).out == "没有新的提醒\n"
    (shown,) = json.loads(duibian("alerts", "list", "--home", home.root, "--json").out)
    assert shown["kind"] == "late"
    assert shown["channels"] == {"log": "ok", "webhook": "ok"}
    listed = duibian("alerts", "list", "--home", home.root).out
    assert "迟报" in listed
    assert "网络钩子已送出" in listed
    assert (
        json.loads(duibian("alerts", "list", "--home", home.root, "--month", "2026-09", "--json").out) == []
    )


def test_doctor_looks_at_the_alerts(home: Home, duibian: Call) -> None:
    assert only(home).message == "没有启用"
    set_values(home, "alerts", log=True)
    assert (only(home).state, only(home).message) == (State.OK, "已启用：日志")
    set_values(home, "alerts.webhook", token_file="token")
    assert only(home).state is State.BAD
    (home.root / "token").write_text("x\n", "utf-8")
    (home.root / "token").chmod(0o644)
    assert "其他用户也能读" in only(home).message
    (home.root / "token").chmod(0o600)
    with serving(Hook()) as server:
        set_values(home, "alerts.webhook", url=server.url)
        server.answer = 500
        duibian("alerts", "test", "--home", home.root)
        assert len(list(attempts(home))) == 1
    assert "没有送出" in only(home).message
    set_values(home, "alerts.mail", host="127.0.0.1")
    assert "没有设置完整" in only(home).message
