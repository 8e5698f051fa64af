"""执行摘要: the month on two pages, in counts and amounts, without a name.

Everything that could grow is bounded here: as many lines as two pages hold, the rest as a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assets.published import PublishedMonth
from reports.briefing.trends import ZERO, MonthTrend, month_trend
from reports.labels import label, labels
from reports.request import ReportRequest
from reports.standing import Standing, chinese_date, standing
from reports.typesetting import cut

MATTERS, OWNERS, REASONS, TYPES = 6, 5, 2, 8
BAR, REASON_WIDTH = 7, 60
_VACANCY = """
with pooled as (
    select coalesce(pool_id, unit_id) as pool, quota_type, sum(approved) as approved,
        coalesce(sum(on_roster), 0) as on_roster
    from three_numbers group by 1, 2
)
select coalesce(sum(approved - on_roster) filter (where approved > on_roster), 0)::bigint as vacant,
    coalesce(sum(on_roster - approved) filter (where on_roster > approved), 0)::bigint as over,
    count(*) filter (where on_roster > approved)::bigint as n_over
from pooled where approved is not null
"""
_BRIDGE = """
select reason, sum(sign)::bigint as difference, count(*)::bigint as n
from bridge where comparison = 'paid' group by 1
"""
_MATTERS = """
with found as (
    select rule_id, min(severity) as severity, count(*)::bigint as n,
        count(*) filter (where status = 'confirmed')::bigint as n_confirmed
    from finding where status not in ('refuted', 'exempt', 'closed') group by 1
),
money as (
    select principal_rule as rule_id, count(*)::bigint as n_cases,
        sum(amount_total) filter (where amount_kind = 'recoverable') as recoverable,
        sum(amount_total) filter (where amount_kind = 'indicative') as indicative
    from "case" group by 1
)
select r.title, f.severity, f.n, f.n_confirmed, coalesce(m.n_cases, 0) as n_cases, m.recoverable, m.indicative
from found as f
join rule as r using (rule_id)
left join money as m using (rule_id)
order by f.severity, coalesce(m.recoverable, 0) desc, f.n desc, f.rule_id
"""
_CONFIRMED = """
select c.amount_kind, count(*)::bigint as n, sum(c.amount_total) as amount
from "case" as c
semi join (select case_id from finding where status = 'confirmed') as f on f.case_id = c.case_id
where c.amount_total > 0
group by 1
"""
_STATES = "select status, count(*)::bigint as n from finding where status <> 'refuted' group by 1"
_GONE = "select reason, count(*)::bigint as n from finding_resolved group by 1 order by 2 desc, 1"
_UNCHECKED = """
select coalesce(reason, '') as reason, count(*)::bigint as n, min(rule_id) as first
from rule where status = 'not_checked' group by 1 order by 2 desc, 3
"""
_OWNERS = """
select coalesce(nullif(owner, ''), '未定') as owner, count(*)::bigint as n,
    count(*) filter (where severity <= 2)::bigint as n_grave, min(due_on) as due_on
