"""Each matter once by each channel, written down, and never a reason for anything else to fail."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta

import pytest

from pipelines.alerts.alert import Alert, Kind
from pipelines.alerts.record import SENT, attempts, record_file
from pipelines.alerts.telling import LOG, MAIL, MOST_ATTEMPTS, WEBHOOK, tell, tell_again
from pipelines.clock import SHANGHAI
from pipelines.home import Home
from pipelines.settings import Settings, load_settings
from tests.pipelines.alerts.sinks import Hook, Relay
from tests.pipelines.setting import set_values

AT = datetime(2026, 10, 16, 9, 30, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)


def about(matter: str, kind: Kind = Kind.LATE) -> Alert:
    return Alert(kind, "2026-10", matter, "一件事", "一件事的说明")


@pytest.fixture
def both(home: Home, relay: Relay, hook: Hook) -> Settings:
    """Settings with both channels that leave the machine."""
    set_values(
        home,
        "alerts.mail",
        host="127.0.0.1",
        port=relay.port,
        from_="a@example.gov.cn",
        to=["b@example.gov.cn"],
    )
    set_values(home, "alerts.webhook", url=hook.url)
    return load_settings(home.settings)


def test_nobody_is_told_by_default(home: Home) -> None:
    settings = load_settings(home.settings)
    assert not settings.alerts.is_on
    assert tell(home, settings, about("a"), AT).channels == {}
    assert not record_file(home).exists()


def test_the_log_alone_is_enough(home: Home) -> None:
    set_values(home, "alerts", log=True)
    assert tell(home, load_settings(home.settings), about("a"), AT).channels == {LOG: SENT}
    (line,) = record_file(home).read_text("utf-8").splitlines()
    assert json.loads(line) == {
        "at": "2026-10-16T09:30:00+08:00",
        "kind": "late",
        "month": "2026-10",
        "matter": "a",
        "title": "一件事",
        "text": "一件事的说明",
        "channels": {"log": "ok"},
    }
    if os.name == "posix":
        assert record_file(home).stat().st_mode & 0o077 == 0


def test_a_matter_is_told_once(home: Home, both: Settings, relay: Relay, hook: Hook) -> None:
    assert tell(home, both, about("a"), AT).channels == {LOG: SENT, MAIL: SENT, WEBHOOK: SENT}
    assert tell(home, both, about("a"), AT + HOUR).channels == {}
    assert tell(home, both, about("b"), AT + HOUR).is_whole
    assert len(relay.mails) == len(hook.posts) == 2
    assert relay.mails[0]["Subject"] == "［对编·云岭县］一件事"
    assert len(list(attempts(home))) == 2


def test_a_channel_that_fails_stops_neither_the_other_nor_the_caller(
    home: Home, both: Settings, relay: Relay, hook: Hook
) -> None:
    hook.answer = 503
    told = tell(home, both, about("a"), AT)
    assert not told.is_whole
    assert told.channels == {LOG: SENT, MAIL: SENT, WEBHOOK: "对方回答 503"}
    assert list(told.lines()) == ["已提醒（日志、邮件）：一件事", "提醒没有发出（网络钩子）：对方回答 503"]


def test_what_failed_is_tried_again_by_that_channel_only(
    home: Home, both: Settings, relay: Relay, hook: Hook
) -> None:
    hook.answer = 503
    tell(home, both, about("a"), AT)
    hook.answer = 200
    (again,) = tell_again(home, both, AT + HOUR)
    assert again.channels == {WEBHOOK: SENT}
    assert tell_again(home, both, AT + 2 * HOUR) == []
    assert len(relay.mails) == 1


def test_it_is_given_up_after_some_attempts_or_days(home: Home, both: Settings, hook: Hook) -> None:
    hook.answer = 503
    tell(home, both, about("a"), AT)
    for n in range(1, MOST_ATTEMPTS):
        assert len(tell_again(home, both, AT + n * HOUR)) == 1
    assert tell_again(home, both, AT + 9 * HOUR) == []
    tell(home, both, about("b"), AT)
    assert tell_again(home, both, AT + timedelta(days=4)) == []
    tell(home, both, about("c", Kind.TRIAL), AT)
    assert "c" not in {one.alert.matter for one in tell_again(home, both, AT + HOUR)}


def test_a_log_that_cannot_be_written_is_said_and_not_raised(home: Home, both: Settings) -> None:
    record_file(home).mkdir()
    told = tell(home, both, about("a"), AT)
    assert not told.is_whole
    assert "提醒记录写不进去" in told.channels[LOG]


def test_a_torn_line_is_passed_over_and_the_next_stands_alone(home: Home, both: Settings) -> None:
    tell(home, both, about("a"), AT)
    with record_file(home).open("a", encoding="utf-8") as log:
        log.write('{"at": "2026-10-1')
    tell(home, both, about("b"), AT)
    assert [one.alert.matter for one in attempts(home)] == ["a", "b"]
