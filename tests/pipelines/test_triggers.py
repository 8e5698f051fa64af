from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest

from pipelines.clock import SHANGHAI
from pipelines.home import Home
from pipelines.month_run import prepare
from pipelines.triggers import LATE, at_deadline, look
from tests.pipelines import tiny_county
from tests.pipelines.conftest import new_home

MONTH = "2026-10"


@pytest.fixture
def delivered(tmp_path: Path) -> Home:
    home = new_home(tmp_path / "home")
    tiny_county.write_month(home.inbox, MONTH)
    return home


def ticks(home: Home, n: int, cursor: str | None = None) -> tuple[list[dg.RunRequest], str | None]:
    requests: list[dg.RunRequest] = []
    for _ in range(n):
        result = look(home, cursor)
        requests.extend(result.run_requests or ())
        cursor = result.cursor
    return requests, cursor


def test_files_must_rest_for_two_ticks(delivered: Home) -> None:
    assert ticks(delivered, 2)[0] == []
    (request,), _ = ticks(delivered, 3)
    assert request.partition_key == MONTH
    assert request.run_key == prepare(delivered, MONTH).run


def test_a_file_that_is_still_being_copied_starts_the_wait_anew(delivered: Home) -> None:
    _, cursor = ticks(delivered, 2)
    tiny_county.write_book(
        delivered.inbox / MONTH / "财政" / "统发工资表.xlsx", tiny_county.payroll(MONTH, paid=1)
    )
    assert ticks(delivered, 2, cursor)[0] == []


def test_the_same_files_are_asked_for_once(delivered: Home) -> None:
    requests, _ = ticks(delivered, 8)
    assert len(requests) == 1


@pytest.mark.parametrize("department", ["编办", "财政"])
def test_the_sensor_waits_for_those_without_whom_nothing_works(department: str, delivered: Home) -> None:
    shutil.rmtree(delivered.inbox / MONTH / department)
    requests, cursor = ticks(delivered, 4)
    assert requests == []
    assert json.loads(cursor or "{}")


def at(day: int) -> datetime:
    return datetime(2026, 10, day, 9, 0, tzinfo=SHANGHAI)


def test_the_schedule_runs_its_month_on_the_day_set(delivered: Home) -> None:
    answer = at_deadline(delivered, at(20))
    assert isinstance(answer, dg.RunRequest)
    assert answer.partition_key == MONTH
    assert answer.run_config["resources"]["month"]["config"]["without"] == {}
    assert isinstance(at_deadline(delivered, at(19)), dg.SkipReason)


def test_at_the_deadline_the_late_are_left_out(delivered: Home) -> None:
    for department in ("公安", "人社"):
        shutil.rmtree(delivered.inbox / MONTH / department)
    answer = at_deadline(delivered, at(20))
    assert isinstance(answer, dg.RunRequest)
    without = {"personnel": LATE, "police": LATE}
    assert answer.run_config["resources"]["month"]["config"]["without"] == without
    assert answer.run_key == prepare(delivered, MONTH, without).run


def test_at_the_deadline_nothing_excuses_establishment(delivered: Home) -> None:
    shutil.rmtree(delivered.inbox / MONTH / "编办")
    answer = at_deadline(delivered, at(20))
    assert isinstance(answer, dg.RunRequest)
    assert "establishment" not in answer.run_config["resources"]["month"]["config"]["without"]


def test_without_a_home_nothing_runs() -> None:
    assert look(None, None).run_requests == []
    assert isinstance(at_deadline(None, at(20)), dg.SkipReason)
