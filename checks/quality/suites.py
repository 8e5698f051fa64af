"""The suite of a table, generated from its spec: what its columns must look like, and how much may fail.

A suite is data, independent of the library that runs it. An expectation looks at its column through a
probe: a number that stands for what is checked (given or not, position in a code list, day, month, amount,
difference of a sum). So no name, ID or other text ever enters the library.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assets.ledger.month import Month, month_number, month_text
from checks.quality.result import Severity, suite_data
from checks.quality.settings import QualitySettings, share_of
from connectors.specs import Column, Specs, Table

GOOD_IDS = ("V18", "V15", "FOREIGN")
EPOCH = date(1970, 1, 1)


class Look(StrEnum):
    """What the number of a probe stands for."""

    GIVEN = "given"  # 1, or null
    POSITION = "position"  # place in a list, -1 for what is not in it
    DAY = "day"  # days since 1970
    MONTH = "month"  # year * 12 + month - 1
    NUMBER = "number"  # the number itself
    RESIDUAL = "residual"  # hundredths by which a sum misses its whole


@dataclass(frozen=True)
class Sum:
    """Part of an identity: columns that add up, and the column that may stand for all of them ('': none)."""

    parts: tuple[str, ...]
    total: str = ""


@dataclass(frozen=True)
class Identity:
    """whole = sum of `plus` less sum of `minus`, in rows that have `whole` and `needs`."""

    whole: str
    plus: tuple[Sum, ...]
    minus: tuple[Sum, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it needs, the whole first."""
        named = [c for s in (*self.plus, *self.minus) for c in (*s.parts, s.total) if c]
        return tuple(dict.fromkeys([self.whole, *named]))


@dataclass(frozen=True)
class Probe:
    """How an expectation looks at the staged columns."""

    look: Look
    columns: tuple[str, ...]
    values: tuple[str, ...] = ()
    identity: Identity | None = None


@dataclass(frozen=True)
class Given:
    """The probe is not null."""


@dataclass(frozen=True)
class OneOf:
    """A probe that is not null is one of the values."""

    values: tuple[int, ...]


@dataclass(frozen=True)
class Between:
    """A probe that is not null lies between the bounds, both included."""

    low: float
    high: float


@dataclass(frozen=True)
class Limit:
    """Broken when more rows fail than both `least` and `share` of the rows looked at."""

    severity: Severity
    share: float = 0.0
    least: int = 0

    def is_broken(self, n_failed: int, n_rows: int) -> bool:
        """Whether too many of the rows looked at have failed."""
        return n_failed > self.least and n_failed > share_of(self.share, n_rows)


@dataclass(frozen=True)
class Expectation:
    """One thing that a column should be. `limits`: the strictest severity first."""

    check: str
    column: str
    label: str
    probe: Probe
    test: Given | OneOf | Between
    limits: tuple[Limit, ...]
    words: str = ""

    @property
    def name(self) -> str:
        """Name of the probe's column."""
        return f"{self.check}__{self.column}"


@dataclass(frozen=True)
class Suite:
    """All expectations of one table."""

    department: str
    table: str
    label: str
    expectations: tuple[Expectation, ...]


WARN_ALWAYS = (Limit(Severity.WARNING),)


def suite_for(table: Table, specs: Specs, *, month: Month, settings: QualitySettings) -> Suite:
    """The suite of a table for a month.

    Args:
        table: spec of the table.
        specs: all specs, for the code lists.
        month: the month of the run.
        settings: thresholds.
    """
    expectations: list[Expectation] = []
    for column in table.columns:
        if column.required:
            expectations.append(_given(column, settings))
        if column.name == "id_no":
            expectations.append(_id_class(column, settings))
        value = _value(table, column, specs, month, settings)
        if value is not None:
            expectations.append(value)
    expectations.extend(_identities(table))
    return Suite(table.department, table.key, table.label, tuple(expectations))


def _given(column: Column, settings: QualitySettings) -> Expectation:
    limits: tuple[Limit, ...] = (Limit(Severity.WARNING, settings.given_warning),)
    if column.kind == "money":
        critical = Limit(Severity.CRITICAL, settings.given_critical, settings.critical_least)
        limits = (critical, *limits)
    probe = Probe(Look.GIVEN, ("id_class" if column.name == "id_no" else column.name,))
    return Expectation("given", column.name, column.label, probe, Given(), limits)


def _id_class(column: Column, settings: QualitySettings) -> Expectation:
    probe = Probe(Look.POSITION, ("id_class",), GOOD_IDS)
    limits = (Limit(Severity.WARNING, settings.id_warning),)
    return Expectation("id_class", "id_no", column.label, probe, _places(GOOD_IDS), limits)


