"""The briefings of months really built: totals again from the published tables, by other means."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from assets.contracts.casework import CASEWORK
from assets.published import PublishedMonth, open_month
from connectors.landing import archived
from pipelines.home import Home
from pipelines.report_request import report_request
from reports.briefing.summary_paper import write_summary
from reports.render.pay_list_book import write_pay_lists
from reports.render.precision_book import write_precision
from reports.render.quality_book import write_quality_book
from reports.render.return_books import write_returns
from reports.render.scorecard_book import write_scorecard
from reports.render.timeliness_book import write_timeliness
from reports.render.trends_book import write_trends

from .conftest import MONTHS

pytestmark = [pytest.mark.month, pytest.mark.long]

Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module", params=["sample_home", "county_home"])
def home(request: pytest.FixtureRequest) -> Path:
    built: Path = request.getfixturevalue(request.param)
    return built


@pytest.fixture(scope="module")
def folder(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All briefings of the last month."""
    folder = tmp_path_factory.mktemp("briefing")
    with report_request(Home(home), [MONTHS[-1]]) as asked:
        write_trends(asked, folder / "趋势.xlsx")
        write_timeliness(asked, folder / "时效通报.xlsx")
        write_quality_book(asked, folder / "数据质量通报.xlsx")
        write_scorecard(asked, folder / "PI-23记分卡.xlsx")
        write_returns(asked, folder / "数据退回单")
        write_pay_lists(asked, folder / "发放名单")
        write_summary(asked, folder / "执行摘要.docx")
    return folder


@pytest.fixture
def month(home: Path) -> Iterator[PublishedMonth]:
    with open_month(home, MONTHS[-1]) as opened:
        yield opened


def _sheets(path: Path) -> dict[str, Rows]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def _numbered(rows: Rows) -> Rows:
    return [row for row in rows if str(row[0] or "").isdecimal()]


def _total(rows: Rows) -> tuple[Any, ...]:
    (found,) = [row for row in rows if row[0] == "合计"]
    return found


def _money(value: float | None) -> Decimal:
    return Decimal(f"{value or 0:.2f}")


def test_trends_of_the_last_month_are_its_tables(folder: Path, month: PublishedMonth) -> None:
    sheets = _sheets(folder / "趋势.xlsx")
    cells = {name: {(row[0], row[1]): row[-1] for row in rows[4:]} for name, rows in sheets.items()}
    assert sheets["三数"][3][-1] == MONTHS[-1]
    found = month.table("finding").filter(~_refuted())
    assert cells["待核实事项"]["待核实事项", "合计"] == found.height
    assert cells["待核实事项"]["待核实事项", "消除"] == month.table("finding_resolved").height
    numbers = month.table("three_numbers")
    for heading, column in (("编制数", "approved"), ("实有人员数", "on_roster"), ("财政供养数", "paid")):
        assert cells["三数"]["合计", heading] == (numbers[column].sum() or 0)
    cases = month.table("case")
    for kind, name in (("recoverable", "可追缴"), ("indicative", "参考")):
        of_kind = [row["amount_total"] for row in cases.iter_rows(named=True) if row["amount_kind"] == kind]
        assert _money(cells["涉及金额"][name, "金额"]) == sum((x for x in of_kind if x), Decimal(0))
    severities = [cells["按级别"]["待核实事项", name] for name in "红橙黄蓝"]
    assert severities == [found["severity"].to_list().count(n) for n in (1, 2, 3, 4)]
    gate = [row for row in month.table("gate").iter_rows(named=True) if row["payroll_month"] == MONTHS[-1]]
    counted = sum(value for (_, what), value in cells["发放核对"].items() if what == "行数")
    assert counted == len(gate)


def _refuted() -> Any:
    import polars as pl

    return pl.col("status") == "refuted"


