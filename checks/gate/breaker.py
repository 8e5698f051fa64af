"""Circuit breakers: when so much would be held that people must look before anything is confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from checks.gate.decide import HOLD

MANY, AGENCY, INCOMPLETE = "many_holds", "agency_holds", "incomplete"
BETWEEN = ","


@dataclass(frozen=True)
class Limits:
    """How much may be held before somebody must look.

    Attributes:
        least, percent: of all payees; more than the larger of the two is too much.
        agency: lines of one agency.
        missing_least, missing_percent: payees of last month that a draft may lack.
    """

    least: int
    percent: int
    agency: int
    missing_least: int
    missing_percent: int


def is_short(lines: pl.DataFrame, paid_before: pl.DataFrame | None, limits: Limits) -> bool:
    """Whether a payroll lacks so many of last month's payees that it is not believed to be whole.

    Args:
        lines: the payroll, with `payee`.
        paid_before: last month's, likewise; None where it was never delivered.
        limits: the limits.
    """
    if paid_before is None:
        return False
    before = paid_before["payee"].unique()
    missing = before.len() - int(before.is_in(lines["payee"].unique().implode()).sum())
    return missing > limits.missing_least and missing * 100 > limits.missing_percent * before.len()


def with_breakers(decided: pl.DataFrame, limits: Limits, incomplete: Sequence[str]) -> pl.DataFrame:
    """The lines with `breaker`: on every hold the codes of what has tripped, joined by commas; else null.

    Args:
        decided: `decide`.
        limits: the limits.
        incomplete: what is missing of the delivery; anything at all trips the breaker.
    """
    n_payees = decided["payee"].n_unique()
    is_hold = pl.col("action") == HOLD
    n_holds = int((decided["action"] == HOLD).sum())
    is_many = n_holds > limits.least and n_holds * 100 > limits.percent * n_payees
    of_agency = is_hold.sum().over("agency_code")
    codes = [
        pl.lit(INCOMPLETE if incomplete else None, dtype=pl.String),
        pl.lit(MANY if is_many else None, dtype=pl.String),
        pl.when(of_agency > limits.agency).then(pl.lit(AGENCY)),
    ]
    tripped = pl.concat_str(codes, separator=BETWEEN, ignore_nulls=True)
    return decided.with_columns(pl.when(is_hold & (tripped != "")).then(tripped).alias("breaker"))
