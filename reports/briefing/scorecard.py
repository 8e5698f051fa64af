"""PEFA PI-23, dimension by dimension: what was measured in the published months, and the grade it supports.

A grade is given only for what data can show; what hangs on something else is said to be 未评.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from assets.published import PublishedMonth
from connectors.errors import UserError
from reports.briefing.overdue import Limits, overdue
from reports.briefing.timeliness import delivered_late, rule_limits
from reports.request import ReportRequest
from reports.standing import month_end

AUDIT = "最近工资审计"
NOT_RATED = "未评"
GRADES = "DCBA"
YEAR, HALF_YEAR, QUARTER_DAYS, MONTH_DAYS = 12, 6, 92, 31
NEARLY_ALL, HALF, RARE, FEW, SOME = Decimal(90), Decimal(50), Decimal(3), Decimal(10), Decimal(25)
AUDIT_YEARS = 3
RECONCILED = ("establishment", "personnel", "finance")
_CHANGES = """
select count(*)::bigint as n, count(*) filter (where is_supported)::bigint as n_supported,
    count(*) filter (where kind in ('added', 'removed'))::bigint as n_moves
from gate_change where payroll_month = $month and kind not in ('opening', 'closing')
"""
_LATE = """
select f.rule_id, f.decided_values from finding as f
join rule as r using (rule_id)
where r."group" = 'D' and f.change = 'new' and f.status not in ('refuted', 'exempt')
  and exists (from meta where key = 'previous_content' and value <> '')
"""
_GATE = """
select count(*)::bigint as n, count(*) filter (where action = 'release')::bigint as n_clear,
    count(distinct agency_code)::bigint as n_agencies
from gate where payroll_month = $month
"""
_DECIDED = """
select count(*)::bigint as n,
    count(*) filter (where status in ('confirmed', 'refuted', 'rectifying', 'closed'))::bigint as n_decided
from finding
"""
_PAY = """
select coalesce(sum(gross), 0) as gross,
    coalesce(sum(case when pay_kind = 'back_pay' then abs(gross) else abs(coalesce(back_pay, 0)) end), 0)
        as corrections
from fact_pay where is_current
"""
_AGENCIES = "select count(*)::bigint as n from fact_agency where is_unified_pay"


@dataclass(frozen=True)
class Measured:
    """One month.

    Attributes:
        is_reconciled: 编办, 人社 and 财政 all delivered data of the month itself.
        n_changes, n_supported: changed pay lines, and those with a paper; n_moves: payees added or removed.
        n_late, n_very_late: new matters that were done late, by more than a month, by more than a quarter;
            none in the first month of all, whose matters are a backlog.
        gross, corrections: what was paid, and back pay and clawback in it; None where no longer known.
        n_lines, n_clear: pay lines, and those against which nothing was found.
        n_agencies, n_due: budget units judged, and those under unified pay; the latter None when unknown.
        n_findings, n_decided: findings, and those that people have looked into.
    """

    month: str
    is_reconciled: bool
    n_changes: int
    n_supported: int
    n_moves: int
    n_late: int
    n_very_late: int
    gross: Decimal | None
    corrections: Decimal | None
    n_lines: int
    n_clear: int
    n_agencies: int
    n_due: int | None
    n_findings: int
    n_decided: int


@dataclass(frozen=True)
class Dimension:
    """One of 23.1 to 23.4: its grade, the standard of each grade, how it was computed, what stays open."""

    name: str
    grade: str
    standards: Mapping[str, str]
    computed: Sequence[str]
    open: str


@dataclass(frozen=True)
class Scorecard:
    """PI-23记分卡. `is_whole` is a full year of months."""

    months: Sequence[Measured]
    dimensions: Sequence[Dimension]
    grade: str
    is_whole: bool


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("reports.briefing") / "scorecard.toml").read_text("utf-8"))


def read_scorecard(request: ReportRequest) -> Scorecard:
    """The scorecard over the published months up to the one asked for.

    Raises:
        UserError: the year of the last payroll audit, given as an option, is none.
    """
    months = [_measured(month, request) for month in sorted(request.history, key=lambda one: one.month)]
    graded = (
        _integration(months),
        _changes(months),
        _controls(months),
        _audit(months, _audit_year(request)),
    )
    dimensions = [
        Dimension(text["name"], grade, {g: text[g] for g in reversed(GRADES)}, computed, text["open"])
        for text, (grade, computed) in zip(_texts().values(), graded, strict=True)
    ]
    return Scorecard(months, dimensions, overall([d.grade for d in dimensions]), len(months) >= YEAR)


def overall(grades: Sequence[str]) -> str:
    """Method M1: the weakest dimension, with + where another one is better; 未评 where one is not rated."""
    if NOT_RATED in grades:
        return NOT_RATED
    weakest = min(grades, key=GRADES.index)
    return f"{weakest}+" if any(grade != weakest for grade in grades) else weakest


def _measured(month: PublishedMonth, request: ReportRequest) -> Measured:
    asked = {"month": month.month}
    changes = month.sql(_CHANGES, asked).row(0, named=True)
    gate = month.sql(_GATE, asked).row(0, named=True)
    decided = month.sql(_DECIDED).row(0, named=True)
    limits = Limits(month_end(month.month), rule_limits(month), request.workday)
    late = [overdue(rule, values, limits) for rule, values in month.sql(_LATE).iter_rows()]
    days = [one.days for one in late if one]
    gross, corrections, n_due = _paid(month)
    return Measured(
        month=month.month,
        is_reconciled=not delivered_late(month) & set(RECONCILED),
        n_changes=changes["n"],
        n_supported=changes["n_supported"],
        n_moves=changes["n_moves"],
        n_late=sum(n > MONTH_DAYS for n in days),
        n_very_late=sum(n > QUARTER_DAYS for n in days),
        gross=gross,
        corrections=corrections,
        n_lines=gate["n"],
        n_clear=gate["n_clear"],
        n_agencies=gate["n_agencies"],
        n_due=n_due,
        n_findings=decided["n"],
        n_decided=decided["n_decided"],
    )


def _paid(month: PublishedMonth) -> tuple[Decimal | None, Decimal | None, int | None]:
    """Gross pay, corrections in it and budget units under unified pay; None once the run's facts are gone."""
    if not month.lake.is_dir():
        return None, None, None
    month.lay_facts("pay", "agency")
    gross, corrections = month.sql(_PAY).row(0)
    return gross, corrections, month.sql(_AGENCIES).item() or None


