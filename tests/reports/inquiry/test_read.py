from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from connectors.errors import UserError
from reports.inquiry.model import Inquiry
from reports.inquiry.read import Counts, lay_inquiries, read_inquiries
from tests.reports.inquiry.asking import (
    EDUCATION,
    FARM,
    OFFICE,
    SCHOOL,
    WATER,
    asked_tables,
    casework_with,
    finding_of,
    request_over,
    weekday,
)
from tests.reports.published_sample import ID_DEAD, ID_TWICE

DEAD, TWICE, NO_POST, UNPAID, SWITCHED, OVER, REFUTED = (
    f"629923-{rule}-{n:05d}" for n, rule in enumerate(("P06", "P10", "P01", "P02", "T01", "Q01", "P01"), 1)
)


def asked(folder: Path, **more: object) -> tuple[Counts, list[Inquiry]]:
    again = bool(more.pop("again", True))
    with request_over(folder, **more) as request:  # type: ignore[arg-type]
        return lay_inquiries(request, again=again), list(read_inquiries(request))


def numbers(inquiries: list[Inquiry]) -> set[str]:
    return {line.number for one in inquiries for line in one.lines}


def test_open_findings_are_asked_of_the_supervisor_or_of_the_body_that_has_none(tmp_path: Path) -> None:
    counts, found = asked(tmp_path)
    said = {one.recipient: {unit.unit_id: len(unit.lines) for unit in one.units} for one in found}
    assert said == {WATER: {WATER: 2, FARM: 1}, EDUCATION: {SCHOOL: 2}}
    assert numbers(found) == {DEAD, TWICE, NO_POST, SWITCHED, OVER}
    assert (counts.n_lines, counts.n_recipients, counts.n_of_nobody) == (5, 2, 0)
    assert [one.recipient for one in found] == sorted(one.recipient for one in found)


def test_a_unit_that_is_named_is_asked_itself(tmp_path: Path) -> None:
    _, (school,) = asked(tmp_path, unit="第一中学")
    assert (school.recipient, school.is_unit, numbers([school])) == (SCHOOL, True, {SWITCHED, OVER})


def test_a_supervisor_is_asked_alone(tmp_path: Path) -> None:
    _, (education,) = asked(tmp_path, supervisor="教育局")
    assert (education.recipient, numbers([education])) == (EDUCATION, {SWITCHED, OVER})


@pytest.mark.parametrize(
    "change",
    [
        {"status": "refuted"},
        {"status": "exempt"},
        {"status": "confirmed"},
        {"status": "closed"},
        {"status": "not_checked"},
        {"severity": 4},
        {"stock": True},
        {"unit_id": "629923"},
        {"unit_id": None},
    ],
)
def test_what_is_settled_mild_old_or_nobodys_is_not_asked(tmp_path: Path, change: dict[str, object]) -> None:
    tables = asked_tables()
    finding_of(tables, DEAD).update(change)
    counts, found = asked(tmp_path, tables=tables)
    assert DEAD not in numbers(found)
    assert counts.n_of_nobody == ("unit_id" in change)


def test_only_findings_that_are_named_are_asked_about_where_any_is(tmp_path: Path) -> None:
    with request_over(tmp_path) as request:
        counts = lay_inquiries(request, numbers=(TWICE, "629923-P01-99999"))
        assert numbers(list(read_inquiries(request))) == {TWICE}
    assert (counts.n_lines, counts.n_recipients) == (1, 1)


def test_what_is_being_verified_stays_on_the_list(tmp_path: Path) -> None:
    tables = asked_tables()
    finding_of(tables, DEAD)["status"] = "verifying"
    assert DEAD in numbers(asked(tmp_path, tables=tables)[1])


def test_stock_is_asked_where_it_is_wanted(tmp_path: Path) -> None:
    tables = asked_tables()
    finding_of(tables, DEAD).update(stock=True, due_on=None)
    _, found = asked(tmp_path, tables=tables, options={"存量": "是"})
    (line,) = [line for one in found for line in one.lines if line.number == DEAD]
    assert line.due_on == weekday(date(2026, 10, 20), 10)
    with pytest.raises(UserError, match="看不懂“也许”"):
        asked(tmp_path, options={"存量": "也许"})


