"""An audit list of several months: one line a finding, money once."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from reports.audit.lines import parts, words
from reports.audit.selection import select
from reports.audit.summary import summaries, total
from reports.render.audit_list import write_report
from reports.request import ReportRequest
from tests.reports.audit.audited import (
    ARREARS,
    BEFORE,
    DEAD,
    ENDED,
    LATER_REFUTED,
    asked,
    audited_tables,
    dump,
    earlier_tables,
    sheet_rows,
)
from tests.reports.published_sample import MONTH, write_published_month


@pytest.fixture
def request_(tmp_path: Path) -> Iterator[ReportRequest]:
    home = write_published_month(tmp_path / "home", earlier_tables(), BEFORE)
    write_published_month(home, audited_tables())
    with asked(home, BEFORE, MONTH) as request:
        yield request


def test_a_finding_of_two_months_is_one_line_as_it_last_stood(
    request_: ReportRequest, tmp_path: Path
) -> None:
    write_report(request_, tmp_path / "list.xlsx")
    rows = {row["疑点编号"]: row for row in sheet_rows(tmp_path / "list.xlsx", "正式清单", 3)}
    assert rows.keys() == {DEAD, ARREARS, ENDED}
    assert rows[DEAD]["列出月份"] == "2026-09、2026-10"
    assert rows[DEAD]["涉及金额（元）"] == 23921.52
    assert rows[ENDED]["列出月份"] == "2026-09"
    assert rows[ARREARS]["列出月份"] == "2026-10"


def test_money_of_the_period_counts_each_pay_line_once(request_: ReportRequest) -> None:
    formal, pending = parts(select(request_))
    whole = total(formal, pending)
    assert whole.n_cases == 1
    assert (whole.gross, whole.recoverable) == (Decimal("20622.00"), Decimal("23921.52"))
    for summary in summaries(formal, pending, words(request_.months)):
        assert sum(line.totals.recoverable for line in summary.lines) == Decimal("23921.52")


def test_what_a_later_month_refutes_is_not_brought_back_by_an_earlier_one(
    request_: ReportRequest, tmp_path: Path
) -> None:
    write_report(request_, tmp_path / "list.xlsx")
    text = dump(tmp_path / "list.xlsx")
    assert LATER_REFUTED not in text
    assert "已查不属实、不列入的 1 条" in text


def test_each_month_is_named_with_its_run_and_what_it_did_not_check(
    request_: ReportRequest, tmp_path: Path
) -> None:
    write_report(request_, tmp_path / "list.xlsx")
    text = dump(tmp_path / "list.xlsx")
    for month in (BEFORE, MONTH):
        assert f"{month} 内容指纹" in text
        assert f"duibian replay --month {month}" in text
        assert f"{month}：已核 8 条规则，未核 1 条" in text
    assert f"duibian report 审计疑点清单 --from {BEFORE} --to {MONTH}" in text
