"""规则核实情况: how often what a rule says proved to be so, and which rules an office may want to demote."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from math import sqrt

import polars as pl

from assets.published import PublishedMonth
from reports.labels import severity_label
from reports.request import ReportRequest

LEAST = 10
"""So many findings must have been looked into before a rule is judged by how many of them were so."""
Z = 1.959963984540054
"""Of a 95 % interval."""
MILDEST = 4
FEW = "条数不足"
RESTORE = "属实率已不低于 50%，可以恢复"
_FOUND = """
select $month as month, finding_id, rule_id, evidence_hash, exemption_id is not null as is_registered,
    json_extract_string(decision, '$.at') as said_at, json_extract_string(decision, '$.state') as said_state
from finding
"""
_DECIDED = "semi join concluded using (finding_id)"
_RULES = "select rule_id, title, severity, demotion from rule"


@dataclass(frozen=True)
class Share:
    """A share in per cent, with its 95 % interval by Wilson and the number it rests on."""

    percent: Decimal
    low: Decimal
    high: Decimal
    n: int


@dataclass(frozen=True)
class RulePrecision:
    """What became of the findings of one rule, or of all of them.

    Attributes:
        rule_id, title: '' for the sum of all rules.
        severity: the rule's own grade; None where the last month no longer has the rule.
        demoted: 已降为黄（自 2026-11 起）, where the office has demoted it; '' elsewhere.
        n_findings: different findings; the sum of all the numbers that follow.
        n_registered: exempt by the register, without anybody's conclusion.
        n_lapsed: concluded on evidence that has changed since, or for a time that is over.
    """

    rule_id: str
    title: str
    severity: int | None
    demoted: str
    n_findings: int
    n_confirmed: int
    n_rectifying: int
    n_closed: int
    n_refuted: int
    n_exempt: int
    n_registered: int
    n_lapsed: int
    n_open: int

    @property
    def n_true(self) -> int:
        """Those that proved to be so."""
        return self.n_confirmed + self.n_rectifying + self.n_closed

    @property
    def n_concluded(self) -> int:
        """Those about which somebody's conclusion is in force."""
        return self.n_true + self.n_refuted + self.n_exempt

    @property
    def share(self) -> Share | None:
        """属实率 of those that proved to be so or not; None where there is none."""
        return wilson(self.n_true, self.n_true + self.n_refuted)

    @property
    def exempt_percent(self) -> Decimal | None:
        """How many of all findings are exempt, by conclusion or by the register."""
        share = wilson(self.n_exempt + self.n_registered, self.n_findings)
        return share.percent if share else None

    @property
    def is_weak(self) -> bool:
        """Whether the office should think of demoting it."""
        share = self.share
        return share is not None and share.n >= LEAST and 2 * self.n_true < share.n

    @property
    def advice(self) -> str:
        """What to think of; '' where the rule serves."""
        share = self.share
        if share is None:
            return self.demoted
        if share.n < LEAST:
            return "；".join(part for part in (self.demoted, FEW) if part)
        if self.demoted and not self.is_weak:
            return f"{self.demoted}；{RESTORE}"
        if self.demoted:
            return self.demoted
        if not self.is_weak:
            return ""
        if self.severity is None or self.severity >= MILDEST:
            return "建议降级：已是最轻一级，请修订规则或登记例外"
        return f"建议降级（{severity_label(self.severity)}降为{severity_label(self.severity + 1)}）"


@dataclass(frozen=True)
class Precision:
    """规则核实情况: rules with findings by id, their sum, and the months looked at."""

    months: Sequence[str]
    rules: Sequence[RulePrecision]
    total: RulePrecision


def wilson(n_true: int, n: int) -> Share | None:
    """The share of n_true in n with its 95 % interval; None where n is 0."""
    if not n:
        return None
    share, square = n_true / n, Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    width = Z * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    low, high = max(middle - width, 0.0), min(middle + width, 1.0)
    return Share(_percent(Decimal(n_true) / n), _percent(Decimal(low)), _percent(Decimal(high)), n)


def read_precision(request: ReportRequest) -> Precision:
    """Over the months asked for; of a single month over those published up to it, twelve at most."""
    months = request.months if len(request.months) > 1 else request.history
    return precision(months, request.casework["decision"])


def precision(
    months: Sequence[PublishedMonth], decisions: pl.DataFrame, *, decided_only: bool = False
) -> Precision:
    """The rules' record over some months.

    Args:
        months: published months, at least one.
        decisions: frame `decision` of the casework.
        decided_only: look only at findings about which somebody reached a conclusion.
    """
    ordered = sorted(months, key=lambda one: one.month)
    found = pl.concat([_found(month, decisions, decided_only=decided_only) for month in ordered])
    last = ordered[-1]
    connection = last.connection
    connection.register("found", found)
    connection.register("concluded", decisions)
    rows = last.sql(_query()).rows(named=True)
    connection.unregister("found")
    connection.unregister("concluded")
    known = {row["rule_id"]: row for row in last.sql(_RULES).rows(named=True)}
    lines = [_line(row, known.get(row["rule_id"], {})) for row in rows]
    return Precision([month.month for month in ordered], lines[:-1], lines[-1])


@cache
def _query() -> str:
    return (files("reports.briefing") / "precision.sql").read_text("utf-8")


def _found(month: PublishedMonth, decisions: pl.DataFrame, *, decided_only: bool) -> pl.DataFrame:
    """The findings of a month, without what they say."""
    asked = {"month": month.month}
    if not decided_only:
        return month.sql(_FOUND, asked)
    month.connection.register("concluded", decisions)
    found = month.sql(f"{_FOUND} {_DECIDED}", asked)
    month.connection.unregister("concluded")
    return found


def _line(row: Mapping[str, object], rule: Mapping[str, object]) -> RulePrecision:
    counts = {name: int(str(value)) for name, value in row.items() if name != "rule_id"}
    severity = rule.get("severity")
    return RulePrecision(
        str(row["rule_id"] or ""),
        str(rule.get("title") or ""),
        severity if isinstance(severity, int) else None,
        demotion_text(rule.get("demotion")),
        **counts,
    )


def demotion_text(said: object) -> str:
    """已降为黄（自 2026-11 起）; '' where nothing is demoted."""
    if not isinstance(said, str) or not said:
        return ""
    values = json.loads(said)
    return f"已降为{severity_label(values['severity'])}（自 {values['since'][:7]} 起）"


def _percent(share: Decimal) -> Decimal:
    return (share * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
