"""Findings over two months: who, how much, how grave, what became of them, and where each cell stands."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from checks.month import published_tables
from connectors.store import RunStore
from tests.tiny_month import judged, judgement_of, only, renewed, with_facts

from .conftest import CIVIL, DAMAGED, DEAD, LEFT, OCTOBER, RULES, SEPTEMBER, UNLISTED, Months, payroll, tables

pytestmark = pytest.mark.month


def one(frame: pl.DataFrame) -> dict[str, object]:
    assert frame.height == 1, frame
    return frame.row(0, named=True)


def test_amounts_add_up_to_the_fen_over_the_delivered_months(months: Months) -> None:
    found = one(months.found("P06"))
    assert found["id_no"] == DEAD
    assert [found[name] for name in ("amount_gross", "amount_net", "amount_employer")] == [
        Decimal("12000.00"),
        Decimal("8000.00"),
        Decimal("1200.00"),
    ]
    assert found["amount_total"] == Decimal("13200.00")
    assert found["amount_month"] == Decimal("6600.00")
    assert json.loads(str(found["months"])) == [SEPTEMBER, OCTOBER]


def test_the_rows_behind_a_finding_add_up_to_its_amounts(months: Months) -> None:
    evidence = months.october.read("finding_evidence").filter(
        pl.col("finding_id") == str(one(months.found("P06"))["finding_id"])
    )
    counted = evidence.filter(pl.col("amount").is_not_null())
    assert counted["month"].to_list() == [SEPTEMBER, OCTOBER]
    sums = [counted[name].sum() for name in ("amount", "amount_net", "amount_employer")]
    assert sums == [Decimal("12000.00"), Decimal("8000.00"), Decimal("1200.00")]
    assert set(evidence.filter(pl.col("amount").is_null())["role"]) == {"死亡记录"}


def test_months_since_the_death_whose_payroll_never_came_are_named(months: Months) -> None:
    assert json.loads(str(one(months.found("P06"))["months_missing"])) == ["2026-08"]


def test_a_lag_window_marks_and_makes_one_grade_milder(months: Months) -> None:
    found = one(months.found("P06"))
    assert (found["in_lag"], found["severity_rule"], found["severity"]) == (True, 1, 2)


def test_a_finding_on_a_row_whose_number_was_repaired_says_so(months: Months) -> None:
    found = one(months.found("I01"))
    assert (found["id_no"], found["match_level"], found["severity"]) == (DAMAGED, "ML3", 3)


def test_whoever_is_on_a_damaged_row_is_not_reported_as_missing(months: Months) -> None:
    for month in (SEPTEMBER, OCTOBER):
        assert DAMAGED not in months.found("P01", month)["id_no"].to_list()


def test_a_finding_keeps_its_id_and_number_and_grows_older(months: Months) -> None:
    before, now = one(months.found("P06", SEPTEMBER)), one(months.found("P06"))
    assert (before["finding_id"], before["number"]) == (now["finding_id"], now["number"])
    assert str(now["number"]).startswith("629923-P06-")
    assert (before["change"], now["change"]) == ("new", "persisting")
    assert (before["months_open"], now["months_open"], now["first_month"]) == (1, 2, SEPTEMBER)


def test_the_evidence_hash_knows_no_rows_files_months_and_growing_amounts(months: Months) -> None:
    for rule in RULES:
        before = dict(months.found(rule, SEPTEMBER).select("finding_id", "evidence_hash").iter_rows())
        now = dict(months.found(rule).select("finding_id", "evidence_hash").iter_rows())
        assert all(before[finding] == digest for finding, digest in now.items() if finding in before)


def test_what_is_gone_is_resolved_with_the_reason(months: Months) -> None:
    gone = one(months.october.read("finding_resolved"))
    assert (gone["id_no"], gone["reason"]) == (LEFT, "corrected")
    assert (gone["field"], gone["old"], gone["new"]) == ("统发工资表", "有记录", "无记录")


def test_every_piece_of_evidence_has_its_cells_and_their_place(months: Months) -> None:
    evidence = months.october.read("finding_evidence")
    assert evidence.select(pl.struct("finding_id", "seq").is_duplicated().any()).item() is False
    assert evidence.filter(pl.col("row_uid").is_not_null())["file"].null_count() == 0
    wanted = one(months.found("P06"))["finding_id"]
    rows = evidence.filter((pl.col("finding_id") == wanted) & (pl.col("table") == "payroll")).sort("month")
    assert rows.select("month", "file", "sheet", "row", "sha256").rows() == [
        (SEPTEMBER, "finance/finance__payroll.xlsx", "Sheet1", 2, "2026-09-6"),
        (OCTOBER, "finance/finance__payroll.xlsx", "Sheet1", 2, "2026-10-6"),
    ]
    cells = json.loads(rows["values"][0])
    assert (cells["工资月份"], cells["身份证号"], cells["应发工资"]) == (SEPTEMBER, DEAD, "6000")
    assert list(cells) == sorted(cells)


def test_a_case_is_a_person_at_a_unit_and_counts_a_pay_line_once(months: Months) -> None:
    finding = months.october.read("finding")
    cases = months.october.read("case")
    assert set(finding.filter(pl.col("person_id").is_not_null())["case_id"]) == set(cases["case_id"])
    unlisted = one(cases.filter(pl.col("id_no") == UNLISTED))
    assert (unlisted["principal_rule"], unlisted["amount_total"]) == ("P01", Decimal("11000.00"))


def test_every_table_of_the_published_month_is_there(months: Months) -> None:
    assert {"finding", "finding_evidence", "case", "bridge", "three_numbers"} <= published_tables(
        months.october
    ).keys()


def again(months: Months, folder: Path, month: str = "2026-11", **changes: object) -> RunStore:
    """November after October, from October's tables, without those that are None."""
    given: dict[str, object] = {**tables(OCTOBER), "finance__payroll": payroll(month, PAY)} | changes
    kept = {key: columns for key, columns in given.items() if columns is not None}
    return with_facts(months.folder, month, kept, months.october)  # type: ignore[arg-type]


