"""The month a person must retire (domain §3.11): before 2025 and by the gradual delay since."""

from __future__ import annotations

from datetime import date
from typing import Literal

from connectors.sample.months import month_of

Sex = Literal["1", "2"]

_REFORM = 2025 * 12  # 2025-01, the first month of the gradual delay


def statutory_retirement(born: date, sex: Sex, female_age: Literal[50, 55, 60] = 55) -> int:
    """Number of the statutory retirement month.

    Women's age of 50 is for workers, 55 for cadres, 60 for the senior ones that retire with the men.
    The delay is a month for every four (every two where the age was 50) counted from January 2025,
    at most 36 months (60 where the age was 50).
    """
    age = 60 if sex == "1" else female_age
    original = month_of(born) + age * 12
    if original < _REFORM:
        return original
    step, cap = (2, 60) if age == 50 else (4, 36)
    return original + min((original - _REFORM) // step + 1, cap)
