"""消除: findings of last month that this month does not have any more, each with why."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from reports.labels import group_title, label, labels
from reports.masking import mask_number, mask_text
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.pages.filters import Filters, condition
from reports.web.pages.frame import asked_month, page
from reports.web.pages.needs import needs

SIZE = 50
_NUMBER = re.compile(r"[0-9A-Z-]{1,40}")


@require_GET
@needs(May.SEE)
def resolved(request: SiteRequest) -> HttpResponse:
    """The findings that are gone, in the order of their numbers."""
    group, reason = request.GET.get("group", ""), request.GET.get("reason", "")
    after = request.GET.get("after", "")
    known = {
        "group": group if group in labels("group") else "",
        "reason": reason if reason in labels("resolved") else "",
        "q": request.GET.get("q", "").strip()[:100],
    }
    today = request.place.casework.clock().date()
    own = condition(Filters(status="all"), request.access.scope, today, today, refuted=True)
    where = (
        f"{own.where} and ($rule_group = '' or regexp_extract(f.rule_id, '^[A-Z]+') = $rule_group)"
        " and ($reason = '' or f.reason = $reason)"
        " and ($q = '' or contains(f.number, upper($q)) or f.id_no = upper($q) or contains(f.name, $q)"
        " or contains(f.unit_name, $q) or f.unit_id = $q)"
    )
    asked = {
        **own.parameters,
        "rule_group": known["group"],
        "reason": known["reason"],
        "q": known["q"],
        "after": after if _NUMBER.fullmatch(after) else "",
    }
    with request.desk.month(asked_month(request)) as month:
        rows = month.rows(
            f"""select f.*, r.title from {_gone(request)} f left join rule r using (rule_id)
            where {where} and f.number > $after order by f.number limit {SIZE + 1}""",  # noqa: S608
            asked,
        )
        total = month.rows(f"select count(*) as n from {_gone(request)} f where {where}", asked)[0]  # noqa: S608
        return page(
            request,
            month,
            "pages/resolved.html",
            "findings",
            rows=[_shown(row) for row in rows[:SIZE]],
            n=total["n"],
            known=known,
            chips=_chips(known),
            groups=[(code, group_title(code)) for code in labels("group")],
            reasons=list(labels("resolved").items()),
            first=urlencode(known) if asked["after"] else "",
            following=urlencode({**known, "after": rows[SIZE - 1]["number"]}) if len(rows) > SIZE else "",
        )


def _gone(request: SiteRequest) -> str:
    """The table; with whose business a rule is, where somebody sees only one department's."""
    if request.access.scope.department:
        return "(select g.*, r.owner from finding_resolved g left join rule r using (rule_id))"
    return "finding_resolved"


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "id_shown": mask_number(row["id_no"] or "") if row["id_no"] else "",
        "reason_name": label("resolved", row["reason"] or ""),
        "old_shown": mask_text(row["old"] or ""),
        "new_shown": mask_text(row["new"] or ""),
    }


def _chips(known: dict[str, str]) -> list[tuple[str, str]]:
    told = {
        "group": group_title(known["group"]) if known["group"] else "",
        "reason": label("resolved", known["reason"]) if known["reason"] else "",
        "q": known["q"],
    }
    return [(words, urlencode({**known, name: ""})) for name, words in told.items() if words]
