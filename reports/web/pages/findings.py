"""疑点清单 and 疑点详情."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from reports.casework.decisions import Actor, Finding, Standing, decide, said
from reports.casework.filled import Refused
from reports.exceptions.plain import counter_text, month_span
from reports.headings import column_label, column_order, shown_value, source_label, table_label
from reports.labels import DEPARTMENTS, group_title, label, labels, match_level_label
from reports.masking import mask_number
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.filters import SORTS, Filters, condition, page_query, read_filters, totals_query
from reports.web.pages.frame import asked_month, page
from reports.web.pages.needs import needs

SOON = timedelta(days=3)
HEADINGS = (
    ("number", "疑点编号", ""),
    ("severity", "级别", ""),
    ("rule", "规则", ""),
    ("name", "姓名", ""),
    ("", "身份证号", ""),
    ("unit", "单位", ""),
    ("", "主管部门", ""),
    ("amount", "金额（元）", "num"),
    ("first", "首现", "num"),
    ("", "变化", ""),
    ("", "状态", ""),
    ("due", "期限", ""),
)


@dataclass(frozen=True)
class Heading:
    """A heading of the list: its words, its class, the address that sorts by it."""

    words: str
    style: str
    address: str
    direction: str


@require_GET
@needs(May.SEE)
def findings(request: SiteRequest) -> HttpResponse:
    """The list that the address describes."""
    filters = read_filters(request.GET)
    today = request.place.casework.clock().date()
    with request.desk.month(asked_month(request)) as month:
        asked = condition(filters, request.access.scope, today, today + SOON)
        query = page_query(filters, asked)
        rows = month.rows(query.where, query.parameters)
        totals = totals_query(asked)
        shown = [shown_finding(row, month, today) for row in rows[: filters.size]]
        following = ""
        if len(rows) > filters.size:
            last = rows[filters.size - 1]
            following = filters.address(after=f"{last['sort_value']}~{last['number']}")
        return page(
            request,
            month,
            "pages/findings.html",
            "findings",
            filters=filters,
            rows=shown,
            totals=month.one(totals.where, totals.parameters),
            headings=[_heading(filters, *heading) for heading in HEADINGS],
            chips=_chips(filters),
            following=following,
            first=filters.address() if filters.after else "",
            severities=[(int(code), name) for code, name in labels("severity").items()],
            changes=list(labels("change").items()),
            statuses=[("open", "未结"), ("all", "全部"), *labels("status").items()],
            groups=[(code, group_title(code)) for code in labels("group")],
            supervisors=[
                row["supervisor"]
                for row in month.rows(
                    "select distinct supervisor from finding where supervisor is not null order by 1"
                )
            ],
            is_empty=not rows,
        )


def _heading(filters: Filters, sort: str, words: str, style: str) -> Heading:
    if sort not in SORTS:
        return Heading(words, style, "", "")
    is_here = filters.sort == sort
    turned = f"-{sort}" if is_here and not filters.descending else sort
    direction = ("descending" if filters.descending else "ascending") if is_here else ""
    return Heading(words, style, filters.address(sort=turned), direction)


def _chips(filters: Filters) -> list[tuple[str, str]]:
    """What the list is narrowed to, each with the address without it."""
    said_of: list[tuple[str, str]] = []
    if filters.severity:
        said_of.append(("".join(label("severity", s) for s in filters.severity), "severity"))
    if filters.change:
        said_of.append(("、".join(label("change", c) for c in filters.change), "change"))
    if filters.status != "open":
        words = "含已结" if filters.status == "all" else label("status", filters.status)
        said_of.append((words, "status"))
    for name in ("group", "rule", "supervisor", "unit", "q", "presence", "case"):
        value = getattr(filters, name)
        if value:
            said_of.append((group_title(value) if name == "group" else f"{value}", name))
    if filters.kind:
        said_of.append((label("amount_kind", filters.kind), "kind"))
    if filters.amount_min is not None:
        said_of.append((f"≥ {filters.amount_min:,} 元", "amount_min"))
    if filters.due:
        said_of.append(({"late": "已逾期", "soon": "三日内到期"}[filters.due], "due"))
    if filters.stock:
        said_of.append(("存量" if filters.stock == "1" else "非存量", "stock"))
    return [(words, filters.address(**{name: ""})) for words, name in said_of]


def shown_finding(row: Mapping[str, Any], month: MonthView, today: Any) -> dict[str, Any]:
    """One finding as lists show it."""
    late = bool(row["due_on"] and row["due_on"] < today)
    return {
        **row,
        "severity_name": label("severity", row["severity"]),
        "id_shown": mask_number(row["id_no"] or "") if row["id_no"] else "",
        "change_name": label("change", row["change"]),
        "status_name": label("status", row["status"]),
        "is_late": late,
        "days_late": (today - row["due_on"]).days if late else 0,
        "is_indicative": row["amount_kind"] == "indicative",
        "address": reverse("finding", args=[row["number"]]) + f"?month={month.month}",
    }


@require_GET
@needs(May.SEE)
def finding(request: SiteRequest, number: str) -> HttpResponse:
    """One finding with everything behind it."""
    today = request.place.casework.clock().date()
    with request.desk.month(asked_month(request)) as month:
        row = _found(request, month, number)
        return page(
            request, month, "pages/finding.html", "findings", **_detail(request, month, row, today), said={}
        )


def _found(request: SiteRequest, month: MonthView, number: str) -> dict[str, Any]:
    """The finding of a number, where this person may see it.

    Raises:
        Http404: there is none, or it is somebody else's.
    """
    today = request.place.casework.clock().date()
    asked = condition(Filters(status="all"), request.access.scope, today, today)
    row = month.one(
        f"select f.* from finding f where {asked.where} and f.number = $number",  # noqa: S608
        {**asked.parameters, "number": number},
    )
    if row is None:
        raise Http404(f"{month.month} 没有疑点 {number}")
    return row


def _detail(request: SiteRequest, month: MonthView, row: dict[str, Any], today: Any) -> dict[str, Any]:
    evidence = month.rows(
        "from finding_evidence where finding_id = $id order by seq", {"id": row["finding_id"]}
    )
    rule = month.one("from rule where rule_id = $rule", {"rule": row["rule_id"]}) or {}
    case = month.rows(
        """select number, rule_id, explanation from finding
        where case_id = $case_id and finding_id <> $id and status is distinct from 'refuted'
        order by number""",
        {"case_id": row["case_id"], "id": row["finding_id"]},
    )
    gate = month.rows(
        """select payroll_month, action, breaker, amount, payable_amount from gate
        where person_id = $person and unit_id is not distinct from $unit order by payroll_month""",
        {"person": row["person_id"], "unit": row["unit_id"]},
    )
    reopened = json.loads(row["reopened"] or "[]")
    return {
        "finding": shown_finding(row, month, today),
        "rule": rule,
        "sources_of_rule": "、".join(source_label(key) for key in _list(rule.get("sources"))),
        "records": records(evidence),
        "evidence": evidence,
        "counter": counter_text(row["counter_evidence"]).split("\n") if row["counter_evidence"] else [],
        "months": month_span(row["months"]),
        "missing": month_span(row["months_missing"]),
        "match": match_level_label(row["match_level"]),
        "kind": label("amount_kind", row["amount_kind"]),
        "owner": label("department", row["owner"]),
        "confirmer": label("department", row["confirmer"]),
        "case": case,
        "gate": [{**line, "words": label("gate_action", line["action"])} for line in gate],
        "reopened": reopened,
        "decision": json.loads(row["decision"]) if row["decision"] else {},
        "history": _history(request, row["finding_id"]),
        "verdicts": [
            (code, words) for code, words in labels("decision").items() if May.DECIDE in request.access.may
        ],
        "may_decide": May.DECIDE in request.access.may,
    }


def _list(value: str | None) -> list[str]:
    try:
        return [str(one) for one in json.loads(value)] if value else []
    except json.JSONDecodeError:
        return [value] if value else []


def records(evidence: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows of different tables beside each other: a line a column, a cell a row of evidence."""
    columns: list[dict[str, Any]] = []
    lines: dict[str, dict[int, str]] = {}
    order: dict[str, tuple[int, int, str]] = {}
    for place, row in enumerate(sorted(evidence, key=_of_department)):
        department, table = row["department"] or "", row["table"] or ""
        columns.append(
            {
                "department": label("department", department),
                "table": table_label(department, table),
                "month": row["month"] or "",
                "file": row["file"] or "",
                "sheet": row["sheet"] or "",
                "row": row["row"],
                "sha256": row["sha256"] or "",
            }
        )
        for name, value in json.loads(row["values"] or "{}").items():
            if value in (None, ""):
                continue
            heading = column_label(department, table, name)
            lines.setdefault(heading, {})[place] = shown_value(department, table, name, str(value))
            order.setdefault(heading, (len(order), *column_order(department, table, name)))
    n = len(columns)
    shared = {heading for heading, cells in lines.items() if len(cells) > 1}
    rows = [
        {
            "heading": heading,
            "cells": [cells.get(place, "") for place in range(n)],
            "differs": heading in shared and len(set(cells.values())) > 1,
        }
        for heading, cells in sorted(
            lines.items(), key=lambda item: (item[0] not in shared, order[item[0]][0])
        )
    ]
    return {"columns": columns, "rows": rows}


