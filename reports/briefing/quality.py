"""数据质量通报: what each department delivered, how much of it was wrong, and whether it gets better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from assets.published import PublishedMonth
from reports.exceptions.quality import STAGED, department_place
from reports.labels import label, labels

NOBODY = "未归属"
_COUNTS = """
with delivered as (
    select department,
        count(*) filter (where status = 'taken') as n_files,
        count(*) filter (where status = 'carried') as n_carried
    from intake_file group by 1
),
rows as (
    select department,
        sum(n_rows) filter (where class in $staged) as n_staged,
        sum(n_rows) filter (where class = 'quarantined') as n_quarantined,
        sum(n_rows) filter (where class = 'set_aside') as n_set_aside
    from intake_row_class group by 1
),
problems as (
    select department,
        sum(n) filter (where severity = 'error') as n_errors,
        sum(n) filter (where severity = 'warning') as n_warnings,
        sum(n) filter (where severity = 'info') as n_infos
    from issue group by 1
),
failed as (select department, count(*) as n_failed from quality where not is_passed group by 1),
known as (
    select department, count(*) as n_records,
        count(*) filter (where match_level in ('ML1', 'ML2', 'ML3')) as n_known
    from person_xref group by 1
),
named as (
    select department from delivered union select department from rows
    union select department from problems union select department from failed
)
select coalesce(n.department, '') as department,
    coalesce(d.n_files, 0)::bigint as n_files, coalesce(d.n_carried, 0)::bigint as n_carried,
    coalesce(r.n_staged, 0)::bigint as n_staged, coalesce(r.n_quarantined, 0)::bigint as n_quarantined,
    coalesce(r.n_set_aside, 0)::bigint as n_set_aside,
    coalesce(p.n_errors, 0)::bigint as n_errors, coalesce(p.n_warnings, 0)::bigint as n_warnings,
    coalesce(p.n_infos, 0)::bigint as n_infos, coalesce(f.n_failed, 0)::bigint as n_failed,
    coalesce(k.n_records, 0)::bigint as n_records, coalesce(k.n_known, 0)::bigint as n_known
from named as n
left join delivered as d on d.department is not distinct from n.department
left join rows as r on r.department is not distinct from n.department
left join problems as p on p.department is not distinct from n.department
left join failed as f on f.department is not distinct from n.department
left join known as k on k.department is not distinct from n.department
"""
_KINDS = """
select coalesce(department, '') as department, severity, code, count(*)::bigint as n_problems,
    sum(n)::bigint as n_cells
from issue group by 1, 2, 3
"""


@dataclass(frozen=True)
class DepartmentMonth:
    """One department in one month. Cells are counted, not messages: one message may hold for many."""

    department: str
    code: str
    n_files: int
    n_carried: int
    n_staged: int
    n_quarantined: int
    n_set_aside: int
    n_errors: int
    n_warnings: int
    n_infos: int
    n_failed: int
    n_records: int
    n_known: int

    @property
    def per_thousand(self) -> Decimal | None:
        """Cells to mend or to check, for a thousand rows; None where no row was delivered.

        A quarantined row is among them: it is an issue too.
        """
        rows = self.n_staged + self.n_quarantined
        return _rounded(Decimal(1000 * (self.n_errors + self.n_warnings)) / rows) if rows else None

    @property
    def known_percent(self) -> Decimal | None:
        """Records of people that are certain (ML1 to ML3), of a hundred; None without records of people."""
        return _rounded(Decimal(100 * self.n_known) / self.n_records) if self.n_records else None


@dataclass(frozen=True)
class QualityLine:
    """One department against the month before; rank 1 has the fewest problems for a thousand rows."""

    now: DepartmentMonth
    before: DepartmentMonth | None
    rank: int | None

    @property
    def change(self) -> Decimal | None:
        """How many more problems for a thousand rows than last month."""
        if self.before is None or self.now.per_thousand is None or self.before.per_thousand is None:
            return None
        return self.now.per_thousand - self.before.per_thousand


@dataclass(frozen=True)
class KindLine:
    """Problems of one kind in one department."""

    department: str
    severity: str
    kind: str
    n_problems: int
    n_cells: int


@dataclass(frozen=True)
class QualityBriefing:
    """数据质量通报. `trend`: month → department → problems for a thousand rows."""

    lines: Sequence[QualityLine]
    total: DepartmentMonth
    kinds: Sequence[KindLine]
    months: Sequence[str]
    departments: Sequence[str]
    trend: Mapping[tuple[str, str], Decimal | None]


def read_quality(month: PublishedMonth, history: Sequence[PublishedMonth]) -> QualityBriefing:
    """The briefing of a month; `history` is up to it and holds it."""
    past = {one.month: _counts(one) for one in history}
    now = past.get(month.month) or _counts(month)
    earlier = [name for name in sorted(past) if name < month.month]
    before = past[earlier[-1]] if earlier else {}
    rates = sorted(
        {d.per_thousand for d in now.values() if d.per_thousand is not None and d.department != NOBODY}
    )
    lines = [
        QualityLine(d, before.get(code), rates.index(d.per_thousand) + 1 if d.per_thousand in rates else None)
        for code, d in now.items()
    ]
    names = [d.department for d in now.values() if d.department != NOBODY]
    months = sorted(past)
    return QualityBriefing(
        lines=lines,
        total=_total(list(now.values())),
        kinds=_kinds(month),
        months=months,
        departments=names,
        trend={(name, d.department): d.per_thousand for name in months for d in past[name].values()},
    )


def _counts(month: PublishedMonth) -> dict[str, DepartmentMonth]:
    rows = month.sql(_COUNTS, {"staged": list(STAGED)}).rows(named=True)
    ordered = sorted(rows, key=lambda row: department_place(row["department"]))
    return {
        row["department"]: DepartmentMonth(
            label("department", row["department"]) or NOBODY,
            row["department"],
            **{name: value for name, value in row.items() if name != "department"},
        )
        for row in ordered
    }


def _total(lines: Sequence[DepartmentMonth]) -> DepartmentMonth:
    names = [name for name in DepartmentMonth.__dataclass_fields__ if name.startswith("n_")]
    return DepartmentMonth("合计", "", **{name: sum(getattr(d, name) for d in lines) for name in names})


def _kinds(month: PublishedMonth) -> tuple[KindLine, ...]:
    rows = month.sql(_KINDS).rows(named=True)
    grades = list(labels("issue_severity"))
    ordered = sorted(
        rows,
        key=lambda row: (
            department_place(row["department"]),
            grades.index(row["severity"]),
            -row["n_cells"],
            row["code"],
        ),
    )
    return tuple(
        KindLine(
            label("department", row["department"]) or NOBODY,
            label("issue_severity", row["severity"]),
            label("issue_kind", row["code"]),
            row["n_problems"],
            row["n_cells"],
        )
        for row in ordered
    )


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)
