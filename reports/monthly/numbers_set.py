"""三数对应: the three numbers of each body and type, their sums, and why each difference is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from reports.exceptions.model import COMPARISONS, NumbersLine, NumbersTotal
from reports.exceptions.numbers import add, numbers_lines, totals_by_type
from reports.labels import label, labels
from reports.masking import mask_number
from reports.monthly.ground import lay_numbers
from reports.monthly.lines import Line
from reports.request import ReportRequest


@dataclass(frozen=True)
class NumbersSet:
    """三数对应 of a month.

    Attributes:
        lines: one a body and type, each with the lines that explain its differences.
        by_type, by_supervisor: sums of the lines.
        total: of all.
        reasons: for each reason how many more and how many fewer, comparison by comparison in the order
            of `COMPARISONS`.
    """

    lines: tuple[NumbersLine, ...]
    by_type: tuple[NumbersTotal, ...]
    by_supervisor: tuple[NumbersTotal, ...]
    total: NumbersTotal
    reasons: tuple[Line, ...]

    @property
    def n_agreeing(self) -> int:
        """Bodies and types whose approved, on roster and paid are one number."""
        return sum(is_agreeing(line) for line in self.lines)


def is_agreeing(line: NumbersLine) -> bool:
    """Whether 编制数, 实有人员数 and 财政供养数 are the same."""
    return len({line.numbers.approved or 0, line.numbers.on_roster or 0, line.numbers.paid or 0}) == 1


def read_numbers_set(request: ReportRequest) -> NumbersSet:
    """Read it for the bodies asked for."""
    lay_numbers(request)
    month = request.month
    numbers = month.sql(
        """select unit_id, unit_name, supervisor, quota_type, approved, on_roster, paid, n_organisation,
            n_personnel, case when is_pooled then quota_unit_id end as pool_id, ledger_entries
        from asked_number
        order by place, quota_type"""
    )
    # That a body pays its own people is a reason of the body's: one line, not its whole roster again.
    bridge = month.sql(
        """select unit_id, quota_type, comparison, person_id, id_no, name, sign, reason, finding_id, detail
        from bridge
        join asked_unit using (unit_id)
        where reason <> 'not_unified'
        union all
        select unit_id, quota_type, comparison, '', '', '', cast(sum(sign) as bigint), reason, '',
            '不纳入统发，' || count(*) || ' 人由本单位发放'
        from bridge
        join asked_unit using (unit_id)
        where reason = 'not_unified'
        group by unit_id, quota_type, comparison, reason"""
    )
    found = dict(month.sql("select finding_id, number from finding where status <> 'refuted'").iter_rows())
    lines = numbers_lines(
        numbers.iter_rows(named=True),
        bridge.iter_rows(named=True),
        found,
        str if request.unmask else mask_number,
    )
    groups: dict[str, list[NumbersLine]] = defaultdict(list)
    for line in lines:
        groups[line.supervisor].append(line)
    return NumbersSet(
        lines=lines,
        by_type=totals_by_type(lines),
        by_supervisor=tuple(add(name, members) for name, members in groups.items()),
        total=add("合计", lines),
        reasons=_reasons(lines),
    )


def _reasons(lines: Iterable[NumbersLine]) -> tuple[Line, ...]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * (2 * len(COMPARISONS)))
    for line in lines:
        for entry in line.bridge:
            place = 2 * COMPARISONS.index(entry.comparison) + (entry.sign < 0)
            counts[entry.reason][place] += abs(entry.sign)
    usual = list(labels("bridge_reason").values())
    order = {name: n for n, name in enumerate(usual)}
    known = sorted(counts, key=lambda name: (order.get(name, len(order)), name))
    return tuple(Line("", name, (), tuple(counts[name])) for name in known)


def comparison_text(comparison: str) -> str:
    """Which two numbers are compared."""
    return label("comparison", comparison)
