"""By how many days a matter is late: by what its rule decided on, that rule's limit and the month's end."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from reports.standing import month_end

Term = Literal["month_end", "days", "working_days", "months"]


class LateKind(BaseModel):
    """One entry of `overdue.toml`; see its head."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    kind: str
    since: tuple[str, ...] = Field(alias="from")
    until: tuple[str, ...] = ()
    due: tuple[str, ...] = ()
    term: Term
    parameter: str


@cache
def late_kinds() -> Mapping[str, tuple[LateKind, ...]]:
    """Rule id → what may be late, in the order in which it is tried."""
    text = (files("reports.briefing") / "overdue.toml").read_text("utf-8")
    kinds: dict[str, tuple[LateKind, ...]] = {}
    for entry in tomllib.loads(text)["late"]:
        kind = LateKind.model_validate(entry)
        kinds[kind.rule] = (*kinds.get(kind.rule, ()), kind)
    return kinds


@dataclass(frozen=True)
class Overdue:
    """What is late: since when, due on which day, done on which (None while it is not), how many days."""

    kind: str
    since: date
    due_on: date
    done_on: date | None
    days: int


@dataclass(frozen=True)
class Limits:
    """A month's end, its rules' limits, and the day so many working days after another."""

    end: date
    parameters: Mapping[str, int]
    workday: Callable[[date, int], date]


def overdue(rule_id: str, decided_values: str | None, limits: Limits) -> Overdue | None:
    """How late the matter of a finding is; None where nothing is counted, or its dates are not there."""
    said: Mapping[str, list[str]] = json.loads(decided_values or "{}")
    for kind in late_kinds().get(rule_id, ()):
        text = _first(said, kind.since)
        if text is None or kind.parameter not in limits.parameters:
            continue
        stated = _first(said, kind.due)
        due_on = _day(stated) if stated else _due(kind, text, limits)
        done = _first(said, kind.until)
        done_on = _day(done) if done else None
        days = ((done_on or limits.end) - due_on).days
        return Overdue(kind.kind, _day(text), due_on, done_on, days) if days > 0 else None
    return None


def _first(said: Mapping[str, list[str]], names: tuple[str, ...]) -> str | None:
    return next((min(said[name]) for name in names if said.get(name)), None)


def _day(text: str) -> date:
    """A day; of a month the day after it, from which somebody who left in it is gone."""
    return date.fromisoformat(text) if len(text) > len("YYYY-MM") else month_end(text) + timedelta(days=1)


def _due(kind: LateKind, text: str, limits: Limits) -> date:
    allowed = limits.parameters[kind.parameter]
    if kind.term == "month_end":
        return month_end(text[:7]) + timedelta(days=allowed)
    if kind.term == "months":
        number = int(text[:4]) * 12 + int(text[5:7]) - 1 + allowed
        return month_end(f"{number // 12:04d}-{number % 12 + 1:02d}")
    if kind.term == "working_days":
        return limits.workday(_day(text), allowed)
    return _day(text) + timedelta(days=allowed)
