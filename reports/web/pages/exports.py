"""Taking a list out: exactly what is filtered, marked with who took it, written down before it is sent."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import polars as pl
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from reports.casework.filled import Refused
from reports.findings_table import findings_csv
from reports.render.findings_book import write_findings
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.pages.disclosure import Disclosure, record_disclosure
from reports.web.pages.filters import Filters, read_filters, sort_value
from reports.web.pages.frame import asked_month
from reports.web.pages.handling import leave_notice
from reports.web.pages.needs import needs
from reports.web.pages.queue import asked_list, tail_of

MOST = 100_000
"""Longer lists are taken out on the command line."""
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
COLUMNS = (
    "number",
    "severity",
    "rule_id",
    "name",
    "id_no",
    "unit_id",
    "unit_name",
    "supervisor",
    "explanation",
    "amount_month",
    "amount_gross",
    "amount_employer",
    "amount_total",
    "amount_net",
    "amount_kind",
    "months",
    "months_missing",
    "first_month",
    "months_open",
    "change",
    "status",
    "stock",
    "due_on",
    "owner",
    "confirmer",
    "match_level",
    "in_lag",
    "exemption_id",
    "counter_evidence",
    "remedy",
    "counterfactual",
    "basis_id",
    "month",
)
"""What a list that leaves the office says: no category, and none of the program's own keys."""


@require_POST
@needs(May.EXPORT)
def export(request: SiteRequest) -> HttpResponse:
    """The list of the address as a file."""
    filters = read_filters(request.GET)
    form = request.POST.get("form", "xlsx")
    form = form if form in _TYPES else "xlsx"
    unmask = request.POST.get("unmask") == "1"
    if unmask and May.UNMASK not in request.access.may:
        raise PermissionDenied
    moment = request.place.casework.clock()
    reason = request.POST.get("reason", "")
    with request.desk.month(asked_month(request)) as month:
        tail = tail_of(request, month.month)
        asked = asked_list(request, filters, moment.date())
        expression = sort_value(filters.sort)
        direction = "desc" if filters.descending else "asc"
        rows = month.frame(
            f"select f.person_id, {', '.join(COLUMNS)} from finding f where {asked.where}"  # noqa: S608
            f" order by {expression} {direction}, f.number limit {MOST + 1}",
            asked.parameters,
        )
        try:
            if rows.height > MOST:
                raise Refused(f"筛选出的超过 {MOST:,} 条，请缩小范围，或用 duibian findings 导出")
            record_disclosure(
                request,
                Disclosure.EXPORT,
                "疑点清单",
                reason,
                month=month.month,
                people=rows["person_id"],
                rows=rows.height,
                asked=_filter(filters),
                form=form,
                unmasked=unmask,
            )
        except Refused as refusal:
            leave_notice(request, f"没有导出：{refusal}")
            return redirect(f"{reverse('findings')}?{tail}")
        mark = watermark(request, moment, month.pointer.run)
        content = _content(rows.select(COLUMNS), form, f"疑点清单 {month.month}", mark, unmask=unmask)
    name = f"疑点清单 {month.month} {moment:%Y%m%d-%H%M%S}.{form}"
    answer = HttpResponse(content, content_type=_TYPES[form])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def watermark(request: SiteRequest, moment: datetime, run: str) -> str:
    """Who took it out, when, of which run."""
    return f"{request.access.shown_name}（{request.access.user}） {moment:%Y-%m-%d %H:%M} 导出 运行 {run[:8]}"


def _content(rows: pl.DataFrame, form: str, title: str, mark: str, *, unmask: bool) -> bytes:
    if form == "csv":
        return findings_csv(rows, unmask=unmask, watermark=mark).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        write_findings(rows, path, title=title, unmask=unmask, watermark=mark)
        return path.read_bytes()


def _filter(filters: Filters) -> dict[str, object]:
    """The filter as it is written down: of a word that was looked for, which may be a name, only its hash."""
    word = hashlib.sha256(filters.q.encode()).hexdigest()[:16] if filters.q else ""
    said = Filters(**{**vars(filters), "q": "", "after": "", "before": ""}).address()
    return {"address": said, **({"q_sha256": word} if word else {})}
