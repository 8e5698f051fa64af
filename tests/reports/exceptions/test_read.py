from decimal import Decimal
from pathlib import Path

import pytest

from assets.contracts.registry import published
from assets.published import PublishedMonth, open_month
from reports.exceptions.model import ExceptionReport
from reports.exceptions.numbers import numbers_lines
from reports.exceptions.plain import counter_text, month_span, plain_text
from reports.exceptions.read import exception_report
from tests.reports.published_sample import MONTH, sample_tables, write_published_month


@pytest.fixture
def report(published_month: PublishedMonth) -> ExceptionReport:
    return exception_report(published_month)


def test_refuted_findings_leave_the_list(report: ExceptionReport) -> None:
    numbers = [f.number for g in report.groups for f in g.findings]
    assert "629923-P01-00007" not in numbers
    assert report.total.n == len(numbers) == 6


def test_money_is_totalled_by_case_and_kinds_stay_apart(report: ExceptionReport) -> None:
    assert report.total.recoverable == Decimal("37001.96")
    assert report.total.indicative == Decimal("142800.00")


def test_new_continued_and_stock_add_up(report: ExceptionReport) -> None:
    total = report.total
    assert (total.n_new, total.n_continued, total.n_stock) == (3, 2, 1)
    assert total.n_resolved == 1


def test_every_group_of_the_catalogue_has_a_sheet_also_without_findings(report: ExceptionReport) -> None:
    assert [g.title for g in report.groups] == ["P 人员存在性", "I 身份要素", "T 编制类型", "Q 编制总量"]
    assert report.groups[1].findings == ()


def test_only_departments_with_evidence_stand_side_by_side(report: ExceptionReport) -> None:
    assert report.groups[0].departments == ("establishment", "personnel", "finance", "police")


def test_differences_are_the_sum_of_their_lines(report: ExceptionReport) -> None:
    assert all(line.is_balanced for line in report.numbers)
    water = report.numbers[0]
    assert water.difference("paid") == water.explained("paid") == 1
    assert water.difference("personnel") is None


def test_approved_to_roster_is_one_line_with_the_ledger(report: ExceptionReport) -> None:
    line = next(b for b in report.numbers[0].bridge if b.comparison == "approved")
    assert (line.sign, line.reason) == (-1, "空编")
    assert line.detail == "空编 1 名；台账：2011-09-01 云机编发〔2011〕19号 +18"


def test_quota_held_by_a_pool_is_not_called_over(tmp_path: Path) -> None:
    tables = sample_tables()
    tables["three_numbers"][1].update(approved=0, pool_id="教育")
    with open_month(write_published_month(tmp_path, tables), MONTH) as month:
        school = exception_report(month).numbers[1]
    assert [b.reason for b in school.bridge if b.comparison == "approved"] == ["编制在池"]
    assert school.remark == "编制核定到编制池 教育"


def test_whom_the_organisation_department_does_not_keep_is_one_line_of_the_difference(tmp_path: Path) -> None:
    tables = sample_tables()
    school_row = tables["three_numbers"][1]
    school_row.update(n_organisation=3)
    rest = {"comparison": "organisation", "sign": 3 - school_row["on_roster"], "reason": "not_managed"}
    nobody = dict.fromkeys(("person_id", "name", "id_no", "finding_id", "detail"))
    tables["bridge"].append(nobody | rest | {key: school_row[key] for key in ("unit_id", "quota_type")})
    with open_month(write_published_month(tmp_path, tables), MONTH) as month:
        school = exception_report(month).numbers[1]
    assert (
        school.difference("organisation") == school.explained("organisation") == 3 - school_row["on_roster"]
    )
    assert [b.reason for b in school.bridge if b.comparison == "organisation"] == ["不属组织部管理"]
    assert school.is_balanced


def test_a_reason_is_called_by_the_list_it_is_about() -> None:
    numbers = {"unit_id": "1", "quota_type": "X1", "on_roster": 1, "paid": 1, "n_personnel": 1}
    lines = [
        {"unit_id": "1", "quota_type": "X1", "comparison": c, "sign": -1, "reason": "not_listed"}
        for c in ("paid", "personnel")
    ]
    row = dict.fromkeys(published()["three_numbers"].names) | numbers
    bridge = [dict.fromkeys(published()["bridge"].names) | line for line in lines]
    assert [b.reason for b in numbers_lines([row], bridge, {})[0].bridge] == ["在编无薪", "该部门无此人"]


def test_the_total_of_differences_ignores_bodies_a_list_is_silent_about(report: ExceptionReport) -> None:
    assert report.grand_total.differences == {"approved": 1, "paid": 2, "organisation": 0, "personnel": -1}


def test_an_unexplained_difference_shows(tmp_path: Path) -> None:
    tables = sample_tables()
    tables["bridge"] = tables["bridge"][1:]  # the one line that explains 水务局
    home = write_published_month(tmp_path, tables)
    with open_month(home, MONTH) as month:
        lines = exception_report(month).numbers
    assert [line.is_balanced for line in lines] == [False, True, True, True]


def test_the_cover_says_whose_data_are_late(report: ExceptionReport) -> None:
    states = {s.department: s.state for s in report.cover.sources}
    assert states == {
        "编办": "本月",
        "组织": "未报送",
        "人社": "本月",
        "财政": "本月",
        "公安": "沿用 2026-08",
    }
    assert report.cover.incomplete == ("组织",)
    assert [u.rule_id for u in report.cover.unchecked] == ["P08"]
    assert {rule for rule, _ in report.cover.pending_bases} == {"P01"}


def test_rows_of_each_sheet_are_conserved(report: ExceptionReport) -> None:
    assert [(s.counted, s.is_balanced) for s in report.sheets] == [(415, True), (990, True)]
    assert report.sheets[1].reasons.endswith(" 1")


def test_issues_stand_by_department_worst_first(report: ExceptionReport) -> None:
    assert [(i.department, i.severity) for i in report.issues] == [
        ("编办", "请核对"),
        ("财政", "须更正"),
        ("财政", "请核对"),
    ]


def test_a_month_without_anything_is_a_report_too(tmp_path: Path) -> None:
    home = write_published_month(tmp_path, {})
    with open_month(home, MONTH) as month:
        report = exception_report(month)
    assert report.total.n == 0
    assert report.groups == ()


def test_consecutive_months_are_drawn_together() -> None:
    assert month_span('["2025-12","2026-01","2026-03"]') == "2025-12 至 2026-01（2 个月）、2026-03"
    assert month_span("[]") == ""


def test_counter_evidence_is_one_record_a_line_with_its_place() -> None:
    text = counter_text(
        '[{"what": "人社工资审批", "date": "2026-07-01", "file": "工资审批表.xlsx", "sheet": "表", "row": 9},'
        ' {"what": "考勤记录出勤", "date": "2026-08-01", "file": null, "sheet": null, "row": null}]'
    )
    assert text.splitlines() == [
        "2026-07-01 人社工资审批〔工资审批表.xlsx ▸ 表 第 9 行〕",
        "2026-08-01 考勤记录出勤",
    ]
    assert counter_text("[]") == counter_text(None) == ""


def test_json_texts_are_printed_plainly() -> None:
    assert plain_text('[{"a": 1, "b": "二"}, "三"]') == "a 1 b 二；三"
    assert plain_text("[未闭合") == "[未闭合"
