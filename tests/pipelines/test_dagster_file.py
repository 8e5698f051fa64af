"""`dagster.yaml`: written from the settings, left alone where it is somebody's own."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import TickStatus

from connectors.errors import UserError
from pipelines.dagster_file import OURS, dagster_text, write_dagster_file
from pipelines.home import Home
from pipelines.run_history import RunHistory
from tests.pipelines.conftest import Call, new_home
from tests.pipelines.setting import set_values

ADDRESS = "postgresql://runner@db.example.gov.cn:6432/dagster?sslmode=require"
FORMER = """\
# Dagster 的本机设置，由 duibian init 生成。只在本机回环地址使用，不向外发送任何信息。
telemetry:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path / "home")


def written(home: Home) -> str:
    return (home.dagster / "dagster.yaml").read_text("utf-8")


def test_dagster_takes_it_and_it_says_what_is_promised(home: Home) -> None:
    assert write_dagster_file(home.dagster, RunHistory(tick_days=30))
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        assert not instance.telemetry_enabled
        assert instance.global_op_concurrency_default_limit is None
        schedule = instance.get_tick_retention_settings(InstigatorType.SCHEDULE)
        sensor = instance.get_tick_retention_settings(InstigatorType.SENSOR)
    assert set(schedule.values()) == {30}
    assert sensor == dict.fromkeys(schedule, 30) | {TickStatus.SKIPPED: 7}
    assert yaml.safe_load(written(home))["concurrency"] == {"runs": {"max_concurrent_runs": 1}}


@pytest.mark.parametrize(("days", "kept", "skipped"), [(0, -1, 7), (3, 3, 3), (90, 90, 7)])
def test_ticks_are_kept_as_long_as_is_set(days: int, kept: int, skipped: int, home: Home) -> None:
    values = yaml.safe_load(dagster_text(RunHistory(tick_days=days), home.root))["retention"]
    assert values["schedule"]["purge_after_days"] == kept
    assert values["sensor"]["purge_after_days"]["failure"] == kept
    assert values["sensor"]["purge_after_days"]["skipped"] == skipped


def test_an_address_comes_apart_as_dagster_wants_it(home: Home) -> None:
    (home.root / "pg.pass").write_text("*:*:*:*:x\n", "utf-8")
    text = dagster_text(RunHistory(database=ADDRESS, passfile="pg.pass"), home.root)
    database = yaml.safe_load(text)["storage"]["postgres"]["postgres_db"]
    params = database.pop("params")
    assert database == {
        "scheme": "postgresql+psycopg2",
        "username": "runner",
        "hostname": "db.example.gov.cn",
        "port": 6432,
        "db_name": "dagster",
    }
    assert params == {
        "connect_timeout": "30",
        "sslmode": "require",
        "passfile": str(home.root / "pg.pass"),
    }


def test_a_password_of_the_environment_is_named_and_not_written(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YUNLING_PG", "geheim")
    text = dagster_text(RunHistory(database=ADDRESS, password_variable="YUNLING_PG"), home.root)
    assert yaml.safe_load(text)["storage"]["postgres"]["postgres_db"]["password"] == {"env": "YUNLING_PG"}
    assert "geheim" not in text


def test_a_password_file_that_is_not_there_is_said(home: Home) -> None:
    with pytest.raises(UserError, match="密码文件不在"):
        write_dagster_file(home.dagster, RunHistory(database=ADDRESS, passfile="nowhere"))


@pytest.mark.parametrize("before", [FORMER, FORMER.replace("\n", "\r\n"), f"{OURS}\n# older\n", None])
def test_what_the_program_wrote_is_written_anew(before: str | None, home: Home) -> None:
    path = home.dagster / "dagster.yaml"
    path.unlink()
    if before is not None:
        path.write_bytes(before.encode())
    assert write_dagster_file(home.dagster, RunHistory())
    assert written(home) == dagster_text(RunHistory(), home.root)
    at = path.stat().st_mtime_ns
    write_dagster_file(home.dagster, RunHistory())
    assert path.stat().st_mtime_ns == at
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


def test_what_somebody_keeps_himself_is_left_alone(home: Home) -> None:
    own = FORMER + "nux:\n  enabled: false\n"
    (home.dagster / "dagster.yaml").write_text(own, "utf-8")
    assert not write_dagster_file(home.dagster, RunHistory())
    assert written(home) == own
    with pytest.raises(UserError, match="自行维护"):
        write_dagster_file(home.dagster, RunHistory(database=ADDRESS))
    assert written(home) == own


def test_init_writes_it_anew_after_the_settings_changed(home: Home, duibian: Call) -> None:
    set_values(home, "dagster", tick_days=11)
    assert duibian("init", home.root).code == 0
    assert yaml.safe_load(written(home))["retention"]["schedule"] == {"purge_after_days": 11}
