"""The payroll that a page is about, and what whoever asks may do with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from assets.ledger.month import Month
from reports.casework.gate_signing import FIRST, SECOND
from reports.web.accounts.access import May
from reports.web.accounts.models import User
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.gate.filters import Signer
from reports.web.pages.gate.holds import Holds, holds_of_payroll
from reports.web.pages.gate.sums import judged_payrolls


@dataclass(frozen=True)
class Chosen:
    """One judged payroll of a published month.

    Attributes:
        payroll: the month that is paid. months: all that the month has judged.
        is_draft: whether it is about to be locked (发前核); only then is anything signed.
    """

    payroll: str
    months: tuple[str, ...]
    month: str
    holds: Holds

    @property
    def is_draft(self) -> bool:
        """Whether this is 发前核."""
        return self.payroll != self.month

    @property
    def kind(self) -> str:
        """发前核 or 发后核."""
        return "发前核" if self.is_draft else "发后核"

    @property
    def title(self) -> str:
        """Such as 2026年11月."""
        return month_words(self.payroll)


def month_words(month: str) -> str:
    """2026-11 as 2026年11月."""
    return f"{month[:4]}年{int(month[5:7])}月"


def chosen_payroll(
    request: SiteRequest, month: MonthView, asked: Mapping[str, Any] | None = None
) -> Chosen | None:
    """The payroll of the address, else the draft, else what was paid; None where nothing was judged.

    Raises:
        Http404: the month has not judged the payroll that the address names.
    """
    months = judged_payrolls(request.desk, month)
    wanted = (asked or request.GET).get("payroll") or (months[-1] if months else "")
    if not months and not wanted:
        return None
    if wanted not in months:
        raise Http404(f"{month.month} 没有核对过 {wanted} 的工资")
    holds = holds_of_payroll(request.desk, month, wanted, request.access.scope)
    return Chosen(wanted, tuple(months), month.month, holds)


def shown_names() -> dict[str, str]:
    """Account → what its person is called, of everybody who has an account."""
    known: dict[str, str] = dict(User.objects.values_list("username", "shown_name"))
    return known


def signer_of(request: SiteRequest) -> Signer:
    """Which of the two signatures whoever asks may give: by his roles and for the whole division."""
    access = request.access
    is_whole = not access.scope.nothing and not access.scope.unit_id and not access.scope.supervisor_id
    return Signer(
        user=access.user,
        may_first=is_whole and May.HANDLE in access.may and FIRST in access.roles,
        may_second=is_whole and May.REVIEW in access.may and SECOND in access.roles,
    )


def earlier_judgement(request: SiteRequest, payroll: str) -> str:
    """The published month that judged the draft of a payroll that was paid since; '' where there is none."""
    before = Month(payroll).previous.text
    if before not in request.desk.months.listed():
        return ""
    with request.desk.as_published(before) as month:
        return before if payroll in judged_payrolls(request.desk, month) else ""
