"""Every physical row has gone somewhere, or the run stops and names file and sheet."""

from __future__ import annotations

import polars as pl

from assets.contracts.registry import published
from checks.conservation import check_conservation

ROW = {"department": "finance", "file": "财政/工资.xlsx", "sheet": "第一批", "table": "finance__payroll"}


def row_classes(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([ROW | row for row in rows], schema=published()["intake_row_class"].schema)


def counted(
    class_: str, n_rows: int, n_counted: int | None, part: int = 1, **more: object
) -> dict[str, object]:
    return {"part": part, "class": class_, "reason": "", "n_rows": n_rows, "n_counted": n_counted, **more}


def test_rows_that_all_have_a_place_pass_and_are_counted() -> None:
    (result,) = check_conservation(
        row_classes(
            counted("title", 1, 107),
            counted("header", 1, 107),
            counted("staged", 100, 107),
            counted("quarantined", 1, 107),
            counted("set_aside", 3, 107, reason="合计"),
            counted("set_aside", 1, 107, reason="签章"),
            counted("set_aside", 12, 12, part=2, sheet="说明", table=""),
        )
    )
    assert (result.is_passed, result.n_rows) == (True, 119)


def test_a_lost_row_stops_the_run_and_names_file_and_sheet() -> None:
    results = check_conservation(
        row_classes(
            counted("header", 1, 10),
            counted("staged", 8, 10),
            counted("staged", 5, 5, part=2, sheet="第二批"),
            counted("staged", 5, 5, part=3, department="police", file="公安/户籍.csv", sheet="户籍"),
        )
    )
    lost, police = results
    assert lost.is_blocking
    assert (lost.n_rows, lost.n_failed) == (10, 1)
    assert "财政/工资.xlsx" in lost.message
    assert "第一批" in lost.message
    assert (police.department, police.is_passed) == ("police", True)


def test_a_row_too_many_an_unknown_class_and_a_missing_count_stop_the_run_too() -> None:
    for rows in (
        [counted("staged", 11, 10)],
        [counted("staged", 9, 10), counted("vanished", 1, 10)],
        [counted("staged", 0, None)],
        [counted("header", 1, 10), counted("staged", 9, 11)],
    ):
        (result,) = check_conservation(row_classes(*rows))
        assert result.is_blocking
