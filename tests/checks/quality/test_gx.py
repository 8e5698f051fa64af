"""Great Expectations sees numbers only, its slices add up, and it leaves nothing behind."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from assets.ledger.month import Month
from checks.quality import gx
from checks.quality.gx import QualityFault, validate
from checks.quality.probes import fails, probe_expr
from checks.quality.settings import QualitySettings
from checks.quality.suites import suite_for

from .frames import MONTH, SPECS, person_ids, results_of, staged

ROSTER = "establishment__roster"


def messy_roster(n: int) -> pl.LazyFrame:
    dice = random.Random(7)
    return staged(
        ROSTER,
        {
            "name": [None if dice.random() < 0.2 else f"某{i}" for i in range(n)],
            "id_no": person_ids(n),
            "id_class": [dice.choice(["V18", "V18", "V15", "S18", "NONE"]) for _ in range(n)],
            "quota_type": [dice.choice(["X1", "Y1", None]) for _ in range(n)],
            "unit_name": [None if i < 25 else "甲局" for i in range(n)],
        },
    )


@pytest.mark.parametrize("size", [1, 10, 33, 100])
def test_counts_of_slices_add_up_to_those_of_the_whole(size: int) -> None:
    frame = messy_roster(97)
    whole = results_of(frame, ROSTER)
    assert results_of(frame, ROSTER, QualitySettings(slice_rows=size)) == whole
    assert any(r.n_failed for r in whole.values())


def test_the_library_counts_what_the_second_look_finds() -> None:
    frame = messy_roster(200)
    settings = QualitySettings(examples=1000)
    suite = suite_for(SPECS.table(ROSTER), SPECS, month=Month(MONTH), settings=settings)
    rows = frame.collect()
    for expectation, result in zip(suite.expectations, validate([(frame, suite)], settings)[0], strict=True):
        values = rows.select(probe_expr(expectation.probe, set(rows.columns)).alias("p"))["p"]
        n_failed = rows.filter(fails(expectation, pl.lit(values))).height
        assert result.n_failed == n_failed, expectation.name
        assert len(result.row_uids) == n_failed


def test_no_more_failing_rows_are_kept_than_asked_for_and_they_are_the_first() -> None:
    frame = staged(ROSTER, {"name": [None] * 50, "id_no": person_ids(50), "id_class": ["V18"] * 50})
    result = results_of(frame, ROSTER, QualitySettings(slice_rows=8))["given", "name"]
    assert result.row_uids == tuple(range(100, 120))


def test_a_table_without_rows_passes_with_nothing_looked_at() -> None:
    results = results_of(staged(ROSTER, {"name": []}), ROSTER)
    assert all(r.is_passed and r.n_rows == 0 for r in results.values())


def test_only_numbers_reach_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[pl.DataFrame] = []
    convert = pl.DataFrame.to_pandas

    def watched(frame: pl.DataFrame) -> object:
        seen.append(frame)
        return convert(frame)

    monkeypatch.setattr(pl.DataFrame, "to_pandas", watched)
    results_of(messy_roster(30), ROSTER)
    assert seen
    assert {dtype for frame in seen for dtype in frame.dtypes} == {pl.Float64()}


def test_a_check_that_cannot_run_is_a_fault_without_values(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> object:
        from great_expectations.expectations.core import expect_column_values_to_not_be_null as module

        return module.ExpectColumnValuesToNotBeNull(column="没有这一列", meta={"place": 0})

    monkeypatch.setattr(gx, "_library_expectation", broken)
    gx._library_suite.cache_clear()
    with pytest.raises(QualityFault) as fault:
        results_of(staged(ROSTER, {"name": ["欧阳不宣"], "id_no": person_ids(1)}), ROSTER)
    gx._library_suite.cache_clear()
    assert "欧阳不宣" not in str(fault.value)
    assert person_ids(1)[0] not in str(fault.value)


def test_two_counts_that_differ_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gx, "fails", lambda _, value: value.is_null() & value.is_not_null())
    with pytest.raises(QualityFault, match="不一致"):
        results_of(messy_roster(30), ROSTER)


def test_nothing_is_written_beside_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    results_of(messy_roster(10), ROSTER)
    assert list(tmp_path.iterdir()) == []


def test_loading_ahead_is_the_same_load() -> None:
    gx.come_up()
    results_of(messy_roster(5), ROSTER)
    assert gx._workbench.cache_info().currsize == 1
