"""人员 and 差异: who is on which list, and why two lists differ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from reports.labels import label, labels, presence_label, unit_code
from reports.masking import mask_number
from reports.web.accounts.access import May, Scope
from reports.web.middleware import SiteRequest
from reports.web.pages.frame import asked_month, page
from reports.web.pages.needs import needs

SIZE = 50
_AFTER = re.compile(
    r"(?P<unit>.{0,120})~(?P<type>[^~]{0,10})~(?P<person>[^~]{0,60})~(?P<sign>-?[0-9]{1,9})~(?P<row>[0-9]{1,18})"
)
_ORDER = (
    "(coalesce(b.unit_id, ''), coalesce(b.quota_type, ''), coalesce(b.person_id, ''), b.sign::bigint,"
    " coalesce(b.row_uid, 0)::bigint)"
)
_PLACE = "($after_unit, $after_type, $after_person, $after_sign::bigint, $after_row::bigint)"
"""The order of the bridge and a place in it; no part is ever null."""


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
    body = request.GET.get("unit", "")[:100]
    asked = {
        **parameters,
        "presence": presence,
        "q": word,
        "body": body,
        "after": request.GET.get("after", "")[:60],
    }
    with request.desk.month(asked_month(request)) as month:
        rows = month.rows(
            f"""select p.*, u.name as unit_name, u.supervisor from person p left join unit u using (unit_id)
            where {where} and ($presence = '' or p.presence = $presence) and ($body = '' or p.unit_id = $body)
              and ($q = '' or contains(p.name, $q) or p.id_no = upper($q) or contains(u.name, $q))
              and p.person_id > $after
            order by p.person_id limit {SIZE + 1}""",  # noqa: S608
            asked,
        )
        total = month.one(
            f"""select count(*) as n from person p left join unit u using (unit_id)
            where {where} and ($presence = '' or p.presence = $presence) and ($body = '' or p.unit_id = $body)
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
            body=body,
            body_name=next((row["unit_name"] for row in rows), "") if body else "",
            following=shown[-1]["person_id"] if len(rows) > SIZE else "",
        )


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
    after = _AFTER.fullmatch(request.GET.get("after", "")[:250])
    body = request.GET.get("unit", "")[:100]
    with request.desk.month(asked_month(request)) as month:
        asked = {
            "comparison": comparison,
            "reason": reason,
            "unit": scope.unit_id,
            "supervisor": scope.supervisor_id,
            "body": body,
            **({f"after_{name}": value for name, value in after.groupdict().items()} if after else {}),
        }
        beyond = f"{_ORDER} > {_PLACE}" if after else "true"
        narrowed = (
            "($unit = '' or b.unit_id = $unit) and ($body = '' or b.unit_id = $body)"
            " and ($supervisor = '' or b.unit_id in"
            " (select unit_id from unit where supervisor_id = $supervisor or unit_id = $supervisor))"
        )
        if scope.nothing:
            narrowed = "false"
        rows = month.rows(
            f"""select b.*, u.name as unit_name from bridge b left join unit u using (unit_id)
            where comparison = $comparison and ($reason = '' or reason = $reason) and {narrowed} and {beyond}
            order by {_ORDER} limit {SIZE + 1}""",  # noqa: S608
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
            body=body,
            body_name=next((row["unit_name"] for row in rows), "") if body else "",
            sums=[{**row, "words": reason_words(comparison, row["reason"])} for row in sums],
            total=sum(row["n"] for row in sums),
            rows=[
                {
                    **row,
                    "words": reason_words(comparison, row["reason"]),
                    "id_shown": mask_number(row["id_no"] or ""),
                    "type_name": label("quota_type", row["quota_type"]),
                    "code": unit_code(row["unit_id"]),
                }
                for row in rows[:SIZE]
            ],
            following=_after(rows[SIZE - 1]) if len(rows) > SIZE else "",
        )


def _after(row: Mapping[str, Any]) -> str:
    """The place of a line of the bridge in its order, as the address has it."""
    parts = (row["unit_id"], row["quota_type"], row["person_id"], row["sign"], row["row_uid"] or 0)
    return "~".join("" if part is None else str(part) for part in parts)


def reason_words(comparison: str, reason: str) -> str:
    """A reason of the bridge; some have words of their own where the other list is a department's count."""
    of_counts = labels("bridge_reason_of_counts") if comparison in ("organisation", "personnel") else {}
    return of_counts.get(reason) or label("bridge_reason", reason)
