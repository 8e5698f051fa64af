from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.errors import ScheduleExecutionError

from connectors.errors import UserError
from pipelines.alerts.record import attempts
from pipelines.clock import SHANGHAI
from pipelines.definitions import build_defs
from pipelines.home import Home
from pipelines.month_run import prepare
from pipelines.triggers import LATE, NotDelivered, at_deadline, look
from tests.pipelines import tiny_county
from tests.pipelines.conftest import new_home
from tests.pipelines.setting import set_values
from tests.reports.published_sample import sample_tables, write_published_month

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


@pytest.mark.parametrize("missing", [("编办",), ("财政",), ("编办", "财政")])
def test_at_the_deadline_nothing_excuses_those_two(missing: tuple[str, ...], delivered: Home) -> None:
    for department in (*missing, "公安"):
        shutil.rmtree(delivered.inbox / MONTH / department)
    with pytest.raises(NotDelivered, match="没有运行") as refused:
        at_deadline(delivered, at(20))
    assert refused.value.departments == missing
    assert isinstance(at_deadline(delivered, at(19)), dg.SkipReason)


def test_a_published_month_whose_inbox_was_emptied_is_no_failure(tmp_path: Path) -> None:
    home = new_home(tmp_path / "home")
    write_published_month(home.root, sample_tables())
    answer = at_deadline(home, at(20))
    assert isinstance(answer, dg.SkipReason)
    assert "已经发布" in str(answer.skip_message)


def told_by(home: Home) -> list[tuple[str, str]]:
    return [(one.alert.kind.value, one.alert.text) for one in attempts(home)]


def tick_of_the_schedule(monkeypatch: pytest.MonkeyPatch, home: Home) -> dg.ScheduleExecutionData:
    monkeypatch.setenv("DUIBIAN_HOME", str(home.root))
    definitions = build_defs()
    schedule = definitions.resolve_schedule_def("deadline")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(
            instance, scheduled_execution_time=at(20), repository_def=definitions.get_repository_def()
        )
        return schedule.evaluate_tick(context)


def test_the_schedule_tells_and_ends_badly_without_those_two(
    delivered: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_values(delivered, "alerts", log=True)
    shutil.rmtree(delivered.inbox / MONTH / "编办")
    for _ in range(2):
        with pytest.raises(ScheduleExecutionError) as ended:
            tick_of_the_schedule(monkeypatch, delivered)
        assert isinstance(ended.value.__cause__, NotDelivered)
    ((kind, text),) = told_by(delivered)
    assert kind == "missing"
    assert "编办" in text
    assert "财政" not in text


def test_the_schedule_tells_of_settings_of_the_month_that_are_wrong(
    delivered: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_values(delivered, "alerts", log=True)
    delivered.calendar.write_text("schema = 2\n", "utf-8")
    with pytest.raises(ScheduleExecutionError) as ended:
        tick_of_the_schedule(monkeypatch, delivered)
    assert isinstance(ended.value.__cause__, UserError)
    assert [kind for kind, _ in told_by(delivered)] == ["failure"]


def test_files_at_rest_with_which_no_run_can_begin_are_told_once(delivered: Home) -> None:
    delivered.calendar.write_text("schema = 2\n", "utf-8")
    heard: list[str] = []
    cursor = None
    for _ in range(6):
        result = look(delivered, cursor, lambda month, error: heard.append(f"{month} {error.where}"))
        cursor = result.cursor
        assert not result.run_requests
    assert len(heard) == 1
    assert heard[0].startswith(MONTH)


def test_without_a_home_nothing_runs() -> None:
    assert look(None, None).run_requests == []
    assert isinstance(at_deadline(None, at(20)), dg.SkipReason)
