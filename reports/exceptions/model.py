"""The report model of 疑点清单: what a published month says, in the order and words in which it is drawn.

Frozen and free of any renderer; texts are labels, numbers are masked. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

SEVERITIES = (1, 2, 3, 4)


@dataclass(frozen=True)
class SourceState:
    """One department's delivery: how old its data are, and whether they are this month's."""

    department: str
    as_of: str
    state: str
    is_current: bool
    n_files: int
    n_rows: int


@dataclass(frozen=True)
class FileLine:
    """One delivered file."""

    department: str
    file: str
    sha256: str
    as_of: date | None
    n_sheets: int | None
    status: str
    message: str


@dataclass(frozen=True)
class UncheckedRule:
    """A rule that could not run this month, and why."""

    rule_id: str
    title: str
    reason: str


@dataclass(frozen=True)
class Cover:
    """说明."""

    division: str
    month: str
    incomplete: tuple[str, ...]
    sources: tuple[SourceState, ...]
    files: tuple[FileLine, ...]
    unchecked: tuple[UncheckedRule, ...]
    n_checked: int
    pending_bases: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]
    run: str
    catalogue: str
    content_sha256: str


@dataclass(frozen=True)
class Tally:
    """Counts and sums of a set of findings. The two sums are never added together."""

    n: int = 0
    by_severity: Mapping[int, int] = field(default_factory=dict)
    n_exempt: int = 0
    n_in_lag: int = 0
    n_not_checked: int = 0
    n_new: int = 0
    n_continued: int = 0
    n_stock: int = 0
    n_resolved: int = 0
    recoverable: Decimal = Decimal(0)
    indicative: Decimal = Decimal(0)


@dataclass(frozen=True)
class PartLine:
    """A part of all findings with its own totals: 存量, 新增, 持续."""

    name: str
    tally: Tally


@dataclass(frozen=True)
class DecisionCounts:
    """Decisions that hold, by verdict; those that were reopened this month; findings that were refuted."""

    carried: Mapping[str, int] = field(default_factory=dict)
    n_reopened: int = 0
    n_refuted: int = 0


@dataclass(frozen=True)
class RuleLine:
    """One rule of the month's catalogue with what it found."""

    rule_id: str
    title: str
    severity: int | None
    status: str
    tally: Tally


@dataclass(frozen=True)
class UnitLine:
    """One body with what was found about it; amounts are counted once a case."""

    unit_id: str
    name: str
    supervisor: str
    tally: Tally


@dataclass(frozen=True)
class Numbers:
    """The numbers of a body (or of all) for one type of quota; None where no such list speaks."""

    approved: int | None
    on_roster: int | None
    paid: int | None
    organisation: int | None
    personnel: int | None


COMPARISONS = ("approved", "paid", "organisation", "personnel")


@dataclass(frozen=True)
class BridgeLine:
    """One line that explains a part of a difference."""

    comparison: str
    sign: int
    reason: str
    name: str
    id_no: str
    person_id: str
    number: str
    detail: str


@dataclass(frozen=True)
class NumbersLine:
    """三数对应 of one body and type, with its bridge."""

    unit_id: str
    name: str
    supervisor: str
    quota_type: str
    numbers: Numbers
    remark: str
    bridge: tuple[BridgeLine, ...]

    def explained(self, comparison: str) -> int:
        """The sum of the lines of one comparison."""
        return sum(line.sign for line in self.bridge if line.comparison == comparison)

    def difference(self, comparison: str) -> int | None:
        """What the lines of a comparison must add up to; None where that list does not speak.

        `approved` is on_roster less approved; the others are that list's count less on_roster. 组织部 keeps
        only a part of the people: the rest is a line of its own.
        """
        counts = self.numbers
        if comparison == "approved":
            return None if counts.approved is None else (counts.on_roster or 0) - counts.approved
        listed = {
            "paid": counts.paid,
            "organisation": counts.organisation,
            "personnel": counts.personnel,
        }
        count = listed[comparison]
        return None if count is None else count - (counts.on_roster or 0)

    @property
    def is_balanced(self) -> bool:
        """Whether every difference is the sum of its lines."""
        return all((self.difference(c) or 0) == self.explained(c) for c in COMPARISONS)


