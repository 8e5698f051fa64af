"""Working days: what the operator entered in `calendar.toml` first, then the built-in years, then weekends.

Deadlines of 30 working days depend on each year's 调休; a year that nobody has entered is computed from
weekends alone and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipelines.complaints import complaints
from pipelines.toml_file import FileProblems, Problem, TomlFile, read_toml

DEADLINE_DAYS = 30
"""The longest deadline in working days; what is counted from a month reaches so far."""
_DAY = timedelta(days=1)
_SATURDAY = 5
_TURN_OF_YEAR = timedelta(days=10)


def _days(entries: object) -> object:
    """Single days and ranges, as one tuple of days."""
    if not isinstance(entries, list):
        raise ValueError('应为用方括号括起来的一列日期，例如 ["2027-01-01", "2027-02-05~2027-02-11"]')
    return tuple(day for entry in entries for day in _range(entry))


def _range(entry: object) -> Iterator[date]:
    if isinstance(entry, date):
        yield entry
        return
    start, _, end = str(entry).partition("~")
    try:
        day, last = date.fromisoformat(start.strip()), date.fromisoformat((end or start).strip())
    except ValueError:
        raise ValueError(f"“{entry}”不是日期；请写成 2027-01-01 或 2027-02-05~2027-02-11") from None
    if not day <= last <= day + 60 * _DAY:
        raise ValueError(f"“{entry}”起止颠倒或超过 60 天")
    while day <= last:
        yield day
        day += _DAY


class _Year(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    holidays: Annotated[tuple[date, ...], BeforeValidator(_days)]
    workdays: Annotated[tuple[date, ...], BeforeValidator(_days)] = ()


def _checked_years(years: object) -> object:
    if not isinstance(years, dict):
        return years
    for key in years:
        if not (key.isascii() and key.isdigit() and len(key) == 4):
            raise ValueError(f"“{key}”不是年份；请写成 [years.2027]")
    return years


class _CalendarFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal[1] = Field(alias="schema")
    years: Annotated[dict[str, _Year], BeforeValidator(_checked_years)] = Field(default_factory=dict)


@dataclass(frozen=True)
class WorkingDays:
    """Days off on weekdays, worked weekends, and the years for which both are known."""

    holidays: frozenset[date]
    workdays: frozenset[date]
    years: frozenset[int]

    def is_workday(self, day: date) -> bool:
        """Whether a day is worked; by weekday alone in a year that is not known."""
        if day in self.workdays:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def add(self, start: date, workdays: int) -> date:
        """The day on which `workdays` working days have passed since `start`, which is not counted."""
        day = start
        while workdays > 0:
            day += _DAY
            workdays -= self.is_workday(day)
        return day

    def count(self, after: date, through: date) -> int:
        """Working days later than `after` up to and including `through`."""
        return sum(self.is_workday(after + n * _DAY) for n in range(1, (through - after).days + 1))

    def rows(self, first: date, last: date) -> Iterator[dict[str, Any]]:
        """One row a day for the fact table `calendar`: day, is_working."""
        for n in range((last - first).days + 1):
            day = first + n * _DAY
            yield {"day": day, "is_working": self.is_workday(day)}

    def last_known_year(self) -> int:
        """The last year for which holidays are known; 0 when none is."""
        return max(self.years, default=0)

    def warning(self, through: date) -> str:
        """What to tell whoever counts working days up to `through`; empty when all is known."""
        if through.year in self.years:
            return ""
        return (
            f"{through.year} 年的放假和调休还没有录入，工作日只按周末推算；"
            f"请在 calendar.toml 中按国务院办公厅通知补上 [years.{through.year}]"
        )

    def forewarning(self, start: date) -> str:
        """What to tell whoever counts deadlines from `start`, before the days that are known run out.

        Empty when every day of the longest deadline lies in a year that is known.
        """
        days = (start + n * _DAY for n in range((self.add(start, DEADLINE_DAYS) - start).days + 1))
        unknown = next((day.year for day in days if day.year not in self.years), None)
        if unknown is None:
            return ""
        if unknown == start.year:
            return self.warning(start)
        return (
            f"工作日历只录入到 {unknown - 1} 年底，自 {start.isoformat()} 起算的期限会跨到 {unknown} 年，"
            f"其中的放假和调休还不知道；请在 calendar.toml 中按国务院办公厅通知补上 [years.{unknown}]"
        )


def load_working_days(path: Path) -> WorkingDays:
    """The operator's years from `path` (which may be absent), and the built-in ones where it has none.

    Raises:
        FileProblems: what is wrong in the file, with lines.
    """
    entered = _entered_years(path)
    built_in_off, built_in_on, built_in_years = _built_in()
    holidays = {day for day in built_in_off if day.year not in entered}
    workdays = {day for day in built_in_on if day.year not in entered}
    for year in entered.values():
        holidays.update(year.holidays)
        workdays.update(year.workdays)
    return WorkingDays(
        frozenset(holidays - workdays), frozenset(workdays), frozenset(built_in_years | entered.keys())
    )


def _entered_years(path: Path) -> dict[int, _Year]:
    if not path.exists():
        return {}
    file = read_toml(path)
    try:
        years = _CalendarFile.model_validate(file.values).years
    except ValidationError as error:
        raise FileProblems(file.name, complaints(file, error, _CalendarFile)) from error
    misplaced = list(_misplaced(file, years))
    if misplaced:
        raise FileProblems(file.name, misplaced)
    return {int(year): days for year, days in years.items()}


def _misplaced(file: TomlFile, years: Mapping[str, _Year]) -> Iterator[Problem]:
    """Days that stand under another year than their own; a holiday may reach over New Year."""
    for year, days in years.items():
        first, last = date(int(year), 1, 1) - _TURN_OF_YEAR, date(int(year), 12, 31) + _TURN_OF_YEAR
        for name in ("holidays", "workdays"):
            wrong = next((day for day in getattr(days, name) if not first <= day <= last), None)
            if wrong is not None:
                path = ("years", year, name)
                yield Problem(
                    file.lines.line(path),
                    ".".join(path),
                    f"{wrong.isoformat()} 不是 {year} 年的日期",
                    f"请改正年份，或移到 [years.{wrong.year}] 下面",
                )


def _built_in() -> tuple[set[date], set[date], set[int]]:
    from chinese_calendar import constants

    holidays, workdays = set(constants.holidays), set(constants.workdays)
    return holidays, workdays, {day.year for day in holidays}
