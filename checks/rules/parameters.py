"""Dated parameters of the rules, lag windows, and the standard parameters of a month.

Here: what `$name` is worth in a month. Not here: what a rule does with it.
"""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from checks.rules.header import RuleError, in_chinese

STANDARD = ("month", "month_no", "month_start", "month_end", "previous_month")
Unit = Literal["months", "days", "working_days"]


class _Dated(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    from_: date = Field(alias="from")
    to: date | None = None
    value: int


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    label: str
    unit: Unit | None = None
    values: list[_Dated] = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    parameter: dict[str, _Entry]
    lag: dict[str, _Entry]


@dataclass(frozen=True)
class LagWindow:
    """How long a change may take to reach the other departments.

    In months the window holds through the n-th month after the event's own month.
    """

    name: str
    label: str
    value: int
    unit: Unit


@dataclass(frozen=True)
class DatedValue:
    """A value from a day on; `until` is None where it has no end of its own."""

    since: date
    until: date | None
    value: int


@dataclass(frozen=True)
class Dated:
    """A parameter or a lag window as shipped: what it is, in which unit, and its values in their order."""

    label: str
    unit: str
    values: tuple[DatedValue, ...]


@cache
def _file() -> _File:
    return _File.model_validate(tomllib.loads((files("checks.rules") / "parameters.toml").read_text("utf-8")))


def month_number(month: str) -> int:
    """Months since year 0, so that a difference of numbers is a number of months."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_text(number: int) -> str:
    """The month of a month number, as YYYY-MM."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def month_bounds(month: str) -> tuple[date, date]:
    """First and last day of a month YYYY-MM."""
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])


def standard(month: str) -> dict[str, object]:
    """The parameters that every rule may use."""
    start, end = month_bounds(month)
    return {
        "month": month,
        "month_no": month_number(month),
        "month_start": start,
        "month_end": end,
        "previous_month": month_text(month_number(month) - 1),
    }


def _settings_values(name: str, given: object) -> list[_Dated]:
    """A settings entry as dated values, in order, without overlap."""
    if isinstance(given, int) and not isinstance(given, bool):
        return [_Dated.model_validate({"from": date.min, "value": given})]
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise RuleError("参数取值不对", where=name, remedy="写成整数，或写成带 from、to、value 的列表。")
    try:
        values = sorted((_Dated.model_validate(dict(one)) for one in given), key=lambda one: one.from_)
    except (ValidationError, TypeError, ValueError) as error:
        detail = in_chinese(error) if isinstance(error, ValidationError) else "每一项应为表"
        raise RuleError("参数取值不对", where=name, remedy=f"改正：{detail}") from error
    for earlier, later in pairwise(values):
        if earlier.from_ == later.from_ or (earlier.to is not None and earlier.to >= later.from_):
            raise RuleError("参数的有效期重叠", where=name, remedy=f"改正自 {later.from_} 起的一项。")
    return values


def _in_force(values: Sequence[_Dated], on: date) -> int | None:
    held = [one for one in values if one.from_ <= on and (one.to is None or on <= one.to)]
    return held[-1].value if held else None


def _effective(entries: Mapping[str, _Entry], overrides: Mapping[str, object], on: date) -> dict[str, int]:
    unknown = sorted(set(overrides) - set(entries))
    if unknown:
        raise RuleError(
            f"没有名为 {'、'.join(unknown)} 的参数", remedy=f"可设的参数：{'、'.join(sorted(entries))}。"
        )
    resolved = {}
    for name, entry in entries.items():
        given = _in_force(_settings_values(name, overrides[name]), on) if name in overrides else None
        shipped = _in_force(entry.values, on)
        value = given if given is not None else shipped
        resolved[name] = value if value is not None else entry.values[0].value
    return resolved


def resolve(settings_overrides: Mapping[str, object], month: str) -> dict[str, object]:
    """All parameters of a month: the standard ones and the dated ones in force at its end.

    Args:
        settings_overrides: name → a whole number, or a list of {from, to, value}.
        month: YYYY-MM.

    Raises:
        RuleError: a name that is not known, a value that is not a number, dates that overlap.
    """
    _, end = month_bounds(month)
    return standard(month) | _effective(_file().parameter, settings_overrides, end)


def lag_windows(settings_overrides: Mapping[str, object], month: str) -> dict[str, LagWindow]:
    """The lag windows in force at a month's end, by name; overrides as in `resolve`."""
    _, end = month_bounds(month)
    entries = _file().lag
    values = _effective(entries, settings_overrides, end)
    return {
        name: LagWindow(name, entry.label, values[name], entry.unit or "months")
        for name, entry in entries.items()
    }


def dated_parameters() -> dict[str, Dated]:
    """Every shipped parameter by name, with all its values."""
    return _dated_entries(_file().parameter)


def dated_lags() -> dict[str, Dated]:
    """Every shipped lag window by name, with all its values."""
    return _dated_entries(_file().lag)


def _dated_entries(entries: Mapping[str, _Entry]) -> dict[str, Dated]:
    return {
        name: Dated(
            entry.label,
            entry.unit or "",
            tuple(DatedValue(one.from_, one.to, one.value) for one in entry.values),
        )
        for name, entry in entries.items()
    }


def parameter_names() -> frozenset[str]:
    """Every `$name` that a rule may use."""
    return frozenset(STANDARD) | frozenset(_file().parameter)


def lag_names() -> frozenset[str]:
    """Every lag window that a header may name."""
    return frozenset(_file().lag)


def in_lag(
    event_on: pl.Expr, window: LagWindow, month: str, working_no: Mapping[date, int] | None = None
) -> pl.Expr:
    """Whether the clock that began on `event_on` still runs at the month's end.

    Args:
        event_on: dates; null is never in a lag window.
        window: the window.
        month: YYYY-MM.
        working_no: day → running number of working days; needed for windows in working days.

    Returns:
        A Boolean expression, never null.
    """
    _, end = month_bounds(month)
    if window.unit == "months":
        number = event_on.dt.year().cast(pl.Int64) * 12 + event_on.dt.month().cast(pl.Int64) - 1
        inside = pl.lit(month_number(month)) - number <= window.value
    elif window.unit == "days":
        inside = (pl.lit(end) - event_on).dt.total_days() <= window.value
    else:
        numbers = working_no or {}
        last = numbers.get(end)
        begun = event_on.replace_strict(numbers, default=None, return_dtype=pl.Int64)
        inside = (pl.lit(last, dtype=pl.Int64) - begun) <= window.value
    return inside.fill_null(value=False)
