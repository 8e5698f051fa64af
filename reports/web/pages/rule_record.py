"""规则核实情况 on the page: rules about which people reached conclusions, the doubtful ones first."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from assets.published import PublishedMonth
from reports.briefing.precision import RulePrecision, precision
from reports.web.middleware import SiteRequest
from reports.web.pages.desk import Desk

MONTHS, SHOWN = 12, 6
AGE = timedelta(minutes=5)


@dataclass(frozen=True)
class RuleRecord:
    """What people concluded about rules' findings over the last months.

    Attributes:
        rows: rules with the address of their findings.
        n_more: rules that are not shown.
        n_months: published months looked at.
        at: when it was reckoned.
    """

    rows: tuple[tuple[RulePrecision, str], ...] = ()
    n_more: int = 0
    n_months: int = 0
    at: datetime | None = None


def rule_record(request: SiteRequest, until: str) -> RuleRecord:
    """The record up to a month; without rows where nobody has concluded anything.

    A conclusion moves it little: it is reckoned anew at most every few minutes, and says its time.
    """
    desk, now = request.desk, request.place.casework.clock()
    names = [name for name in desk.months.listed() if name <= until][-MONTHS:]
    with ExitStack() as stack:
        months = [stack.enter_context(desk.month(name)).published for name in names]
        version = desk.casework.version("decision")
        key = ("rule record", bool(version), *(month.pointer.ledger for month in months))
        return desk.memory.recent(key, version, now, AGE, lambda: _reckoned(desk, months, now))


def _reckoned(desk: Desk, months: list[PublishedMonth], now: datetime) -> RuleRecord:
    decisions = desk.casework.frame("decision")
    if decisions.is_empty():
        return RuleRecord(at=now)
    found = precision(months, decisions, decided_only=True)
    rules = sorted((rule for rule in found.rules if rule.n_concluded), key=_doubtful_first)
    shown = tuple((rule, _address(rule, months[-1].month)) for rule in rules[:SHOWN])
    return RuleRecord(shown, len(rules) - len(shown), len(months), now)


def _doubtful_first(rule: RulePrecision) -> tuple[bool, int, str]:
    return not rule.is_weak, -rule.n_concluded, rule.rule_id


def _address(rule: RulePrecision, month: str) -> str:
    return f"{reverse('findings')}?{urlencode({'month': month, 'rule': rule.rule_id, 'status': 'all'})}"
