"""The sensors that tell people, as Dagster calls them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest

from pipelines.alerts.record import attempts
from pipelines.clock import SHANGHAI
from pipelines.home import Home
from pipelines.job_tags import PARTITION_TAG, RUN_TAG
from pipelines.sensors import reminding, run_failed, tick
from tests.pipelines.conftest import new_home
from tests.pipelines.setting import set_values

MONTH = "2026-10"


@dg.op
def quality() -> None:
    raise dg.Failure(description="身份证号 110101199003077600 的行", allow_retries=False)


@dg.job
def month() -> None:
    quality()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = new_home(tmp_path / "home")
    monkeypatch.setenv("DUIBIAN_HOME", str(home.root))
    monkeypatch.setattr("pipelines.sensors.now", lambda: datetime(2026, 10, 19, 9, 30, tzinfo=SHANGHAI))
    return home


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as opened:
        yield opened


def failed(instance: dg.DagsterInstance, name: str = "a" * 16) -> dg.RunFailureSensorContext:
    tags = {PARTITION_TAG: MONTH} | ({RUN_TAG: name} if name else {})
    done = month.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
    return dg.build_run_status_sensor_context(
        sensor_name="run_failed",
        dagster_instance=instance,
        dagster_run=done.dagster_run,
        dagster_event=done.get_run_failure_event(),
    ).for_run_failure()


def told(home: Home) -> list[str]:
    return [one.alert.title + one.alert.text for one in attempts(home)]


def test_a_run_that_failed_is_told_once_by_its_step_and_without_its_words(
    home: Home, instance: dg.DagsterInstance
) -> None:
    set_values(home, "alerts", log=True)
    sensor = run_failed(month)
    for _ in range(2):
        sensor(failed(instance))
    sensor(failed(instance, "b" * 16))
    texts = told(home)
    assert len(texts) == 2
    assert MONTH in texts[0]
    assert "a" * 16 in texts[0]
    assert "质量检查" in texts[0]
    assert "1101011990" not in "".join(texts)


def test_nobody_is_told_of_it_by_default(home: Home, instance: dg.DagsterInstance) -> None:
    run_failed(month)(failed(instance))
    assert told(home) == []
    assert tick() == "没有启用提醒"


def test_a_tick_tells_what_is_due(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    set_values(home, "alerts", log=True)
    (home.inbox / MONTH / "编办").mkdir(parents=True)
    (home.inbox / MONTH / "编办" / "名册.xlsx").write_bytes(b"x")
    with dg.build_sensor_context() as context:
        data = reminding(month).evaluate_tick(context)
    assert data.run_requests == []
    assert "已提醒（日志）" in str(data.skip_message)
    (text,) = told(home)
    assert "财政" in text
    assert tick() == "没有新的提醒"


def test_before_the_hour_of_the_schedule_nobody_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    set_values(home, "alerts", log=True)
    monkeypatch.setattr("pipelines.sensors.now", lambda: datetime(2026, 10, 19, 8, 59, tzinfo=SHANGHAI))
    assert "9 点以后" in tick()
    assert told(home) == []


def test_settings_that_are_wrong_end_no_sensor(home: Home, instance: dg.DagsterInstance) -> None:
    set_values(home, "alerts", log=True)
    home.calendar.write_text("schema = 2\n", "utf-8")
    assert "calendar.toml" in tick()
    home.settings.write_text("schema = 1\n[alerts]\nlog = 3\n", "utf-8")
    assert tick() == "没有启用提醒"
    run_failed(month)(failed(instance))
    assert json.dumps(told(home)) == "[]"
