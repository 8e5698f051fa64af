"""已发布的月份、疑点清单、一个疑点."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import polars as pl
from django.http import HttpResponse
from ninja import Query, Router

from assets.contracts.registry import published as contracts
from assets.published import read_pointer
from reports.findings_table import findings_json
from reports.web.accounts.tokens import Reach
from reports.web.api.answers import given, published, record, refuse_unknown, unchanged, validator
from reports.web.api.shapes import (
    FindingDetail,
    FindingQuery,
    FindingsPage,
    MonthName,
    MonthsPage,
    Number,
    cursor_of,
    cursor_part,
    given_columns,
)
from reports.web.api.tokens import ApiRequest, TokenAuth
from reports.web.months import MonthView
from reports.web.pages.filters import WHOLE, Filters, condition
from reports.web.pages.handling import found
from reports.web.pages.listing import Leaf, key_of, leaf

router = Router(tags=["疑点"])
SOON = timedelta(days=3)


@router.get(
    "/months",
    response=MonthsPage,
    auth=TokenAuth(Reach.READ_FINDINGS, Reach.READ_GATE),
    operation_id="months",
    summary="已发布的月份",
)
def months(request: ApiRequest) -> HttpResponse:
    """从早到晚列出已发布的月份。content_sha256 变了，就是重新发布过。"""
    refuse_unknown(request, ())
    folder = request.place.home / "published"
    pointers = [read_pointer(folder, month) for month in request.desk.months.listed()]
    items = [
        {
            "month": one.month,
            "run": one.run,
            "content_sha256": one.content_sha256,
            "published_at": one.published_at,
            "incomplete": list(one.incomplete),
            "catalogue": one.catalogue,
        }
        for one in pointers
        if one is not None
    ]
    tag = validator(request, "\n".join(f"{one['month']} {one['run']}" for one in items))
    return unchanged(request, tag) or given({"items": items}, tag)


@router.get(
    "/months/{month}/findings",
    response=FindingsPage,
    auth=TokenAuth(Reach.READ_FINDINGS),
    operation_id="findings",
    summary="疑点清单",
)
def findings(request: ApiRequest, month: MonthName, query: Query[FindingQuery]) -> HttpResponse:
    """与疑点清单页面同样的筛选、范围和状态（含发布以后登记的结论）。不属实的不列出。

    一页读完，把 next 作为 cursor 再读，直到 next 为空。翻页期间该月重新发布的，返回 409，请从头读取。
    """
    refuse_unknown(request, FindingQuery.model_fields)
    with published(request, month) as view:
        tag = validator(request, view.pointer.content_sha256)
        same = unchanged(request, tag)
        if same is not None:
            return same
        part = _listed(request, view, query)
        shown = part.rows
        record(request, "疑点清单", month, [row["person_id"] for row in shown], len(shown))
        content = view.pointer.content_sha256
        body = {
            "month": month,
            "content_sha256": content,
            "items": _objects(shown),
            "next": cursor_of(content, shown[-1]["number"]) if part.is_later else None,
        }
        return given(body, tag)


@router.get(
    "/months/{month}/findings/{number}",
    response=FindingDetail,
    auth=TokenAuth(Reach.READ_FINDINGS),
    operation_id="finding",
    summary="一个疑点",
)
def finding(request: ApiRequest, month: MonthName, number: Number) -> HttpResponse:
    """一个疑点，连同每一条证据：哪个部门、哪个文件、哪张表、第几行、原始值。"""
    refuse_unknown(request, ())
    with published(request, month) as view:
        row = found(request, view, number)
        tag = validator(request, view.pointer.content_sha256)
        same = unchanged(request, tag)
        if same is not None:
            return same
        evidence = view.rows(
            "from finding_evidence where finding_id = $id order by seq", {"id": row["finding_id"]}
        )
        rule = view.one("select title from rule where rule_id = $rule", {"rule": row["rule_id"]})
        record(request, "一个疑点", month, [row["person_id"]], 1)
        (shown,) = _objects([row], evidence)
        return given({**shown, "rule_title": rule["title"] if rule else None}, tag)


def filters_of(query: FindingQuery) -> Filters:
    """The page's filters as the API names them."""
    return Filters(
        q=query.q.strip(),
        severity=tuple(sorted({int(one) for one in query.severity})),
        change=tuple(query.change),
        status=query.status,
        group=query.group,
        rule=query.rule,
        principal=query.principal,
        supervisor=query.supervisor,
        unit=query.unit,
        presence=query.presence,
        kind=query.kind,
        amount_min=query.amount_min,
        due=query.due,
        stock=query.stock,
        case=query.case,
        assignee=query.assignee.strip(),
        waiting=query.waiting,
        sort=query.sort.removeprefix("-"),
        descending=query.sort.startswith("-"),
        size=query.size,
    )


def _listed(request: ApiRequest, view: MonthView, query: FindingQuery) -> Leaf:
    """One page.

    Raises:
        Problem: the cursor is of an earlier publication.
        Http404: it names nothing that this caller may see.
    """
    filters = filters_of(query)
    today = request.place.casework.clock().date()
    after = None
    if query.cursor:
        number = cursor_part(query.cursor, view.pointer.content_sha256)
        # The value stays out of the cursor: addresses are logged, and a list may be sorted by name.
        after = key_of(filters, found(request, view, number, refuted=True))
    asked = condition(filters, request.access.scope, today, today + SOON, request.access.user)
    return leaf(view, filters, asked, after, WHOLE)


def _objects(
    rows: list[dict[str, Any]], evidence: list[dict[str, Any]] | None = None
) -> list[dict[str, Any]]:
    """Findings as `duibian findings --json` writes them, numbers masked."""
    columns = {column.name: column.dtype for column in given_columns()}
    listed = pl.DataFrame(
        [{name: row[name] for name in columns} for row in rows], schema=columns, orient="row"
    )
    behind = None if evidence is None else _evidence(evidence)
    found: list[dict[str, Any]] = json.loads(findings_json(listed, behind))
    return found


def _evidence(rows: list[dict[str, Any]]) -> pl.DataFrame:
    columns = contracts()["finding_evidence"].schema
    return pl.DataFrame([{name: row[name] for name in columns} for row in rows], schema=columns, orient="row")
