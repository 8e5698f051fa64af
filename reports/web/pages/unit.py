"""机构: one body, with everything that the departments say about it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from connectors.errors import UserError
from reports.casework.filled import Refused
from reports.labels import DEPARTMENTS, label, labels, unit_code
from reports.monthly.card import Card, read_card
from reports.request import Recipient
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.disclosure import Disclosure, record_disclosure
from reports.web.pages.filters import Asked, Filters, condition
from reports.web.pages.findings import shown_finding
from reports.web.pages.frame import asked_month, page
from reports.web.pages.listing import listed, rows_at
from reports.web.pages.needs import needs
from reports.web.pages.people import reason_words
from reports.web.pages.units import own_units
from reports.web.site import AskedReport

CARD = "单位台账卡片"
SHOWN_FINDINGS = 30
SHOWN_MONTHS = 24


@dataclass(frozen=True)
class Reference:
    """How one department names the body, and how that was put down to it."""

    department: str
    code: str
    name: str
    method: str
    is_confirmed: bool
    share: float
    rows: int


@dataclass(frozen=True)
class Name:
    """One name of the body: who uses it, and in papers of which days."""

    name: str
    used: str
    is_official: bool


@dataclass(frozen=True)
class Difference:
    """Why two counts of the body differ: sum, and one reason a line with the address of its people."""

    comparison: str
    words: str
    total: int
    reasons: tuple[tuple[str, str, int], ...]


@require_GET
@needs(May.SEE)
def unit(request: SiteRequest, unit_id: str) -> HttpResponse:
    """One body."""
    with request.desk.month(asked_month(request)) as month:
        return _answer(request, month, _own(request, month, unit_id))


def _own(request: SiteRequest, month: MonthView, unit_id: str) -> dict[str, Any]:
    """The body, where this person may see it.

    Raises:
        Http404: there is none, or it is somebody else's.
    """
    where, parameters = own_units(request.access.scope)
    row = month.one(
        f"select u.* from unit u where u.unit_id = $unit and {where}",  # noqa: S608
        {**parameters, "unit": unit_id},
    )
    if row is None:
        raise Http404(f"{month.month} 没有机构 {unit_id}")
    return row


def _answer(
    request: SiteRequest, month: MonthView, row: Mapping[str, Any], refused: str = ""
) -> HttpResponse:
    today = request.place.casework.clock().date()
    unit_id = str(row["unit_id"])
    worst_first = Filters(status="open")
    asked = condition(worst_first, request.access.scope, today, today)
    own = Asked(f"{asked.where} and f.unit_id = $body", {**asked.parameters, "body": unit_id})
    findings = listed(month, worst_first, own)
    found = rows_at(month, [key.place for key in findings.following(None, SHOWN_FINDINGS)])
    key = ("unit card", month.pointer.ledger, unit_id)
    card = request.desk.memory.get(key, lambda: _card(month, unit_id))
    answer = page(
        request,
        month,
        "pages/unit.html",
        "units",
        unit=row,
        code=unit_code(unit_id),
        card=card,
        facts=[(heading, words) for heading, words in card.facts if words] if card else [],
        references=references(month, unit_id),
        names=names(month, unit_id, str(row["name"] or "")),
        differences=differences(month, unit_id),
        months=_months(month, unit_id),
        findings=[shown_finding(one, month, today) for one in found],
        n_findings=findings.n,
        members=month.rows(
            "select unit_id, name from unit where supervisor_id = $unit order by unit_id limit 200",
            {"unit": unit_id},
        ),
        may_export=May.EXPORT in request.access.may,
        refused=refused,
    )
    if refused:
        answer.status_code = 422
    return answer


def _card(month: MonthView, unit_id: str) -> Card | None:
    """What 单位台账卡片 says; None where the run's own tables are gone."""
    try:
        return read_card(month.published, unit_id)
    except UserError:
        return None


