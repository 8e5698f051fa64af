"""Dagster resources: one month's run, and what each floor's steps take from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import dagster as dg

from assets.defs import Computing
from checks.defs import Judging
from connectors.defs import Guard, Taking
from connectors.errors import UserError
from pipelines.clock import now
from pipelines.event_history import keep_to_limits, remove_files
from pipelines.home import Home, open_home
from pipelines.job_tags import PARTITION_TAG
from pipelines.month_run import MonthRun, prepare, waiting_months
from pipelines.run_lock import run_lock
from reports.defs import Reporting

_RUN_CONFIG = {
    "without": dg.Field({str: str}, default_value={}, description="本月可以缺报的部门（police 等）与原因")
}


@dg.resource(
    config_schema=_RUN_CONFIG, description="本次运行的月份：从环境变量 DUIBIAN_HOME 指明的工作文件夹准备"
)
@contextmanager
def month_resource(context: dg.InitResourceContext) -> Iterator[MonthRun]:
    """Prepare the month that the run's partition names, holding the home meanwhile."""
    tags = context.run.tags if context.run is not None else {}
    month = tags.get(PARTITION_TAG)
    if month is None:
        raise dg.Failure(description="请选择月份：每次运行对应一个月的分区", allow_retries=False)
    without: Mapping[str, str] = context.resource_config["without"]
    home = open_home()
    with run_lock(home, purpose=f"run {month}", now=now()):
        waiting = waiting_months(home, month)
        if waiting:
            raise dg.Failure(
                description=f"更早的月份还没有发布：{'、'.join(waiting)}；请先按顺序运行它们",
                allow_retries=False,
            )
        run = prepare(home, month, without)
        run.begin()
        try:
            yield run
        finally:
            run.end()
            run.hands.stop()
            _tidy(context.instance, run)


def _tidy(instance: dg.DagsterInstance | None, run: MonthRun) -> None:
    """Keep Dagster's own history as long as is set; this run is still going on and stays."""
    if instance is not None:
        history, moment = run.settings.dagster, now()
        remove_files(run.home, history, keep_to_limits(instance, history, moment), moment)


def given(run: MonthRun) -> dg.ResourceDefinition:
    """A run that the caller has prepared, and whose lock he holds."""
    return dg.ResourceDefinition.hardcoded_resource(run)


def _month(context: dg.InitResourceContext) -> MonthRun:
    return cast(MonthRun, context.resources.month)


@dg.resource(required_resource_keys={"month"})
def guard(context: dg.InitResourceContext) -> Guard:
    """Around every step."""
    return _month(context).guard


@dg.resource(required_resource_keys={"month"})
def taking(context: dg.InitResourceContext) -> Taking:
    """For floor 1."""
    return _month(context).work


@dg.resource(required_resource_keys={"month"})
def computing(context: dg.InitResourceContext) -> Computing:
    """For floor 2."""
    return _month(context).computing()


@dg.resource(required_resource_keys={"month"})
def judging(context: dg.InitResourceContext) -> Judging:
    """For floor 3."""
    return _month(context).judging()


@dg.resource(required_resource_keys={"month"})
def reporting(context: dg.InitResourceContext) -> Reporting:
    """For floor 4."""
    return _month(context).reporting()


def resources() -> dict[str, Any]:
    """All resources by their key."""
    return {
        "month": month_resource,
        "guard": guard,
        "taking": taking,
        "computing": computing,
        "judging": judging,
        "reporting": reporting,
    }


def settings_home() -> Home | None:
    """The home that the environment names; None where it names none."""
    try:
        return open_home()
    except UserError:
        return None