@dataclass(frozen=True)
class NumbersTotal:
    """The numbers of all bodies for one type of quota.

    A difference is the sum of the bodies' differences: a list silent about a body misses nothing there.
    """

    quota_type: str
    numbers: Numbers
    differences: Mapping[str, int | None]


@dataclass(frozen=True)
class Evidence:
    """One row behind a finding: column → masked value and column → Chinese heading, in the table's order.

    The amounts are what of the row's pay the finding counts.
    """

    number: str
    seq: int
    role: str
    department: str
    table: str
    file: str
    sheet: str
    row: int | None
    sha256: str
    month: str
    values: Mapping[str, str]
    headings: Mapping[str, str]
    amount: Decimal | None = None
    amount_net: Decimal | None = None
    amount_employer: Decimal | None = None


@dataclass(frozen=True)
class FindingLine:
    """One finding as it is printed. `evidence` is by department code, in the departments' order."""

    number: str
    group: str
    rule: str
    severity: int
    category: str
    name: str
    id_no: str
    person_id: str
    unit_id: str
    unit_name: str
    supervisor: str
    explanation: str
    counter_evidence: str
    evidence: Mapping[str, tuple[Evidence, ...]]
    months: str
    amount_month: Decimal | None
    amount_gross: Decimal | None
    amount_net: Decimal | None
    amount_employer: Decimal | None
    amount_total: Decimal | None
    amount_kind: str
    months_missing: str
    basis: str
    owner: str
    confirmer: str
    due_on: date | None
    remedy: str
    counterfactual: str
    match_level: str
    in_lag: bool
    exemption: str
    status: str
    change: str
    stock: bool
    first_month: str
    months_open: int | None
    decision: str = ""


@dataclass(frozen=True)
class GroupSheet:
    """The findings of one rule group."""

    group: str
    title: str
    findings: tuple[FindingLine, ...]
    departments: tuple[str, ...]


@dataclass(frozen=True)
class ResolvedLine:
    """A finding of last month that is gone."""

    number: str
    rule: str
    severity: int | None
    name: str
    id_no: str
    unit_name: str
    reason: str
    field: str
    old: str
    new: str
    first_month: str
    amount_total: Decimal | None


@dataclass(frozen=True)
class IssueLine:
    """One thing for a department to mend."""

    department: str
    severity: str
    table: str
    file: str
    sheet: str
    row: int | None
    column: str
    value: str
    n: int
    message: str
    remedy: str


@dataclass(frozen=True)
class SheetCount:
    """Where the rows of one delivered sheet went; `counted` is the second, independent count."""

    department: str
    file: str
    sheet: str
    table: str
    counted: int
    title: int
    header: int
    staged: int
    quarantined: int
    set_aside: int
    reasons: str

    @property
    def is_balanced(self) -> bool:
        """Whether every counted row went somewhere."""
        return self.counted == self.title + self.header + self.staged + self.quarantined + self.set_aside


@dataclass(frozen=True)
class DepartmentQuality:
    """A department's data at a glance."""

    department: str
    n_files: int
    n_rows: int
    n_quarantined: int
    n_errors: int
    n_warnings: int
    n_infos: int
    n_failed_checks: int


@dataclass(frozen=True)
class FailedCheck:
    """A quality check that did not pass."""

    department: str
    table: str
    check: str
    column: str
    severity: str
    n_rows: int | None
    n_failed: int | None
    observed: str
    expected: str
    message: str


@dataclass(frozen=True)
class ExceptionReport:
    """The whole of 疑点清单."""

    cover: Cover
    total: Tally
    parts: tuple[PartLine, ...]
    decisions: DecisionCounts
    rules: tuple[RuleLine, ...]
    units: tuple[UnitLine, ...]
    totals: tuple[NumbersTotal, ...]
    grand_total: NumbersTotal
    numbers: tuple[NumbersLine, ...]
    groups: tuple[GroupSheet, ...]
    resolved: tuple[ResolvedLine, ...]
    departments: tuple[DepartmentQuality, ...]
    issues: tuple[IssueLine, ...]
    sheets: tuple[SheetCount, ...]
    failed_checks: tuple[FailedCheck, ...]