from finding where status in ('lead', 'verifying', 'confirmed', 'rectifying') group by 1
order by 3 desc, 2 desc, 1
"""


@dataclass(frozen=True)
class TypeLine:
    """One type of quota in figures, as printed."""

    name: str
    approved: str
    on_roster: str
    paid: str
    vacancy: str
    paid_less: str


@dataclass(frozen=True)
class MatterLine:
    """One kind of matter: how grave, how many, cases and money, and a bar of its count."""

    name: str
    severity: str
    n: str
    n_cases: str
    recoverable: str
    indicative: str
    bar: str


@dataclass(frozen=True)
class OwnerLine:
    """What one department is asked to do."""

    name: str
    n: str
    n_grave: str
    due_on: str


@dataclass(frozen=True)
class Summary:
    """执行摘要: texts and lines, ready to be set."""

    types: Sequence[TypeLine]
    numbers: str
    bridge: str
    found: str
    matters: Sequence[MatterLine]
    more_matters: str
    confirmed: str
    progress: str
    gate: str
    unchecked: str
    owners: Sequence[OwnerLine]


def read_summary(request: ReportRequest) -> Summary:
    """The month asked for, against the month before it where there is one."""
    month = request.month
    now = month_trend(month)
    earlier = [one for one in request.history if one.month < month.month]
    before = month_trend(max(earlier, key=lambda one: one.month)) if earlier else None
    matters = month.sql(_MATTERS).rows(named=True)
    most = max((row["n"] for row in matters[:MATTERS]), default=1)
    return Summary(
        types=_types(now),
        numbers=_numbers(month, now),
        bridge=_bridge(month, now),
        found=_found(now),
        matters=[_matter(row, most) for row in matters[:MATTERS]],
        more_matters=_more(matters[MATTERS:]),
        confirmed=_confirmed(month),
        progress=_progress(month, now, before),
        gate=_gate(now),
        unchecked=_unchecked(month, standing(month)),
        owners=_owners(month),
    )


def _types(now: MonthTrend) -> list[TypeLine]:
    known = list(now.numbers.items())
    if len(known) > TYPES:
        rest = [numbers for _, numbers in known[TYPES - 1 :]]
        columns = zip(*rest, strict=True)
        added = tuple(sum(value or 0 for value in column) for column in columns)
        known = [*known[: TYPES - 1], ("其余各类", (added[0], added[1], added[2]))]
    return [_type(name, numbers) for name, numbers in (*known, ("合计", now.three))]


def _type(name: str, numbers: tuple[int | None, int | None, int | None]) -> TypeLine:
    approved, on_roster, paid = numbers
    return TypeLine(
        name,
        _count(approved),
        _count(on_roster),
        _count(paid),
        _signed(None if approved is None else (on_roster or 0) - approved),
        _signed(None if paid is None else paid - (on_roster or 0)),
    )


def _numbers(month: PublishedMonth, now: MonthTrend) -> str:
    row = month.sql(_VACANCY).row(0, named=True)
    approved, on_roster, paid = (_count(number) for number in now.three)
    return (
        f"核定编制{approved}名，实有在编人员{on_roster}人，财政供养（统发）{paid}人。"
        f"按单位（编制池）、按编制类型逐项计算，不相抵：空编{row['vacant']:,}名，"
        f"超编{row['over']:,}名（{row['n_over']:,}项，待核实）。"
    )


def _bridge(month: PublishedMonth, now: MonthTrend) -> str:
    """Why fewer or more are paid than are on the roster: every reason with its sum."""
    _, on_roster, paid = now.three
    if paid is None:
        return "本月没有工资发放数据，实有与供养的差额没有核对。"
    rows = {row["reason"]: row for row in month.sql(_BRIDGE).rows(named=True)}
    order = list(labels("bridge_reason"))
    known = sorted(rows, key=lambda code: order.index(code) if code in order else len(order))
    parts = [
        f"{label('bridge_reason', code)}{rows[code]['difference']:+,}"
        for code in known
        if rows[code]["difference"]
    ]
    level = sum(row["n"] for row in rows.values() if not row["difference"])
    difference = paid - (on_roster or 0)
    if not parts:
        return f"供养数与实有数相差{difference:+,}人。"
    balanced = f"；另有{level:,}人次增减相抵" if level else ""
    left = rows["unexplained"]["n"] if "unexplained" in rows else 0
    said = f"尚有{left:,}人未能解释" if left else "已逐人说明原因"
    return f"供养数比实有数{difference:+,}人，其中：{'、'.join(parts)}{balanced}。差额{said}。"


def _found(now: MonthTrend) -> str:
    grades = "、".join(f"{label('severity', n)}色{counts.n:,}件" for n, counts in now.severities.items())
    return f"本月列出待核实事项{now.total.n:,}件（{grades}）。{_money(now.cases, '线索涉及')}以核实结论为准。"


def _money(cases: Mapping[str, tuple[int, Decimal]], lead: str) -> str:
    n_sure, sure = cases.get("recoverable", (0, ZERO))
    n_hint, hint = cases.get("indicative", (0, ZERO))
    return (
        f"按案件计，{lead}可追缴金额{sure:,.2f}元（{n_sure:,}件），"
        f"参考金额{hint:,.2f}元（{n_hint:,}件），两项性质不同，不相加；"
    )


def _matter(row: Mapping[str, object], most: int) -> MatterLine:
    n = int(str(row["n"]))
    return MatterLine(
        str(row["title"]),
        label("severity", row["severity"]),
        f"{n:,}",
        _count(int(str(row["n_cases"]))),
        _amount(row["recoverable"]),
        _amount(row["indicative"]),
        "█" * max(1, round(BAR * n / most)),
    )


def _more(rows: Sequence[Mapping[str, int]]) -> str:
    if not rows:
        return ""
    return f"其余{len(rows):,}类{sum(row['n'] for row in rows):,}件，见“疑点清单”。"


def _confirmed(month: PublishedMonth) -> str:
    states = dict(month.sql(_STATES).rows())
    n = states.get("confirmed", 0)
    if not n:
        return "截至目前尚无核实属实的事项。"
    cases = {kind: (count, amount) for kind, count, amount in month.sql(_CONFIRMED).rows()}
    return f"已核实属实{n:,}件；{_money(cases, '')}".rstrip("；") + "。"


def _progress(month: PublishedMonth, now: MonthTrend, before: MonthTrend | None) -> str:
    if before is None:
        return f"本月为首次核对，新列{now.total.n_new:,}件，存量{now.total.n_stock:,}件。"
    states = dict(month.sql(_STATES).rows())
    gone = "、".join(f"{label('resolved', reason)}{n:,}件" for reason, n in month.sql(_GONE).rows())
    why = f"（{gone}）" if gone else ""
    return (
        f"上月{before.total.n:,}件，本月消除{now.total.n_resolved:,}件{why}、新增{now.total.n_new:,}件、"
        f"持续{now.total.n_continued:,}件、存量{now.total.n_stock:,}件；"
        f"核实中{states.get('verifying', 0):,}件，整改中{states.get('rectifying', 0):,}件，"
        f"已登记例外{states.get('exempt', 0):,}件，已销号{states.get('closed', 0):,}件。"
    )


def _gate(now: MonthTrend) -> str:
    if not now.gate:
        return "本月没有工资数据，未作发放核对。"
    nothing = (0, ZERO, ZERO)
    hold, verify, new = (now.gate.get(action, nothing)[0] for action in ("hold", "verify", "reject_new"))
    return (
        f"发放核对建议暂停{hold:,}人次、照发并核实{verify:,}人次、不予新增{new:,}人次；"
        "暂停须经两人确认，未确认的照发。"
    )


def _unchecked(month: PublishedMonth, said: Standing) -> str:
    rows = month.sql(_UNCHECKED).rows(named=True)
    missing = f"未报送：{cut(said.missing, 2 * REASON_WIDTH)}。" if said.missing else ""
    if not rows:
        return f"{missing}应核对的规则均已核对。"
    shown = "；".join(
        f"{cut(row['reason'] or '未说明', REASON_WIDTH)}（{row['n']:,}项）" for row in rows[:REASONS]
    )
    rest = sum(row["n"] for row in rows[REASONS:])
    more = f"；其他原因{rest:,}项" if rest else ""
    total = sum(row["n"] for row in rows)
    return f"{missing}有{total:,}项规则没有核对，不能视为没有问题：{shown}{more}。"


def _owners(month: PublishedMonth) -> list[OwnerLine]:
    rows = month.sql(_OWNERS).rows(named=True)
    lines = [
        OwnerLine(row["owner"], f"{row['n']:,}", f"{row['n_grave']:,}", _due(row["due_on"]))
        for row in rows[:OWNERS]
    ]
    rest = rows[OWNERS:]
    if rest:
        n, n_grave = (sum(row[name] for row in rest) for name in ("n", "n_grave"))
        dues = [row["due_on"] for row in rest if row["due_on"]]
        lines.append(OwnerLine("其他", f"{n:,}", f"{n_grave:,}", _due(min(dues, default=None))))
    return lines


def _due(day: date | None) -> str:
    return chinese_date(day) if day else "—"


def _count(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def _signed(value: int | None) -> str:
    return "—" if value is None else f"{value:+,}" if value else "0"


def _amount(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, Decimal) and value else "—"
