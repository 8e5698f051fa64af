"""人员: one person, with everything that the departments say about him."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from reports.casework.filled import Refused
from reports.headings import table_label
from reports.labels import DEPARTMENTS, label, match_level_label, presence_label
from reports.masking import mask_number
from reports.monthly.lines import code_text
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.aliases import all_ids
from reports.web.pages.clauses import clauses
from reports.web.pages.delivered import beside, delivered_rows
from reports.web.pages.disclosure import Disclosure, record_disclosure
from reports.web.pages.filters import SHOWN, Filters, condition
from reports.web.pages.findings import shown_finding
from reports.web.pages.frame import asked_month, page
from reports.web.pages.needs import needs
from reports.web.pages.people import own_people
from reports.web.pages.timeline import Timeline, draw, said_of

PUBLISHED, SHOWN_MONTHS, SHOWN_RECORDS, SHOWN_FINDINGS = 12, 24, 14, 1000
LEVELS = ("ML7", "ML6", "ML5", "ML4", "ML3", "ML2b", "ML2", "ML1")
"""The weakest link first: it is the one to be explained."""


@require_GET
@needs(May.SEE)
def person(request: SiteRequest, person_id: str) -> HttpResponse:
    """One person."""
    with request.desk.month(asked_month(request)) as month:
        return _answer(request, month, _own(request, month, person_id))


def _own(request: SiteRequest, month: MonthView, person_id: str) -> dict[str, Any]:
    """The person, where this user may see him.

    Raises:
        Http404: there is none, or he is somebody else's.
    """
    where, parameters = own_people(request.access.scope)
    row = month.one(
        f"""select p.*, u.name as unit_name, u.supervisor from person p left join unit u using (unit_id)
        where {where} and p.person_id = $person""",  # noqa: S608
        {**parameters, "person": person_id},
    )
    if row is None:
        raise Http404(f"{month.month} 没有这个人员")
    return row


def _answer(
    request: SiteRequest, month: MonthView, row: Mapping[str, Any], *, refused: str = "", whole: bool = False
) -> HttpResponse:
    person_id = str(row["person_id"])
    today = request.place.casework.clock().date()
    asked = condition(Filters(status="all"), request.access.scope, today, today)
    found = month.rows(
        f"""select {SHOWN} from finding f
        where f.place in (select unnest($places)) and f.person_id = $person and {asked.where}
        order by f.severity, f.number limit {SHOWN_FINDINGS}""",  # noqa: S608
        {
            **asked.parameters,
            "person": person_id,
            "places": month.places_of("person_id", [person_id]),
        },
    )
    linked = _links(month, person_id)
    links = [_link(one) for one in linked]
    weakest = min(links, key=lambda one: _weakness(one["match_level"]), default=None)
    answer = page(
        request,
        month,
        "pages/person.html",
        "people",
        person={
            **row,
            "id_shown": (row["id_no"] or "") if whole else mask_number(row["id_no"] or ""),
            "lists": presence_label(row["presence"]),
            "sex_name": code_text("sex", row["sex"]),
        },
        match=match_level_label(row["match_level"]),
        timeline=_timeline(request, month, person_id),
        links=links,
        weakest=weakest,
        clauses=clauses(weakest["evidence"] or "") if weakest else [],
        records=beside(delivered_rows(month.store, _records(month, linked))),
        findings=[shown_finding(one, month, today) for one in found],
        gate=_gate(month, person_id) if May.GATE in request.access.may else [],
        may_unmask=May.UNMASK in request.access.may,
        may_judge=May.JUDGE in request.access.may,
        may_log=May.LOG in request.access.may,
        is_whole=whole,
        refused=refused,
    )
    if refused:
        answer.status_code = 422
    return answer


def _links(month: MonthView, person_id: str) -> list[dict[str, Any]]:
    return month.rows(
        """select department, "table", match_level, max(score) as score, evidence, count(*) as n,
                  max(row_uid) as row_uid
        from person_xref where person_id = $person
        group by department, "table", match_level, evidence order by department, "table", match_level""",
        {"person": person_id},
    )


def _link(row: Mapping[str, Any]) -> dict[str, Any]:
    department = row["department"] or ""
    return {
        **row,
        "place": DEPARTMENTS.index(department) if department in DEPARTMENTS else len(DEPARTMENTS),
        "department_name": label("department", department),
        "table_name": table_label(department, row["table"] or ""),
        "level": match_level_label(row["match_level"]),
    }


def _weakness(level: str | None) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def _records(month: MonthView, links: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """One row a table, in the departments' order: the last of those that are linked."""
    if not month.store.has("all_part"):
        return []
    order = {name: place for place, name in enumerate(DEPARTMENTS)}
    last: dict[tuple[str, str], int] = {}
    for row in links:
        known = (row["department"], row["table"])
        if row["table"] != "finance__payroll_draft":
            last[known] = max(row["row_uid"], last.get(known, 0))
    rows = sorted(last, key=lambda one: (order.get(one[0], len(order)), one[1]))
    return [(table, last[department, table]) for department, table in rows[:SHOWN_RECORDS]]


def _timeline(request: SiteRequest, month: MonthView, person_id: str) -> Timeline | None:
    """What the departments said, of the published months and of those whose payroll is known."""
    ids = sorted(all_ids(request, {person_id}))
    presences: dict[str, str] = {}
    for one in [name for name in request.desk.months.listed() if name <= month.month][-PUBLISHED:]:
        with request.desk.as_published(one) as view:
            seen = view.one(
                "select max(presence) as presence from person where list_contains($ids, person_id)",
                {"ids": ids},
            )
            presences[one] = (seen or {}).get("presence") or ""
    months: list[dict[str, Any]] = []
    if month.store.has("fact_person_month"):
        month.published.lay_facts("person_month")
        months = month.rows(
            """select month, unit_id, quota_type, is_on_roster, is_paid, gross from fact_person_month
            where person_id in (select unnest($ids)) order by month, unit_id""",
            {"ids": ids},
        )
    shown = sorted({*presences, *(row["month"] for row in months)})[-SHOWN_MONTHS:]
    units = month.rows(
        "select unit_id, name from unit where unit_id in (select unnest($units))",
        {"units": sorted({row["unit_id"] for row in months if row["unit_id"]})},
    )
    return draw(
        said_of(
            [row for row in months if row["month"] in shown],
            {name: presence for name, presence in presences.items() if name in shown},
            {row["unit_id"]: row["name"] or row["unit_id"] for row in units},
        )
    )


def _gate(month: MonthView, person_id: str) -> list[dict[str, Any]]:
    rows = month.rows(
        """select payroll_month, agency_name, action, amount, payable_amount from gate
        where person_id = $person order by payroll_month, agency_code""",
        {"person": person_id},
    )
    return [{**row, "words": label("gate_action", row["action"])} for row in rows]


@require_POST
@needs(May.UNMASK)
def unmask_person(request: SiteRequest, person_id: str) -> HttpResponse:
    """The person's number whole, on this answer alone; who looked and why stands in the audit log."""
    with request.desk.month(asked_month(request)) as month:
        row = _own(request, month, person_id)
        try:
            record_disclosure(
                request,
                Disclosure.UNMASK,
                "人员",
                request.POST.get("reason", ""),
                month=month.month,
                people=(person_id,),
                rows=1,
            )
        except Refused as refusal:
            return _answer(request, month, row, refused=str(refusal))
        return _answer(request, month, row, whole=True)
