"""Dagster's sensors that tell people: of a run that failed, of late departments, of the lock day."""

from __future__ import annotations

from typing import Any

import dagster as dg

from connectors.errors import UserError
from pipelines.alerts.alert import job_failed
from pipelines.alerts.reminders import remind
from pipelines.alerts.telling import tell
from pipelines.clock import now
from pipelines.home import Home
from pipelines.job_tags import PARTITION_TAG, RUN_TAG
from pipelines.progress import TITLES
from pipelines.resources import settings_home
from pipelines.settings import Settings, load_settings

TICK_SECONDS = 1800
OFFICE_HOUR = 9
"""Nobody is reminded before, unless the month is run before."""


def run_failed(job: Any) -> dg.SensorDefinition:
    """The sensor that tells of a run of the daemon or of Dagster's pages that ended badly.

    Runs of `duibian run` are not Dagster's own to watch: the command tells of them itself.
    """

    @dg.run_failure_sensor(
        name="run_failed",
        monitored_jobs=[job],
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="由 Dagster 启动的运行失败时提醒；提醒方式见 duibian.toml 的 [alerts]",
    )
    def sensor(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        found = _telling()
        if found is None:
            return dg.SkipReason("没有启用提醒")
        home, settings = found
        tags = context.dagster_run.tags
        events = context.get_step_failure_events()
        steps = [TITLES.get(key, key) for event in events if (key := event.step_key) is not None]
        run = tags.get(RUN_TAG) or context.dagster_run.run_id
        tell(home, settings, job_failed(tags.get(PARTITION_TAG, ""), run, steps), now())
        return None

    return sensor


def reminding(job: Any) -> dg.SensorDefinition:
    """The sensor that looks every half hour of the day whether a reminder is due."""

    @dg.sensor(
        job=job,
        name="reminders",
        minimum_interval_seconds=TICK_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="部门迟报、工资锁定日临近而暂停或熔断没有签的，提醒；方式见 duibian.toml 的 [alerts]",
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        return dg.SkipReason(tick())

    return sensor


def tick() -> str:
    """One tick: tell what is due and was not told; returns what was done, in Chinese."""
    found = _telling()
    if found is None:
        return "没有启用提醒"
    home, settings = found
    moment = now()
    begins = min(settings.schedule.hour, OFFICE_HOUR)
    if moment.hour < begins:
        return f"{begins} 点以后才提醒"
    try:
        lines = [line for one in remind(home, settings, moment) for line in one.lines()]
    except UserError as error:
        return str(error)
    return "；".join(lines) or "没有新的提醒"


def _telling() -> tuple[Home, Settings] | None:
    """The home and its settings, where anybody is to be told of anything."""
    home = settings_home()
    if home is None:
        return None
    try:
        settings = load_settings(home.settings)
    except UserError:
        return None
    return (home, settings) if settings.alerts.is_on else None