def _share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    return (Decimal(100) * part / whole).quantize(Decimal("0.01")) if whole else None


def _said(share: Decimal | None) -> str:
    return "没有数据" if share is None else f"{share}%"


def _integration(months: Sequence[Measured]) -> tuple[str, list[str]]:
    n_good = sum(one.is_reconciled for one in months)
    n_changes, n_supported = (sum(getattr(m, name) for m in months) for name in ("n_changes", "n_supported"))
    share = _share(n_supported, n_changes)
    computed = [
        f"编办、人社、财政都报送当月数据并完成核对的月份 {n_good} 个，共 {len(months)} 个月",
        f"与上月相比有变动的工资行 {n_changes:,} 行，有文件依据的 {n_supported:,} 行，占 {_said(share)}",
        f"每月都核对、有依据的不低于 {NEARLY_ALL}% 为 B；最近六个月核对过为 C",
    ]
    if n_good == len(months) and share is not None and share >= NEARLY_ALL:
        return "B", computed
    return "C" if any(one.is_reconciled for one in months[-HALF_YEAR:]) else "D", computed


def _changes(months: Sequence[Measured]) -> tuple[str, list[str]]:
    n_moves, n_late, n_very = (
        sum(getattr(m, name) for m in months) for name in ("n_moves", "n_late", "n_very_late")
    )
    known = [m for m in months if m.gross is not None and m.corrections is not None]
    gross = sum((m.gross or Decimal(0) for m in known), Decimal(0))
    corrections = sum((m.corrections or Decimal(0) for m in known), Decimal(0))
    share = _share(corrections, gross)
    in_month, in_quarter = (
        _share(n_moves, n_moves + n_late),
        _share(n_moves + n_late - n_very, n_moves + n_late),
    )
    computed = [
        f"补发、扣回 {corrections:,.2f} 元，占应发 {gross:,.2f} 元的 {_said(share)}（{len(known)} 个月）",
        f"增减人员 {n_moves:,} 人次；另有新发现逾期一个月以上的 {n_late:,} 件，其中一季以上的 {n_very:,} 件",
        f"一个月内办理的占 {_said(in_month)}，一季内办理的占 {_said(in_quarter)}",
        f"更正额不超过 {RARE}%、一个月内办理不低于 {NEARLY_ALL}% 为 A；"
        f"一季内办理不低于 {NEARLY_ALL}%，更正额不超过 {FEW}% 为 B、不超过 {SOME}% 为 C",
    ]
    if share is None or in_month is None or in_quarter is None:
        return NOT_RATED, computed
    if share <= RARE and in_month >= NEARLY_ALL:
        return "A", computed
    if in_quarter < NEARLY_ALL or share > SOME:
        return "D", computed
    return "B" if share <= FEW else "C", computed


def _controls(months: Sequence[Measured]) -> tuple[str, list[str]]:
    n_lines, n_clear = (sum(getattr(m, name) for m in months) for name in ("n_lines", "n_clear"))
    share = _share(n_clear, n_lines)
    computed = [
        f"发后核 {n_lines:,} 行，没有待核实事项、照发的 {n_clear:,} 行，占 {_said(share)}",
        f"不低于 {NEARLY_ALL}% 为 C；A、B 须查看权限设置和操作日志",
    ]
    if share is None:
        return NOT_RATED, computed
    return "C" if share >= NEARLY_ALL else "D", computed


def _audit(months: Sequence[Measured], year: int | None) -> tuple[str, list[str]]:
    last = months[-1]
    coverage = _share(last.n_agencies, last.n_due) if last.n_due else None
    decided = _share(last.n_decided, last.n_findings)
    closed_year = int(last.month[:4]) - 1
    told = f"办公室填写的最近一次覆盖全部单位的工资审计年度：{year or '没有填写'}"
    computed = [
        f"逐月核对覆盖统发单位 {last.n_agencies:,} 个，应覆盖 {last.n_due or '（没有数据）'} 个，"
        f"占 {_said(coverage)}",
        f"待核实事项已有结论的 {last.n_decided:,} 件，共 {last.n_findings:,} 件，占 {_said(decided)}",
        told,
        f"{closed_year - AUDIT_YEARS + 1} 至 {closed_year} 年有全面审计为 B；没有填写的，"
        f"核对覆盖不低于 {NEARLY_ALL}%、有结论的不低于 {HALF}% 的，按部分清查计为 C；都没有的未评",
    ]
    if year is not None and closed_year - AUDIT_YEARS < year <= closed_year:
        return "B", computed
    is_partial = coverage is not None and coverage >= NEARLY_ALL and decided is not None and decided >= HALF
    return "C" if is_partial else NOT_RATED, computed


def _audit_year(request: ReportRequest) -> int | None:
    text = request.options.get(AUDIT, "")
    if not text:
        return None
    if not (text.isdecimal() and len(text) == len("2026")):
        raise UserError(
            f"“{text}”不是年度", where=f"--set {AUDIT}", remedy=f"请写四位年度，例如 --set {AUDIT}=2025"
        )
    return int(text)
