"""Every report of the monthly set is written of a month that an earlier program published."""

from __future__ import annotations

from pathlib import Path

import duckdb
import openpyxl
import pytest

from reports.registry import MONTHLY, Report
from tests.reports.monthly.two_months import asked, write_two_months
from tests.reports.published_sample import MONTH

LATER_TABLES = ("gate_backpay", "gate_change", "case", "quarantine")
LATER_COLUMNS = {
    "finding": ("stock", "counterfactual", "decision", "decided_values", "basis_is_verified"),
    "three_numbers": ("pool_id",),
    "gate": ("breaker",),
}
"""What the file of the later month is to lack."""


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of which the later one's file lacks what came later."""
    home = write_two_months(tmp_path_factory.mktemp("older"))
    with duckdb.connect(str(home / "published" / f"{MONTH}-sample.duckdb")) as connection:
        for table in LATER_TABLES:
            connection.execute(f'drop table "{table}"')
        for table, columns in LATER_COLUMNS.items():
            for column in columns:
                connection.execute(f'alter table "{table}" drop column "{column}"')
    return home


@pytest.mark.parametrize("report", MONTHLY, ids=lambda report: report.name)
def test_a_report_of_an_older_month_is_written(report: Report, older: Path, tmp_path: Path) -> None:
    path = tmp_path / report.file_name
    with asked(older) as request:
        report.write(request, path)
    assert path.exists()


def test_the_sheets_say_what_is_empty_and_how_it_is_had(older: Path, tmp_path: Path) -> None:
    (report,) = (one for one in MONTHLY if one.name == "三数对应表")
    with asked(older) as request:
        report.write(request, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    said = "".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    assert "本月由较早的程序发布" in said
    assert f"duibian run --month {MONTH}" in said
