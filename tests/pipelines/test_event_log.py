"""Dagster's event log, kept open by the process of a run."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from pipelines.event_log import OpenEventLog, open_instance
from pipelines.home import init_home

OTHER = """\
event_log_storage:
  module: dagster._core.storage.event_log
  class: ConsolidatedSqliteEventLogStorage
  config:
    base_dir: {folder}
"""


@dg.asset
def counted() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"rows": 3})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    return init_home(tmp_path / "home", code="629923", name="云岭县", key=b"k" * 32).dagster


def test_dagsters_own_pages_read_what_was_written(folder: Path) -> None:
    with open_instance(folder) as ours:
        assert isinstance(ours.event_log_storage, OpenEventLog)
        written = dg.materialize([counted], instance=ours)
        kinds = [event.event_type_value for event in written.all_events]
    with dg.DagsterInstance.from_config(str(folder)) as usual:
        (run,) = usual.get_runs()
        assert run.status == dg.DagsterRunStatus.SUCCESS
        entries = usual.all_logs(run.run_id)
        read = [e.dagster_event.event_type_value for e in entries if e.dagster_event is not None]
        latest = usual.get_latest_materialization_event(dg.AssetKey("counted"))
    assert set(kinds) <= set(read)
    assert latest is not None
    assert latest.asset_materialization is not None
    assert latest.asset_materialization.metadata["rows"].value == 3


def test_both_write_at_the_same_time(folder: Path) -> None:
    with open_instance(folder) as ours, dg.DagsterInstance.from_config(str(folder)) as usual:
        for instance in (ours, usual, ours):
            assert dg.materialize([counted], instance=instance).success
    with open_instance(folder) as again:
        assert len(again.get_runs()) == 3


def test_another_storage_that_the_operator_has_set_is_used(folder: Path) -> None:
    settings = folder / "dagster.yaml"
    settings.write_text(settings.read_text("utf-8") + OTHER.format(folder=folder / "events"), "utf-8")
    with open_instance(folder) as instance:
        assert not isinstance(instance.event_log_storage, OpenEventLog)
        assert dg.materialize([counted], instance=instance).success
