"""What is due when: departments that are late, and a lock day with signatures wanting."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from assets.ledger.month import Month
from pipelines.alerts.alert import Alert, Kind
from pipelines.alerts.record import attempts
from pipelines.alerts.reminders import remind, reminders, unsigned
from pipelines.casework import open_home_casework
from pipelines.clock import SHANGHAI
from pipelines.home import Home, prepare_inbox
from pipelines.settings import load_settings
from reports.casework.gate_signing import Unsigned
from reports.web.casework.events import HoldEvent
from tests.pipelines import tiny_county
from tests.pipelines.alerts.sinks import Hook
from tests.pipelines.setting import set_values
from tests.reports.published_sample import MONTH, write_published_month
from tests.reports.web.pages.gate.payroll_sample import BROKEN, DEAD, DRAFT, TWICE, gate_lines, tables

OCTOBER = "2026-10"


def at(day: int, month: int = 10) -> datetime:
    return datetime(2026, month, day, 9, 30, tzinfo=SHANGHAI)


def due(home: Home, moment: datetime, kind: Kind) -> list[Alert]:
    return [one for one in reminders(home, moment) if one.kind is kind]


@pytest.fixture
def delivered(home: Home) -> Home:
    """All have delivered but 公安 and 人社."""
    tiny_county.write_month(home.inbox, OCTOBER)
    for department in ("公安", "人社"):
        shutil.rmtree(home.inbox / OCTOBER / department)
    return home


# 20 October 2026 is a Tuesday; the three working days before it are the 15th, the 16th and the 19th.
@pytest.mark.parametrize(
    ("day", "is_due"), [(14, False), (15, True), (16, True), (18, True), (19, True), (20, True), (21, False)]
)
def test_late_departments_are_named_some_working_days_before(day: int, is_due: bool, delivered: Home) -> None:
    found = due(delivered, at(day), Kind.LATE)
    assert len(found) == is_due
    for alert in found:
        assert alert.matter == "late/2026-10"
        assert "公安" in alert.text
        assert "人社" in alert.text
        assert "编办" not in alert.text.split("\n")[0]


def test_how_early_is_a_setting(delivered: Home) -> None:
    set_values(delivered, "alerts", late_days=1)
    assert not due(delivered, at(16), Kind.LATE)
    assert due(delivered, at(19), Kind.LATE)


def test_nobody_is_late_when_all_have_delivered(delivered: Home) -> None:
    for department in ("公安", "人社"):
        prepare_inbox(delivered, OCTOBER)
        (delivered.inbox / OCTOBER / department / "名册.xlsx").write_bytes(b"x")
    assert not due(delivered, at(19), Kind.LATE)


def test_who_need_not_deliver_this_month_is_not_late(delivered: Home) -> None:
    set_values(delivered, "feeds", police="quarterly", personnel="on_demand")
    assert not due(delivered, at(19), Kind.LATE)


def test_a_run_on_the_first_days_of_a_month_is_near_in_the_month_before(delivered: Home) -> None:
    set_values(delivered, "schedule", day=2)
    (alert,) = due(delivered, at(30), Kind.LATE)
    assert alert.month == "2026-11"
    assert "2026-11-02" in alert.text


@pytest.fixture
def judged(home: Home) -> Home:
    """2026-10 is published and has judged the draft of 2026-11, which is locked on 25 November."""
    write_published_month(home.root, tables())
    return home


def test_a_published_month_is_not_late(judged: Home) -> None:
    assert not due(judged, at(19), Kind.LATE)
    assert due(judged, at(19, month=11), Kind.LATE)


def test_the_wanting_signatures_of_a_draft_are_counted(judged: Home) -> None:
    holds = [line for line in gate_lines() if line["action"] == "hold" and line["payroll_month"] == DRAFT]
    assert {line["per_id"] for line in holds} == {f"{n:06}" for n in (DEAD, TWICE, *BROKEN)}
    before = unsigned(judged, Month(DRAFT))
    assert (before.n_first, before.n_second) == (len(holds), 0)
    assert before.n_breakers > 0
    line = holds[0]
    key = "|".join(str(line[name]) for name in ("agency_code", "per_id", "file", "sheet", "row"))
    with open_home_casework(judged) as casework:
        casework.append(
            HoldEvent(
                by="甲",
                role="handler",
                payroll_month=DRAFT,
                agency_code=line["agency_code"],
                per_id=line["per_id"],
                row_key=key,
                step="handler",
            )
        )
    assert unsigned(judged, Month(DRAFT)) == Unsigned(len(holds) - 1, 1, before.n_breakers)


# 25 November 2026 is a Wednesday.
@pytest.mark.parametrize(
    ("day", "left"), [(20, None), (22, None), (23, "还有 2 个工作日"), (25, "就是今天"), (26, None)]
)
def test_the_lock_day_is_told_with_numbers_only(day: int, left: str | None, judged: Home) -> None:
    found = [one for one in due(judged, at(day, 11), Kind.LOCK) if one.matter == f"lock/{DRAFT}"]
    assert bool(found) == bool(left)
    for alert in found:
        assert str(left) in alert.text
        assert f"{2 + len(BROKEN)} 行建议暂停等待核查员经办" in alert.text
        assert "处熔断" in alert.text
        said = alert.title + alert.text
        for line in gate_lines():
            assert line["name"] not in said
            assert line["agency_name"] not in said
            assert not line["id_no"] or line["id_no"] not in said


def test_a_month_that_is_not_published_at_the_lock_day_is_told(judged: Home) -> None:
    matters = [one.matter for one in due(judged, at(23, 11), Kind.LOCK)]
    assert f"lock/{DRAFT}/unpublished" in matters
    set_values(judged, "schedule", day=24)
    matters = [one.matter for one in due(judged, at(23, 11), Kind.LOCK)]
    assert f"lock/{DRAFT}/unpublished" not in matters
    assert not [one for one in due(judged, at(23, 10), Kind.LOCK) if one.month == MONTH]


def test_a_reminder_is_sent_once_and_a_failed_one_again(delivered: Home, hook: Hook) -> None:
    set_values(delivered, "alerts.webhook", url=hook.url)
    settings = load_settings(delivered.settings)
    hook.answer = 500
    assert len(remind(delivered, settings, at(15))) == 1
    hook.answer = 200
    (again,) = remind(delivered, settings, at(16))
    assert again.channels == {"webhook": "ok"}
    assert remind(delivered, settings, at(19)) == []
    assert len(list(attempts(delivered))) == 2


def test_nothing_of_a_file_or_a_folder_is_said(delivered: Home, tmp_path: Path) -> None:
    (delivered.inbox / OCTOBER / "编办" / "张三的名册.xlsx").write_bytes(b"x")
    for alert in reminders(delivered, at(19)):
        assert "张三" not in alert.title + alert.text
        assert str(tmp_path) not in alert.title + alert.text
