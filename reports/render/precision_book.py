"""规则核实情况.xlsx: what became of each rule's findings, and which rules an office may want to demote."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from reports.briefing.precision import LEAST, RulePrecision, read_precision
from reports.render.book import ALERT_INK, PLAIN
from reports.render.form import FormColumn, total_row
from reports.render.grid import GridRow, Value
from reports.render.monthly_form import monthly_forms, notes
from reports.request import ReportRequest

NAME = "规则核实情况"
COLUMNS = (
    FormColumn("序号", 5, "centre"),
    FormColumn("规则", 6, "code"),
    FormColumn("名称", 36),
    FormColumn("级别", 6, "severity"),
    FormColumn("疑点数", 9, "int"),
    FormColumn("属实", 8, "int", group="已有结论"),
    FormColumn("整改中", 8, "int", group="已有结论"),
    FormColumn("销号", 8, "int", group="已有结论"),
    FormColumn("不属实", 8, "int", group="已有结论"),
    FormColumn("已有例外", 9.5, "int", group="已有结论"),
    FormColumn("登记例外", 9.5, "int", group="没有有效结论"),
    FormColumn("结论失效", 9.5, "int", group="没有有效结论"),
    FormColumn("尚未核实", 9.5, "int", group="没有有效结论"),
    FormColumn("所据条数", 9.5, "int", group="属实率"),
    FormColumn("属实率", 9, "centre", group="属实率"),
    FormColumn("95% 区间", 16, "centre", group="属实率"),
    FormColumn("例外占比", 9.5, "centre"),
    FormColumn("建议", 24),
)


def write_precision(request: ReportRequest, path: Path) -> None:
    """Write 规则核实情况.xlsx over the months asked for, or those published up to the one asked for."""
    found = read_precision(request)
    with monthly_forms(request, path, NAME, streamable=False) as forms:
        form = forms.form(
            NAME,
            f"{forms.said.division}疑点规则核实情况表",
            COLUMNS,
            unit="条",
            notes=notes("precision", months=_months(found.months), least=LEAST, weak=_weak(found.rules)),
            signed=True,
            frozen=3,
            empty="所列月份没有疑点。",
        )
        rows = [GridRow(_values(n, rule), variant=_look(rule)) for n, rule in enumerate(found.rules, 1)]
        form.write(forms.book, rows, total_row((None, None, "合计", *_values(0, found.total)[3:])))


def _months(months: Sequence[str]) -> str:
    span = months[0] if len(months) == 1 else f"{months[0]} 至 {months[-1]}"
    return f"{span}已发布的 {len(months)} 个月"


def _weak(rules: Sequence[RulePrecision]) -> str:
    weak = [rule.rule_id for rule in rules if rule.is_weak and not rule.demoted]
    return f"本期建议降级的规则：{'、'.join(weak)}。" if weak else "本期没有建议降级的规则。"


def _look(rule: RulePrecision) -> dict[str, object]:
    return {"bold": True, "font_color": ALERT_INK} if rule.is_weak and not rule.demoted else dict(PLAIN)


def _values(place: int, rule: RulePrecision) -> tuple[Value, ...]:
    share = rule.share
    return (
        place,
        rule.rule_id,
        rule.title,
        rule.severity,
        rule.n_findings,
        rule.n_confirmed or None,
        rule.n_rectifying or None,
        rule.n_closed or None,
        rule.n_refuted or None,
        rule.n_exempt or None,
        rule.n_registered or None,
        rule.n_lapsed or None,
        rule.n_open or None,
        share.n if share else None,
        percent(share.percent) if share else "—",
        f"{percent(share.low)}～{percent(share.high)}" if share else "—",
        percent(rule.exempt_percent),
        rule.advice if rule.rule_id else "",
    )


def percent(value: Decimal | None) -> str:
    """46.7%; — where there is none."""
    return "—" if value is None else f"{value}%"
