"""Holding a published month against a truth file in the form of the example county's."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

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
    return [
        Expectation(r["rule_id"], r["id_no"], r["unit_code"], r["expect"], r["amount_total"])
        for r in _rows(path)
        if r["rule_id"] != "gate"
    ]


@dataclass(frozen=True)
class GateExpectation:
    """What must become of somebody's pay line; of P10 the line outside the body that has his post."""

    rule_id: str
    id_no: str
    unit_code: str
    action: str

    @property
    def place(self) -> str:
        """What names it in a message, without the person's number."""
        return f"{self.rule_id} {self.unit_code} …{self.id_no[-4:]}"


def read_gate_truth(path: Path) -> list[GateExpectation]:
    """The lines that say what the gate must do with the draft."""
    return [
        GateExpectation(r["rule_id"], r["id_no"], r["unit_code"], r["gate"]) for r in _rows(path) if r["gate"]
    ]


def gate_differences(gate: pl.DataFrame, truth: Sequence[GateExpectation]) -> list[str]:
    """Every way in which the gate's lines of a draft are not what the truth says; empty when it holds.

    Args:
        gate: lines of table `gate` of one payroll.
        truth: what must be.
    """
    wrong: list[str] = []
    expected = {line.id_no for line in truth}
    for line in truth:
        rows = gate.filter(pl.col("id_no") == line.id_no)
        if line.rule_id == "P10":
            home = rows.filter(pl.col("unit_id") == line.unit_code)
            wrong += [f"{line.place}: own body {a}" for a in home["action"].to_list() if a != "verify"]
            rows = rows.filter(pl.col("unit_id") != line.unit_code)
        actions = set(rows["action"].to_list())
        if actions != {line.action}:
            wrong.append(f"{line.place}: {sorted(actions)} instead of {line.action}")
    stopped = gate.filter(pl.col("action").is_in(["hold", "reject_new"]) & ~pl.col("id_no").is_in(expected))
    wrong += [f"stopped at {unit}, should not be" for unit in stopped["unit_id"].to_list()]
    return wrong


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


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
