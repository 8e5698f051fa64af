"""Counts and sums of findings: in all, by rule, by body. Money by case where cases are added up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from reports.exceptions.model import PartLine, RuleLine, Tally, UnitLine
from reports.labels import label, unit_code

Row = Mapping[str, Any]
STOCK, NEW, CONTINUED = "存量", "新增", "持续"


def tally(findings: Sequence[Row], n_resolved: int, amounts: Iterable[Row]) -> Tally:
    """Counts over `findings`, sums over `amounts` (findings of one rule, or cases)."""
    n_stock = sum(bool(f["stock"]) for f in findings)
    n_new = sum(f["change"] == "new" and not f["stock"] for f in findings)
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    for row in amounts:
        sums[row["amount_kind"]] += row["amount_total"] or Decimal(0)
    return Tally(
        n=len(findings),
        by_severity=Counter(f["severity"] for f in findings),
        n_exempt=sum(f["status"] == "exempt" or f["exemption_id"] is not None for f in findings),
        n_in_lag=sum(bool(f["in_lag"]) for f in findings),
        n_not_checked=sum(f["status"] == "not_checked" for f in findings),
        n_new=n_new,
        n_continued=len(findings) - n_new - n_stock,
        n_stock=n_stock,
        n_resolved=n_resolved,
        recoverable=sums["recoverable"],
        indicative=sums["indicative"],
    )


def part_lines(
    findings: Sequence[Row], resolved: Sequence[Row], cases: Sequence[Row], month: str
) -> tuple[PartLine, ...]:
    """存量, 新增 and 持续 with totals of their own, which add up to those of the month.

    Money by case: one with any finding that is 存量 is 存量; of the others, those that begin now are 新增.
    """
    stock_cases = {f["case_id"] for f in findings if f["stock"]}

    def of_finding(row: Row) -> str:
        return STOCK if row["stock"] else NEW if row["change"] == "new" else CONTINUED

    def of_case(row: Row) -> str:
        if row["case_id"] in stock_cases:
            return STOCK
        return NEW if row["first_month"] == month else CONTINUED

    gone = {STOCK: sum(bool(r.get("stock")) for r in resolved), NEW: 0}
    gone[CONTINUED] = len(resolved) - gone[STOCK]
    return tuple(
        PartLine(
            name,
            tally(
                [f for f in findings if of_finding(f) == name],
                gone[name],
                [c for c in cases if of_case(c) == name],
            ),
        )
        for name in (STOCK, NEW, CONTINUED)
    )


def _by(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def rule_lines(
    rules: Iterable[Row], findings: Iterable[Row], resolved: Iterable[Row]
) -> tuple[RuleLine, ...]:
    """One line a rule of the catalogue: those that found something first, each part in the order of ids."""
    found, gone = _by(findings, "rule_id"), _by(resolved, "rule_id")
    lines = [
        RuleLine(
            r["rule_id"],
            r["title"] or "",
            r["severity"],
            label("rule_status", r["status"]),
            tally(found.get(r["rule_id"], []), len(gone.get(r["rule_id"], [])), found.get(r["rule_id"], [])),
        )
        for r in rules
    ]
    return tuple(sorted(lines, key=lambda line: (line.tally.n == 0, line.rule_id)))


def unit_lines(
    units: Iterable[Row], findings: Iterable[Row], resolved: Iterable[Row], cases: Iterable[Row]
) -> tuple[UnitLine, ...]:
    """One line a body about which something was found or resolved, by 机构编码."""
    found, gone, money = _by(findings, "unit_id"), _by(resolved, "unit_id"), _by(cases, "unit_id")
    known = {u["unit_id"]: u for u in units}
    lines = []
    for unit_id in sorted((k for k in found.keys() | gone.keys() if k), key=str):
        sample = (found.get(unit_id) or gone.get(unit_id) or [{}])[0]
        unit = known.get(unit_id, {})
        lines.append(
            UnitLine(
                unit_code(unit_id),
                unit.get("name") or sample.get("unit_name") or "",
                unit.get("supervisor") or sample.get("supervisor") or "",
                tally(found.get(unit_id, []), len(gone.get(unit_id, [])), money.get(unit_id, [])),
            )
        )
    return tuple(lines)
