"""规则核实情况 on the page: rules about which people reached conclusions, the doubtful ones first."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from reports.briefing.precision import RulePrecision, precision
from reports.web.middleware import SiteRequest

MONTHS, SHOWN = 12, 6


@dataclass(frozen=True)
class RuleRecord:
    """What people concluded about rules' findings over the last months.

    Attributes:
        rows: rules with the address of their findings.
        n_more: rules that are not shown.
        n_months: published months looked at.
    """

    rows: tuple[tuple[RulePrecision, str], ...] = ()
    n_more: int = 0
    n_months: int = 0


def rule_record(request: SiteRequest, until: str) -> RuleRecord:
    """The record up to a month; without rows where nobody has concluded anything."""
    decisions = request.desk.casework.frame("decision")
    if decisions.is_empty():
        return RuleRecord()
    names = [name for name in request.desk.months.listed() if name <= until][-MONTHS:]
    with ExitStack() as stack:
        months = [stack.enter_context(request.desk.month(name)).published for name in names]
        found = precision(months, decisions, decided_only=True)
    rules = sorted((rule for rule in found.rules if rule.n_concluded), key=_doubtful_first)
    shown = tuple((rule, _address(rule, until)) for rule in rules[:SHOWN])
    return RuleRecord(shown, len(rules) - len(shown), len(names))


def _doubtful_first(rule: RulePrecision) -> tuple[bool, int, str]:
    return not rule.is_weak, -rule.n_concluded, rule.rule_id


def _address(rule: RulePrecision, month: str) -> str:
    return f"{reverse('findings')}?{urlencode({'month': month, 'rule': rule.rule_id, 'status': 'all'})}"
