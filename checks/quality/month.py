"""All quality checks of a month's staged tables."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from assets.ledger.month import Month
from checks.quality.guards import TableInput, guard_table
from checks.quality.gx import validate
from checks.quality.result import QualityResult
from checks.quality.settings import QualitySettings
from checks.quality.suites import suite_for
from connectors.specs import Specs


def check_tables(
    tables: Sequence[TableInput], specs: Specs, *, month: str, settings: QualitySettings | None = None
) -> list[QualityResult]:
    """Suites and guards of every table, table by table in the order given.

    The guards are Polars and run beside the import of Great Expectations and its suites.

    Args:
        tables: staged tables of this month, each with last month's where there is one.
        specs: the departments' specs.
        month: "2026-10".
        settings: thresholds; the usual ones when None.

    Raises:
        QualityFault: an expectation could not be evaluated (a fault of the program).
    """
    chosen = settings or QualitySettings()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="quality-guards") as pool:
        guarded = [pool.submit(guard_table, given, chosen) for given in tables]
        suites = [suite_for(given.table, specs, month=Month(month), settings=chosen) for given in tables]
        validated = validate([(g.frame, s) for g, s in zip(tables, suites, strict=True)], chosen)
        return [
            result
            for suite_results, guard in zip(validated, guarded, strict=True)
            for result in (*suite_results, *guard.result())
        ]
