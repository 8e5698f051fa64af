"""人员 and 差异: who is on which list, and why two lists differ."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from reports.exceptions.plain import plain_text
from reports.headings import table_label
from reports.labels import label, labels, match_level_label, presence_label, unit_code
from reports.masking import mask_number
from reports.web.accounts.access import May, Scope
from reports.web.middleware import SiteRequest
from reports.web.pages.filters import Filters, condition
from reports.web.pages.findings import shown_finding
from reports.web.pages.frame import asked_month, page
from reports.web.pages.needs import needs

SIZE = 50


def own_people(scope: Scope) -> tuple[str, dict[str, object]]:
    """Which of table `person p` somebody sees."""
    if scope.nothing or scope.department:
        return ("true", {}) if scope.department else ("false", {})
    if scope.unit_id:
        return "p.unit_id = $scope_unit", {"scope_unit": scope.unit_id}
    if scope.supervisor_id:
        where = (
            "p.unit_id in (select unit_id from unit where supervisor_id = $scope_supervisor"
            " or unit_id = $scope_supervisor)"
        )
        return where, {"scope_supervisor": scope.supervisor_id}
    return "true", {}


@require_GET
@needs(May.SEE)
def people(request: SiteRequest) -> HttpResponse:
    """People by who lists them, or by a word."""
    presence = request.GET.get("presence", "")
    presence = presence if len(presence) == 5 and set(presence) <= {"0", "1"} else ""
    word = request.GET.get("q", "").strip()[:100]
    where, parameters = own_people(request.access.scope)
    asked = {**parameters, "presence": presence, "q": word, "after": request.GET.get("after", "")[:60]}
    with request.desk.month(asked_month(request)) as month:
        rows = month.rows(
            f"""select p.*, u.name as unit_name, u.supervisor from person p left join unit u using (unit_id)
            where {where} and ($presence = '' or p.presence = $presence)
              and ($q = '' or contains(p.name, $q) or p.id_no = upper($q) or contains(u.name, $q))
              and p.person_id > $after
            order by p.person_id limit {SIZE + 1}""",  # noqa: S608
            asked,
        )
        total = month.one(
            f"""select count(*) as n from person p left join unit u using (unit_id)
            where {where} and ($presence = '' or p.presence = $presence)
              and ($q = '' or contains(p.name, $q) or p.id_no = upper($q) or contains(u.name, $q))""",  # noqa: S608
            asked,
        )
        shown = [
            {**row, "id_shown": mask_number(row["id_no"] or ""), "lists": presence_label(row["presence"])}
            for row in rows[:SIZE]
        ]
        return page(
            request,
            month,
            "pages/people.html",
            "people",
            rows=shown,
            n=total["n"] if total else 0,
            presence=presence,
            presence_words=presence_label(presence) if presence else "",
            word=word,
            following=shown[-1]["person_id"] if len(rows) > SIZE else "",
        )


@require_GET
@needs(May.SEE)
def person(request: SiteRequest, person_id: str) -> HttpResponse:
    """Everything about one person: where he is listed, how his records were linked, what was found."""
    where, parameters = own_people(request.access.scope)
    today = request.place.casework.clock().date()
    with request.desk.month(asked_month(request)) as month:
        row = month.one(
            f"""select p.*, u.name as unit_name from person p left join unit u using (unit_id)
            where {where} and p.person_id = $person""",  # noqa: S608
            {**parameters, "person": person_id},
        )
        if row is None:
            raise Http404(f"{month.month} 没有这个人员")
        links = month.rows(
            """select department, "table", match_level, score, evidence, count(*) as n
            from person_xref where person_id = $person group by all order by department, "table" """,
            {"person": person_id},
        )
        asked = condition(Filters(status="all"), request.access.scope, today, today)
        found = month.rows(
            f"""select f.* from finding f where {asked.where} and f.person_id = $person
            order by f.severity, f.number""",  # noqa: S608
            {**asked.parameters, "person": person_id},
        )
        return page(
            request,
            month,
            "pages/person.html",
            "people",
            person={
                **row,
                "id_shown": mask_number(row["id_no"] or ""),
                "lists": presence_label(row["presence"]),
            },
            match=match_level_label(row["match_level"]),
            links=[_link(one) for one in links],
            findings=[shown_finding(one, month, today) for one in found],
        )


def _link(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "department_name": label("department", row["department"]),
        "table_name": table_label(row["department"] or "", row["table"] or ""),
        "level": match_level_label(row["match_level"]),
        "words": plain_text(row["evidence"]),
    }


@require_GET
@needs(May.SEE)
def bridge(request: SiteRequest) -> HttpResponse:
    """Why a department's count differs from the roster, person by person."""
    comparisons = labels("comparison")
    comparison = request.GET.get("comparison", "paid")
    comparison = comparison if comparison in comparisons else "paid"
    reason = request.GET.get("reason", "")
    reason = reason if reason in labels("bridge_reason") else ""
    scope = request.access.scope
    after = request.GET.get("after", "")
    place = int(after) if after.isdigit() else 0
    with request.desk.month(asked_month(request)) as month:
        asked = {
            "comparison": comparison,
            "reason": reason,
            "unit": scope.unit_id,
            "supervisor": scope.supervisor_id,
        }
        narrowed = (
            "($unit = '' or b.unit_id = $unit) and ($supervisor = '' or b.unit_id in"
            " (select unit_id from unit where supervisor_id = $supervisor or unit_id = $supervisor))"
        )
        if scope.nothing:
            narrowed = "false"
        rows = month.rows(
            f"""select b.*, u.name as unit_name from bridge b left join unit u using (unit_id)
            where comparison = $comparison and ($reason = '' or reason = $reason) and {narrowed}
            order by b.unit_id, b.quota_type, b.person_id, b.sign limit {SIZE + 1} offset {place}""",  # noqa: S608
            asked,
        )
        sums = month.rows(
            f"""select reason, sum(sign) as n from bridge b
            where comparison = $comparison and {narrowed} group by 1 order by 1""",  # noqa: S608
            asked,
        )
        return page(
            request,
            month,
            "pages/bridge.html",
            "bridge",
            comparisons=list(comparisons.items()),
            comparison=comparison,
            reason=reason,
            sums=[{**row, "words": label("bridge_reason", row["reason"])} for row in sums],
            total=sum(row["n"] for row in sums),
            rows=[
                {
                    **row,
                    "words": label("bridge_reason", row["reason"]),
                    "id_shown": mask_number(row["id_no"] or ""),
                    "type_name": label("quota_type", row["quota_type"]),
                    "code": unit_code(row["unit_id"]),
                }
                for row in rows[:SIZE]
            ],
            following=place + SIZE if len(rows) > SIZE else 0,
        )
