"""What people decided, as a run sees it: the frames that casework is frozen into when a run begins.

Here: names, columns and order of the frames, which lie in the run's store as `casework_<name>`. Not here: how
the events are kept (reports/web/casework) and what follows from them (identity, findings, gate). Texts are
never null: what was not said is ''.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from connectors.store import RunStore

PREFIX = "casework_"

_TEXT = pl.String()
_DATE = pl.Date()


def _texts(names: str, **others: pl.DataType) -> Mapping[str, pl.DataType]:
    return MappingProxyType({name: others.get(name, _TEXT) for name in names.split()})


CASEWORK: Mapping[str, Mapping[str, pl.DataType]] = MappingProxyType(
    {
        "decision": _texts(
            "finding_id number rule_id month evidence_hash verdict by at reason paper until evidence",
            until=_DATE,
        ),
        "judgement": _texts("key_a key_b verdict by at reason"),
        "baseline": _texts("month"),
        "basis_signoff": _texts("basis_id by at paper"),
        "hold": _texts("payroll_month row_key agency_code per_id step by role at paper reason"),
        "breaker": _texts("payroll_month agency_code step by role at reason"),
        "user_role": _texts("user role"),
        "inquiry": _texts(
            "finding_id number month evidence_hash recipient recipient_name unit_id due_on by at",
            due_on=_DATE,
        ),
    }
)
"""Name → columns. decision: the last one a finding that was not withdrawn. judgement: likewise a pair, key_a
before key_b. inquiry: the last one sent about a finding. hold, breaker: every event, those of one line in the
order in which they happened. The others: what is in force."""


def empty_casework() -> dict[str, pl.DataFrame]:
    """The frames of a home in which nobody has decided anything."""
    return {name: pl.DataFrame(schema=columns) for name, columns in CASEWORK.items()}


def casework(store: RunStore, name: str) -> pl.DataFrame:
    """One frame of a run's casework; without rows where the run has none."""
    table = PREFIX + name
    return store.read(table) if store.has(table) else pl.DataFrame(schema=CASEWORK[name])
