"""What a month finds, held against what is known to be true of its files."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from assets.published import open_month
from checks.rules.catalog import load_catalog
from tests.months.conftest import command
from tests.truth import differences, gate_differences, read_gate_truth, read_truth

MONTH, PAYROLL = "2026-10", "2026-11"
BUILT = frozenset(rule.id for rule in load_catalog())


@pytest.mark.county
def test_the_example_county_holds_its_truth(county: Path, county_home: Path) -> None:
    truth = read_truth(county / "truth" / f"{MONTH}.csv")
    with open_month(county_home, MONTH) as month:
        assert differences(month, truth, BUILT) == []


@pytest.mark.county
def test_the_gate_does_with_the_example_countys_draft_what_the_truth_says(
    county: Path, county_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(county_home, home)
    draft = county / "draft" / f"{PAYROLL}.xlsx"
    assert command("gate", "--home", str(home), "--payroll-month", PAYROLL, "--draft", str(draft)) == 0
    path = county / "truth" / f"{MONTH}.csv"
    with open_month(home, MONTH) as month:
        lines = month.sql("from gate where payroll_month = $month", {"month": PAYROLL})
        assert gate_differences(lines, read_gate_truth(path)) == []
        assert differences(month, read_truth(path), BUILT) == []
    assert lines.filter(pl.col("reasons").str.len_chars() <= len("[]")).is_empty()
    assert lines["action"].null_count() == 0


@pytest.mark.month
@pytest.mark.parametrize("month", ["2026-08", "2026-09", "2026-10"])
def test_the_sample_equals_its_truth_in_every_month(sample_home: Path, month: str) -> None:
    truth = read_truth(sample_home / "truth" / f"{month}.csv")
    with open_month(sample_home, month) as published:
        assert differences(published, truth, BUILT) == []


@pytest.mark.month
@pytest.mark.parametrize("month", ["2026-08", "2026-09", "2026-10"])
def test_no_rule_is_loud_in_the_sample_that_its_truth_does_not_name(sample_home: Path, month: str) -> None:
    named = {line.rule_id for line in read_truth(sample_home / "truth" / f"{month}.csv")}
    with open_month(sample_home, month) as published:
        loud = published.sql("select distinct rule_id from finding where severity <= 3")
    assert set(loud["rule_id"].to_list()) <= named


@pytest.mark.month
@pytest.mark.parametrize("month", ["2026-08", "2026-09", "2026-10"])
def test_nothing_is_found_in_a_clean_county(clean_home: Path, month: str) -> None:
    with open_month(clean_home, month) as published:
        loud = published.sql("select number, unit_id from finding where severity <= 3")
    assert loud.rows() == []


@pytest.mark.month
@pytest.mark.parametrize("home", ["sample_home", "clean_home"])
def test_every_row_of_every_sheet_has_gone_somewhere(home: str, request: pytest.FixtureRequest) -> None:
    with open_month(request.getfixturevalue(home), MONTH) as month:
        sheets = month.sql(
            "select part, sum(n_rows)::bigint as n, max(n_counted) as counted"
            " from intake_row_class group by part"
        )
    assert sheets.filter(pl.col("n") != pl.col("counted")).is_empty()
    assert sheets.height > 0


@pytest.mark.month
def test_every_finding_can_be_followed_to_its_cells(sample_home: Path) -> None:
    with open_month(sample_home, MONTH) as month:
        lost = month.sql(
            "select f.number from finding f anti join finding_evidence e on e.finding_id = f.finding_id"
            " and (e.file is not null or e.row_uid is null) where f.rule_id <> 'G01'"
        )
        files = month.sql(
            "select count(*) as n from finding_evidence where row_uid is not null"
            " and (file is null or row is null or sha256 is null or values is null)"
        )
    assert lost.rows() == []
    assert files.item() == 0


@pytest.mark.month
def test_every_source_stands_with_the_day_its_data_are_of(sample_home: Path) -> None:
    with open_month(sample_home, MONTH) as month:
        days = month.sql("select distinct department, as_of from intake_file where status = 'taken'")
    assert days.filter(pl.col("as_of").is_null()).is_empty()
    assert {str(day)[:7] for day in days["as_of"]} == {MONTH}
