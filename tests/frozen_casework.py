"""Frozen casework for months judged in tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from assets.contracts.casework import CASEWORK, PREFIX
from connectors.store import RunStore


def decision(finding: Mapping[str, Any], verdict: str, **said: Any) -> dict[str, Any]:
    """What the list of decisions holds of one that was taken on a published finding."""
    bound = {name: finding[name] for name in ("finding_id", "number", "rule_id", "month", "evidence_hash")}
    event = {
        "by": "zhang",
        "at": "2026-10-20T09:00:00+08:00",
        "reason": "核对档案",
        "paper": "",
        "until": None,
    }
    return bound | {"verdict": verdict, "evidence": finding["decided_values"]} | event | said


def freeze(store: RunStore, **frames: list[dict[str, Any]]) -> None:
    """Lay casework into a run, as a run that begins does."""
    for name, rows in frames.items():
        store.write(PREFIX + name, pl.DataFrame(rows, schema=dict(CASEWORK[name])))
