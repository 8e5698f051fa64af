"""审计: entries in words, filtered; a broken chain is told; everybody whom a disclosure covered is found."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from connectors.audit import append
from reports.web.accounts.access import PERMISSIONS
from reports.web.site import Site
from tests.reports.published_sample import ID_DEAD, ID_TWICE
from tests.reports.web.conftest import SHANGHAI
from tests.reports.web.pages.conftest import Enter
from tests.reports.web.pages.lake.sample import DEAD, SCHOOL, TWICE, WATER

MAY = {"audit", "audit_admin"}


MOMENT = datetime(2026, 10, 20, 9, 30, tzinfo=SHANGHAI)


def write(site: Site, user: str, **event: object) -> None:
    append(site.casework.audit_log, event, MOMENT, user)


def test_only_the_two_auditors_read_the_log(enter: Enter) -> None:
    for role in PERMISSIONS:
        browser = enter(role, name=role, unit_id=WATER)
        expected = 200 if role in MAY else 403
        assert browser.get("/audit").status_code == expected, role
        assert browser.post("/audit/who-saw", id_no=ID_DEAD).status_code == expected, role
        assert browser.get(f"/audit/who-saw/{DEAD}").status_code == expected, role


def test_entries_are_told_in_words_the_latest_first(site: Site, enter: Enter) -> None:
    browser = enter("audit_admin")
    write(site, "周", kind="publish", month="2026-10", run="0123456789abcdef")
    write(
        site, "李", kind="unmask", command="findings", filter={"unit": "教育局"}, reason="核查组调阅", rows=3
    )
    text = browser.text("/audit")
    assert text.index("核查组调阅") < text.index("发布月份</td>") < text.index("授予 zhoumin 审计管理员")
    assert "命令 findings，条件 unit=教育局，行 3" in text


def test_entries_are_filtered_by_user_kind_and_day_and_paged(
    site: Site, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.web.pages.audit.SIZE", 10)
    browser = enter("audit")
    for number in range(30):
        write(site, "甲" if number % 2 else "乙", kind="run", month="2026-10", run=f"run{number:04d}")
    write(site, "丙", kind="export", page="疑点清单", reason="上报", rows=9)
    latest = browser.text("/audit")
    assert "run0029" in latest
    assert "run0011" not in latest
    earlier = browser.text("/audit", before="14")
    assert "run0011" in earlier
    assert "run0029" not in earlier
    by_user = browser.text("/audit", user="甲")
    assert "run0029" in by_user
    assert "run0028" not in by_user
    by_kind = browser.text("/audit", kind="export")
    assert "上报" in by_kind
    assert "run0" not in by_kind
    today = f"{MOMENT:%Y-%m-%d}"
    assert "run0029" in browser.text("/audit", since=today, until=today)
    assert "没有符合条件" in browser.text("/audit", since="2027-01-01")
    assert "没有符合条件" in browser.text("/audit", until="2020-01-01")
    assert "run0029" in browser.text("/audit", since="2026-99-99", kind="';drop", before="x")


def test_a_change_in_the_log_is_told_with_its_line(site: Site, enter: Enter) -> None:
    browser = enter("audit_admin")
    assert "审计日志完好" in browser.text("/audit", verify="1")
    log = site.casework.audit_log
    log.write_text(log.read_text("utf-8").replace("audit_admin", "reviewer"), "utf-8")
    text = browser.text("/audit", verify="1")
    assert "审计日志第 1 行" in text
    assert "内容与校验值不符" in text


def test_a_line_that_is_none_is_shown_as_such(site: Site, enter: Enter) -> None:
    browser = enter("audit_admin")
    with site.casework.audit_log.open("ab") as log:
        log.write(b"nonsense 629923196503120016\n")
    text = browser.text("/audit")
    assert "无法读取" in text
    assert "629923196503120016" not in text


def test_who_saw_a_number_names_every_view_and_export_that_covered_the_person(
    site: Site, enter: Enter
) -> None:
    handler, auditor = enter("handler", name="h"), enter("audit_admin", name="a")
    handler.post(f"/people/{DEAD}/unmask", reason="电话核实")
    handler.post(f"/people/{TWICE}/unmask", reason="另一个人")
    handler.post(f"/unit-cards/{WATER}", reason="水务局归档")
    handler.post(f"/unit-cards/{SCHOOL}", reason="学校归档")
    text = auditor.post("/audit/who-saw", id_no=f" {ID_DEAD} ").content.decode()
    assert "2 次，确知包括此人" in text
    for reason, is_there in (
        ("电话核实", True),
        ("水务局归档", True),
        ("另一个人", False),
        ("学校归档", False),
    ):
        assert (reason in text) == is_there, reason
    # Neither the number nor a name of anybody: the administrator sees no business.
    assert ID_DEAD not in text
    assert "陈守义" not in text


def test_a_disclosure_of_many_names_them_in_a_file_of_its_own(site: Site, enter: Enter) -> None:
    from types import SimpleNamespace
    from typing import Any, cast

    from reports.web.pages.disclosure import FEW, Disclosure, covers, record_disclosure

    auditor = enter("audit_admin")
    people = [f"P{n:04d}" for n in range(FEW + 20)]
    request = cast(
        Any, SimpleNamespace(place=site, access=SimpleNamespace(user="h", roles=frozenset({"handler"})))
    )
    line = record_disclosure(
        request, Disclosure.EXPORT, "疑点清单", "上报", month="2026-10", people=[*people, None, DEAD], rows=99
    )
    assert "people" not in line.event
    assert line.event["n_people"] == FEW + 21
    log = site.casework.audit_log
    assert covers(line.event, {"P0069"}, log) is True
    assert covers(line.event, {"P0070"}, log) is False
    assert "上报" in auditor.text(f"/audit/who-saw/{DEAD}")
    kept = log.parent / "disclosed" / f"{line.event['people_sha256']}.gz"
    assert kept.stat().st_mode & 0o077 == 0
    kept.unlink()
    assert covers(line.event, {"P0069"}, log) is None


def test_entries_that_do_not_say_whom_are_told_apart(site: Site, enter: Enter) -> None:
    auditor = enter("audit_admin")
    write(site, "root", kind="unmask", command="findings", reason="命令行导出", rows=12)
    text = auditor.text(f"/audit/who-saw/{DEAD}")
    assert "0 次，确知包括此人" in text
    assert "没有逐人登记的导出" in text
    assert "命令行导出" in text


def test_a_person_is_found_under_his_earlier_id_too(site: Site, enter: Enter) -> None:
    auditor = enter("audit_admin")
    write(site, "h", kind="unmask", page="人员", reason="合并以前", rows=1, people=["P1965old"])
    assert "合并以前" in auditor.text(f"/audit/who-saw/{DEAD}")
    assert "合并以前" not in auditor.text(f"/audit/who-saw/{TWICE}")


def test_asking_who_saw_is_written_down_without_the_number(site: Site, enter: Enter) -> None:
    auditor = enter("audit_admin")
    answer = auditor.post("/audit/who-saw", id_no=ID_TWICE)
    assert answer.status_code == 200
    last = json.loads(site.casework.audit_log.read_text("utf-8").splitlines()[-1])
    assert (last["event"]["kind"], last["user"]) == ("who_saw", "zhoumin")
    assert ID_TWICE not in site.casework.audit_log.read_text("utf-8")
    unknown = auditor.post("/audit/who-saw", id_no="629923190001010011").content.decode()
    assert "都没有这个号码" in unknown
