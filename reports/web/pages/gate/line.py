"""One pay line: what becomes of it and why, on which records, who has signed, what was told and answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from reports.gate_list import breaker_text
from reports.headings import column_label, shown_value, table_label
from reports.labels import DEPARTMENTS, label
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import NARROW, MonthView
from reports.web.pages.frame import asked_month, page
from reports.web.pages.gate.chosen import Chosen, chosen_payroll, shown_names, signer_of
from reports.web.pages.gate.lines import MOST_UID, PayLine, lines_of
from reports.web.pages.gate.papers import choices, key_of, may_work
from reports.web.pages.gate.register import open_objections, steps_of
from reports.web.pages.gate.signing import LIFT, SIGN, TAKE_BACK, WHAT, why_not
from reports.web.pages.needs import needs

EVIDENCE_SHOWN = 60


@require_GET
@needs(May.GATE)
def line(request: SiteRequest, uid: int) -> HttpResponse:
    """One line with everything about it."""
    with request.desk.month(asked_month(request)) as month:
        asked = {"uid": min(uid, MOST_UID)}
        row = month.one("select payroll_month from gate where row_uid = $uid", asked)
        chosen = chosen_payroll(request, month, {"payroll": row["payroll_month"]}) if row else None
        found = lines_of(month, [uid], request.access.scope) if chosen else []
        if chosen is None or not found:
            raise Http404("没有这一发放行，或它不在您可以查看的范围内")
        return line_page(request, month, chosen, found[0])


def line_page(
    request: SiteRequest,
    month: MonthView,
    chosen: Chosen,
    shown: PayLine,
    *,
    given: Mapping[str, str] | None = None,
    refused: str = "",
) -> HttpResponse:
    """The page of one line, with what a form said that was refused."""
    key = key_of(shown)
    signer = signer_of(request)
    steps = [one for one in steps_of(request.desk, chosen.payroll) if one.key == key]
    is_whole = request.access.scope.is_whole
    acts = []
    if chosen.is_draft and shown.is_hold:
        acts = [(what, WHAT[what], why_not(what, shown, signer)) for what in (SIGN, TAKE_BACK, LIFT)]
    evidence = _evidence(month, shown, is_whole=is_whole)
    answer = page(
        request,
        month,
        "pages/gate_line.html",
        "gate",
        chosen=chosen,
        line=shown,
        said=given or {},
        refused=refused,
        evidence=evidence[:EVIDENCE_SHOWN],
        n_evidence=len(evidence),
        others=_others(month, shown, request),
        breaker=breaker_text(shown.breaker),
        signatures=_signatures(request, chosen.payroll, key) if is_whole else [],
        steps=steps if is_whole else [],
        is_objected=key in open_objections(steps),
        acts=[(what, words) for what, words, why in acts if not why],
        why_not=next((why for what, _, why in acts if what == SIGN), ""),
        choices=choices(),
        names=shown_names(),
        may_work=may_work(request) and is_whole,
        today=request.place.casework.clock().date(),
    )
    answer.status_code = 422 if refused else 200
    return answer


def _evidence(month: MonthView, shown: PayLine, *, is_whole: bool) -> list[dict[str, Any]]:
    """The records behind the line's findings, of each table those of the latest month.

    For a body's own people only those behind findings of that body.
    """
    numbers = [one.number for one in shown.reasons if one.number]
    if not numbers:
        return []
    rows = month.rows(
        f"""select e.*, f.number from finding_evidence e join {NARROW} f using (finding_id)
        where f.place in (select unnest($places)) and f.number in (select unnest($numbers))
          and ($is_whole or f.unit_id is not distinct from $unit)
        qualify e.month is not distinct from
            max(e.month) over (partition by f.number, e.department, e."table")
        order by f.number, e.seq""",  # noqa: S608
        {
            "places": month.places_of("number", numbers),
            "numbers": numbers,
            "is_whole": is_whole,
            "unit": shown.unit_id or None,
        },
    )
    told = []
    for row in sorted(rows, key=_order):
        department, table = row["department"] or "", row["table"] or ""
        cells = [
            (column_label(department, table, name), shown_value(department, table, name, str(value)))
            for name, value in json.loads(row["values"] or "{}").items()
            if value not in (None, "")
        ]
        told.append(
            {
                **row,
                "department_words": label("department", department) if department else "计算",
                "table_words": table_label(department, table) if table else "",
                "cells": cells,
            }
        )
    return told


def _order(row: Mapping[str, Any]) -> tuple[str, int, int]:
    department = row["department"]
    place = DEPARTMENTS.index(department) if department in DEPARTMENTS else len(DEPARTMENTS)
    return (row["number"], place, row["seq"])


def _others(month: MonthView, shown: PayLine, request: SiteRequest) -> list[PayLine]:
    """The same person's other lines in the same payroll."""
    if not shown.person_id:
        return []
    rows = month.rows(
        "select row_uid from gate where payroll_month = $payroll and person_id = $person and row_uid <> $uid"
        " order by row_uid limit 20",
        {"payroll": shown.payroll, "person": shown.person_id, "uid": shown.uid},
    )
    return lines_of(month, [row["row_uid"] for row in rows], request.access.scope)


def _signatures(request: SiteRequest, payroll: str, key: str) -> list[dict[str, Any]]:
    """Every step of the hold, the latest first."""
    events = request.desk.frame("hold").filter(
        (pl.col("payroll_month") == payroll) & (pl.col("row_key") == key)
    )
    return [
        {**row, "words": label("hold_step", row["step"]), "role_words": label("role", row["role"])}
        for row in reversed(events.rows(named=True))
    ]
