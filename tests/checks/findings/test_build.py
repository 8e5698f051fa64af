"""The parts of which findings are made: money, months, exemptions, cases, what changed."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from assets.contracts.registry import published
from assets.ledger.month import Month
from checks.findings.amounts import missing_months
from checks.findings.build import Findings
from checks.findings.cases import build_cases
from checks.findings.delta import resolved
from checks.findings.life import hash_id
from checks.rules.catalog import load_catalog
from checks.rules.header import Rule

OCTOBER = Month("2026-10")
RULE: Rule = next(rule for rule in load_catalog() if rule.id == "P01")


@pytest.mark.parametrize(
    ("paid", "began", "delivered", "missing"),
    [
        (["2026-09", "2026-10"], date(2026, 8, 20), ["2026-09", "2026-10"], []),
        (["2026-10"], date(2026, 5, 20), ["2026-08", "2026-10"], ["2026-06/2026-07", "2026-09"]),
        (["2026-08"], None, ["2026-08", "2026-10"], ["2026-09"]),
        ([], None, ["2026-10"], []),
    ],
)
def test_months_without_a_payroll_are_named_as_ranges(
    paid: list[str], began: date | None, delivered: list[str], missing: list[str]
) -> None:
    assert missing_months(paid, began, OCTOBER, delivered) == missing


def test_an_id_knows_neither_month_nor_version() -> None:
    assert hash_id("P01", "person", "P1", "") == hash_id("P01", "person", "P1", "")
    assert len({hash_id("P01", "person", "P1", ""), hash_id("P01", "person", "P", "1")}) == 2


def finding(finding_id: str, **given: object) -> dict[str, object]:
    base: dict[str, object] = {"rule_id": "P01", "person_id": "P1", "unit_id": "u1", "severity": 2}
    base |= {"first_month": "2026-09", "number": f"629923-P01-{finding_id}", "amount_kind": "recoverable"}
    return base | {"finding_id": finding_id, "rule_version": RULE.header.version} | given


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    contract = published()["finding"]
    return contract.shape(pl.DataFrame(list(rows), infer_schema_length=None).lazy()).collect()


def lines(*rows: tuple[str, int, str, str, str]) -> pl.DataFrame:
    """finding_id, row_uid, month, amount, employer."""
    money = pl.Decimal(14, 2)
    return pl.DataFrame(
        [(f, uid, month, Decimal(a), Decimal(a), Decimal(e)) for f, uid, month, a, e in rows],
        schema={
            "finding_id": pl.String,
            "row_uid": pl.Int64,
            "month": pl.String,
            **dict.fromkeys(("amount", "amount_net", "amount_employer"), money),
        },
        orient="row",
    )


def cases(findings: pl.DataFrame, amounts: pl.DataFrame) -> list[dict[str, Any]]:
    built, _ = build_cases(Findings(findings, findings.clear(), findings.clear(), amounts))
    return built.to_dicts()


def test_a_pay_line_that_two_findings_name_is_counted_once() -> None:
    found = frame(finding("a"), finding("b", rule_id="P06", severity=1))
    (case,) = cases(
        found,
        lines(
            ("a", 7, "2026-10", "500", "50"), ("b", 7, "2026-10", "300", "0"), ("b", 8, "2026-09", "10", "0")
        ),
    )
    assert (case["principal_rule"], json.loads(case["supporting_rules"])) == ("P06", ["P01"])
    assert (case["amount_gross"], case["amount_total"]) == (Decimal("510.00"), Decimal("560.00"))
    assert json.loads(case["months"]) == ["2026-09", "2026-10"]


def test_recoverable_and_indicative_amounts_are_never_added() -> None:
    found = frame(finding("a"), finding("b", rule_id="T08", amount_kind="indicative"))
    (case,) = cases(found, lines(("a", 7, "2026-10", "500", "0"), ("b", 9, "2026-10", "900", "0")))
    assert (case["amount_kind"], case["amount_gross"]) == ("recoverable", Decimal("500.00"))


def test_cases_are_apart_by_unit() -> None:
    found = frame(finding("a"), finding("b", unit_id="u2"))
    assert len(cases(found, lines())) == 2


def gone(now: list[tuple[str, str, dict[str, str]]], old: dict[str, str], **given: object) -> dict[str, Any]:
    """The one finding that is gone; `now` and `old` are its person's cells this month and last."""
    evidence = pl.DataFrame({"finding_id": ["a"], "table": ["roster"], "values": [json.dumps(old)]})
    present = pl.DataFrame(
        [(person, table, json.dumps(cells)) for person, table, cells in now],
        schema={"person_id": pl.String, "table": pl.String, "values": pl.String},
        orient="row",
    )
    merged = pl.DataFrame({"old_person_id": ["merged"]})
    standing = pl.DataFrame({"finding_id": ["z"]})
    return resolved(frame(finding("a", **given)), evidence, standing, [RULE], merged, present).row(
        0, named=True
    )


def test_a_corrected_cell_is_named_with_what_it_was_and_is() -> None:
    old = {"姓名": "王一", "编制类别": "编外", "工资月份": "2026-09", "应发工资": "1"}
    now = {"姓名": "王一", "编制类别": "行政编制", "工资月份": "2026-10", "应发工资": "2"}
    row = gone([("P1", "roster", now)], old)
    assert (row["reason"], row["field"], row["old"], row["new"]) == (
        "corrected",
        "编制类别",
        "编外",
        "行政编制",
    )


def test_what_changes_every_month_is_no_correction() -> None:
    row = gone(
        [("P1", "roster", {"工资月份": "2026-10", "应发工资": "2"})], {"工资月份": "2026-09", "应发工资": "1"}
    )
    assert (row["reason"], row["field"]) == ("corrected", None)


def test_a_finding_about_a_unit_claims_no_vanished_record() -> None:
    row = gone([], {"姓名": "王一"}, person_id=None)
    assert (row["reason"], row["field"]) == ("corrected", None)


def test_a_new_version_and_a_merged_person_are_reasons_of_their_own() -> None:
    assert gone([], {}, rule_version=RULE.header.version + 1)["reason"] == "rule_changed"
    assert gone([], {}, person_id="merged")["reason"] == "person_merged"
