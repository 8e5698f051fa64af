"""The briefings as workbooks, the summary on two pages, the pay list as finance takes it in."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from assets.contracts.casework import empty_casework
from bench.render import OFFICE as PROGRAMS
from bench.render import pages_of, to_pdf
from connectors.errors import UserError
from reports.briefing.summary import (
    BAR,
    MATTERS,
    OWNERS,
    REASON_WIDTH,
    REASONS,
    TYPES,
    MatterLine,
    OwnerLine,
    TypeLine,
)
from reports.briefing.summary_paper import write_summary
from reports.render.pay_list_book import write_pay_lists
from reports.render.quality_book import write_quality_book
from reports.render.trends_book import write_trends
from tests.reports.briefing.books import SNAPSHOTS, WRITERS
from tests.reports.briefing.two_months import FORMULA, asked
from tests.reports.monthly.books import dump
from tests.reports.published_sample import MONTH

LIBREOFFICE = next((path for name in PROGRAMS if (path := shutil.which(name))), None)


@pytest.mark.parametrize("name", WRITERS)
def test_every_cell_is_as_it_was(name: str, two_months: Path, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.xlsx"
    with asked(two_months) as request:
        WRITERS[name](request, path)
    assert dump(path) == (SNAPSHOTS / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_month_gives_the_same_bytes(name: str, two_months: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    with asked(two_months) as request:
        WRITERS[name](request, first)
        WRITERS[name](request, second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(("write", "least"), [(write_trends, 7), (write_quality_book, 1)])
def test_trends_are_native_charts_over_cells(
    write: object, least: int, two_months: Path, tmp_path: Path
) -> None:
    assert callable(write)
    with asked(two_months) as request:
        write(request, tmp_path / "a.xlsx")
    book: Any = openpyxl.load_workbook(tmp_path / "a.xlsx")
    charts = [chart for name in book.sheetnames for chart in book[name]._charts]
    assert len(charts) >= least
    for chart in charts:
        assert all(series.val.numRef.f for series in chart.series)


def test_the_summary_has_two_pages_whatever_there_is_to_say(
    two_months: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if LIBREOFFICE is None or shutil.which("pdftotext") is None:
        pytest.skip("LibreOffice is not installed here")
    from reports.briefing import summary_paper
    from reports.briefing.summary import read_summary

    with asked(two_months) as request:
        plain = read_summary(request)
        far, reason = "2026年12月31日", "缺" * (REASON_WIDTH // 2) + "（12项）"
        money = "123,456,789.00"
        matter = MatterLine("入编后未发薪、出编后未停发", "红", "1,234", "1,234", money, money, "█" * BAR)
        full = replace(
            plain,
            types=[TypeLine("事业编制（差额）", *["1,234,567"] * 5)] * (TYPES + 1),
            matters=[matter] * MATTERS,
            owners=[OwnerLine("来源部门", "1,234,567", "123,456", far)] * (OWNERS + 1),
            bridge="供养数比实有数-426,123人，其中：" + "、".join(["未统发-433,123"] * 13) + "。",
            unchecked="未报送：" + "宣" * REASON_WIDTH + "。" + "；".join([reason] * REASONS) + "。",
        )
        monkeypatch.setattr(summary_paper, "read_summary", lambda _: full)
        write_summary(request, tmp_path / "full.docx")
        monkeypatch.setattr(summary_paper, "read_summary", lambda _: plain)
        write_summary(request, tmp_path / "plain.docx")
    for name in ("full", "plain"):
        pages = pages_of(to_pdf(LIBREOFFICE, tmp_path / f"{name}.docx", tmp_path))
        assert len(pages) <= 2, name
        assert all(page.body.strip() for page in pages)


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_pay_list_has_every_line_in_the_order_of_finance(two_months: Path, tmp_path: Path) -> None:
    with asked(two_months) as request:
        write_pay_lists(request, tmp_path / "名单")
    rows = _csv(tmp_path / "名单" / f"发放名单{MONTH}（发后核）.csv")
    assert [(row["单位代码"], row["人员编号"], row["动作"]) for row in rows] == [
        ("101001", "00004", "核实"),
        ("203001", "00001", "暂停（建议）"),
        ("203001", "00002", "发放"),
        ("203001", "00003", "发放"),
    ]
    assert sum(Decimal(row["应发金额"]) for row in rows) == Decimal("22000.00")
    assert rows[2]["姓名"] == f"'{FORMULA}"
    assert rows[3]["生活费等标准"].startswith("生活费，基本工资的 75%")
    assert all("*" in row["证件号"] for row in rows)
    draft = _csv(tmp_path / "名单" / "发放名单2026-11（发前核）.csv")
    assert [row["可发金额"] for row in draft] == ["100.00"]
    book = openpyxl.load_workbook(tmp_path / "名单" / f"发放名单{MONTH}（发后核）.xlsx")
    counts = {sheet.title: sheet.max_row - 1 for sheet in book.worksheets}
    assert counts == {"发放": 2, "暂停（建议）": 1, "核实": 1}


def test_a_confirmed_hold_names_both_who_signed(two_months: Path, tmp_path: Path) -> None:
    frames = empty_casework()
    key = "203001|00001|财政/统发工资2026-10.xlsx|Sheet1|5"
    empty = dict.fromkeys(frames["hold"].columns, "")
    signed = [
        {**empty, "payroll_month": MONTH, "row_key": key, "step": step, "by": by}
        for step, by in (("handler", "张三"), ("reviewer", "李四"))
    ]
    frames["hold"] = pl.DataFrame(signed, schema=frames["hold"].schema)
    with asked(two_months, casework=frames, unmask=True, options={}) as request:
        write_pay_lists(request, tmp_path / "名单")
    rows = _csv(tmp_path / "名单" / f"发放名单{MONTH}（发后核）.csv")
    (held,) = [row for row in rows if row["原因码"] == "P06"]
    assert (held["动作"], held["编办或人社确认人"], held["财政复核人"]) == (
        "暂停（两人已确认）",
        "张三",
        "李四",
    )
    assert held["证件号"] == "629923198811050028"


def test_a_month_without_payroll_has_no_single_pay_list(two_months: Path, tmp_path: Path) -> None:
    with asked(two_months, ("2026-09",)) as request, pytest.raises(UserError, match="没有核对过工资"):
        write_pay_lists(request, tmp_path / "a.csv")
