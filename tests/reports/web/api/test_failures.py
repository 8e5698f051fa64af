"""How long whoever tries wrong tokens has to wait."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from reports.web.api.failures import LIMIT, WINDOW, Failures, Verdict

START = datetime(2026, 10, 20, 9, 0, tzinfo=timezone(timedelta(hours=8)))


def test_the_first_and_the_last_that_is_allowed_are_worth_recording() -> None:
    failures = Failures()
    verdicts = [failures.add("10.0.0.1", START) for _ in range(LIMIT + 2)]
    assert verdicts[0] == Verdict(is_first=True, is_last=False, wait=0)
    assert verdicts[LIMIT - 1] == Verdict(is_first=False, is_last=True, wait=0)
    assert verdicts[LIMIT].wait == verdicts[LIMIT + 1].wait == int(WINDOW.total_seconds())
    assert not any(verdict.is_first or verdict.is_last for verdict in verdicts[1 : LIMIT - 1])


def test_the_wait_becomes_shorter_and_ends() -> None:
    failures = Failures()
    for _ in range(LIMIT):
        failures.add("10.0.0.1", START)
    assert failures.add("10.0.0.1", START + timedelta(seconds=540)).wait == 60
    assert failures.add("10.0.0.1", START + WINDOW) == Verdict(is_first=True, is_last=False, wait=0)


def test_one_address_is_not_another() -> None:
    failures = Failures()
    for _ in range(LIMIT + 1):
        failures.add("10.0.0.1", START)
    assert failures.add("10.0.0.2", START).wait == 0
