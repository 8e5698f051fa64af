"""The list and the details: what is asked for, in its order, page by page; decisions bound to evidence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from assets.published import PublishedMonth
from reports.web.site import Site
from tests.reports.published_sample import ID_DEAD, MONTH, sample_tables, write_published_month
from tests.reports.web.pages.conftest import Browser, Enter


def listed(text: str) -> list[str]:
    body = text[text.index("<tbody>") :] if "<tbody>" in text else ""
    return re.findall(r'class="id" href="/findings/(629923-[A-Z][0-9]{2}-[0-9]{5})', body)


def test_the_list_shows_what_is_open_worst_first(enter: Enter, published_month: PublishedMonth) -> None:
    expected = published_month.sql(
        """select number from finding where status not in ('refuted', 'closed', 'exempt', 'not_checked')
        order by severity, number"""
    )["number"].to_list()
    assert listed(enter("handler").text("/findings")) == expected


SORTED = (
    "number",
    "-amount",
    "due",
    "name",
    "-severity",
    "unit",
    "first",
    "rule",
    "-status",
    "assignee",
    "change",
)


def turned(text: str, relation: str) -> str:
    """The address of the page before or after."""
    found = re.search(rf'<a class="btn" rel="{relation}" href="\?([^"]+)"', text)
    return "/findings?" + found[1].replace("&amp;", "&") if found else ""


@pytest.mark.parametrize("sort", SORTED)
def test_pages_together_are_the_whole_list_in_order(sort: str, site: Site, enter: Enter) -> None:
    tables = sample_tables()
    first = tables["finding"][0]
    many = [
        {
            **first,
            "finding_id": f"{n:016x}",
            "number": f"629923-P06-{n:05}",
            "severity": n % 3 + 1,
            "name": None if n % 7 == 0 else f"人{n % 5}",
            "amount_total": None if n % 4 == 0 else n % 9,
        }
        for n in range(1, 61)
    ]
    (site.home / "published" / f"{MONTH}-sample.duckdb").unlink()
    write_published_month(site.home, {**tables, "finding": many}, MONTH)
    browser = enter("handler")
    whole = listed(browser.text("/findings", sort=sort, size="100", status="all"))
    assert len(whole) == 60
    pages: list[str] = []
    address = f"/findings?sort={sort}&status=all"
    while address:
        text = browser.text(address)
        pages += listed(text)
        last, address = text, turned(text, "next")
    assert pages == whole
    back: list[str] = listed(last)
    while turned(last, "prev"):
        last = browser.text(turned(last, "prev"))
        back = listed(last) + back
    assert back == whole


def test_filters_that_make_no_sense_are_named_and_left_out(enter: Enter) -> None:
    browser = enter("handler")
    plain = listed(browser.text("/findings"))
    text = browser.text("/findings", rule="'; drop table finding; --", amount_min="很多", sort="password")
    assert listed(text) == plain
    assert "没有采用" in text


def test_whoever_has_to_log_in_comes_back_to_the_whole_address(site: Site) -> None:
    answer = Browser(site).get("/findings?severity=1&sort=due")
    assert answer["Location"] == "/login?next=/findings%3Fseverity%3D1%26sort%3Ddue"


def test_words_of_a_search_are_words(enter: Enter) -> None:
    browser = enter("handler")
    assert listed(browser.text("/findings", q="' or 1=1 --", status="all")) == []
    for word in ("629923-P06-00001", "p06-00001", "Ｐ06－00001", "陈守", ID_DEAD):
        assert listed(browser.text("/findings", q=word, status="all")) == ["629923-P06-00001"], word
    of_unit = listed(browser.text("/findings", q="农业综合", status="all"))
    assert set(of_unit) == {"629923-P01-00003", "629923-P02-00004"}


def test_who_sees_one_body_is_offered_no_other_supervisor(enter: Enter) -> None:
    assert "<option>云岭县水务局</option>" in enter("audit", name="a").text("/findings")
    nothing = enter("handler", name="b", department="personnel").text("/findings")
    assert "<option>云岭县水务局</option>" not in nothing


def test_numbers_are_masked_and_names_from_files_are_text(
    enter: Enter, published_month: PublishedMonth
) -> None:
    browser = enter("handler")
    people = published_month.sql("select id_no from person where id_no is not null")["id_no"]
    hostile = "<script>alert(1)</script>"
    for address in ("/findings?status=all", "/people", "/bridge"):
        text = browser.text(address)
        assert not [number for number in people if number in text]
        assert hostile not in text
        assert "=HYPERLINK(&quot;x&quot;)" in text or "HYPERLINK" not in text


def test_places_in_an_address_that_are_none_show_nothing_wrong(enter: Enter) -> None:
    browser = enter("handler")
    for place, sort, side in (
        ("红~629923-P06-00001", "severity", "after"),
        ("1~' or 1=1", "amount", "before"),
        ("~", "due", "after"),
        ("9" * 140, "name", "before"),
        ("x~629923-P06-00001", "due", "before"),
        ("x~629923-P06-00001", "amount", "after"),
    ):
        assert browser.get("/findings", sort=sort, **{side: place}).status_code == 200
    for amount in ("NaN", "Infinity", "1e99", "-1"):
        assert browser.get("/findings", amount_min=amount).status_code == 200


def test_a_decision_is_bound_to_the_evidence_that_was_looked_at(site: Site, enter: Enter) -> None:
    browser = enter("reviewer")
    page = browser.text("/findings/629923-P06-00001")
    evidence = re.search(r'name="hash" value="([^"]*)"', page)
    assert evidence
    given = {"verdict": "confirmed", "reason": "单位回函属实", "paper": "云编核〔2026〕1号", "until": ""}
    stale = browser.post("/findings/629923-P06-00001/decision", **given, hash="0" * 64)
    assert stale.status_code == 422
    assert "证据有了变化" in stale.content.decode()
    unsaid = browser.post("/findings/629923-P06-00001/decision", **{**given, "reason": " "}, hash=evidence[1])
    assert unsaid.status_code == 422
    done = browser.post("/findings/629923-P06-00001/decision", **given, hash=evidence[1])
    assert done.status_code == 302
    after = browser.text("/findings/629923-P06-00001")
    assert "单位回函属实" in after
    assert "<b>属实</b>" in after
    lines = (site.home / "audit.jsonl").read_text("utf-8").splitlines()
    assert json.loads(lines[-1])["event"]["events"][0]["verdict"] == "confirmed"


def test_a_refuted_finding_leaves_the_lists_at_once_and_comes_back_when_withdrawn(enter: Enter) -> None:
    browser = enter("reviewer")
    number = listed(browser.text("/findings"))[0]
    evidence = re.search(r'name="hash" value="([^"]*)"', browser.text(f"/findings/{number}"))
    assert evidence
    address = f"/findings/{number}/decision"
    browser.post(address, verdict="refuted", reason="号码登记有误", hash=evidence[1])
    after = browser.text("/findings", status="all")
    assert number not in listed(after)
    assert f'action="/findings/{number}/undo' in after
    assert browser.get(f"/findings/{number}").status_code == 404
    assert "/undo" not in browser.text("/findings")
    assert browser.post(f"/findings/{number}/undo").status_code == 302
    assert number in listed(browser.text("/findings"))


def test_a_new_publication_appears_without_starting_again(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    before = listed(browser.text("/findings", status="all"))
    tables = sample_tables()
    kept = [row for row in tables["finding"] if row["number"] != before[0]]
    pointer = site.home / "published" / f"{MONTH}.json"
    other = write_published_month(site.home.parent / "other", {**tables, "finding": kept}, MONTH)
    (other / "published" / f"{MONTH}-sample.duckdb").replace(site.home / "published" / f"{MONTH}-anew.duckdb")
    values = json.loads(pointer.read_text("utf-8")) | {
        "ledger": f"published/{MONTH}-anew.duckdb",
        "run": "f" * 16,
    }
    Path(pointer).write_text(json.dumps(values), "utf-8")
    assert listed(browser.text("/findings", status="all")) == before[1:]


def test_nothing_from_elsewhere_is_asked_for(enter: Enter) -> None:
    browser = enter("handler")
    for address in ("/", "/findings", "/findings/629923-P06-00001", "/people", "/bridge"):
        answer = browser.get(address)
        text = answer.content.decode()
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', text)
        assert " style=" not in text
        scripts = re.findall(r"<script[^>]*>[^<]*</script>", text)
        assert len(scripts) == text.count("<script")
        assert all(re.fullmatch(r'<script src="/static/[^"]+\.js" defer></script>', one) for one in scripts)
        assert not re.findall(r"\son[a-z]+=", text)


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        *(("severity", value) for value in ("9" * 30, "-5", "x", "²", "1_0")),
        *(("-amount", value) for value in ("NaN", "Infinity", "1e999", "9" * 25, "-1")),
        *(("due", value) for value in ("0001-01-01", "2026-02-30", "20261001")),
        *(("name", value) for value in ("王", "a" * 90, "~")),
    ],
)
@pytest.mark.parametrize("side", ["after", "before"])
def test_an_address_that_somebody_has_altered_still_shows_a_list(
    enter: Enter, sort: str, value: str, side: str
) -> None:
    browser = enter("handler")
    assert browser.get("/findings", sort=sort, **{side: f"{value}~629923-P06-00001"}).status_code == 200
