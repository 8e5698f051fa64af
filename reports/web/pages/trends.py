"""Twelve months of what matters, each number a small line; months that are not published are left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from reports.web.months import MonthView
from reports.web.pages.charts import Line, counted, in_ten_thousands, line_chart
from reports.web.pages.desk import Desk

TREND_MONTHS = 12
_NUMBERS = """
with three as (select sum(on_roster) as on_roster, sum(paid) as paid from three_numbers),
money as (select sum(amount_total) as total from "case" where amount_kind = 'recoverable'),
unmatched as (select count(*) as n from bridge where comparison = 'paid' and sign > 0),
told as (select coalesce(sum(n), 0) as n from issue where severity <> 'info'),
delivered as (
    select department, bool_and(status = 'taken' and carried_from is null) as is_new from intake_file
    where status in ('taken', 'carried', 'missing') group by 1
)
select coalesce(three.on_roster, 0)::bigint as on_roster, coalesce(three.paid, 0)::bigint as paid,
       coalesce(round(money.total), 0)::bigint as money,
       unmatched.n as unmatched, told.n::bigint as issues,
       (select count(*) from delivered where is_new) as delivered
from three, money, unmatched, told
"""
_FINDINGS = """
select count(*) as findings, count(*) filter (where severity = 1) as red
from {listed} where status is distinct from 'refuted'
"""


@dataclass(frozen=True)
class Trend:
    """One number: its column above, what it is called, its unit, and the list behind its last value."""

    column: str
    name: str
    unit: str
    view: str
    asked: Mapping[str, str]
    style: str = "a"
    text: Callable[[int], str] = counted


TRENDS = (
    Trend("on_roster", "实有人员", "人", "units", {}),
    Trend("paid", "财政供养", "人", "units", {}),
    Trend("red", "红级疑点", "条", "findings", {"severity": "1", "status": "all"}, "s1"),
    Trend("findings", "全部疑点", "条", "findings", {"status": "all"}),
    Trend(
        "money",
        "可追缴",
        "万元",
        "findings",
        {"kind": "recoverable", "status": "all"},
        text=in_ten_thousands,
    ),
    Trend("unmatched", "发薪不在编", "人", "bridge", {"comparison": "paid", "sign": "1"}),
    Trend("issues", "数据问题", "处", "deliveries", {}),
    Trend("delivered", "按月报送", "部门", "deliveries", {}),
)


def trend_lines(desk: Desk, until: str) -> list[Line]:
    """The lines up to a published month."""
    names = [name for name in desk.months.listed() if name <= until][-TREND_MONTHS:]
    numbers = {}
    for name in names:
        with desk.month(name) as month:
            numbers[name] = _numbers(month)
    return [
        line_chart(
            one.name,
            one.unit,
            [(name, numbers[name][one.column]) for name in names],
            address=f"{reverse(one.view)}?{urlencode({'month': until, **one.asked})}",
            style=one.style,
            text=one.text,
        )
        for one in TRENDS
    ]


def _numbers(month: MonthView) -> dict[str, int]:
    numbers = month.remembered(_NUMBERS)[0] | month.tallied(_FINDINGS)[0]
    return {name: int(value) for name, value in numbers.items()}