PAY = {
    DEAD: ("死者", "6000"),
    UNLISTED: ("李二", "5000"),
    LEFT: ("钱四", "5000"),
}


def test_a_rule_without_its_source_is_not_checked_and_nothing_is_resolved(
    months: Months, tmp_path: Path
) -> None:
    november = again(months, tmp_path, police__residency=None)
    judged(months.folder, november, months.october, judgement_of("2026-11", only(*RULES)))
    found = one(november.read("finding").filter(pl.col("rule_id") == "P06"))
    assert (found["status"], found["change"], found["month"]) == ("not_checked", "persisting", "2026-11")
    assert found["months_open"] == 3
    assert found["finding_id"] not in november.read("finding_resolved")["finding_id"].to_list()
    assert found["finding_id"] in november.read("finding_evidence")["finding_id"].to_list()
    assert found["case_id"] in november.read("case")["case_id"].to_list()
    status = one(november.read("rule").filter(pl.col("rule_id") == "P06"))
    assert status["status"] == "not_checked"
    assert "户籍" in str(status["reason"])
    december = with_facts(
        months.folder, "2026-12", {**tables(OCTOBER), "finance__payroll": payroll("2026-12", PAY)}, november
    )
    judged(months.folder, december, november, judgement_of("2026-12", only("P06")))
    back = one(december.read("finding").filter(pl.col("rule_id") == "P06"))
    assert (back["number"], back["change"], back["months_open"]) == (found["number"], "persisting", 4)


def test_who_comes_back_is_reopened_and_stale_sources_and_new_versions_show(
    months: Months, tmp_path: Path
) -> None:
    november = again(months, tmp_path)
    rules = [renewed(rule) if rule.id == "P01" else rule for rule in only("P01", "P06")]
    judged(months.folder, november, months.october, judgement_of("2026-11", rules, frozenset({"police"})))
    left = one(november.read("finding").filter(pl.col("id_no") == LEFT))
    before = one(months.found("P01", SEPTEMBER).filter(pl.col("id_no") == LEFT))
    assert (left["number"], left["finding_id"]) == (before["number"], before["finding_id"])
    assert (left["change"], left["rule_version"]) == ("reopened", int(str(before["rule_version"])) + 1)
    assert one(november.read("finding").filter(pl.col("rule_id") == "P06"))["severity"] == 3
    gone = november.read("finding_resolved")
    assert set(gone["reason"]) == {"rule_changed"}
    numbers = november.read("finding_registry")["number"].to_list()
    assert len(set(numbers)) == len(numbers)


def test_a_delivered_month_without_anything_wrong_has_empty_tables(tmp_path: Path) -> None:
    clean = {**tables(OCTOBER), "finance__payroll": payroll(OCTOBER, {CIVIL: ("王一", "5000")})}
    del clean["police__residency"]
    store = with_facts(tmp_path, OCTOBER, clean)
    judged(tmp_path, store, None, judgement_of(OCTOBER, only("P01", "P06")))
    for table in ("finding", "finding_evidence", "case", "finding_resolved"):
        assert store.read(table).is_empty()