def _places(values: tuple[str, ...]) -> OneOf:
    return OneOf(tuple(range(len(values))))


def _value(
    table: Table, column: Column, specs: Specs, month: Month, settings: QualitySettings
) -> Expectation | None:
    """What the values of a column must be, by its kind; nothing for texts."""
    stated = suite_data()["stated_month"].get(table.key)
    match column.kind:
        case "code" if column.codes:
            return _in_codes(column, column.codes, tuple(specs.code_lists[column.codes].labels))
        case "month" if column.name == "month" and stated is not None:
            return _month_stated(column, Month(month_text(month.number + stated)), settings)
        case "date" | "month":
            return _dated(column, month)
        case "money":
            return _amount(table, column, settings)
        case "int" if column.name not in suite_data()["counts"]["skipped"]:
            return _count(column, settings)
        case _:
            return None


def _in_codes(column: Column, codes: str, values: tuple[str, ...]) -> Expectation:
    # Staging maps labels to codes or to null: another text here is a fault of the program, so it stops.
    probe = Probe(Look.POSITION, (column.name,), values)
    limits = (Limit(Severity.CRITICAL),)
    words = f"代码表 {codes} 的 {len(values)} 个取值之一"
    return Expectation("in_codes", column.name, column.label, probe, _places(values), limits, words)


def _count(column: Column, settings: QualitySettings) -> Expectation:
    probe = Probe(Look.NUMBER, (column.name,))
    bounds = Between(0, settings.largest_count)
    words = f"0 至 {settings.largest_count}"
    return Expectation("count_range", column.name, column.label, probe, bounds, WARN_ALWAYS, words)


def _dated(column: Column, month: Month) -> Expectation:
    data = suite_data()["dates"]
    first = date.fromisoformat(data["from"])
    name = column.name
    years = 0 if name in data["past"] else data["planned_years"] if name in data["planned"] else 1
    if column.kind == "month":
        last = month.number + 12 * years
        bounds = Between(month_number(data["from"]), last)
        words = f"{data['from'][:7]} 至 {month_text(last)}"
        probe = Probe(Look.MONTH, (name,))
        return Expectation("month_range", name, column.label, probe, bounds, WARN_ALWAYS, words)
    # Counted from the next month's first day: 29 February has no day a year later.
    after = month.next.start.replace(year=month.next.start.year + years)
    until = after - timedelta(days=1)
    bounds = Between((first - EPOCH).days, (until - EPOCH).days)
    words = f"{first.isoformat()} 至 {until.isoformat()}"
    probe = Probe(Look.DAY, (name,))
    return Expectation("date_range", name, column.label, probe, bounds, WARN_ALWAYS, words)


def _month_stated(column: Column, stated: Month, settings: QualitySettings) -> Expectation:
    limits = (
        Limit(Severity.CRITICAL, settings.month_critical, settings.critical_least),
        Limit(Severity.WARNING),
    )
    probe = Probe(Look.MONTH, ("month",))
    return Expectation(
        "month_stated", "month", column.label, probe, OneOf((stated.number,)), limits, stated.text
    )


def _amount(table: Table, column: Column, settings: QualitySettings) -> Expectation:
    data = suite_data()["money"]
    high = settings.person_money if table.of_kind("id", "name") else settings.unit_money
    item = column.item or ""
    is_signed = column.name in data["signed"] or (item != "" and item not in data["never_negative"])
    low = -high if is_signed else 0
    words = f"{low} 至 {high} 元"
    probe = Probe(Look.NUMBER, (column.name,))
    return Expectation(
        "money_range", column.name, column.label, probe, Between(low, high), WARN_ALWAYS, words
    )


def _identities(table: Table) -> Iterable[Expectation]:
    for entry in suite_data()["identity"]:
        if table.key not in entry["tables"] or entry["whole"] not in table.by_name:
            continue
        plus, minus = _sums(table, entry["plus"]), _sums(table, entry["minus"])
        identity = Identity(entry["whole"], plus, minus, tuple(entry["needs"]))
        probe = Probe(Look.RESIDUAL, identity.columns, identity=identity)
        yield Expectation(
            "sum_holds",
            f"{entry['name']}_sum",
            entry["label"],
            probe,
            Between(-1, 1),
            WARN_ALWAYS,
            f"{entry['label']}（相差不超过 0.01 元）",
        )


def _sums(table: Table, entries: Iterable[tuple[str, str]]) -> tuple[Sum, ...]:
    items: Mapping[str, str] = {column.name: column.item or "" for column in table.columns}
    return tuple(
        Sum(tuple(n for n, i in items.items() if i == item and n != total), total if total in items else "")
        for item, total in entries
    )
