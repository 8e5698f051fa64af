"""The register of what was told and objected, letters as files, the list for finance: each recorded."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reports.web.accounts.access import PERMISSIONS
from reports.web.pages.desk import desk_of
from reports.web.site import AskedReport, Site
from tests.reports.web.pages.conftest import Browser, Enter
from tests.reports.web.pages.gate.payroll_sample import BROKEN, DEAD, DRAFT, NEW, UNITS, gate_lines, uid


class Office:
    """Writes whatever report is asked of it, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[AskedReport] = []

    def __call__(self, asked: AskedReport, path: Path) -> None:
        self.asked.append(asked)
        if path.suffix:
            path.write_bytes(b"content")
            return
        path.mkdir()
        (path / "云岭县水务局.docx").write_bytes(b"letter")


@pytest.fixture
def office(site: Site) -> Iterator[Office]:
    """What the site's reports are written by."""
    found = Office()
    object.__setattr__(site, "write_report", found)
    yield found


def record(browser: Browser, line: int, **given: str) -> Any:
    return browser.post(f"/gate/lines/{uid(line)}/register", payroll=DRAFT, **given)


def sent(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def entries(site: Site) -> list[tuple[str, str]]:
    events = desk_of(site).casework.events("due_process")
    return [(step, str(due_on)) for step, due_on in events.select("step", "due_on").iter_rows()]


def logged(site: Site) -> list[dict[str, Any]]:
    lines = (site.home / "audit.jsonl").read_text("utf-8").splitlines()
    return [one["event"] for one in map(json.loads, lines) if one["event"]["kind"] == "export"]


def test_an_objection_has_thirty_days_is_late_after_them_and_is_answered_once(
    site: Site, enter: Enter
) -> None:
    browser = enter("handler")
    assert (
        record(browser, DEAD, step="noticed", done_on="2026-10-12", paper="云编办函〔2026〕3号").status_code
        == 302
    )
    assert record(browser, DEAD, step="objected", done_on="2026-10-14", said="本人健在").status_code == 302
    assert entries(site) == [("noticed", "None"), ("objected", "2026-11-13")]
    assert "11-13 前答复" in browser.text("/gate")
    twice = record(browser, DEAD, step="objected", done_on="2026-10-15", said="再提")
    assert twice.status_code == 422
    assert "已有一件异议待答复" in twice.content.decode()
    site.casework.clock.moment += timedelta(days=40)  # type: ignore[attr-defined]
    late = enter("handler", name="later")
    assert "逾期 1" in late.text("/gate/papers")
    assert record(late, DEAD, step="upheld", said="民政更正死亡登记").status_code == 302
    text = late.text("/gate/papers")
    assert "逾期" not in text
    assert "成立 1" in text
    assert "民政更正死亡登记" in late.text(f"/gate/lines/{uid(DEAD)}")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"step": "upheld", "said": "属实"}, "没有待答复的异议"),
        ({"step": "objected", "said": " "}, "请写明异议的内容"),
        ({"step": "noticed", "done_on": "2026-10-29"}, "不能晚于今天"),
        ({"step": "noticed", "done_on": "昨天"}, "2026-11-06 的样子"),
        ({"step": "forgotten"}, "请选择登记什么"),
        ({"step": "objected", "said": "长" * 1001}, "太长"),
    ],
)
def test_what_does_not_follow_is_refused_and_said(
    given: dict[str, str], why: str, site: Site, enter: Enter
) -> None:
    answer = record(enter("finance"), DEAD, **given)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert entries(site) == []


def test_a_line_that_is_not_held_can_be_objected_to_too(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    assert record(browser, NEW, step="objected", said="手续已批").status_code == 302
    (row,) = desk_of(site).casework.events("due_process").rows(named=True)
    line = next(one for one in gate_lines() if one["row_uid"] == int(uid(NEW)))
    parts = (line["agency_code"], line["per_id"], line["file"], line["sheet"], str(line["row"]))
    assert row["row_key"] == "|".join(parts)
    assert record(browser, 9999, step="objected", said="x").status_code == 404


def test_a_letter_is_of_the_payrolls_holds_and_says_who_took_it(
    office: Office, site: Site, enter: Enter
) -> None:
    browser = enter("handler")
    answer = browser.post("/gate/papers/write", payroll=DRAFT, letter="notice", per="person")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(sent(answer))) as archive:
        assert archive.namelist() == ["云岭县水务局.docx"]
    (asked,) = office.asked
    assert (asked.name, asked.month) == ("告知书", "2026-10")
    assert asked.options == {"按": "人", "编号": "629923-P06-00001、629923-P10-00002"}
    assert asked.recipient is not None
    assert asked.recipient.name == "周敏"
    assert not asked.unmask
    (event,) = logged(site)
    assert (event["page"], event["rows"], event["unmasked"]) == ("告知书", 2, False)


def test_a_letter_of_one_line_is_about_its_findings(office: Office, enter: Enter) -> None:
    browser = enter("handler")
    stopped = browser.post("/gate/papers/write", payroll=DRAFT, letter="notice", line=uid(BROKEN[0]))
    assert stopped.status_code == 422
    assert "熔断还没有解除" in stopped.content.decode()
    browser.post("/gate/papers/write", payroll=DRAFT, letter="correction", line=uid(DEAD))
    assert office.asked[0].options["编号"] == "629923-P06-00001"
    assert (
        browser.post("/gate/papers/write", payroll=DRAFT, letter="notice", line=uid(NEW)).status_code == 404
    )
    assert browser.post("/gate/papers/write", payroll=DRAFT, letter="poem").status_code == 404


def test_the_list_for_finance_needs_a_reason_and_is_recorded_before_it_is_sent(
    office: Office, site: Site, enter: Enter
) -> None:
    browser = enter("finance")
    refused = browser.post("/gate/export", payroll=DRAFT, list="list", reason=" ")
    assert refused.status_code == 422
    assert "事由" in refused.content.decode()
    assert office.asked == []
    answer = browser.post("/gate/export", payroll=DRAFT, list="book", reason="报送国库")
    assert sent(answer) == b"content"
    (asked,) = office.asked
    assert (asked.name, asked.options) == ("发放核对", {"工资月份": DRAFT})
    (event,) = logged(site)
    n = sum(one["payroll_month"] == DRAFT for one in gate_lines())
    assert (event["reason"], event["rows"], event["filter"]) == ("报送国库", n, {"payroll": DRAFT})


@pytest.mark.parametrize("role", sorted(PERMISSIONS))
def test_who_may_keep_the_register_write_letters_and_export(
    role: str, office: Office, site: Site, enter: Enter
) -> None:
    browser = enter(role, unit_id=UNITS["203001"])
    works, exports = (
        role in ("handler", "finance", "reviewer"),
        role in ("handler", "finance", "reviewer", "audit"),
    )
    assert (record(browser, DEAD, step="noticed").status_code == 302) == works
    letter = browser.post("/gate/papers/write", payroll=DRAFT, letter="notice")
    assert letter.status_code == (200 if works else 403)
    listed = browser.post("/gate/export", payroll=DRAFT, list="book", reason="核对")
    assert listed.status_code == (200 if exports else 403)
    assert len(entries(site)) == works
    assert len(office.asked) == works + exports


def test_a_report_that_cannot_be_written_is_told_on_the_page(site: Site, enter: Enter) -> None:
    answer = enter("finance").post("/gate/export", payroll=DRAFT, list="book", reason="核对")
    assert answer.status_code == 422
    assert "这里不能出具报表" in answer.content.decode()
