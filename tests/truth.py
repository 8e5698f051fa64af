"""Holding a published month against a truth file in the form of the example county's."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.published import PublishedMonth

BY_UNIT = ("I01", "I06")
MILDEST_FALSE_ALARM = 3


@dataclass(frozen=True)
class Expectation:
    """One line of a truth file."""

    rule_id: str
    id_no: str
    unit_code: str
    expect: str
    amount_total: str

    @property
    def place(self) -> str:
        """What names it in a message, without the person's number."""
        return f"{self.rule_id} {self.unit_code} …{self.id_no[-4:]}"


def read_truth(path: Path) -> list[Expectation]:
    """The lines about rules; those about the gate are another matter."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Expectation(r["rule_id"], r["id_no"], r["unit_code"], r["expect"], r["amount_total"])
            for r in csv.DictReader(file)
            if r["rule_id"] != "gate"
        ]


def differences(month: PublishedMonth, truth: Sequence[Expectation], built: frozenset[str]) -> list[str]:
    """Every way in which the month's findings are not what the truth says; empty when it holds.

    Args:
        built: rules that exist; lines about others do not count.
    """
    findings = month.table("finding").to_dicts()
    wrong: list[str] = []
    met: set[str] = set()
    for line in truth:
        if line.rule_id not in built:
            continue
        hits = [f for f in findings if _is_about(f, line)]
        met.update(f["finding_id"] for f in hits)
        wrong += _against(line, hits)
    rules = {line.rule_id for line in truth} & built
    for finding in findings:
        if (
            finding["finding_id"] not in met
            and finding["rule_id"] in rules
            and finding["severity"] <= MILDEST_FALSE_ALARM
        ):
            wrong.append(f"false alarm {finding['number']} at {finding['unit_id']}")
    return wrong


def _is_about(finding: Mapping[str, Any], line: Expectation) -> bool:
    if finding["rule_id"] != line.rule_id:
        return False
    if line.id_no and finding["id_no"] == line.id_no:
        return True
    by_unit = not line.id_no or line.rule_id in BY_UNIT
    return by_unit and _code(finding["unit_id"]) == line.unit_code


def _code(unit_id: str | None) -> str:
    return (unit_id or "").rpartition(":")[2]


def _against(line: Expectation, hits: Sequence[Mapping[str, Any]]) -> list[str]:
    wrong = []
    loud = [f for f in hits if f["severity"] <= MILDEST_FALSE_ALARM]
    if line.expect == "silent" and loud and line.rule_id not in BY_UNIT:
        wrong.append(f"{line.place}: should be silent")
    if line.expect in ("finding", "in_lag", "exempt") and not hits:
        wrong.append(f"{line.place}: missing")
    for finding in hits:
        if line.expect == "finding" and (finding["in_lag"] or finding["status"] != "lead"):
            wrong.append(f"{line.place}: marked, should not be")
        if line.expect == "in_lag" and not finding["in_lag"]:
            wrong.append(f"{line.place}: not marked as inside its lag window")
        if line.expect == "exempt" and finding["status"] != "exempt":
            wrong.append(f"{line.place}: not marked as exempt")
        if line.amount_total and str(finding["amount_total"]) != line.amount_total:
            wrong.append(f"{line.place}: {finding['amount_total']} instead of {line.amount_total}")
        if line.expect not in ("allowed", "silent") and _code(finding["unit_id"]) != line.unit_code:
            wrong.append(f"{line.place}: at {finding['unit_id']}")
    return wrong
