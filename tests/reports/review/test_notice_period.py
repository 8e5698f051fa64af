"""公示: how long a notice must stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from connectors.errors import UserError
from reports.request import ReportRequest
from reports.review.notice import read_period, write_report
from tests.reports.inquiry.asking import WATER, request_over


@pytest.fixture
def request_(tmp_path: Path) -> Iterator[ReportRequest]:
    with request_over(tmp_path) as request:
        yield replace(request, unit=WATER)


def asked(request: ReportRequest, began_on: str, ended_on: str) -> ReportRequest:
    return replace(request, options={"起": began_on, "止": ended_on})


def test_five_working_days_with_both_ends_counted_are_enough(request_: ReportRequest) -> None:
    # Monday 2 November to Friday 6 November 2026.
    period = read_period(asked(request_, "2026-11-02", "2026-11-06"))

    assert (period.began_on, period.ended_on) == (date(2026, 11, 2), date(2026, 11, 6))
    assert (period.working_days, period.days) == (5, 5)


def test_one_working_day_less_is_refused_with_the_earliest_end(request_: ReportRequest) -> None:
    # Thursday 5 November to Tuesday 10 November holds a weekend: four working days, six days.
    with pytest.raises(UserError) as refused:
        read_period(asked(request_, "2026-11-05", "2026-11-10"))

    assert "只有 4 个工作日" in refused.value.what
    assert "2026-11-11" in refused.value.remedy


def test_the_settings_may_ask_for_more(request_: ReportRequest) -> None:
    longer = replace(request_, office=replace(request_.office, notice_days=7))

    with pytest.raises(UserError, match="不足 7 个工作日"):
        read_period(asked(longer, "2026-11-02", "2026-11-09"))
    assert read_period(asked(longer, "2026-11-02", "2026-11-10")).working_days == 7


@pytest.mark.parametrize(
    ("began_on", "ended_on", "said"),
    [
        ("2026-11-10", "2026-11-02", "早于起日"),
        ("2026-11-02", "2027-11-10", "超过 90 天"),
        ("2026-11-02", "", "没有写明公示起止日期"),
        ("", "2026-11-10", "没有写明公示起止日期"),
        ("2026年11月2日", "2026-11-10", "不是日期"),
        ("2026-02-30", "2026-11-10", "不是日期"),
    ],
)
def test_what_is_no_period_is_refused(
    request_: ReportRequest, began_on: str, ended_on: str, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        read_period(asked(request_, began_on, ended_on))


def test_nobody_posts_the_whole_division_at_once(request_: ReportRequest, tmp_path: Path) -> None:
    whole = replace(asked(request_, "2026-11-02", "2026-11-06"), unit="")

    with pytest.raises(UserError, match="不能一次公示全部单位"):
        write_report(whole, tmp_path / "公示.docx")
    assert not (tmp_path / "公示.docx").exists()
