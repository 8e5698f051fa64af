"""Dagster's definitions: every asset, check and resource, the monthly job, its schedule and its sensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

import assets.defs
import checks.defs
import connectors.defs
import reports.defs
from pipelines.progress import Echo, progress_logger
from pipelines.resources import resources
from pipelines.sensors import reminding, run_failed
from pipelines.triggers import deadline, deliveries_are_in

JOB = "month"
REPORTS = ("exception_list", "monthly_set", "label_books", "data_docs")


def build_defs(overrides: Mapping[str, Any] | None = None, echo: Echo | None = None) -> dg.Definitions:
    """All definitions, for the pages, the command line and tests alike.

    Args:
        overrides: resources to use instead of the usual ones.
        echo: where lines of progress go; nowhere when not given.
    """
    every = [
        *connectors.defs.assets(),
        *assets.defs.assets(),
        *checks.defs.assets(),
        *reports.defs.assets(),
    ]
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.assets(*every),
        executor_def=dg.in_process_executor,
        description="一个月的核对：从收件箱到疑点清单",
    )
    return dg.Definitions(
        assets=every,
        jobs=[job],
        resources={**resources(), **(overrides or {})},
        executor=dg.in_process_executor,
        loggers={"progress": progress_logger(echo)} if echo is not None else None,
        schedules=[deadline(job)],
        sensors=[deliveries_are_in(job), run_failed(job), reminding(job)],
    )


defs = build_defs()
