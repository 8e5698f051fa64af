"""The month in which a person must retire, before 2025 and by the gradual delay since (domain §3.11).

Here: the law, from a birth month to three statutory months, one for each original age. Not here: which of
the three is somebody's (a rule decides by sex, identity and rank).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

REFORM = 2025 * 12  # 2025-01, the first month of the gradual delay


@dataclass(frozen=True)
class Delay:
    """One month later for every `step` months since the reform, at most `most` months."""

    step: int
    most: int


# By original age: men and senior women 60, women cadres 55, women workers 50.
DELAYS: Mapping[int, Delay] = {60: Delay(4, 36), 55: Delay(4, 36), 50: Delay(2, 60)}


def statutory_month(birth_month_no: pl.Expr, age: int) -> pl.Expr:
    """Month number of the statutory retirement month, null where the birth is not known.

    Args:
        birth_month_no: year * 12 + month - 1 of the birth.
        age: the original age, 60, 55 or 50.
    """
    law = DELAYS[age]
    original = birth_month_no + age * 12
    delay = pl.min_horizontal((original - REFORM) // law.step + 1, pl.lit(law.most))
    return pl.when(original < REFORM).then(original).otherwise(original + delay)


def month_text_of(number: pl.Expr) -> pl.Expr:
    """A month number as "YYYY-MM"."""
    year = (number // 12).cast(pl.String).str.zfill(4)
    month = (number % 12 + 1).cast(pl.String).str.zfill(2)
    return pl.concat_str(year, month, separator="-")


def retirement_columns(birth_month_no: pl.Expr) -> list[pl.Expr]:
    """`retire_60_month`, `retire_60_month_no` and so on for each original age."""
    columns: list[pl.Expr] = []
    for age in DELAYS:
        number = statutory_month(birth_month_no, age)
        columns += [
            month_text_of(number).alias(f"retire_{age}_month"),
            number.alias(f"retire_{age}_month_no"),
        ]
    return columns
