"""Which runs Dagster's own pages remember: those of the runs that are kept, within the limits that are set.

The same in the home's own files and in PostgreSQL: runs are forgotten through Dagster's instance; what a run
has printed lies in the home in either case.
"""

from __future__ import annotations

import logging
import re
import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg

from pipelines.dagster_instance import home_instance
from pipelines.home import Home
from pipelines.job_tags import PARTITION_TAG, RUN_TAG
from pipelines.retention import KEPT_A_MONTH
from pipelines.run_history import RunHistory

KILLED_AFTER = timedelta(days=1)
"""A run that has begun and not ended for so long was killed; none takes more than hours."""
_RUN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WAITING = (dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING)


@dataclass(frozen=True)
class Forgotten:
    """How many of Dagster's runs were removed, and the bytes of their event files."""

    n_runs: int
    n_bytes: int


def forget_runs(home: Home, history: RunHistory, kept: Collection[str], now: datetime) -> Forgotten:
    """Remove from Dagster's storage what belongs to no run that is kept, and what is beyond the limits.

    Runs that wait or are going on stay. Of runs that were launched by hand in Dagster's pages, and so name no
    run of ours, the newest of each month stay, as many as published runs are kept.

    Args:
        home: the home folder; its lock is held by the caller.
        history: `[dagster]` of its settings.
        kept: names of the runs whose results are kept.
        now: the time.

    Raises:
        UserError: the database that the settings name does not answer.
    """
    if not history.database and not (home.dagster / "history" / "runs.db").is_file():
        return Forgotten(0, 0)
    with home_instance(home, history) as instance:
        records = instance.get_run_records()
        gone = list(dict.fromkeys((*_outlived(records, kept, now), *_beyond(records, history, now))))
        for run_id in gone:
            instance.delete_run(run_id)
    # Dagster empties a run's event file and leaves it, with what the run has printed, where it is.
    return Forgotten(len(gone), remove_files(home, history, gone, now))


def keep_to_limits(instance: dg.DagsterInstance, history: RunHistory, now: datetime) -> list[str]:
    """Forget the runs that are beyond the limits; returns their ids. No run fails because of it."""
    try:
        is_within = not history.kept_runs or instance.get_runs_count() <= history.kept_runs
        if is_within and not history.run_days:
            return []
        gone = list(_beyond(instance.get_run_records(), history, now))
        for run_id in gone:
            instance.delete_run(run_id)
    except Exception as error:  # whatever the storage raises: the month is done, and that is what counts
        logging.getLogger(__name__).warning("run history not kept to its limits: %s", type(error).__name__)
        return []
    return gone


def remove_files(home: Home, history: RunHistory, gone: Iterable[str], now: datetime) -> int:
    """Remove what forgotten runs have left in the home, and old print of others; returns bytes given back.

    Args:
        home: the home folder.
        history: `[dagster]` of its settings.
        gone: ids of the forgotten runs; no instance that holds their files is open.
        now: the time.
    """
    paths = [path for run_id in gone for path in _files(home, run_id)]
    if history.log_days:
        oldest = (now - timedelta(days=history.log_days)).timestamp()
        paths += [path for path in _printed(home) if _changed_at(path) < oldest]
    return sum(_remove(path) for path in dict.fromkeys(paths))


def _beyond(records: Sequence[dg.RunRecord], history: RunHistory, now: datetime) -> Iterator[str]:
    """Ids of ended runs that are older, or more, than is to be remembered; `records` are newest first."""
    ended = [record for record in records if _is_over(record, now)]
    oldest = now - timedelta(days=history.run_days) if history.run_days else None
    for place, record in enumerate(ended):
        is_too_many = 0 < history.kept_runs <= place
        if is_too_many or (oldest is not None and record.create_timestamp < oldest):
            yield record.dagster_run.run_id


def _is_over(record: dg.RunRecord, now: datetime) -> bool:
    """Whether a run has ended, or was killed."""
    run = record.dagster_run
    return run.status not in _WAITING and (run.is_finished or now - record.create_timestamp > KILLED_AFTER)


def _printed(home: Home) -> list[Path]:
    """Folders of what runs have printed."""
    storage = home.dagster / "storage"
    return [path for path in storage.iterdir() if _RUN_ID.fullmatch(path.name)] if storage.is_dir() else []


def _changed_at(path: Path) -> float:
    """When a file was written last; of one that is gone meanwhile, never long ago."""
    try:
        return path.stat().st_mtime
    except OSError:
        return float("inf")


def _outlived(records: Iterable[dg.RunRecord], kept: Collection[str], now: datetime) -> Iterable[str]:
    """Ids of the runs to forget; `records` are newest first."""
    by_hand: Counter[str] = Counter()
    for record in records:
        run = record.dagster_run
        if not _is_over(record, now):
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
    try:
        if path.is_dir():
            n_bytes = sum(part.stat().st_size for part in path.rglob("*") if part.is_file())
            shutil.rmtree(path, ignore_errors=True)
        else:
            n_bytes = path.stat().st_size
            path.unlink()
    except OSError:
        return 0
    return 0 if path.exists() else n_bytes
