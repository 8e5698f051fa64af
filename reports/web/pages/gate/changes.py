"""变动有据: each changed line of a payroll with its paper, or red without one."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from reports.labels import label
from reports.masking import mask_number
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.pages.frame import asked_month, page
from reports.web.pages.gate.chosen import chosen_payroll
from reports.web.pages.gate.filters import in_scope
from reports.web.pages.gate.sums import payroll_sums
from reports.web.pages.needs import needs

KINDS = ("added", "removed", "raised", "lowered")
SIZE = 50
_AFTER = re.compile(r"(?P<rank>[0-9]{1,12}\.[0-9]{2})~(?P<unit>[^~]{0,60})~(?P<uid>-?[0-9]{1,19})")
_LARGEST = "abs(g.change)"


@require_GET
@needs(May.GATE)
def changes(request: SiteRequest) -> HttpResponse:
    """The changes of one kind, those without a paper or with one, the largest first."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    paper = request.GET.get("paper", "") if request.GET.get("paper") in ("0", "1") else ""
    unit = request.GET.get("unit", "").strip()[:100]
    own = in_scope(request.access.scope)
    with request.desk.month(asked_month(request)) as month:
        chosen = chosen_payroll(request, month)
        if chosen is None:
            raise Http404("没有核对过工资")
        parts = ["g.payroll_month = $payroll", "g.kind not in ('opening', 'closing')", own.where]
        values: dict[str, object] = {"payroll": chosen.payroll, **own.parameters}
        if kind:
            parts.append("g.kind = $kind")
            values["kind"] = kind
        if paper:
            parts.append("g.is_supported = $is_supported")
            values["is_supported"] = paper == "1"
        if unit:
            parts.append("(g.agency_code = $unit or contains(coalesce(g.agency_name, ''), $unit))")
            values["unit"] = unit
        after = _AFTER.fullmatch(request.GET.get("after", ""))
        counted = month.one(
            f"""select count(*) as n, coalesce(sum(g.change), 0) as change,
                count(*) filter (where not g.is_supported) as n_open
            from gate_change g where {" and ".join(parts)}""",  # noqa: S608
            values,
        )
        if after:
            parts.append(
                f"({_LARGEST} < $rank::decimal(14,2) or ({_LARGEST} = $rank::decimal(14,2)"
                " and (coalesce(g.agency_code, '') > $after_unit"
                " or (coalesce(g.agency_code, '') = $after_unit and coalesce(g.row_uid, -1) > $after_uid))))"
            )
            values |= {"rank": after["rank"], "after_unit": after["unit"], "after_uid": int(after["uid"])}
        rows = month.rows(
            f"""select g.*, ({_LARGEST})::varchar as rank from gate_change g
            where {" and ".join(parts)}
            order by {_LARGEST} desc, coalesce(g.agency_code, ''), coalesce(g.row_uid, -1)
            limit {SIZE + 1}""",  # noqa: S608
            values,
        )
        shown = rows[:SIZE]
        following = ""
        narrowed = {"payroll": chosen.payroll, "kind": kind, "paper": paper, "unit": unit}
        if len(rows) > SIZE:
            last = shown[-1]
            uid = -1 if last["row_uid"] is None else last["row_uid"]
            following = _address(narrowed, after=f"{last['rank']}~{last['agency_code'] or ''}~{uid}")
        today = request.place.casework.clock().date()
        return page(
            request,
            month,
            "pages/gate_changes.html",
            "gate",
            chosen=chosen,
            sums=payroll_sums(request.desk, month, chosen.payroll, request.access.scope, today),
            rows=[_shown(row) for row in shown],
            counted=counted,
            kind=kind,
            paper=paper,
            unit=unit,
            kinds=[(one, label("gate_change", one)) for one in KINDS],
            following=following,
            first=_address(narrowed) if after else "",
        )


def _address(narrowed: dict[str, str], **others: str) -> str:
    return urlencode([(key, value) for key, value in {**narrowed, **others}.items() if value])


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "words": label("gate_change", row["kind"]),
        "id_shown": mask_number(row["id_no"]) if row["id_no"] else "",
        "is_line": row["kind"] != "removed" and row["row_uid"] is not None,
    }
