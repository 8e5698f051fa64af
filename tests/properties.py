"""How many examples a property is tried with: few in `make test`, many in a campaign.

`DUIBIAN_PROPERTIES=long pytest -m property` tries twenty times as many (`python -m bench.faults --part
properties` does it).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

FACTOR = 20 if os.environ.get("DUIBIAN_PROPERTIES") == "long" else 1
Test = TypeVar("Test", bound=Callable[..., None])


def property_test(examples: int) -> Callable[[Test], Test]:
    """Mark a test as a property and say how many examples `make test` has time for.

    One folder of pytest's serves all its examples: what they write there has the same name every time.
    """
    how_many = settings(
        deadline=None,
        max_examples=examples * FACTOR,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )

    def marked(test: Test) -> Test:
        found: Test = pytest.mark.property(how_many(test))
        return found

    return marked
