"""对照: an answer given on the page stands in the book that the next run reads."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from connectors.answers import LABEL_FILE, UNIT_FILE, read_label_answers, read_unit_answers
from connectors.specs import shipped_specs
from reports.web.accounts.access import PERMISSIONS, May
from reports.web.site import Site
from tests.reports.web.pages.conftest import Browser, Enter
from tests.reports.web.pages.lake.sample import LABEL, SCHOOL, WATER

PLACE = ("establishment__roster", "quota_type", LABEL)
BODY = ("finance", "988001", "云岭县建设指挥部")


def keys(browser: Browser, kind: str, state: str = "all") -> list[str]:
    return re.findall(r'name="key" value="([0-9a-f]{16})"', browser.text("/mapping", kind=kind, state=state))


def answer(browser: Browser, kind: str, said: str, seen: str = "", key: str = "") -> tuple[int, str]:
    found = key or keys(browser, kind)[0]
    got = browser.post(f"/mapping/answer?kind={kind}&state=all", key=found, said=said, seen=seen)
    return got.status_code, got.content.decode()


def label_answers(site: Site) -> dict[tuple[str, str, str], str | None]:
    return dict(read_label_answers(site.home / "mapping" / LABEL_FILE, shipped_specs())[0])


def unit_answers(site: Site) -> dict[tuple[str, str, str], tuple[str, ...]]:
    return dict(read_unit_answers(site.home / "mapping" / UNIT_FILE, shipped_specs())[0])


def test_unknown_labels_and_units_stand_with_their_choices(enter: Enter) -> None:
    browser = enter("operator")
    labels = browser.text("/mapping")
    assert LABEL in labels
    assert "<option>行政编制</option>" in labels
    assert "第 9 行" in labels
    units = browser.text("/mapping", kind="units")
    assert "云岭县建设指挥部" in units
    assert f"{SCHOOL}</span> 云岭县第一中学" in units  # what the program suggests
    assert "云岭县水利局" not in units  # confirmed


def test_an_answer_about_a_label_is_what_the_run_reads(site: Site, enter: Enter) -> None:
    browser = enter("operator")
    status, _ = answer(browser, "labels", "行政编制")
    assert status == 302
    assert label_answers(site) == {PLACE: "X1"}
    assert keys(browser, "labels", "open") == []
    assert "周敏" in browser.text("/mapping", state="answered")
    log = site.casework.audit_log.read_text("utf-8")
    assert "标签对照表.xlsx" in log
    assert LABEL not in log
    assert answer(browser, "labels", "", seen="行政编制")[0] == 302
    assert label_answers(site) == {}


def test_an_answer_about_a_unit_is_what_the_run_reads(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    assert answer(browser, "units", f"{WATER}:0.6 {SCHOOL}:0.4")[0] == 302
    assert unit_answers(site) == {BODY: (WATER, SCHOOL)}
    assert f'value="{WATER}:0.6 {SCHOOL}:0.4"' in browser.text("/mapping", kind="units", state="answered")
    assert answer(browser, "units", "忽略", seen=f"{WATER}:0.6 {SCHOOL}:0.4")[0] == 302
    assert unit_answers(site) == {BODY: ()}
    assert answer(browser, "units", "", seen="忽略")[0] == 302
    assert unit_answers(site) == {}


@pytest.mark.parametrize(
    ("kind", "said", "told"),
    [
        ("labels", "不存在的标签", "不在可选的标准标签里"),
        ("units", "123", "编办没有机构编码"),
        ("units", f"{WATER}:0.7 {SCHOOL}:0.7", "合计不超过 1"),
        ("units", f"{WATER}:0.7 {SCHOOL}", "份额须每个机构都写"),
        ("units", f"{WATER}:x", "不是数"),
        ("units", f"{WATER} {WATER}", "写了两次"),
    ],
)
def test_an_answer_that_is_none_is_refused_and_nothing_written(
    kind: str, said: str, told: str, site: Site, enter: Enter
) -> None:
    status, text = answer(enter("operator"), kind, said)
    assert status == 422
    assert told in text
    assert not (site.home / "mapping" / LABEL_FILE).exists()
    assert not (site.home / "mapping" / UNIT_FILE).exists()


def test_an_answer_that_was_changed_elsewhere_since_is_told_and_kept(site: Site, enter: Enter) -> None:
    first, second = enter("operator", name="a"), enter("handler", name="b")
    answer(first, "labels", "行政编制")
    status, text = answer(second, "labels", "事业编制", seen="")
    assert status == 422
    assert "被改动过（现在是“行政编制”）" in text
    assert label_answers(site) == {PLACE: "X1"}


@pytest.mark.parametrize("mark", ["~$标签对照表.xlsx", ".~lock.标签对照表.xlsx#"])
def test_a_book_that_is_open_in_a_spreadsheet_is_left_alone(mark: str, site: Site, enter: Enter) -> None:
    browser = enter("operator")
    answer(browser, "labels", "行政编制")
    before = (site.home / "mapping" / LABEL_FILE).read_bytes()
    (site.home / "mapping" / mark).write_bytes(b"")
    status, text = answer(browser, "labels", "事业编制", seen="行政编制")
    assert status == 422
    assert "正在表格软件里打开" in text
    assert (site.home / "mapping" / LABEL_FILE).read_bytes() == before


def test_answers_at_the_same_time_do_not_lose_each_other(site: Site, enter: Enter) -> None:
    from reports.answer_books import Answer

    books = site.books
    assert books is not None
    asked = books.questions("2026-10")
    label, unit = asked.labels[0].key, asked.units[0].key
    with ThreadPoolExecutor(2) as pool:
        of_label = pool.submit(books.answer_label, "2026-10", Answer(label, "行政编制", "", "甲"))
        of_unit = pool.submit(books.answer_unit, "2026-10", Answer(unit, WATER, "", "乙"))
        assert of_label.result().answer == "行政编制"
        assert len(of_unit.result()) == 1
    assert label_answers(site) == {PLACE: "X1"}
    assert unit_answers(site) == {BODY: (WATER,)}


def test_a_question_of_another_month_is_refused(enter: Enter) -> None:
    assert answer(enter("operator"), "labels", "行政编制", key="0" * 16)[0] == 422


def test_only_those_who_may_answer_come_in(site: Site, enter: Enter) -> None:
    for role, allowed in PERMISSIONS.items():
        browser = enter(role, name=role, unit_id=WATER)
        may = May.MAP in allowed
        assert browser.get("/mapping").status_code == (200 if may else 403), role
        status = browser.post("/mapping/answer?kind=labels", key="0" * 16, said="行政编制").status_code
        assert status == (422 if may else 403), role
    assert not Path(site.home / "mapping" / LABEL_FILE).exists()
