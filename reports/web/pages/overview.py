"""总览: the three numbers, the findings, the money, the deliveries; every number leads to its list."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from assets.ledger.month import Month
from reports.labels import group_of, group_title, label, labels
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.charts import BridgeChart, Step, bridge_chart
from reports.web.pages.deliveries import delivered_rows, departments
from reports.web.pages.filters import Filters, condition
from reports.web.pages.frame import asked_month, page
from reports.web.pages.gate.sums import Tally, clock, judged_payrolls, payroll_sums
from reports.web.pages.needs import needs
from reports.web.pages.presence import PresenceChart, presence_chart
from reports.web.pages.rule_record import rule_record
from reports.web.pages.trends import trend_lines

SEVERITIES = (1, 2, 3, 4)
SHOWN_SUPERVISORS, SHOWN_RULES = 8, 8
ALARMING = ("在编无薪", "发薪无编", "退休", "死亡", "未解释")
MONEY = ("n", "gross", "employer", "total")


@require_GET
@needs(May.SEE)
def overview(request: SiteRequest) -> HttpResponse:
    """The month at a glance."""
    if not request.access.scope.is_whole:
        return redirect("findings")
    name = asked_month(request)
    today = request.place.casework.clock().date()
    with request.desk.month(name) as month:
        three = _three(month)
        matrix = _matrix(request, month, today)
        delivered = departments(month)
        payrolls = _payrolls(request, month, today)
        # Nothing of it changes with a decision, and it is half of the page.
        key = ("presence", month.pointer.ledger)
        presence, drawing = request.desk.memory.get(key, lambda: _presence(month))
        return page(
            request,
            month,
            "pages/overview.html",
            "overview",
            three=three,
            bridge=_bridge(month, three),
            matrix=matrix,
            matrix_total=_matrix_total(month, matrix),
            flow=_flow(request, month),
            money=_money(month),
            deliveries=delivered,
            delivered=delivered_rows(month),
            n_errors=sum(one["n_errors"] for one in delivered),
            presence=presence,
            presence_drawing=drawing,
            n_units=month.remembered("select count(*) as n from unit")[0]["n"],
            supervisors=_supervisors(month, today),
            lines=trend_lines(request.desk, name),
            months=[one for one in request.desk.months.listed() if one <= name][-12:],
            payrolls=payrolls,
            payroll_lines=_payroll_lines(payrolls),
            clock=_clock(request, month, today),
            record=rule_record(request, name),
            may_gate=May.GATE in request.access.may,
            may_upload=bool({May.HANDLE, May.REVIEW} & request.access.may),
        )


def to_list(month: MonthView, **filters: object) -> str:
    """The address of a list of findings."""
    return _list_address(month.month, tuple(filters.items()))


@lru_cache(maxsize=4096)
def _list_address(month: str, filters: tuple[tuple[str, object], ...]) -> str:
    known = [(key, value) for key, value in filters if value not in ("", None)]
    return f"{reverse('findings')}?{urlencode([('month', month), *known])}"


def _three(month: MonthView) -> dict[str, int]:
    """The three numbers, what is between them, and how that is explained.

    A pool's quota is weighed once, against the people of all its members, as in reports/monthly/numbers.sql.
    """
    row = month.remembered(
        """
        with held as (
            select sum(coalesce(approved, 0)) as approved, sum(coalesce(on_roster, 0)) as on_roster
            from three_numbers where quota_type not in ('', 'B0', 'Q9')
            group by coalesce(pool_id, unit_id), quota_type
        )
        select sum(approved) as approved, sum(on_roster) as on_roster, sum(paid) as paid,
               (select sum(greatest(approved - on_roster, 0)) from held) as vacant,
               (select sum(greatest(on_roster - approved, 0)) from held) as over
        from three_numbers
        """
    )[0]
    numbers = {key: int(value or 0) for key, value in row.items()}
    numbers["vacant_less_over"] = numbers["on_roster"] - numbers["approved"]
    numbers["paid_less_roster"] = numbers["paid"] - numbers["on_roster"]
    lines = month.remembered(
        """select coalesce(sum(sign) filter (where sign > 0), 0) as added,
                  coalesce(-sum(sign) filter (where sign < 0), 0) as removed,
                  count(*) filter (where reason = 'unexplained') as unexplained
        from bridge where comparison = 'paid'"""
    )[0]
    return numbers | {key: int(value or 0) for key, value in lines.items()}


def _bridge(month: MonthView, three: dict[str, int]) -> BridgeChart:
    """From those on the roster to those who are paid, reason by reason."""
    rows = month.remembered(
        """select reason, sum(sign) as n from bridge where comparison = 'paid'
        group by reason, sign having sum(sign) <> 0 order by sign, abs(sum(sign)) desc, reason"""
    )
    whole = f"{reverse('bridge')}?month={month.month}&comparison=paid"
    steps = []
    for row in rows:
        words = label("bridge_reason", row["reason"])
        sign = "1" if row["n"] > 0 else "-1"
        style = "fs2" if words in ALARMING else "f1" if row["n"] < 0 else "fat"
        steps.append(Step(words, int(row["n"]), f"{whole}&reason={row['reason']}&sign={sign}", style))
    last = three["on_roster"] + sum(step.value for step in steps)
    return bridge_chart(
        Step("实有", three["on_roster"], whole, "f2"),
        steps,
        Step("供养", last, whole, "fa"),
        less="实有而未供养",
        more="供养而不在实有",
    )


def _matrix(request: SiteRequest, month: MonthView, today: date) -> list[dict[str, Any]]:
    """Open findings by group and severity, what is new, what is gone; groups without any are left out."""
    asked = condition(Filters(), request.access.scope, today, today)
    rows = month.tallied(
        f"""select f.rule_id, f.severity, f.change, count(*) as n from {{listed}} f
        where {asked.where} group by all""",  # noqa: S608
        asked.parameters,
        by=("rule_id", "severity", "change"),
    )
    gone = month.remembered("select rule_id, count(*) as n from finding_resolved group by 1")
    open_of, gone_of = _by_group(rows), _by_group(gone)
    resolved = f"{reverse('resolved')}?month={month.month}"
    table = []
    for group in labels("group"):
        own, n_gone = open_of[group], sum(row["n"] for row in gone_of[group])
        if not own and not n_gone and group == "X":
            continue
        by_severity = {s: sum(row["n"] for row in own if row["severity"] == s) for s in SEVERITIES}
        table.append(
            {
                "group": group,
                "title": group_title(group),
                "address": to_list(month, group=group),
                "cells": [(s, n, to_list(month, group=group, severity=s)) for s, n in by_severity.items()],
                "total": sum(by_severity.values()),
                "new": sum(row["n"] for row in own if row["change"] == "new"),
                "new_address": to_list(month, group=group, change="new"),
                "gone": n_gone,
                "gone_address": f"{resolved}&group={group}",
            }
        )
    return table


def _by_group(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Rows of rules by the groups of these."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[group_of(row["rule_id"])].append(row)
    return found


def _matrix_total(month: MonthView, matrix: list[dict[str, Any]]) -> dict[str, Any]:
    """The last line of the matrix."""
    return {
        "cells": [
            (s, sum(row["cells"][place][1] for row in matrix), to_list(month, severity=s))
            for place, s in enumerate(SEVERITIES)
        ],
        "total": sum(row["total"] for row in matrix),
        "address": to_list(month),
        "new": sum(row["new"] for row in matrix),
        "new_address": to_list(month, change="new"),
        "gone": sum(row["gone"] for row in matrix),
        "gone_address": f"{reverse('resolved')}?month={month.month}",
    }


def _flow(request: SiteRequest, month: MonthView) -> dict[str, Any]:
    """Last month − gone + new + reopened = this month; conclusions do not count."""
    row = month.tallied(
        """select count(*) filter (where change = 'new') as new,
                  count(*) filter (where change = 'reopened') as reopened,
                  count(*) filter (where stock) as stock, count(*) as now
        from {listed} where status is distinct from 'refuted'"""
    )[0]
    gone = month.remembered("select count(*) as n from finding_resolved")[0]["n"]
    numbers = {key: int(value or 0) for key, value in row.items()}
    before = Month(month.month).previous.text
    return {
        **numbers,
        "gone": gone,
        "carried": numbers["now"] - numbers["new"] - numbers["reopened"] + gone,
        "before": before if before in request.desk.months.listed() else "",
    }


def _money(month: MonthView) -> dict[str, Any]:
    """Recoverable money by the principal rule of its case, each case once."""
    rows = [
        dict(row)
        for row in month.remembered(
            """select principal_rule as rule_id, r.title, count(*) as n, sum(c.amount_gross) as gross,
                      sum(c.amount_employer) as employer, sum(c.amount_total) as total
            from "case" c left join rule r on r.rule_id = c.principal_rule
            where c.amount_kind = 'recoverable' group by 1, 2 order by total desc, 1"""
        )
    ]
    other = month.remembered(
        """select count(*) as n, coalesce(sum(amount_total), 0) as total
        from "case" where amount_kind = 'indicative'"""
    )[0]
    for row in rows:
        row["address"] = to_list(month, principal=row["rule_id"], kind="recoverable", status="all")
    rest = rows[SHOWN_RULES:]
    return {
        "rows": rows[:SHOWN_RULES],
        "rest": _summed(rest) if rest else None,
        "n_rest": len(rest),
        "total": _summed(rows),
        "total_address": to_list(month, kind="recoverable", status="all", sort="-amount"),
        "indicative": other,
        "indicative_address": to_list(month, kind="indicative", status="all", sort="-amount"),
    }


def _summed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: sum((row[key] or 0) for row in rows) for key in MONEY}


def _presence(month: MonthView) -> tuple[PresenceChart, SafeString]:
    """The five lists, and how they are drawn."""
    rows = month.remembered(
        "select coalesce(presence, '00000') as digits, count(*) as n from person group by 1"
    )
    chart = presence_chart([(row["digits"], row["n"]) for row in rows], month.month)
    return chart, render_to_string("pages/presence.html", {"presence": chart})


def _worst_first(row: dict[str, Any]) -> tuple[Any, ...]:
    severities = (-row["s1"], -row["s2"], -row["s3"], -row["n"])
    return (*severities, row["supervisor"] is None, row["supervisor"] or "", row["unit_id"] or "")


def _supervisors(month: MonthView, today: date) -> dict[str, Any]:
    """Open findings by 主管部门; what is a body's own stands under the body itself."""
    rows = month.tallied(
        """
        select supervisor, case when supervisor is null then unit_id end as unit_id,
               case when supervisor is null then unit_name end as unit_name, count(*) as n,
               count(*) filter (where severity = 1) as s1, count(*) filter (where severity = 2) as s2,
               count(*) filter (where severity = 3) as s3, count(*) filter (where severity = 4) as s4,
               count(*) filter (where stock) as stock, count(*) filter (where due_on < $today) as late
        from {listed} where status not in ('refuted', 'closed', 'exempt', 'not_checked')
        group by 1, 2, 3
        """,
        {"today": today},
        by=("supervisor", "unit_id", "unit_name"),
    )
    rows.sort(key=_worst_first)
    supervisors = {row["supervisor"] for row in rows}
    for row in rows[:SHOWN_SUPERVISORS]:
        own = {"supervisor": row["supervisor"], "unit": "" if row["supervisor"] else row["unit_id"]}
        row["name"] = row["supervisor"] or row["unit_name"] or "没有注明单位"
        if not row["supervisor"] and row["unit_name"] in supervisors:
            row["name"] += "（本级）"
        has_list = bool(row["supervisor"] or row["unit_id"])
        row["address"] = to_list(month, **own) if has_list else ""
        row["cells"] = [
            (s, row[f"s{s}"], to_list(month, **own, severity=s) if has_list else "") for s in SEVERITIES
        ]
        row["stock_address"] = to_list(month, **own, stock="1") if has_list else ""
        row["late_address"] = to_list(month, **own, due="late") if has_list else ""
    rest = rows[SHOWN_SUPERVISORS:]
    keys = ("n", "s1", "s2", "s3", "s4", "stock", "late")
    return {
        "rows": rows[:SHOWN_SUPERVISORS],
        "n_rest": len(rest),
        "rest": {key: sum(row[key] for row in rest) for key in keys},
    }


