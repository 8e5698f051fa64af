"""A payroll as finally locked, read by the readers, the recognition and the parsers of a run."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from assets.ledger.month import Month
from assets.staging.department import stage_department
from connectors.delivery import Expected, Reading, take_department
from connectors.errors import UserError
from connectors.intake import PAYROLL
from connectors.landing import Delivery, store
from connectors.rows import part_of, row_of
from connectors.specs import Specs, load_specs
from connectors.store import RunStore
from pipelines.home import Home

DEPARTMENT = "finance"
COLUMNS = ("agency_code", "agency_name", "per_id", "id_no", "name", "gross", "net")


def read_final_payroll(home: Home, path: Path, payroll_month: str) -> pl.DataFrame:
    """The lines of a payroll file, each with file, sheet and row.

    Args:
        home: whose department layouts hold.
        path: the file.
        payroll_month: the month that it must pay.

    Raises:
        UserError: the file is not there, cannot be read, or holds no payroll of that month.
    """
    if not path.is_file():
        raise UserError("没有这个文件", where=str(path), remedy="请检查文件名")
    specs = load_specs(home.mapping)
    with tempfile.TemporaryDirectory(prefix="duibian-") as scratch:
        archive = Path(scratch) / "archive"
        sha256, size = store(path, archive)
        run = RunStore(Path(scratch) / payroll_month / "check")
        delivery = Delivery(1, DEPARTMENT, path.name, sha256, size)
        take_department(_reading(run, specs, (delivery,), archive, payroll_month), DEPARTMENT)
        stage_department(run, DEPARTMENT, specs, {}, Month(payroll_month))
        if not run.has(f"stg_{PAYROLL}"):
            raise _no_payroll(run, path, payroll_month)
        parts = run.read(f"part_{DEPARTMENT}").select("part", "file", "sheet")
        return (
            run.read(f"stg_{PAYROLL}")
            .select("row_uid", *COLUMNS)
            .with_columns(part_of(pl.col("row_uid")).alias("part"), row_of(pl.col("row_uid")).alias("row"))
            .join(parts, on="part", how="left", maintain_order="left")
            .drop("part")
        )


def _reading(
    run: RunStore, specs: Specs, deliveries: Sequence[Delivery], archive: Path, month: str
) -> Reading:
    return Reading(
        store=run,
        earlier=None,
        specs=specs,
        deliveries=deliveries,
        archive=archive,
        month=month,
        next_month=Month(month).next.text,
        run="check",
        expected=Expected((), {}),
    )


def _no_payroll(run: RunStore, path: Path, payroll_month: str) -> UserError:
    """Why no payroll was found, in the words of the intake where it has any."""
    name = f"raw_issue_{DEPARTMENT}"
    issues = run.read(name) if run.has(name) else pl.DataFrame()
    said = issues["message"].to_list()[0] if issues.height else "文件里没有认出工资表"
    return UserError(
        f"没有读到 {payroll_month} 的工资表：{said}",
        where=path.name,
        remedy=f"请在表中写明工资月份 {payroll_month}，或用 duibian inspect 查看为什么没有认出",
    )
