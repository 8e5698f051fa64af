"""A month as Dagster's job, executed in this process."""

from __future__ import annotations

from collections.abc import Callable, Collection

import dagster as dg

from pipelines.clock import now
from pipelines.dagster_instance import home_instance
from pipelines.definitions import JOB, build_defs
from pipelines.event_history import keep_to_limits, remove_files
from pipelines.job_tags import PARTITION_TAG, RUN_TAG
from pipelines.month_run import MonthRun
from pipelines.resources import given

Echo = Callable[[str], None]


def execute(
    run: MonthRun, echo: Echo, *, only: Collection[str] = (), leave_out: Collection[str] = ()
) -> None:
    """Execute the job in this process, so that Dagster's own pages over this home show it.

    Args:
        run: begun by the caller, who also ends it.
        echo: where lines of progress go.
        only: the steps to take; all when none is named.
        leave_out: steps that are not taken.

    Raises:
        UserError: the input was wrong, or the run history's database does not answer; nothing was published.
    """
    history = run.settings.dagster
    definitions = build_defs({"month": given(run)}, echo)
    steps = only or {
        key.to_user_string() for key in definitions.resolve_asset_graph().materializable_asset_keys
    }
    with home_instance(run.home, history) as instance:
        result = definitions.resolve_job_def(JOB).execute_in_process(
            instance=instance,
            partition_key=run.month.text,
            raise_on_error=False,
            run_config={"loggers": {"progress": {}}},
            tags={RUN_TAG: run.run, PARTITION_TAG: run.month.text},
            asset_selection=[dg.AssetKey(name) for name in steps if name not in leave_out],
        )
        gone = keep_to_limits(instance, history, now())
    remove_files(run.home, history, gone, now())
    if not result.success:
        run.guard.raise_first()
        if any(map(_is_interruption, result.all_events)):
            raise KeyboardInterrupt
        raise RuntimeError("the job failed outside its steps")


def _is_interruption(event: dg.DagsterEvent) -> bool:
    """Whether a run ended because somebody stopped the process (Ctrl-C)."""
    reason = getattr(event.event_specific_data, "failure_reason", None)
    return getattr(reason, "name", "") == "UNEXPECTED_TERMINATION"
