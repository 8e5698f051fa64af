"""Counts and sums of findings: in all, by rule, by body. Money by case where cases are added up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from reports.exceptions.model import RuleLine, Tally, UnitLine
from reports.labels import label, unit_code

Row = Mapping[str, Any]


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
        n_exempt=sum(f["exemption_id"] is not None for f in findings),
        n_in_lag=sum(bool(f["in_lag"]) for f in findings),
        n_not_checked=sum(f["status"] == "not_checked" for f in findings),
        n_new=n_new,
        n_continued=len(findings) - n_new - n_stock,
        n_stock=n_stock,
        n_resolved=n_resolved,
        recoverable=sums["recoverable"],
        indicative=sums["indicative"],
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