def references(month: MonthView, unit_id: str) -> list[Reference]:
    """How the departments name the body, in the departments' order."""
    rows = month.rows(
        """select department, code, name, method, is_confirmed, share, n_rows from unit_xref
        where unit_id = $unit order by department, n_rows desc, code, name""",
        {"unit": unit_id},
    )
    said = [
        Reference(
            label("department", row["department"]),
            row["code"] or "",
            row["name"] or "",
            label("unit_method", row["method"]),
            bool(row["is_confirmed"]),
            1.0 if row["share"] is None else row["share"],
            row["n_rows"] or 0,
        )
        for row in rows
    ]
    order = {label("department", code): place for place, code in enumerate(DEPARTMENTS)}
    return sorted(said, key=lambda one: order.get(one.department, len(order)))


def names(month: MonthView, unit_id: str, official: str) -> list[Name]:
    """The body's names, the official one first; behind the others, who uses them or used them in papers."""
    used: dict[str, list[str]] = {official: []} if official else {}
    for one in references(month, unit_id):
        if one.name and one.department not in used.setdefault(one.name, []):
            used[one.name].append(one.department)
    if month.store.has("fact_ledger"):
        month.published.lay_facts("ledger")
        papers = month.rows(
            """select unit_name as name, min(effective_on) as first_on, max(effective_on) as last_on
            from fact_ledger where unit_id = $unit and unit_name is not null and unit_name <> $name
            group by 1 order by 2, 1""",
            {"unit": unit_id, "name": official},
        )
        for row in papers:
            days = dict.fromkeys(f"{row[day]:%Y-%m-%d}" for day in ("first_on", "last_on") if row[day])
            used.setdefault(row["name"], []).append(f"台账 {' 至 '.join(days)}".strip())
    return [Name(name, "、".join(users), name == official) for name, users in used.items()]


def differences(month: MonthView, unit_id: str) -> list[Difference]:
    """The bridge of the body: of each comparison the sums by reason; they add up to the difference."""
    rows = month.rows(
        """select comparison, reason, sum(sign)::bigint as n from bridge
        where unit_id = $unit group by 1, 2 order by 1, 2""",
        {"unit": unit_id},
    )
    found = []
    for comparison, words in labels("comparison").items():
        own = [row for row in rows if row["comparison"] == comparison]
        if own:
            reasons = tuple((row["reason"], reason_words(comparison, row["reason"]), row["n"]) for row in own)
            found.append(Difference(comparison, words, sum(row["n"] for row in own), reasons))
    return found


def _months(month: MonthView, unit_id: str) -> Sequence[Mapping[str, Any]]:
    """The three numbers month by month, the latest first."""
    if not month.store.has("fact_unit_month"):
        return ()
    month.published.lay_facts("unit_month")
    return month.rows(
        f"""select month, sum(approved)::bigint as approved, sum(on_roster)::bigint as on_roster,
            sum(paid)::bigint as paid, sum(gross) as gross
        from fact_unit_month where unit_id = $unit group by 1 order by 1 desc limit {SHOWN_MONTHS}""",  # noqa: S608
        {"unit": unit_id},
    )


@require_POST
@needs(May.EXPORT)
def unit_card(request: SiteRequest, unit_id: str) -> HttpResponse:
    """单位台账卡片 of the body as a file; who takes it and why stands in the audit log."""
    with request.desk.month(asked_month(request)) as month:
        row = _own(request, month, unit_id)
        people = month.rows("select person_id from person where unit_id = $unit", {"unit": unit_id})
        reason = request.POST.get("reason", "")
        try:
            record_disclosure(
                request,
                Disclosure.EXPORT,
                CARD,
                reason,
                month=month.month,
                people=(one["person_id"] for one in people),
                rows=len(people),
                asked={"unit": unit_id},
                form="xlsx",
                unmasked=False,
            )
            recipient = Recipient(request.access.shown_name, reason.strip())
            content = _written(request, AskedReport(CARD, month.month, unit=unit_id, recipient=recipient))
        except Refused as refusal:
            return _answer(request, month, row, str(refusal))
        except UserError as error:
            return _answer(request, month, row, f"{error.what}。{error.remedy}")
    answer = HttpResponse(
        content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    name = f"{CARD} {unit_code(unit_id).replace(':', '-')} {month.month}.xlsx"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _written(request: SiteRequest, asked: AskedReport) -> bytes:
    """A report as the bytes of its file."""
    with tempfile.TemporaryDirectory(prefix="duibian-") as folder:
        path = Path(folder) / f"{asked.name}.xlsx"
        request.place.write_report(asked, path)
        return path.read_bytes()
