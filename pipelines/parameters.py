"""Dated entries of `duibian.toml`: lag windows, parameters of rules, how the division counts, demoted rules.

Which lag windows and parameters there are, and what they are by default, stands beside the rules that use
them (`checks/rules/parameters.toml`); what a settings file says is handed to them as overrides.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SkipValidation, ValidationInfo

from checks.findings.demotion import Demotion
from pipelines.months import first_day, is_month, last_day

DatedValue = bool | int
Kind = Literal["int", "bool"]

_WANTED: dict[Kind, str] = {"int": "应为整数，不加引号", "bool": "应为 true（是）或 false（否），不加引号"}
_RULE = re.compile(r"[A-Z][0-9]{2}")
_GRADES = (2, 3, 4)
_UNITS = {"months": "月", "days": "日", "working_days": "工作日"}


@dataclass(frozen=True)
class DatedSpec:
    """One entry that may change from a date on: label, what values it takes, which holds by default."""

    name: str
    label: str
    kind: Kind
    default: DatedValue

    def complaint(self, value: object) -> str:
        """Why `value` cannot be a value of this entry; empty when it can."""
        is_bool = isinstance(value, bool)
        if is_bool != (self.kind == "bool") or not isinstance(value, int):
            return _WANTED[self.kind]
        return "不能小于 0" if value < 0 else ""


def _from_month(value: object, info: ValidationInfo) -> object:
    if info.mode == "json" and isinstance(value, str):
        return date.fromisoformat(value)
    return first_day(value) if isinstance(value, str) and is_month(value) else value


def _to_month(value: object, info: ValidationInfo) -> object:
    if info.mode == "json" and isinstance(value, str):
        return date.fromisoformat(value)
    return last_day(value) if isinstance(value, str) and is_month(value) else value


class Period(BaseModel):
    """A value and the days on which it holds, both ends included; an open end is None."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    since: Annotated[date | None, BeforeValidator(_from_month), Field(alias="from")] = None
    until: Annotated[date | None, BeforeValidator(_to_month), Field(alias="to")] = None
    value: SkipValidation[DatedValue]  # judged by the entry's spec, which knows the kind
    basis: str = ""


def _rule(value: object) -> object:
    if isinstance(value, str) and _RULE.fullmatch(value):
        return value
    raise ValueError('请写规则编号，例如 "P05"')


def _milder(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and value in _GRADES:
        return value
    raise ValueError("请写降到几级：2 橙、3 黄或 4 蓝，不加引号")


class DemotedRule(BaseModel):
    """One `[[demotions]]`: a rule that the office takes less seriously, since when, by whom, why."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    rule: Annotated[str, BeforeValidator(_rule)]
    severity: Annotated[int, BeforeValidator(_milder)]
    since: Annotated[date, BeforeValidator(_from_month), Field(alias="from")]
    until: Annotated[date | None, BeforeValidator(_to_month), Field(alias="to")] = None
    by: Annotated[str, Field(min_length=2)]
    basis: Annotated[str, Field(min_length=2)]

    @property
    def demotion(self) -> Demotion:
        """As the findings take it."""
        return Demotion(self.rule, self.severity, self.since, self.until, self.by, self.basis)

    @property
    def period(self) -> Period:
        """When it holds, to be compared with others of the same rule."""
        return Period(since=self.since, until=self.until, value=self.severity)


@dataclass(frozen=True)
class PeriodFault:
    """What is wrong between the periods of one entry, and at which of them (position as written)."""

    position: int
    message: str
    remedy: str


def faults_between(periods: Sequence[Period]) -> Iterator[PeriodFault]:
    """Ends before beginnings, and overlaps. A period without an end holds until the next one begins."""
    for position, period in enumerate(periods):
        if period.since and period.until and period.until < period.since:
            yield PeriodFault(position, "止期早于起期", "请检查 from 和 to")
    order = sorted(range(len(periods)), key=lambda position: periods[position].since or date.min)
    for earlier, later in pairwise(order):
        begins, until = periods[later].since, periods[earlier].until
        if begins == periods[earlier].since or begins is None or (until is not None and begins <= until):
            yield PeriodFault(later, "起止日期与另一段重叠", "请让前一段的 to 早于后一段的 from")


def value_on(periods: Sequence[Period], day: date) -> DatedValue | None:
    """The value that holds on a day; None where no period says."""
    held = [
        period
        for period in periods
        if (period.since or date.min) <= day and (period.until is None or day <= period.until)
    ]
    return max(held, key=lambda period: period.since or date.min).value if held else None


def as_overrides(periods: Sequence[Period]) -> list[dict[str, Any]]:
    """Periods in the form that the rules take: `from` always, `to` where there is an end, `value`."""
    return [
        {
            "from": period.since or date.min,
            **({"to": period.until} if period.until else {}),
            "value": period.value,
        }
        for period in periods
    ]


@cache
def dated_sections() -> Mapping[str, Mapping[str, DatedSpec]]:
    """What may stand in the sections `lag`, `parameters` and `policy`, by name."""
    rules = tomllib.loads((files("checks.rules") / "parameters.toml").read_text(encoding="utf-8"))
    policy = tomllib.loads((files("pipelines") / "policy.toml").read_text(encoding="utf-8"))
    return {
        "lag": {name: _rule_spec(name, entry) for name, entry in rules["lag"].items()},
        "parameters": {name: _rule_spec(name, entry) for name, entry in rules["parameter"].items()},
        "policy": {name: DatedSpec(name, **entry) for name, entry in policy.items()},
    }


def _rule_spec(name: str, entry: Mapping[str, Any]) -> DatedSpec:
    unit = _UNITS.get(entry.get("unit", ""), "")
    label = f"{entry['label']}（{unit}）" if unit else entry["label"]
    return DatedSpec(name, label, "int", entry["values"][-1]["value"])