def test_a_decision_taken_since_the_month_was_computed_ends_the_asking(tmp_path: Path) -> None:
    tables = asked_tables()
    finding = finding_of(tables, DEAD)
    bound = {"finding_id": finding["finding_id"], "at": "2026-11-05T09:00:00+08:00", "verdict": "confirmed"}
    same = casework_with("decision", **bound, evidence_hash=finding["evidence_hash"])
    assert DEAD not in numbers(asked(tmp_path, tables=tables, casework=same)[1])
    changed = casework_with("decision", **bound, evidence_hash="another")
    assert DEAD in numbers(asked(tmp_path, casework=changed)[1])
    over = casework_with(
        "decision", **bound, evidence_hash=finding["evidence_hash"], until=date(2026, 10, 30)
    )
    assert DEAD in numbers(asked(tmp_path, casework=over)[1])


def test_a_decision_that_the_month_has_judged_does_not_hide_what_it_reopened(tmp_path: Path) -> None:
    tables = asked_tables()
    finding = finding_of(tables, DEAD)
    said = {"verdict": "closed", "by": "张三", "at": "2026-09-05T09:00:00+08:00", "reason": "已停发"}
    said |= {"paper": "", "until": "", "month": "2026-09", "state": "recurred", "note": ""}
    finding["decision"] = json.dumps(said)
    known = casework_with(
        "decision",
        finding_id=finding["finding_id"],
        evidence_hash=finding["evidence_hash"],
        at="2026-09-05T09:00:00+08:00",
        verdict="closed",
    )
    assert DEAD in numbers(asked(tmp_path, tables=tables, casework=known)[1])


def test_nobody_is_asked_twice_about_the_same_evidence(tmp_path: Path) -> None:
    tables = asked_tables()
    finding = finding_of(tables, DEAD)
    sent = {"finding_id": finding["finding_id"], "evidence_hash": finding["evidence_hash"]}
    known = casework_with("inquiry", **sent)
    assert DEAD not in numbers(asked(tmp_path, tables=tables, casework=known, again=False)[1])
    assert DEAD in numbers(asked(tmp_path, casework=known, again=True)[1])
    known = casework_with("inquiry", **(sent | {"evidence_hash": "as it was before"}))
    assert DEAD in numbers(asked(tmp_path, casework=known, again=False)[1])


def test_no_line_says_a_category_or_a_whole_number(tmp_path: Path) -> None:
    _, found = asked(tmp_path)
    text = "\n".join(
        " ".join((line.who, line.matter, line.sides, line.wanted)) for one in found for line in one.lines
    )
    assert "629923********0016" in text
    assert not any(word in text for word in (ID_DEAD, ID_TWICE, "吃空饷", "K4", "K7", "6217002870012345678"))


def test_the_lists_stand_side_by_side_and_repeat_nothing(tmp_path: Path) -> None:
    _, found = asked(tmp_path)
    (line,) = [line for one in found for line in one.lines if line.number == SWITCHED]
    roster, staff = line.sides.split("\n")
    assert roster.startswith("编办《实名制")
    assert "事业编制" in roster
    assert staff.startswith("人社《人员花名册》")
    assert "行政编制" in staff
    assert "阿依古丽" not in line.sides


@pytest.mark.parametrize(
    ("due_on", "options", "reply_days", "expected"),
    [
        # 2026-10-20 is a Tuesday: five working days later is the 27th, ten the 3rd of November.
        (date(2026, 10, 27), {}, 10, date(2026, 10, 27)),
        (date(2026, 11, 3), {}, 10, date(2026, 11, 3)),
        (date(2026, 11, 3), {}, 5, date(2026, 10, 27)),
        (date(2026, 11, 3), {}, 15, date(2026, 11, 3)),
        (None, {}, 15, date(2026, 11, 10)),
        (date(2026, 10, 27), {"发出日期": "2026-11-02"}, 10, date(2026, 11, 9)),
        (date(2026, 11, 3), {"发出日期": "2026-11-02"}, 10, date(2026, 11, 16)),
        (date(2026, 10, 27), {"发出日期": "2026-10-09"}, 10, date(2026, 10, 27)),
    ],
)
def test_the_time_to_answer_counts_from_the_schedule_or_the_later_sending(
    tmp_path: Path, due_on: date | None, options: dict[str, str], reply_days: int, expected: date
) -> None:
    tables = asked_tables()
    finding_of(tables, DEAD)["due_on"] = due_on
    office = replace(OFFICE, reply_days=reply_days)
    _, found = asked(tmp_path, tables=tables, options=options, office=office)
    (line,) = [line for one in found for line in one.lines if line.number == DEAD]
    assert line.due_on == expected


def test_a_day_of_sending_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="看不懂日期"):
        asked(tmp_path, options={"发出日期": "月底"})
