"""The findings of a month as lines of the report, with the rows behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from checks.rules.articles import articles
from reports.exceptions.decided import changes_text, decision_text, demotion_text
from reports.exceptions.evidence import evidence_line
from reports.exceptions.model import Evidence, FindingLine, GroupSheet, ResolvedLine
from reports.exceptions.plain import counter_text, month_span, plain_text
from reports.labels import (
    DEPARTMENTS,
    category_label,
    group_of,
    group_title,
    label,
    match_level_label,
    unit_code,
)
from reports.masking import mask_number, mask_text

Row = Mapping[str, Any]


def rule_name(rule_id: str, titles: Mapping[str, str]) -> str:
    """Such as "P06 死亡仍发薪"."""
    return f"{rule_id} {titles.get(rule_id, '')}".strip()


def citation(basis_id: str | None, is_verified: bool | None = None) -> str:
    """The article that a finding cites, marked while nobody has signed it off.

    Args:
        basis_id: of the article.
        is_verified: what the month says of it; None where it says nothing.
    """
    article = articles().get(basis_id or "")
    return article.cited(is_verified) if article else basis_id or ""


def finding_lines(
    findings: Iterable[Row], evidence: Iterable[Row], rules: Iterable[Row]
) -> list[FindingLine]:
    """The findings by severity and rule, within a rule by 机构编码 and number; each with its evidence."""
    rule_rows = list(rules)
    titles = {r["rule_id"]: r["title"] for r in rule_rows}
    bases = {r["rule_id"]: plain_text(r["basis"]) for r in rule_rows}
    behind: dict[str, list[Row]] = defaultdict(list)
    for row in evidence:
        behind[row["finding_id"]].append(row)
    ordered = sorted(
        findings,
        key=lambda f: (
            f["severity"] or 9,
            f["rule_id"],
            f["unit_id"] or "",
            f["id_no"] or "",
            f["finding_id"],
        ),
    )
    return [finding_line(f, behind[f["finding_id"]], titles, bases) for f in ordered]


def finding_line(
    row: Row,
    evidence: Sequence[Row],
    titles: Mapping[str, str],
    bases: Mapping[str, str],
    *,
    unmask: bool = False,
) -> FindingLine:
    """One finding as it is printed.

    Args:
        row: of table `finding`.
        evidence: its rows of `finding_evidence`.
        titles: rule_id → title.
        bases: rule_id → what its header names, for a finding that cites no article.
        unmask: give identity and card numbers whole.
    """
    hide, hide_in = (_whole, _whole) if unmask else (mask_number, mask_text)
    rule_id: str = row["rule_id"]
    number: str = row["number"] or row["finding_id"]
    return FindingLine(
        number=number,
        group=group_of(rule_id),
        rule=rule_name(rule_id, titles),
        severity=row["severity"],
        category=category_label(row["category"]),
        name=row["name"] or "",
        id_no=hide(row["id_no"] or ""),
        person_id=row["person_id"] or "",
        unit_id=unit_code(row["unit_id"]),
        unit_name=row["unit_name"] or "",
        supervisor=row["supervisor"] or "",
        explanation=hide_in(row["explanation"] or ""),
        counter_evidence=hide_in(counter_text(row["counter_evidence"])),
        evidence=_by_department(number, evidence, unmask=unmask),
        months=month_span(row["months"]),
        amount_month=row["amount_month"],
        amount_gross=row["amount_gross"],
        amount_net=row["amount_net"],
        amount_employer=row["amount_employer"],
        amount_total=row["amount_total"],
        amount_kind=label("amount_kind", row["amount_kind"]),
        months_missing=month_span(row["months_missing"]),
        basis=citation(row["basis_id"], row.get("basis_is_verified")) or bases.get(rule_id, ""),
        owner=label("department", row["owner"]),
        confirmer=label("department", row["confirmer"]),
        due_on=row["due_on"],
        remedy=hide_in(row["remedy"] or ""),
        counterfactual=hide_in(row.get("counterfactual") or ""),
        match_level=match_level_label(row["match_level"]),
        in_lag=bool(row["in_lag"]),
        exemption=row["exemption_id"] or "",
        status=label("status", row["status"]),
        change=label("change", row["change"]),
        stock=bool(row["stock"]),
        first_month=row["first_month"] or "",
        months_open=row["months_open"],
        decision=hide_in("\n".join(filter(None, _decided(row)))),
    )


def _decided(row: Row) -> tuple[str, ...]:
    told = demotion_text(row.get("demotion"))
    return decision_text(row.get("decision")), changes_text(row.get("reopened")), told


def _whole(text: str) -> str:
    return text


def _by_department(number: str, rows: Sequence[Row], *, unmask: bool) -> dict[str, tuple[Evidence, ...]]:
    lines: dict[str, list[Evidence]] = {department: [] for department in DEPARTMENTS}
    for row in sorted(rows, key=lambda r: r["seq"]):
        lines.setdefault(row["department"] or "other", []).append(evidence_line(number, row, unmask=unmask))
    return {department: tuple(found) for department, found in lines.items() if found}


def group_sheets(findings: Sequence[FindingLine], rules: Iterable[Row]) -> tuple[GroupSheet, ...]:
    """One sheet a group of the catalogue, in the catalogue's order of groups; local rules last."""
    present = {r["group"] or group_of(r["rule_id"]) for r in rules} | {f.group for f in findings}
    order = {group: n for n, group in enumerate("PIETOQLMDGRX")}
    sheets = []
    for group in sorted(present, key=lambda g: (order.get(g, len(order)), g)):
        lines = tuple(f for f in findings if f.group == group)
        seen = {department for f in lines for department in f.evidence}
        known = tuple(d for d in DEPARTMENTS if d in seen)
        sheets.append(GroupSheet(group, group_title(group), lines, known + tuple(sorted(seen - set(known)))))
    return tuple(sheets)


def resolved_line(row: Row, titles: Mapping[str, str]) -> ResolvedLine:
    """A finding of last month that is gone, and why."""
    return ResolvedLine(
        number=row["number"] or row["finding_id"],
        rule=rule_name(row["rule_id"], titles),
        severity=row["severity"],
        name=row["name"] or "",
        id_no=mask_number(row["id_no"] or ""),
        unit_name=row["unit_name"] or "",
        reason=label("resolved", row["reason"]),
        field=row["field"] or "",
        old=mask_text(row["old"] or ""),
        new=mask_text(row["new"] or ""),
        first_month=row["first_month"] or "",
        amount_total=row["amount_total"],
    )
