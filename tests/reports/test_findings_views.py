"""Findings over several months in one line, and without what people decided."""

from __future__ import annotations

import json
from decimal import Decimal

import polars as pl

from assets.contracts.registry import published
from reports.findings_table import differing_text, findings_csv, findings_json, findings_text
from reports.findings_views import FOUND_MONTHS, differing, ignoring, over_months

CONTRACT = published()["finding"]


def finding(month: str, key: str = "f1", **more: object) -> dict[str, object]:
    return {
        "finding_id": key,
        "number": f"629923-P01-{key}",
        "month": month,
        "rule_id": "P01",
        "severity": 2,
        "severity_raw": 2,
        "subject_key": "A",
        "person_id": "A",
        "name": "王一",
        "unit_id": "101",
        "unit_name": "教育局",
        "status": "lead",
        "status_raw": "lead",
        "amount_total": Decimal("10.00"),
        "months": json.dumps([month]),
        "months_missing": "[]",
        "explanation": f"{month} 的说明",
        **more,
    }


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    return CONTRACT.shape(pl.LazyFrame(rows, infer_schema_length=None)).collect()


def evidence(*rows: tuple[str, str, int]) -> pl.DataFrame:
    contract = published()["finding_evidence"]
    named = [{"finding_id": key, "found_month": month, "seq": seq} for key, month, seq in rows]
    made = pl.DataFrame(named, schema={"finding_id": pl.String, "found_month": pl.String, "seq": pl.Int64})
    return contract.shape(made.lazy()).collect().with_columns(made["found_month"])


def test_one_person_rule_and_unit_is_one_line_with_its_months_and_the_latest_words() -> None:
    rows = frame(
        finding("2026-08", amount_total=Decimal("10.00")),
        finding("2026-10", amount_total=Decimal("30.00"), severity=1),
        finding("2026-10", key="f2", unit_id="102"),
    )
    behind = evidence(("f1", "2026-08", 1), ("f1", "2026-08", 2), ("f1", "2026-10", 1), ("f2", "2026-10", 1))
    together = over_months(rows, behind)
    line = together.findings.row(0, named=True)
    assert together.findings.height == 2
    assert line[FOUND_MONTHS.name] == '["2026-08", "2026-10"]'
    assert (line["severity"], line["amount_total"], line["explanation"]) == (
        1,
        Decimal("30.00"),
        "2026-10 的说明",
    )
    assert together.evidence.select("finding_id", "seq").rows() == [("f1", 1), ("f2", 1)]
    assert "2026-08、2026-10" in findings_text(together.findings, width=200)
    assert "出现月份" in findings_csv(together.findings)
    assert json.loads(findings_json(together.findings))[0]["found_months"] == ["2026-08", "2026-10"]


def test_several_matters_are_one_line_that_adds_each_matters_latest_amount() -> None:
    rows = frame(
        finding("2026-09", key="m1", matter="a", amount_total=Decimal("1.00")),
        finding(
            "2026-10", key="m1", matter="a", amount_total=Decimal("2.00"), months='["2026-09", "2026-10"]'
        ),
        finding("2026-09", key="m2", matter="b", amount_total=Decimal("5.00"), months='["2026-07"]'),
    )
    together = over_months(rows, evidence(("m1", "2026-10", 1), ("m2", "2026-09", 1)))
    line = together.findings.row(0, named=True)
    assert together.findings.height == 1
    assert (line["amount_total"], line["finding_id"]) == (Decimal("7.00"), "m1")
    assert json.loads(line["months"]) == ["2026-07", "2026-09", "2026-10"]
    assert together.evidence.select("finding_id", "seq").rows() == [("m1", 1), ("m1", 2)]


def test_no_amount_stays_no_amount_and_a_unit_without_a_person_is_a_line() -> None:
    rows = frame(
        finding("2026-09", person_id=None, subject_key="101", amount_total=None, unit_id=None),
        finding("2026-10", person_id=None, subject_key="101", amount_total=None, unit_id=None),
    )
    line = over_months(rows, evidence()).findings.row(0, named=True)
    assert line["amount_total"] is None


def test_persons_who_were_merged_are_one() -> None:
    rows = frame(finding("2026-09", key="old", person_id="B", subject_key="B"), finding("2026-10"))
    assert over_months(rows, evidence(), {"B": "A"}).findings.height == 1
    assert over_months(rows, evidence()).findings.height == 2


def decided(verdict: str, state: str = "carried") -> str:
    return json.dumps({"verdict": verdict, "state": state})


def test_without_decisions_and_exemptions_the_raw_findings_stand_and_the_difference_is_told() -> None:
    rows = frame(
        finding("2026-10", key="r", status="refuted", decision=decided("refuted")),
        finding("2026-10", key="x", status="exempt", severity=4, exemption_id="E1"),
        finding("2026-10", key="p", severity=1, status="confirmed", decision=decided("confirmed")),
        finding("2026-10", key="n"),
    )
    raw = ignoring(rows, ("decisions", "exemptions"))
    assert raw.select("status", "severity").unique().rows() == [("lead", 2)]
    assert differing(raw)["finding_id"].to_list() == ["r", "x", "p"]
    assert "629923-P01-x：橙 待核 → 蓝 已有例外" in differing_text(raw)
    assert "没有不同" in differing_text(ignoring(rows.filter(finding_id="n"), ("decisions",)))
    assert ignoring(rows, ()).equals(rows)


def test_only_what_is_named_is_ignored() -> None:
    rows = frame(
        finding(
            "2026-10", key="x", status="exempt", severity=4, exemption_id="E1", decision=decided("confirmed")
        ),
        finding("2026-10", key="o", decision=decided("confirmed", "changed")),
    )
    assert ignoring(rows, ("decisions",))["status"].to_list() == ["exempt", "lead"]
    assert ignoring(rows, ("decisions",))["severity"].to_list() == [4, 2]
    assert ignoring(rows, ("exemptions",))["status"].to_list() == ["confirmed", "lead"]
