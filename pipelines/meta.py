"""Table `meta`: what the month is, by which settings and program, and how old each source is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from assets.contracts.registry import published
from assets.published import MONTH_FORMAT
from assets.snapshots import as_of_dates
from checks.rules.parameters import STANDARD, lag_windows, resolve

if TYPE_CHECKING:
    from pipelines.month_run import MonthRun


def meta_table(run: MonthRun) -> pl.DataFrame:
    """All entries as text, by key. Only what the content depends on: no clock, no path."""
    month, settings = run.month.text, run.settings
    values: dict[str, object] = {
        "format": MONTH_FORMAT,
        "month": month,
        "run": run.run,
        "division": settings.division.code,
        "division_name": settings.division.name,
        "program_version": run.manifest.program,
        "catalogue": run.manifest.catalogue,
        "previous_content": run.manifest.previous.content_sha256 if run.manifest.previous else "",
        "schedule_on": settings.schedule.run_on(month),
        "lock_on": settings.schedule.lock_on(month),
        "n_label_answers": len(run.answers.labels),
        "n_unit_answers": len(run.answers.units),
        "pay_months": "、".join(
            run.store.scan("fact_pay").select(pl.col("month").unique().sort()).collect()["month"]
        ),
    }
    values |= {f"without.{key}": reason for key, reason in run.without.items()}
    values |= {f"as_of.{table}": day for table, day in as_of_dates(run.store).items()}
    values |= {f"guards.{key}": value for key, value in settings.guards.model_dump().items()}
    values |= {f"policy.{key}": value for key, value in settings.policy_on(month).items()}
    parameters = resolve(settings.parameter_overrides(), month)
    values |= {f"parameters.{key}": value for key, value in parameters.items() if key not in STANDARD}
    lags = lag_windows(settings.lag_overrides(), month)
    values |= {f"lag.{window.name}": f"{window.value} {window.unit}" for window in lags.values()}
    rows = [{"key": key, "value": str(value)} for key, value in sorted(values.items())]
    return pl.DataFrame(rows, schema=published()["meta"].schema)
