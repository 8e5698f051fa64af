"""Nothing is lost: every physical row of every sheet has gone somewhere.

physical non-empty rows, counted by a second, independent pass = title + header + staged + quarantined +
set aside. A sheet that is not recognised counts wholly as set aside.
"""

from __future__ import annotations

import polars as pl

from checks.quality.result import QualityResult, Severity, make_result

ROW_CLASSES = ("title", "header", "staged", "quarantined", "set_aside")


def check_conservation(row_classes: pl.DataFrame) -> list[QualityResult]:
    """A blocking result for each sheet whose rows do not add up, a good one for a department without any.

    Args:
        row_classes: published table `intake_row_class`. A part is one sheet of one file; its `n_counted`
            stands in each of its rows. A row of an unknown class is counted as lost, and so is a sheet
            whose independent count is missing or said in two ways.
    """
    sheets = (
        row_classes.group_by("department", "file", "sheet", "part")
        .agg(
            pl.col("n_rows").filter(pl.col("class").is_in(ROW_CLASSES)).sum().alias("accounted"),
            pl.col("n_counted").max().fill_null(0).alias("counted"),
            (pl.col("n_counted").null_count() + pl.col("n_counted").n_unique() - 1).alias("doubts"),
        )
        .with_columns(
            is_kept=(pl.col("counted") == pl.col("accounted")) & (pl.col("doubts") == 0),
        )
        .sort("department", "file", "part")
    )
    results: list[QualityResult] = []
    for (department,), group in sheets.group_by("department", maintain_order=True):
        lost = group.filter(~pl.col("is_kept"))
        results.extend(_sheet(str(department), row) for row in lost.iter_rows(named=True))
        if lost.is_empty():
            results.append(_department(str(department), group))
    return results


def _sheet(department: str, row: dict[str, object]) -> QualityResult:
    counted, accounted = int(str(row["counted"])), int(str(row["accounted"]))
    return make_result(
        "conservation",
        department=department,
        table="",
        column=f"{row['file']} › {row['sheet']}",
        severity=Severity.CRITICAL,
        is_passed=False,
        n_rows=counted,
        n_failed=abs(counted - accounted),
        observed=f"有去处 {accounted} 行",
        file=row["file"],
        sheet=row["sheet"],
        accounted=accounted,
    )


def _department(department: str, sheets: pl.DataFrame) -> QualityResult:
    n_rows = int(sheets["counted"].sum())
    return make_result(
        "conservation",
        department=department,
        table="",
        severity=Severity.CRITICAL,
        is_passed=True,
        n_rows=n_rows,
        n_failed=0,
        observed=f"{sheets.height} 个工作表，{n_rows} 行，行行有去处",
    )
