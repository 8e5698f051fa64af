"""A draft handed in through the browser: what is taken, what is refused, how its end is seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from connectors.errors import UserError
from reports.web.accounts.access import PERMISSIONS
from reports.web.site import Site
from tests.reports.web.pages.conftest import Browser, Enter
from tests.reports.web.pages.gate.payroll_sample import DRAFT, UNITS

CSV = "单位代码,姓名,应发\n203001,赵某,5000\n".encode()


class Gate:
    """Judges nothing: it waits until it is told, and remembers what it was given."""

    def __init__(self) -> None:
        self.may_end, self.has_ended = Event(), Event()
        self.given: list[tuple[str, str, bytes]] = []
        self.error: UserError | None = None

    def __call__(self, payroll_month: str, draft: Path, echo: Callable[[str], None]) -> None:
        self.given.append((payroll_month, draft.name, draft.read_bytes()))
        echo("读取财政的文件")
        self.folder = draft.parent
        self.may_end.wait(20)
        if self.error:
            raise self.error


@pytest.fixture
def gate(site: Site) -> Gate:
    found = Gate()
    object.__setattr__(site, "judge_draft", found)
    return found


def hand_in(browser: Browser, name: str = "11月草表.csv", content: bytes = CSV, payroll: str = DRAFT) -> Any:
    return browser.post("/gate/draft", payroll=payroll, file=SimpleUploadedFile(name, content))


def ended(site: Site, gate: Gate) -> None:
    """Let the judging end, and wait for it."""
    from reports.web.pages.gate.draft import _JOBS

    gate.may_end.set()
    for _ in range(2000):
        if _JOBS[str(site.home)].is_done:
            return
        Event().wait(0.005)
    raise AssertionError("the judging has not ended")


def test_a_draft_is_judged_beside_its_page_waits_and_leads_to_the_result(
    site: Site, gate: Gate, enter: Enter
) -> None:
    browser = enter("finance")
    answer = hand_in(browser)
    assert answer.status_code == 302
    waiting = browser.text(answer["Location"])
    assert '<meta http-equiv="refresh" content="3">' in waiting
    assert "11月草表.csv" in waiting
    ended(site, gate)
    assert gate.given == [(DRAFT, "11月草表.csv", CSV)]
    done = browser.get(answer["Location"])
    assert done["Location"] == f"/gate?month=2026-10&payroll={DRAFT}&done=judged"
    assert "草表已核对" in browser.text(done["Location"])
    assert not gate.folder.exists()
    lines = (site.home / "audit.jsonl").read_text("utf-8").splitlines()
    uploads = [one for one in map(json.loads, lines) if one["event"]["kind"] == "upload"]
    assert [(one["user"], one["event"]["bytes"]) for one in uploads] == [("zhoumin", len(CSV))]


def test_why_it_was_not_judged_is_said_and_another_can_be_handed_in(
    site: Site, gate: Gate, enter: Enter
) -> None:
    browser = enter("handler")
    gate.error = UserError("没有读到草表", remedy="请写明工资月份")
    answer = hand_in(browser)
    busy = hand_in(browser)
    assert busy.status_code == 422
    assert "另一份草表正在核对" in busy.content.decode()
    ended(site, gate)
    text = browser.text(answer["Location"])
    assert "没有读到草表。请写明工资月份" in text
    assert "refresh" not in text
    assert hand_in(browser).status_code == 302
    ended(site, gate)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("草表.exe", CSV, "这种文件不能作为工资表"),
        ("草表.xlsx", b"%PDF-1.7 x", "PDF"),
        ("草表.xlsx", b"MZ" + b"\0" * 200, "可执行程序"),
        ("草表.csv", b"", "没有选择文件"),
        ("草表", CSV, "这种文件不能作为工资表"),
    ],
)
def test_what_is_no_table_is_refused(name: str, content: bytes, why: str, gate: Gate, enter: Enter) -> None:
    answer = hand_in(enter("finance"), name, content)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert gate.given == []


def test_a_file_that_is_too_large_is_refused(
    gate: Gate, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = enter("finance")
    monkeypatch.setattr("reports.web.pages.gate.received.MOST_BYTES", len(CSV) - 1)
    answer = hand_in(browser)
    assert answer.status_code == 422
    assert "文件太大" in answer.content.decode()
    assert gate.given == []


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/cron.d/草表.csv", "草表.csv"),
        ("..\\..\\windows\\草表.XLSX", "草表.xlsx"),
        ('<img src="x">.csv', "img_src=_x.csv"),
        ("a\x00b\n.csv", "a_b.csv"),
        ("....csv", "未命名.csv"),
    ],
)
@pytest.mark.usefixtures("site")
def test_a_files_name_leads_nowhere(given: str, name: str) -> None:
    from reports.web.pages.gate.received import safe_name

    assert safe_name(given) == name
    assert len(safe_name("长" * 500 + ".csv").encode()) < 255


def test_only_the_payroll_after_a_published_month_can_be_judged(gate: Gate, enter: Enter) -> None:
    browser = enter("finance")
    for payroll in ("2026-10", "2027-01", "'; drop", ""):
        assert hand_in(browser, payroll=payroll).status_code == 422
    assert gate.given == []


@pytest.mark.parametrize("role", sorted(PERMISSIONS))
def test_only_who_signs_hands_in(role: str, site: Site, gate: Gate, enter: Enter) -> None:
    browser = enter(role, unit_id=UNITS["203001"])
    may = role in ("handler", "finance")
    assert browser.get("/gate/draft").status_code == (200 if may else 403)
    assert hand_in(browser).status_code == (302 if may else 403)
    if may:
        ended(site, gate)


def test_an_address_that_nobody_was_given_shows_nothing(site: Site, gate: Gate, enter: Enter) -> None:
    browser = enter("finance")
    assert browser.get("/gate/draft/abc").status_code == 404
    hand_in(browser)
    assert browser.get("/gate/draft/abc").status_code == 404
    ended(site, gate)
