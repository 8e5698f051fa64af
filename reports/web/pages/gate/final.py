"""The payroll as finally locked, held against 发前核 line by line."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from connectors.errors import UserError
from reports.gate_list import difference_sentence
from reports.masking import mask_number
from reports.payroll_check import PayrollCheck
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.pages.frame import asked_month, page
from reports.web.pages.gate.chosen import chosen_payroll
from reports.web.pages.gate.received import Limits, received
from reports.web.pages.needs import needs

SHOWN = 500


@require_http_methods(["GET", "POST"])
@needs(May.GATE)
def final(request: SiteRequest) -> HttpResponse:
    """The form; and, of the file handed in, every payee of whom it does not do what the gate said."""
    if not request.access.scope.is_whole:
        raise PermissionDenied
    given = request.POST if request.method == "POST" else request.GET
    with request.desk.month(asked_month(request)) as month:
        chosen = chosen_payroll(request, month, given)
        if chosen is None or not chosen.is_draft:
            raise Http404("只有核对过草表的工资可以核对定稿")
        told: dict[str, Any] = {"refused": "", "check": None, "rows": []}
        if request.method == "POST":
            try:
                check = _checked(request, chosen.payroll)
                told |= {"check": check, "rows": _rows(check), "n_differences": check.differences.height}
            except UserError as error:
                told["refused"] = f"{error.what}；{error.remedy}"
        answer = page(
            request,
            month,
            "pages/gate_final.html",
            "gate",
            chosen=chosen,
            limits=Limits(),
            shown=SHOWN,
            **told,
        )
        answer.status_code = 422 if told["refused"] else 200
        return answer


def _checked(request: SiteRequest, payroll: str) -> PayrollCheck:
    """The file of the form held against the gate's word; nothing of it is kept.

    Raises:
        UserError: it is no payroll of that month.
    """
    with tempfile.TemporaryDirectory(prefix="duibian-") as folder:
        path = received(request, Path(folder), "final", payroll)
        return request.place.check_payroll(payroll, path)


def _rows(check: PayrollCheck) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "id_shown": mask_number(row["id_no"]) if row["id_no"] else "",
            "sentence": difference_sentence(row),
        }
        for row in check.differences.head(SHOWN).iter_rows(named=True)
    ]
