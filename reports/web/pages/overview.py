"""总览: the three numbers, the findings, the money, the deliveries; every number leads to its list."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from reports.labels import group_of, group_title, label, labels, presence_label
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.charts import Step, bridge_chart, line_chart
from reports.web.pages.filters import Filters, condition
from reports.web.pages.frame import asked_month, page
from reports.web.pages.needs import needs

TREND_MONTHS = 12
SEVERITIES = (1, 2, 3, 4)
SHOWN_SUPERVISORS, SHOWN_RULES = 8, 8
ALARMING = ("在编无薪", "发薪无编", "退休", "死亡", "未解释")


@require_GET
@needs(May.SEE)
def overview(request: SiteRequest) -> HttpResponse:
    """The month at a glance."""
    if not request.access.scope.is_whole:
        return redirect("findings")
    name = asked_month(request)
    today = request.place.casework.clock().date()
    with request.desk.month(name) as month:
        return page(
            request,
            month,
            "pages/overview.html",
            "overview",
            three=_three(month),
            bridge=_bridge(month),
            matrix=_matrix(request, month),
            flow=_flow(month),
            money=_money(month),
            deliveries=_deliveries(month),
            presence=_presence(month),
            supervisors=_supervisors(month, today),
            lines=_lines(request, name),
            clock=_clock(request, month, today),
        )


def to_list(**filters: object) -> str:
    """The address of a list of findings."""
    known = [(key, value) for key, value in filters.items() if value not in ("", None)]
    return f"{reverse('findings')}?{urlencode(known)}" if known else reverse("findings")


def _three(month: MonthView) -> dict[str, Any]:
    row = month.one(
        """
        select sum(approved) as approved, sum(on_roster) as on_roster, sum(paid) as paid,
               sum(greatest(coalesce(approved, 0) - coalesce(on_roster, 0), 0)) as vacant,
               sum(greatest(coalesce(on_roster, 0) - coalesce(approved, 0), 0)) as over
        from three_numbers
        """
    )
    numbers = {key: int(value or 0) for key, value in (row or {}).items()}
    numbers["vacant_less_over"] = numbers["on_roster"] - numbers["approved"]
    numbers["paid_less_roster"] = numbers["paid"] - numbers["on_roster"]
    lines = month.one(
        """select coalesce(sum(sign) filter (where sign > 0), 0) as added,
                  coalesce(-sum(sign) filter (where sign < 0), 0) as removed,
                  count(*) filter (where reason = 'unexplained') as unexplained
        from bridge where comparison = 'paid'"""
    )
    return numbers | {key: int(value or 0) for key, value in (lines or {}).items()}


def _bridge(month: MonthView) -> Any:
    """From those on the roster to those who are paid, reason by reason."""
    rows = month.rows(
        """select reason, sum(sign) as n from bridge where comparison = 'paid'
        group by reason, sign having sum(sign) <> 0 order by sign, abs(sum(sign)) desc, reason"""
    )
    numbers = _three(month)
    steps = []
    for row in rows:
        words = label("bridge_reason", row["reason"])
        style = "fs2" if words in ALARMING else "f1" if row["n"] < 0 else "fat"
        steps.append(Step(words, int(row["n"]), f"{reverse('bridge')}?reason={row['reason']}", style))
    last = numbers["on_roster"] + sum(step.value for step in steps)
    return bridge_chart(
        Step("实有", numbers["on_roster"], reverse("bridge"), "f2"),
        steps,
        Step("供养", last, reverse("bridge"), "fa"),
    )


def _matrix(request: SiteRequest, month: MonthView) -> list[dict[str, Any]]:
    """Open findings by group and severity, what is new, what is gone."""
    today = request.place.casework.clock().date()
    asked = condition(Filters(), request.access.scope, today, today)
    rows = month.rows(
        f"""select f.rule_id, f.severity, f.change, count(*) as n from finding f
        where {asked.where} group by all""",  # noqa: S608
        asked.parameters,
    )
    gone = month.rows("select rule_id, count(*) as n from finding_resolved group by 1")
    table = []
    for group in labels("group"):
        own = [row for row in rows if group_of(row["rule_id"]) == group]
        by_severity = {s: sum(row["n"] for row in own if row["severity"] == s) for s in SEVERITIES}
        table.append(
            {
                "group": group,
                "title": group_title(group),
                "address": to_list(group=group),
                "cells": [(s, n, to_list(group=group, severity=s)) for s, n in by_severity.items()],
                "total": sum(by_severity.values()),
                "new": sum(row["n"] for row in own if row["change"] == "new"),
                "new_address": to_list(group=group, change="new"),
                "gone": sum(row["n"] for row in gone if group_of(row["rule_id"]) == group),
            }
        )
    return table


def _flow(month: MonthView) -> dict[str, int]:
    """Last month − gone + new + reopened = this month; what was only refuted or settled stands between."""
    row = month.one(
        """select count(*) filter (where change = 'new') as new,
                  count(*) filter (where change = 'reopened') as reopened,
                  count(*) filter (where stock) as stock, count(*) as now
        from finding where status is distinct from 'refuted'"""
    )
    gone = month.one("select count(*) as n from finding_resolved")
    numbers = {key: int(value or 0) for key, value in (row or {}).items()}
    numbers["gone"] = int(gone["n"]) if gone else 0
    return numbers


def _money(month: MonthView) -> dict[str, Any]:
    rows = month.rows(
        """select principal_rule as rule_id, r.title, count(*) as n, sum(c.amount_gross) as gross,
                  sum(c.amount_employer) as employer, sum(c.amount_total) as total
        from "case" c left join rule r on r.rule_id = c.principal_rule
        where c.amount_kind = 'recoverable' group by 1, 2 order by total desc, 1"""
    )
    other = month.one(
        """select count(*) as n, coalesce(sum(amount_total), 0) as total
        from "case" where amount_kind = 'indicative'"""
    )
    for row in rows:
        row["address"] = to_list(rule=row["rule_id"], kind="recoverable")
    rest = rows[SHOWN_RULES:]
    total = {key: sum((row[key] or 0) for row in rows) for key in ("n", "gross", "employer", "total")}
    return {
        "rows": rows[:SHOWN_RULES],
        "rest": {key: sum((row[key] or 0) for row in rest) for key in ("n", "gross", "employer", "total")}
        if rest
        else None,
        "n_rest": len(rest),
        "total": total,
        "indicative": other,
        "indicative_address": to_list(kind="indicative"),
    }


def _deliveries(month: MonthView) -> list[dict[str, Any]]:
    rows = month.rows(
        """
        with rows as (
            select department, sum(n_rows) as n,
                   sum(n_rows) filter (where class in ('staged', 'data')) as staged,
                   sum(n_rows) filter (where class = 'quarantined') as quarantined
            from intake_row_class group by 1
        ), files as (
            select department, count(*) as n_files, max(as_of) as as_of, max(carried_from) as carried_from
            from intake_file where status in ('taken', 'carried') group by 1
        ), issues as (
            select department, count(*) as n_issues from issue where severity <> 'info' group by 1
        )
        select files.*, staged, quarantined, coalesce(n_issues, 0) as n_issues
        from files left join rows using (department) left join issues using (department)
        """
    )
    known = {row["department"]: row for row in rows}
    return [
        {"name": name, **known[code]} if code in known else {"name": name, "n_files": 0}
        for code, name in labels("department").items()
        if code in known or code in month.pointer.incomplete
    ]


def _presence(month: MonthView) -> dict[str, Any]:
    rows = month.rows("select presence, count(*) as n from person group by 1 order by n desc, presence")
    most = max((row["n"] for row in rows), default=1)
    for row in rows:
        digits = row["presence"] or "00000"
        row["dots"] = [(108 + 30 * n, digit == "1") for n, digit in enumerate(digits)]
        row["words"] = presence_label(digits)
        row["width"] = round(row["n"] / most * 320, 1)
        row["address"] = f"{reverse('people')}?presence={digits}"
        row["is_paid_without_post"] = digits[3] == "1" and digits[0] == "0"
    for place, row in enumerate(rows[:16]):
        row["y"] = 34 + 19 * place
    return {"rows": rows[:16], "height": 44 + 19 * min(len(rows), 16), "n_more": max(len(rows) - 16, 0)}


def _supervisors(month: MonthView, today: date) -> list[dict[str, Any]]:
    rows = month.rows(
        """
        select coalesce(supervisor, unit_name, '未注明') as name,
               count(*) filter (where severity = 1) as s1, count(*) filter (where severity = 2) as s2,
               count(*) filter (where severity = 3) as s3, count(*) filter (where severity = 4) as s4,
               count(*) filter (where stock) as stock, count(*) filter (where due_on < $today) as late
        from finding where status not in ('refuted', 'closed', 'exempt', 'not_checked')
        group by 1 order by s1 desc, s2 desc, s3 desc, name
        """,
        {"today": today},
    )
    for row in rows:
        row["address"] = to_list(supervisor=row["name"])
    return rows[:SHOWN_SUPERVISORS]


def _lines(request: SiteRequest, until: str) -> list[Any]:
    """Twelve months of what matters; months that are not published are left out."""
    names = [name for name in request.desk.months.listed() if name <= until][-TREND_MONTHS:]
    kept: dict[str, list[tuple[str, int]]] = {"实有人员": [], "财政供养": [], "疑点": [], "红": []}
    for name in names:
        with request.desk.month(name) as month:
            row = month.one("select sum(on_roster) as roster, sum(paid) as paid from three_numbers") or {}
            found = (
                month.one(
                    """select count(*) as n, count(*) filter (where severity = 1) as red from finding
                where status is distinct from 'refuted'"""
                )
                or {}
            )
        kept["实有人员"].append((name, int(row.get("roster") or 0)))
        kept["财政供养"].append((name, int(row.get("paid") or 0)))
        kept["疑点"].append((name, int(found.get("n") or 0)))
        kept["红"].append((name, int(found.get("red") or 0)))
    units = {"实有人员": "人", "财政供养": "人", "疑点": "条", "红": "条"}
    return [line_chart(name, units[name], values) for name, values in kept.items() if values]


def _clock(request: SiteRequest, month: MonthView, today: date) -> dict[str, Any]:
    """The payroll that is about to be locked, else the one that was paid."""
    rows = month.rows(
        """select payroll_month, action, count(*) as n, max(lock_on) as lock_on from gate
        group by 1, 2 order by 1 desc, 2"""
    )
    if not rows:
        return {}
    payroll = rows[0]["payroll_month"]
    lock_on = rows[0]["lock_on"]
    counts = {row["action"]: row["n"] for row in rows if row["payroll_month"] == payroll}
    left = request.place.workdays(today, lock_on) if lock_on and lock_on >= today else 0
    return {
        "payroll": payroll,
        "lock_on": lock_on,
        "left": left,
        "is_over": bool(lock_on and lock_on < today),
        "actions": [(label("gate_action", a), counts.get(a, 0), a) for a in ("hold", "verify", "reject_new")],
    }
