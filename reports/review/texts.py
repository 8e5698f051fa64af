"""The words of part two: what was found out, what is being verified, what was done about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.labels import group_of
from reports.request import ReportRequest
from reports.review.model import Answer
from reports.review.numbers import other_groups, questions

SHOWN = 10
CHANGED = {"nature": "性质", "supervisor": "隶属关系"}
"""Matters of a rule that are no names."""
NOTHING = "未发现。"
IN_NUMBERS = frozenset(["Q01", "L01", "L02", "L03", "L04"])


@dataclass(frozen=True)
class Tally:
    """How the findings of one rule stand in the bodies asked for."""

    rule_id: str
    title: str
    status: str
    reason: str
    category: str
    remedy: str
    n_confirmed: int
    n_rectifying: int
    n_verifying: int
    n_closed: int
    n_exempt: int
    n_bodies: int


def read_tallies(request: ReportRequest) -> tuple[Tally, ...]:
    """One for every rule of the month, by id; over the bodies in `asked_unit`."""
    rows = request.month.sql(
        """select
            r.rule_id, r.title, r.status, coalesce(r.reason, '') as reason,
            coalesce(r.category, '') as category, coalesce(r.remedy, '') as remedy,
            count(f.finding_id) filter (where f.status in ('confirmed', 'rectifying')) as n_confirmed,
            count(f.finding_id) filter (where f.status = 'rectifying') as n_rectifying,
            count(f.finding_id) filter (
                where f.status in ('lead', 'verifying', 'not_checked')
            ) as n_verifying,
            count(f.finding_id) filter (where f.status = 'closed') as n_closed,
            count(f.finding_id) filter (where f.status = 'exempt') as n_exempt,
            count(distinct f.unit_id) filter (where f.status in ('confirmed', 'rectifying')) as n_bodies
        from rule as r
        left join (from finding semi join asked_unit using (unit_id)) as f using (rule_id)
        group by all
        order by r.rule_id"""
    )
    return tuple(Tally(**row) for row in rows.iter_rows(named=True))


def answers(request: ReportRequest, tallies: Sequence[Tally]) -> tuple[Answer, ...]:
    """Questions 1 to 4, each with the confirmed matters by name."""
    by_rule = {tally.rule_id: tally for tally in tallies}
    return tuple(
        Answer(question.title, _answer(request, [by_rule[r] for r in question.rules if r in by_rule]))
        for question in questions()
    )


def _answer(request: ReportRequest, tallies: Sequence[Tally]) -> str:
    confirmed = sum(tally.n_confirmed for tally in tallies)
    verifying = sum(tally.n_verifying for tally in tallies)
    not_checked = [tally for tally in tallies if tally.status == "not_checked"]
    if not_checked:
        return f"本月未核（{not_checked[0].reason or '所需名单未报送'}）。"
    beside = f"另有 {verifying} 项正在核实，不计在内。" if verifying else ""
    if not confirmed:
        return f"尚无核实属实的。{beside}" if verifying else NOTHING
    rows = request.month.sql(
        """select number, unit_name, matter
        from finding
        semi join asked_unit using (unit_id)
        where list_contains($rules, rule_id) and status in ('confirmed', 'rectifying')
        order by unit_id, number""",
        {"rules": [tally.rule_id for tally in tallies]},
    )
    named = "；".join(
        f"{unit or ''}{matter_words(matter or '')}（{number}）"
        for number, unit, matter in rows.head(SHOWN).iter_rows()
    )
    more = f"等 {confirmed} 项，详见附表" if confirmed > SHOWN else ""
    return f"核实属实 {confirmed} 项：{named}{more}。{beside}"


def matter_words(matter: str) -> str:
    """What of the body a matter is about: 性质, 隶属关系, “办公室”; '' where it names nothing."""
    kind, _, name = matter.rpartition("|")
    if not kind and name.isascii():
        return f"的{CHANGED[name]}" if name in CHANGED else ""
    return f"“{name}”"


def other_problems(tallies: Sequence[Tally]) -> str:
    """Question 7: confirmed matters of every other rule."""
    asked = {rule for question in questions() for rule in question.rules} | IN_NUMBERS
    others = [
        tally
        for tally in tallies
        if tally.rule_id not in asked and not tally.category and group_of(tally.rule_id) in other_groups()
    ]
    confirmed = [f"{tally.title} {tally.n_confirmed} 项" for tally in others if tally.n_confirmed]
    verifying = sum(tally.n_verifying for tally in others)
    beside = f"另有 {verifying} 项正在核实，不计在内。" if verifying else ""
    if confirmed:
        return f"核实属实：{'；'.join(confirmed)}。{beside}"
    return f"尚无核实属实的。{beside}" if verifying else NOTHING


def handling(tallies: Sequence[Tally]) -> tuple[str, ...]:
    """二（二）: one line a rule with something confirmed or settled."""
    lines = [
        f"{tally.title}：属实 {tally.n_confirmed} 项，涉及 {tally.n_bodies} 家单位"
        + (f"，其中整改中 {tally.n_rectifying} 项" if tally.n_rectifying else "")
        + (f"，已销号 {tally.n_closed} 项" if tally.n_closed else "")
        + (f"。处理意见：{tally.remedy.rstrip('。')}" if tally.remedy and tally.n_confirmed else "")
        + "。"
        for tally in tallies
        if (tally.n_confirmed or tally.n_closed) and group_of(tally.rule_id) in other_groups()
    ]
    verifying = sum(tally.n_verifying for tally in tallies)
    exempt = sum(tally.n_exempt for tally in tallies)
    if not lines:
        lines.append("本期没有核实属实的问题。")
    if verifying:
        lines.append(f"正在核实的事项 {verifying} 项，核实后按规定处理，不作为结论。")
    if exempt:
        lines.append(f"已登记政策性例外的 {exempt} 项，按批准文件执行。")
    return tuple(lines)


def unchecked_note(tallies: Iterable[Tally]) -> str:
    """Which rules behind the numbers of part two did not run, and why; '' when all ran."""
    named = [
        f"{tally.title}（{tally.reason or '所需名单未报送'}）"
        for tally in tallies
        if tally.status == "not_checked" and (tally.rule_id in IN_NUMBERS or tally.category)
    ]
    return f"下列事项本月未核，第二部分的数字不含：{'；'.join(named)}。" if named else ""
