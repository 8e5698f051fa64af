"""What the briefings say of two small months, as added up by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from connectors.errors import UserError
from reports.briefing.quality import read_quality
from reports.briefing.scorecard import AUDIT, overall, read_scorecard
from reports.briefing.summary import read_summary
from reports.briefing.timeliness import read_timeliness
from reports.briefing.trends import read_trends
from tests.reports.briefing.two_months import BEFORE, asked
from tests.reports.published_sample import MONTH


def test_quality_counts_cells_and_compares_with_last_month(two_months: Path) -> None:
    with asked(two_months) as request:
        found = read_quality(request.month, request.history)
    finance = next(line for line in found.lines if line.now.department == "财政")
    # 988 rows staged, 1 quarantined; one damaged number and the quarantined row itself.
    assert (
        finance.now.n_staged,
        finance.now.n_quarantined,
        finance.now.n_errors,
        finance.now.n_warnings,
    ) == (
        988,
        1,
        1,
        1,
    )
    assert finance.now.per_thousand == Decimal("2.02")
    assert finance.before is not None
    assert finance.before.per_thousand == Decimal("13.14")  # 13 of 989
    assert finance.change == Decimal("-11.12")
    roster = next(line for line in found.lines if line.now.department == "编办")
    assert roster.now.per_thousand == Decimal("90.02")  # one message for 37 cells of 411 rows
    assert (finance.rank, roster.rank) == (1, 2)
    assert found.total.n_warnings == 38
    assert found.trend[BEFORE, "财政"] == Decimal("13.14")
    assert [(k.department, k.kind, k.n_cells) for k in found.kinds] == [
        ("编办", "代码标签含义不唯一", 37),
        ("财政", "无人无单位的行", 1),
        ("财政", "身份证号损坏", 1),
    ]


def test_timeliness_counts_days_by_body_and_owner(two_months: Path) -> None:
    with asked(two_months) as request:
        found = read_timeliness(request)
    assert (found.total.n, found.total.n_new, found.total.n_counted) == (3, 2, 2)
    assert (found.total.most_days, found.total.all_days) == (176, 198)
    assert [(u.unit_id, u.tally.n, u.tally.all_days) for u in found.units] == [
        ("6299230012", 1, 0),
        ("6299230031", 2, 198),
    ]
    assert [(o.owner, o.tally.n) for o in found.owners] == [("编办", 3)]
    late = {d.department: (d.is_late, d.state, d.n_late) for d in found.deliveries}
    assert late["编办"] == (False, "按期", 0)
    assert late["财政"] == (False, "按期", 1)
    assert late["公安"] == (True, "未报送，沿用 2026-08", 2)
    assert late["组织"] == (True, "未报送", 2)


def test_trends_add_up_and_never_add_the_two_kinds_of_amount(two_months: Path) -> None:
    with asked(two_months) as request:
        before, now = read_trends(request.history).months
    assert (before.month, now.month) == (BEFORE, MONTH)
    assert now.three == (76, 77, 79)
    assert before.three == (76, 76, 79)
    assert now.total.n == now.total.n_new + now.total.n_continued + now.total.n_stock == 9
    assert (now.total.n_stock, now.total.n_resolved) == (1, 1)
    assert now.cases["recoverable"] == (3, Decimal("37001.96"))
    assert now.cases["indicative"] == (1, Decimal("142800.00"))
    assert now.gate["hold"] == (1, Decimal("7000.00"), Decimal("0.00"))
    assert now.gate["release"][0] == 2  # the draft of November is not this month's payroll
    assert sum(counts.n for counts in now.groups.values()) == now.total.n
    assert sum(counts.n for counts in now.severities.values()) == now.total.n


def test_the_summary_names_no_person_and_no_conclusion(two_months: Path) -> None:
    with asked(two_months) as request:
        said = str(read_summary(request))
        names = request.month.sql("select distinct name from finding where name is not null")["name"]
    assert not [name for name in names if name in said]
    assert "吃空饷" not in said
    assert "37,001.96" in said
    assert "142,800.00" in said
    assert "179,801.96" not in said


def test_the_summary_of_a_first_month_compares_with_nothing(two_months: Path) -> None:
    with asked(two_months, (MONTH,)) as request:
        assert "首次核对" in read_summary(request).progress


def test_the_scorecard_says_what_it_cannot_rate(two_months: Path) -> None:
    with asked(two_months) as request:
        card = read_scorecard(request)
    grades = [one.grade for one in card.dimensions]
    # 人社 came every month, 财政 not in September, so 23.1 is C at best; the pay facts are gone; of four
    # lines of October two are simply paid.
    assert grades == ["C", "未评", "D", "未评"]
    assert (card.grade, card.is_whole) == ("未评", False)
    assert card.months[1].n_late == 0  # 22 days is no month
    assert card.months[1].gross is None


def test_a_full_audit_of_late_years_makes_a_b(two_months: Path) -> None:
    for year, grade in (("2025", "B"), ("2023", "B"), ("2022", "未评"), ("2026", "未评")):
        with asked(two_months, options={AUDIT: year}) as request:
            assert read_scorecard(request).dimensions[3].grade == grade, year
    with asked(two_months, options={AUDIT: "去年"}) as request, pytest.raises(UserError):
        read_scorecard(request)


def test_the_weakest_dimension_is_the_grade() -> None:
    assert overall(["B", "A", "C", "C"]) == "C+"
    assert overall(["B", "B", "B", "B"]) == "B"
    assert overall(["A", "未评", "A", "A"]) == "未评"