def test_quality_totals_are_the_intake_and_the_issues(folder: Path, month: PublishedMonth) -> None:
    total = _total(_sheets(folder / "数据质量通报.xlsx")["通报"])
    classes = {
        name: sum(
            row["n_rows"]
            for row in month.table("intake_row_class").iter_rows(named=True)
            if row["class"] == name
        )
        for name in ("staged", "quarantined", "set_aside")
    }
    assert total[4:7] == (classes["staged"], classes["quarantined"], classes["set_aside"])
    issues = month.table("issue")
    for place, severity in ((7, "error"), (8, "warning"), (9, "info")):
        assert total[place] == sum(n for n, s in issues.select("n", "severity").iter_rows() if s == severity)
    assert total[10] == month.table("quality")["is_passed"].to_list().count(False)


def test_late_matters_are_those_of_group_d(folder: Path, month: PublishedMonth) -> None:
    sheets = _sheets(folder / "时效通报.xlsx")
    late = [row for row in month.table("finding").iter_rows(named=True) if row["rule_id"][0] == "D"]
    late = [row for row in late if row["status"] != "refuted"]
    assert sorted(row[1] for row in _numbered(sheets["明细"])) == sorted(row["number"] for row in late)
    if not late:
        return
    days = [row[10] for row in _numbered(sheets["明细"]) if row[10] is not None]
    assert _total(sheets["单位"])[4] == _total(sheets["责任部门"])[2] == len(late)
    assert _total(sheets["单位"])[8] == _total(sheets["责任部门"])[6] == sum(days)
    # What the rule of late exits says in words is what is counted here.
    said = {row["number"]: row["explanation"] for row in late if row["rule_id"] == "D02"}
    for row in _numbered(sheets["明细"]):
        if row[1] in said:
            assert f"{row[10]} 天" in said[row[1]]


def test_every_issue_goes_back_once_and_its_cell_is_the_one(
    folder: Path, home: Path, month: PublishedMonth
) -> None:
    issues = month.table("issue")
    books = [_sheets(path) for path in (folder / "数据退回单").glob("*.xlsx")]
    listed = [row for book in books for row in _numbered(book["退回清单"])]
    assert len(listed) == issues.height
    assert sum(row[8] for row in listed) == issues["n"].sum()
    lost = [row for book in books for row in _numbered(book.get("未载入的行", []))]
    assert len(lost) == month.table("quarantine").height
    hashes = dict(month.sql("select file, sha256 from intake_file where status = 'taken'").rows())
    checked = 0
    for row in issues.iter_rows(named=True):
        is_cell = (
            row["cell"] and "、" not in row["cell"] and row["code"].startswith(("bad_", "unknown_label"))
        )
        if not is_cell or not row["file"].endswith(".xlsx") or ".zip/" in row["file"]:
            continue
        path = archived(home / "archive", hashes[row["file"]])
        with path.open("rb") as file:
            cell = openpyxl.load_workbook(file, data_only=True)[row["sheet"]][row["cell"]]
        assert str(cell.value)[:40].strip() == row["value"].strip(), f"{row['file']} {row['cell']}"
        checked += 1
    assert checked or not issues.filter(_is_bad()).height


def test_cells_listed_behind_one_problem_are_filled_cells_of_the_file(
    folder: Path, home: Path, month: PublishedMonth
) -> None:
    hashes = dict(month.sql("select file, sha256 from intake_file where status = 'taken'").rows())
    for path in (folder / "数据退回单").glob("*.xlsx"):
        sheets = _sheets(path)
        listed = _numbered(sheets.get("单元格明细", []))
        counts = {row[0]: row[8] for row in _numbered(sheets["退回清单"])}
        for no, file, sheet, cell, *_ in listed:
            assert sum(row[0] == no for row in listed) <= counts[no]
            if file.endswith(".xlsx") and ".zip/" not in file:
                with archived(home / "archive", hashes[file]).open("rb") as original:
                    book: Any = openpyxl.load_workbook(original, data_only=True)
                assert book[sheet][cell].value is not None


def _is_bad() -> Any:
    import polars as pl

    return pl.col("code").str.starts_with("bad_") & pl.col("file").str.ends_with(".xlsx")


