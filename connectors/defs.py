"""Dagster assets of floor 1: each department's files as raw tables.

Here too: what the assets of all floors share.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import dagster as dg

from connectors.beside import Done
from connectors.errors import UserError
from connectors.specs import shipped_specs

FLOOR = "connectors"
MONTHS = dg.MonthlyPartitionsDefinition(
    start_date="2010-01", fmt="%Y-%m", end_offset=1, timezone="Asia/Shanghai"
)
AHEAD = {"dagster/priority": "1"}
"""Tags of the steps that come before the quality's result is asked for: it is checked beside them."""
SECONDS = "seconds"
FROM_BEFORE = "is_from_before"
DEPARTMENTS = tuple((d.key, d.label) for d in shipped_specs().departments)


class Guard(Protocol):
    """Runs one step: keeps what went wrong for the caller and lets only masked text reach Dagster."""

    def __call__(self, step: str) -> AbstractContextManager[None]:
        """Use as a context manager around the body of a step."""

    def once(self, step: str, work: Callable[[], Mapping[str, int]], *, keep: bool = True) -> Done:
        """The step's work, unless a run of the same month that was killed has finished it.

        Args:
            step: its name.
            work: writes the step's tables and returns rows a table.
            keep: whether what it wrote may be taken up by another run.
        """

    def refuse(self, error: UserError | None) -> None:
        """Keep the reason why the step's own checks will stop the run; None when they will not."""


class Taking(Protocol):
    """Takes in a month's files; see `connectors.delivery.take_department`."""

    def take(self, department: str) -> Done:
        """Rows a table of the department."""


def report_done(
    done: Done, checks: Sequence[dg.AssetCheckResult] = (), *, is_beside: bool = False
) -> dg.MaterializeResult[Any]:
    """What a step says of work that may be from before.

    Args:
        done: the work.
        checks: what the step checked.
        is_beside: whether another process did it beside earlier steps: then its own time is told.
    """
    seconds = done.seconds if is_beside else None
    return report(done.counts, checks, seconds=seconds, is_from_before=done.is_from_before)


def report(
    counts: Mapping[str, int],
    checks: Sequence[dg.AssetCheckResult] = (),
    *,
    seconds: float | None = None,
    is_from_before: bool = False,
) -> dg.MaterializeResult[Any]:
    """What a step says of itself: counts of rows, never a name or a number of a person.

    Args:
        counts: rows a table.
        checks: what it checked.
        seconds: how long its work took, where another process did it beside earlier steps.
        is_from_before: whether a run that was killed has done it.
    """
    values = {"dagster/row_count": sum(counts.values()), **dict(sorted(counts.items()))}
    metadata: dict[str, dg.MetadataValue[Any]] = {name: dg.MetadataValue.int(n) for name, n in values.items()}
    if seconds is not None:
        metadata[SECONDS] = dg.MetadataValue.float(round(seconds, 3))
    if is_from_before:
        metadata[FROM_BEFORE] = dg.MetadataValue.bool(True)
    return dg.MaterializeResult(metadata=metadata, check_results=list(checks))


def last_month(asset: str) -> dg.AssetDep:
    """An asset's own last month, read by path through its pointer; the first month has none."""
    with warnings.catch_warnings():
        # The parameter without which a first month could not run is still in beta.
        warnings.simplefilter("ignore", dg.BetaWarning)
        mapping = dg.TimeWindowPartitionMapping(
            start_offset=-1, end_offset=-1, allow_nonexistent_upstream_partitions=True
        )
    return dg.AssetDep(asset, partition_mapping=mapping)


def _raw(department: str, label: str) -> dg.AssetsDefinition:
    name = f"{department}_raw"

    @dg.asset(
        name=name,
        partitions_def=MONTHS,
        group_name=FLOOR,
        description=f"读取{label}报送的文件：每个单元格照原样，每一行都有去处",
    )
    def raw(taking: dg.ResourceParam[Taking], guard: dg.ResourceParam[Guard]) -> dg.MaterializeResult[Any]:
        with guard(name):
            return report_done(taking.take(department), is_beside=True)

    return raw


def assets() -> Iterator[dg.AssetsDefinition]:
    """One asset a department."""
    return (_raw(department, label) for department, label in DEPARTMENTS)
