"""Pay lines, findings and rosters of a few people, with only what a test is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from assets.contracts.registry import published
from checks.gate.leads import Told
from checks.rules.runner import EVIDENCE_SCHEMA
from connectors.rows import row_uid

from ..facts import fact

OCTOBER, NOVEMBER = "2026-10", "2026-11"
PARTS = {
    1: "finance__payroll",
    2: "police__residency",
    3: "personnel__pension_payee",
    4: "establishment__exit",
    5: "police__detention",
    6: "personnel__absence",
    7: "establishment__roster",
    8: "civil__death",
    9: "other__court",
    10: "personnel__retirement",
    11: "establishment__departure",
    12: "personnel__staff",
    13: "personnel__sanction",
}
DUE = date(2026, 10, 27)


def uid(part: int, row: int, month: str = OCTOBER) -> int:
    """A row of the part that stands for one table (see PARTS)."""
    found: int = pl.select(row_uid(month, part, pl.lit(row))).item()
    return found


def parts() -> pl.DataFrame:
    """Where the rows of the tests stand, this month and the one before."""
    return pl.DataFrame(
        [
            {"month": month, "part": part, "table": table, "file": f"{table}.xlsx", "sheet": "表"}
            for month in ("2026-09", OCTOBER)
            for part, table in PARTS.items()
        ]
    )


def pay(*lines: Mapping[str, Any], month: str = OCTOBER) -> pl.LazyFrame:
    """Pay lines in the form of fact `pay`; a line in service of 5,000 unless it says otherwise."""
    usual = {
        "agency_code": "A1",
        "unit_id": "u1",
        "agency_unit_id": "u1",
        "gross": Decimal("5000.00"),
        "base_pay": Decimal("3000.00"),
        "is_in_service": True,
        "is_current": True,
        "month": month,
    }
    rows = [
        {
            **usual,
            "row_uid": uid(1, n),
            "per_id": line.get("person_id"),
            "name": line.get("person_id"),
            **line,
        }
        for n, line in enumerate(lines, 2)
    ]
    return fact("pay", rows).lazy()


def facts(**tables: Sequence[Mapping[str, Any]]) -> dict[str, pl.LazyFrame]:
    """The facts that lines are looked up in."""
    names = ("roster", "entry", "contract_staff", "person", "exemption")
    return {name: fact(name, tables.get(name, ())).lazy() for name in names}


def told(*findings: tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]) -> Told:
    """Findings, each with the rows behind it."""
    usual = {
        "status": "lead",
        "stock": False,
        "match_level": "ML1",
        "in_lag": False,
        "counter_evidence": "[]",
        "due_on": DUE,
        "matter": "",
        "explanation": "说明",
    }
    found, behind = [], []
    for n, (finding, rows) in enumerate(findings, 1):
        key = {"subject_key": finding["person_id"], "matter": "", "rule_id": finding["rule_id"]}
        found.append(
            {
                **usual,
                "finding_id": f"f{n}",
                "number": f"629923-{finding['rule_id']}-{n:05d}",
                **key,
                **finding,
            }
        )
        behind += [{**key, "role": "发薪", "fields": "{}", **row} for row in rows]
    contract = published()["finding"]
    finding_frame = contract.shape(pl.DataFrame(found, infer_schema_length=None).lazy()).collect()
    evidence = pl.DataFrame(behind, schema_overrides=dict(EVIDENCE_SCHEMA), infer_schema_length=None)
    missing = [
        pl.lit(None, dtype=t).alias(c) for c, t in EVIDENCE_SCHEMA.items() if c not in evidence.columns
    ]
    return Told(evidence.with_columns(missing).select(*EVIDENCE_SCHEMA), finding_frame)
