"""The shape of the house as Dagster shows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines.definitions import JOB, build_defs

SNAPSHOT = Path(__file__).with_name("definitions.json")


def shape(definitions: dg.Definitions) -> dict[str, Any]:
    graph = definitions.resolve_asset_graph()
    job = definitions.resolve_job_def(JOB)
    schedules = list(definitions.schedules or ())
    sensors = list(definitions.sensors or ())
    return {
        "assets": {
            key.to_user_string(): {
                "group": graph.get(key).group_name,
                "parents": sorted(parent.to_user_string() for parent in graph.get(key).parent_keys),
                "partitions": str(graph.get(key).partitions_def),
            }
            for key in sorted(graph.get_all_asset_keys())
        },
        "checks": {
            key.name: graph.get_check_spec(key).blocking
            for key in sorted(graph.asset_check_keys, key=lambda key: key.name)
        },
        "schedules": [
            [one.name, one.cron_schedule, one.execution_timezone, one.default_status.value]
            for one in schedules
            if isinstance(one, dg.ScheduleDefinition)
        ],
        "sensors": [[one.name, one.minimum_interval_seconds, one.default_status.value] for one in sensors],
        "resources": sorted(definitions.resources or ()),
        "executor": job.executor_def.name,
    }


def test_assets_checks_and_triggers_are_as_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUIBIAN_HOME", raising=False)
    assert shape(build_defs()) == json.loads(SNAPSHOT.read_text("utf-8"))


def test_the_definitions_can_be_loaded_and_bound() -> None:
    dg.Definitions.validate_loadable(build_defs())