def _of_department(row: Mapping[str, Any]) -> tuple[int, int]:
    department = row["department"]
    return (DEPARTMENTS.index(department) if department in DEPARTMENTS else len(DEPARTMENTS), row["seq"])


def _history(request: SiteRequest, finding_id: str) -> list[dict[str, Any]]:
    """What people did about it, the latest first."""
    import polars as pl

    events = request.desk.casework.events("decision").filter(pl.col("finding_id") == finding_id)
    return [{**row, "words": label("decision", row["verdict"])} for row in reversed(events.rows(named=True))]


@require_POST
@needs(May.DECIDE)
def decide_finding(request: SiteRequest, number: str) -> HttpResponse:
    """Write down a conclusion; it is bound to the evidence that was looked at."""
    today = request.place.casework.clock().date()
    given = {name: request.POST.get(name, "") for name in ("verdict", "reason", "paper", "until", "hash")}
    with request.desk.month(asked_month(request)) as month:
        row = _found(request, month, number)
        try:
            if given["hash"] != row["evidence_hash"]:
                raise Refused("在您查看以后本条的证据有了变化，请看过新的证据再下结论")
            word = said(given["verdict"], given["reason"], given["paper"], _day(given["until"]))
            actor = Actor(request.access.user, request.access.role_for(May.DECIDE))
            event = decide(_bound(row), word, actor, _standing(request))
        except Refused as refusal:
            values = _detail(request, month, row, today)
            answer = page(
                request, month, "pages/finding.html", "findings", **values, said=given, refused=str(refusal)
            )
            answer.status_code = 422
            return answer
        request.desk.decide(event)
    return redirect(f"{reverse('finding', args=[number])}?month={row['month']}")


def _day(text: str) -> Any:
    from datetime import date

    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("有效期请写成 2026-12-31 的样子") from None


def _bound(row: Mapping[str, Any]) -> Finding:
    return Finding(
        finding_id=row["finding_id"],
        number=row["number"],
        rule_id=row["rule_id"],
        month=row["month"],
        evidence_hash=row["evidence_hash"],
        decided_values=row["decided_values"] or "{}",
    )


def _standing(request: SiteRequest) -> dict[str, Standing]:
    from reports.casework.decisions import standing_decisions

    return standing_decisions(request.desk.casework.frame("decision"))
