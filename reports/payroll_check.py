"""Whether a payroll as finally locked agrees with the gate: what is asked, what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from assets.contracts.model import MONEY

LINE: dict[str, pl.DataType] = {
    "agency_code": pl.String(),
    "agency_name": pl.String(),
    "per_id": pl.String(),
    "id_no": pl.String(),
    "name": pl.String(),
    "gross": MONEY,
    "net": MONEY,
    "file": pl.String(),
    "sheet": pl.String(),
    "row": pl.Int64(),
}
"""One line of a payroll, with where it stands."""


@dataclass(frozen=True)
class PayrollCheck:
    """What a payroll does otherwise than the gate said.

    Attributes:
        payroll_month: which payroll. month: the published month that judged its draft.
        n_lines: of the payroll as locked.
        differences: see `checks.gate.check.SCHEMA`, the worst first.
    """

    payroll_month: str
    month: str
    n_lines: int
    differences: pl.DataFrame
