"""A clock that is wrong, for one process: seconds beside the true time, read anew from a file at every look.

Of the program (`pipelines.clock`), of Python's `time` and of Dagster. libfaketime, which would reach further,
makes Python's own sleeps fail.
"""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

_true_time, _true_time_ns = time.time, time.time_ns


def install(told: Path) -> None:
    """Let everything that asks for the time be told another one; before anything else is imported."""
    import dagster._time as of_dagster

    import pipelines.clock as of_program

    def beside() -> float:
        return float(told.read_text())

    def now() -> dt.datetime:
        return dt.datetime.fromtimestamp(_true_time() + beside(), of_program.SHANGHAI)

    time.time = lambda: _true_time() + beside()
    time.time_ns = lambda: _true_time_ns() + round(beside() * 1e9)
    of_program.now = now
    # What its own tests put a clock of theirs in the place of.
    of_dagster._mockable_get_current_datetime = lambda: now().astimezone(dt.UTC)
    of_dagster._mockable_get_current_timestamp = lambda: _true_time() + beside()