def _payrolls(request: SiteRequest, month: MonthView, today: date) -> list[dict[str, Any]]:
    """What the gate says of the payrolls that this month has judged, the draft first."""
    found = []
    for payroll in reversed(judged_payrolls(request.desk, month)):
        sums = payroll_sums(request.desk, month, payroll, request.access.scope, today)
        is_draft = payroll != month.month
        found.append(
            {
                "title": f"{int(payroll[5:])}月{'草表' if is_draft else '工资'}",
                "kind": "发前核" if is_draft else "发后核",
                "address": f"{reverse('gate')}?month={month.month}&payroll={payroll}",
                "n": sums.n,
                "amount": sums.amount,
                "tallies": sums.tallies,
            }
        )
    return found


def _payroll_lines(payrolls: list[dict[str, Any]]) -> list[tuple[str, list[tuple[Tally, str]], str]]:
    """The actions that somebody must look at, each with its lines of every payroll."""
    return [
        (label("gate_action", code), [(one["tallies"][code], one["address"]) for one in payrolls], code)
        for code in ("hold", "verify", "reject_new")
    ]


def _clock(request: SiteRequest, month: MonthView, today: date) -> dict[str, Any]:
    """The strip of days until the payroll after this month is locked."""
    payroll = Month(month.month).next.text
    lock_on = request.place.lock_on(payroll)
    told = clock(today, lock_on, request.place.workdays)
    has_draft = payroll in judged_payrolls(request.desk, month)
    return {**told, "payroll": payroll, "title": f"{int(payroll[5:])}月工资", "has_draft": has_draft}