def test_the_pay_list_is_the_gate_line_by_line(folder: Path, month: PublishedMonth) -> None:
    gate = month.table("gate")
    listed: list[dict[str, str]] = []
    for path in (folder / "发放名单").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            listed += csv.DictReader(file)
    assert len(listed) == gate.height
    for heading, column in (("应发金额", "amount"), ("可发金额", "payable_amount")):
        assert sum(Decimal(row[heading] or 0) for row in listed) == gate[column].sum()
    asked = [(row["工资月份"], row["单位代码"], row["人员编号"]) for row in listed]
    assert all(a <= b or a[0] != b[0] for a, b in pairwise(asked) if a[2] and b[2])


def test_the_scorecard_measures_the_months(folder: Path, month: PublishedMonth) -> None:
    rows = _sheets(folder / "PI-23记分卡.xlsx")["实测"]
    months = {row[0]: row for row in rows if row[0] in MONTHS}
    assert list(months) == [name for name in MONTHS if name in months]
    changes = [
        row
        for row in month.table("gate_change").iter_rows(named=True)
        if row["payroll_month"] == MONTHS[-1] and row["kind"] not in ("opening", "closing")
    ]
    last = months[MONTHS[-1]]
    assert last[2:4] == (len(changes), sum(bool(row["is_supported"]) for row in changes))
    month.lay_facts("pay")
    assert _money(last[7]) == month.sql("select sum(gross) from fact_pay where is_current").item()


VERDICTS = ("confirmed", "refuted", "refuted", "rectifying", "closed", "exempt", None)


def test_each_rules_record_is_what_people_concluded(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "规则核实情况.xlsx"
    stands: dict[str, dict[str, Any]] = {}
    for month in MONTHS:
        with open_month(home, month) as opened:
            stands |= {row["finding_id"]: row for row in opened.table("finding").iter_rows(named=True)}
    ordered = sorted(stands.values(), key=lambda row: row["number"])
    verdicts = {row["finding_id"]: VERDICTS[n % len(VERDICTS)] for n, row in enumerate(ordered)}
    decisions = [
        {name: row[name] for name in ("finding_id", "number", "rule_id", "month", "evidence_hash")}
        | {"verdict": verdicts[row["finding_id"]], "at": "2026-11-05T10:00:00+08:00"}
        for row in ordered
        if verdicts[row["finding_id"]]
    ]
    with report_request(Home(home), [MONTHS[-1]]) as asked:
        frame = pl.DataFrame(decisions, schema=dict(CASEWORK["decision"]))
        write_precision(replace(asked, casework={**asked.casework, "decision": frame}), path)
    rows = _sheets(path)["规则核实情况"]
    shown = {row[1]: row for row in _numbered(rows)}
    assert set(shown) == {row["rule_id"] for row in ordered}
    for rule, row in shown.items():
        own = [one for one in ordered if one["rule_id"] == rule]
        said = [verdicts[one["finding_id"]] for one in own]
        n_registered = sum(
            bool(one["exemption_id"]) for one, word in zip(own, said, strict=True) if word is None
        )
        counts = [said.count(word) for word in ("confirmed", "rectifying", "closed", "refuted", "exempt")]
        assert [value or 0 for value in row[4:13]] == [
            len(own), *counts, n_registered, 0, said.count(None) - n_registered
        ]  # fmt: skip
        n_true, n = sum(counts[:3]), sum(counts[:4])
        assert (row[13] or 0) == n
        assert row[14] == (f"{Decimal(100 * n_true / n).quantize(Decimal('0.1'))}%" if n else "—")
        assert str(row[17] or "").startswith("建议降级") == (n >= 10 and 2 * n_true < n)
    total = next(row for row in rows if row[2] == "合计")
    assert [value or 0 for value in total[4:14]] == [
        sum(row[place] or 0 for row in shown.values()) for place in range(4, 14)
    ]
