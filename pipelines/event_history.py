"""Which runs Dagster's own pages remember: those of the runs that are kept, and what is going on."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg

from pipelines.event_log import open_instance
from pipelines.home import Home
from pipelines.resources import PARTITION_TAG, RUN_TAG
from pipelines.retention import KEPT_A_MONTH

KILLED_AFTER = timedelta(days=1)
"""A run that has begun and not ended for so long was killed; none takes more than hours."""
_WAITING = (dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING)


@dataclass(frozen=True)
class Forgotten:
    """How many of Dagster's runs were removed, and the bytes of their event files."""

    n_runs: int
    n_bytes: int


def forget_runs(home: Home, kept: Collection[str], now: datetime) -> Forgotten:
    """Remove from Dagster's storage what belongs to no run that is kept.

    Runs that wait or are going on stay. Of runs that were launched by hand in Dagster's pages, and so name no
    run of ours, the newest of each month stay, as many as published runs are kept.

    Args:
        home: the home folder; its lock is held by the caller.
        kept: names of the runs whose results are kept.
        now: the time.
    """
    if not (home.dagster / "history" / "runs.db").is_file():
        return Forgotten(0, 0)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    with open_instance(home.dagster) as instance:
        gone = list(_outlived(instance.get_run_records(), kept, now))
        for run_id in gone:
            instance.delete_run(run_id)
    # Dagster empties a run's event file and leaves it, with what the run has printed, where it is.
    return Forgotten(len(gone), sum(_remove(path) for run_id in gone for path in _files(home, run_id)))


def _outlived(records: Iterable[dg.RunRecord], kept: Collection[str], now: datetime) -> Iterable[str]:
    """Ids of the runs to forget; `records` are newest first."""
    by_hand: Counter[str] = Counter()
    for record in records:
        run = record.dagster_run
        if run.status in _WAITING or not (run.is_finished or now - record.create_timestamp > KILLED_AFTER):
            continue
        name, month = run.tags.get(RUN_TAG), run.tags.get(PARTITION_TAG, "")
        if name is not None:
            if name not in kept:
                yield run.run_id
        elif run.is_success and by_hand[month] < KEPT_A_MONTH:
            by_hand[month] += 1
        else:
            yield run.run_id


def _files(home: Home, run_id: str) -> list[Path]:
    events = (home.dagster / "history" / "runs").glob(f"{run_id}.db*")
    return [*events, home.dagster / "storage" / run_id]


def _remove(path: Path) -> int:
    """Bytes given back; what another program holds open stays, and is empty."""
    if path.is_dir():
        n_bytes = sum(part.stat().st_size for part in path.rglob("*") if part.is_file())
        shutil.rmtree(path, ignore_errors=True)
    elif path.exists():
        n_bytes = path.stat().st_size
        try:
            path.unlink()
        except OSError:
            return 0
    else:
        return 0
    return 0 if path.exists() else n_bytes
