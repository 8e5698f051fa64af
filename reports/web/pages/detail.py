"""疑点详情: everything behind one finding, and what may be done about it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from connectors.specs import shipped_specs
from reports.exceptions.decided import demotion_text
from reports.exceptions.plain import counter_text, month_span
from reports.labels import label, labels, match_level_label
from reports.masking import mask_text
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.findings import shown_finding
from reports.web.pages.frame import asked_month, page
from reports.web.pages.gate.chosen import shown_names
from reports.web.pages.handling import colleagues, found, take_notice
from reports.web.pages.history import TOLD, happened, through_months
from reports.web.pages.needs import needs
from reports.web.pages.papers import still_attached
from reports.web.pages.queue import queue_of
from reports.web.pages.records import records
from reports.web.pages.rules_told import rule_told

HINTS: Mapping[str, str] = {
    "confirmed": "停发、追缴、更正",
    "refuted": "从各清单消失",
    "exempt": "写文号和有效期",
    "rectifying": "写计划完成日",
    "closed": "已经办结",
    "withdrawn": "撤回现有结论",
}


@require_GET
@needs(May.SEE)
def finding(request: SiteRequest, number: str) -> HttpResponse:
    """One finding with everything behind it."""
    with request.desk.month(asked_month(request)) as month:
        return detail(request, month, found(request, month, number))


def detail(
    request: SiteRequest,
    month: MonthView,
    row: dict[str, Any],
    *,
    said: Mapping[str, str] | None = None,
    refused: str = "",
    unmask: bool = False,
) -> HttpResponse:
    """The page of one finding.

    Args:
        request: who asks.
        month: whose finding it is.
        row: of `finding`, which this person may see.
        said: what somebody tried to save.
        refused: why it was not saved.
        unmask: numbers whole; that has been recorded.
    """
    # What a script fetches ahead may never be looked at: it uses up no notice.
    notice = {} if request.headers.get("HX-Request") else take_notice(request)
    values = _values(request, month, row, unmask=unmask)
    answer = page(
        request,
        month,
        "pages/finding.html",
        "findings",
        **values,
        said=said or {},
        refused=refused,
        unmasked=unmask,
        notice=notice,
    )
    if refused:
        answer.status_code = 422
    return answer


def _values(request: SiteRequest, month: MonthView, row: dict[str, Any], *, unmask: bool) -> dict[str, Any]:
    today = request.place.casework.clock().date()
    evidence = month.rows(
        "from finding_evidence where finding_id = $id order by seq", {"id": row["finding_id"]}
    )
    rules = month.remembered("from rule where rule_id = $rule", {"rule": row["rule_id"]})
    rule = rules[0] if rules else {}
    access = request.access
    people, names = colleagues(request), shown_names()
    shown = shown_finding(row, month, today)
    if unmask:
        shown |= {"id_shown": row["id_no"] or "", "explanation": row["explanation"]}
    events = request.desk.casework.told(TOLD, row["finding_id"])
    decisions, inquiries = events["decision"], events["inquiry"]
    replies, proposals = events["reply"], events["proposal"]
    return {
        "finding": shown,
        "queue": queue_of(request, month, row, today),
        "rule": rule,
        "told": rule_told(rule, row["basis_id"]),
        "records": records(evidence, unmask=unmask),
        "by_month": _by_month(evidence),
        "counter": [one for one in mask_text(counter_text(row["counter_evidence"])).split("\n") if one],
        "months": month_span(row["months"]),
        "missing": month_span(row["months_missing"]),
        "match": match_level_label(row["match_level"]),
        "kind": label("amount_kind", row["amount_kind"]),
        "owner": label("department", row["owner"]),
        "confirmer": label("department", row["confirmer"]),
        "case": _case(month, row),
        "gate": _gate(month, row),
        "reopened": json.loads(row["reopened"] or "[]"),
        "demotion": demotion_text(row["demotion"]) if access.scope.is_whole else "",
        "exemption": _exemption(month, row),
        "history": happened(events, names),
        "names": names,
        "through": through_months(request, row),
        "papers": still_attached(events["attachment"]),
        "replies": [
            {
                **one,
                "words": label("reply_answer", one["answer"]),
                "step_name": label("reply_step", one["step"]),
            }
            for one in replies[::-1]
        ],
        "is_reply_waiting": bool(replies) and replies[-1]["step"] == "proposed",
        "is_asked": bool(inquiries) and inquiries[-1]["verdict"] == "sent",
        "proposal": proposals[-1] if row["proposed"] and proposals else {},
        "proposed_name": label("decision", row["proposed"] or ""),
        "known": decisions[-1]["id"] if decisions else 0,
        "is_decided": bool(decisions) and decisions[-1]["verdict"] != "withdrawn",
        "verdicts": [
            (code, words, HINTS.get(code, ""))
            for code, words in labels("decision").items()
            if code != "withdrawn"
        ],
        "people": sorted(people.items(), key=lambda one: one[1]),
        "assignee_name": people.get(row["assignee"] or "", row["assignee"] or ""),
        "user": access.user,
        "may_decide": May.DECIDE in access.may,
        "may_approve": May.APPROVE in access.may,
        "may_unmask": May.UNMASK in access.may,
        "needs_second": row["severity"] == 1 and May.APPROVE not in access.may,
    }


def _by_month(evidence: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What of each month's pay the finding counts."""
    sums: dict[str, dict[str, Any]] = {}
    for one in evidence:
        if one["month"] is None or (one["amount"] is None and one["amount_employer"] is None):
            continue
        line = sums.setdefault(one["month"], {"gross": None, "net": None, "employer": None, "total": 0})
        for name, column in (("gross", "amount"), ("net", "amount_net"), ("employer", "amount_employer")):
            if one[column] is not None:
                line[name] = (line[name] or 0) + one[column]
                line["total"] += one[column] if name != "net" else 0
    return [{"month": name, **sums[name]} for name in sorted(sums)]


def _case(month: MonthView, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    if row["case_id"] is None:
        return []
    places = month.places_of("case_id", [row["case_id"]])
    if len(places) == 1:
        return []
    mates = month.rows(
        "select number, rule_id, status from finding"
        " where place in (select unnest($places)) and case_id = $case_id order by number",
        {"case_id": row["case_id"], "places": places},
    )
    return [one for one in mates if one["number"] != row["number"] and one["status"] != "refuted"]


def _gate(month: MonthView, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    lines = month.rows(
        """select payroll_month, action, breaker from gate
        where person_id = $person and unit_id is not distinct from $unit order by payroll_month""",
        {"person": row["person_id"], "unit": row["unit_id"]},
    )
    return [{**line, "words": label("gate_action", line["action"])} for line in lines]


def _exemption(month: MonthView, row: Mapping[str, Any]) -> dict[str, Any]:
    """The registered exemption that covers it, as 编办 delivered it; empty where none does or it is gone."""
    if not row["exemption_id"] or not month.store.has("fact_exemption"):
        return {}
    facts = month.store.scan("fact_exemption").filter(exemption_id=row["exemption_id"])
    known = facts.select(
        "exemption_class", "document_no", "approved_by", "began_on", "ended_on", "remark"
    ).head(1)
    rows = known.collect().rows(named=True)
    if not rows:
        return {}
    names = shipped_specs().code_lists["exemption_class"].labels.get(rows[0]["exemption_class"] or "")
    return {**rows[0], "class_name": names[0] if names else rows[0]["exemption_class"]}
