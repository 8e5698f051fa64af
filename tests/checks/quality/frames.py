"""Staged frames for the quality tests: a few rows of a table's contract, the rest null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from assets.contracts.registry import staged_contract
from assets.ledger.month import Month
from checks.quality.gx import validate
from checks.quality.result import QualityResult
from checks.quality.settings import QualitySettings
from checks.quality.suites import suite_for
from connectors.specs import load_specs

SPECS = load_specs()
MONTH = "2026-10"


def staged(table: str, columns: Mapping[str, Sequence[object]]) -> pl.LazyFrame:
    """Rows of a staged table; columns that are not given are null, row_uid counts from 100."""
    contract = staged_contract(SPECS.table(table))
    n_rows = len(next(iter(columns.values())))
    given = {"row_uid": range(100, 100 + n_rows), **columns}
    typed = {c: pl.Series(c, list(values)).cast(contract.schema[c]) for c, values in given.items()}
    return contract.shape(pl.DataFrame(typed).lazy())


def person_ids(n: int, start: int = 0) -> list[str]:
    """Numbers of an unassigned division, different from one another."""
    return [f"629923{19800101 + (start + i) // 100:08d}{(start + i) % 100:03d}X" for i in range(n)]


def results_of(
    frame: pl.LazyFrame, table: str, settings: QualitySettings | None = None, month: str = MONTH
) -> dict[tuple[str, str], QualityResult]:
    """What the suite of a table says of a frame, by check and column."""
    chosen = settings or QualitySettings()
    suite = suite_for(SPECS.table(table), SPECS, month=Month(month), settings=chosen)
    return {(r.check, r.column): r for r in validate([(frame, suite)], chosen)[0]}
