"""回执录入: what is typed gives the events that a book gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reports.casework.decisions import Actor
from reports.casework.filled import read_book
from reports.casework.replies import Known, Source, read_replies, sent_inquiries
from reports.inquiry.codes import check_code
from reports.inquiry.model import NEEDED
from reports.web.site import Site
from tests.reports.casework.sent_books import filled
from tests.reports.inquiry.asking import KEY
from tests.reports.published_sample import MONTH
from tests.reports.web.pages.conftest import Browser, Enter
from tests.reports.web.pages.test_acts import ORANGE, RED, YELLOW, events

WORDS = {"answer": "整改中", "note": "正在办理停发", "done": "2026-12-31", "by": "何静"}


def ask(browser: Browser, site: Site, number: str) -> str:
    """Send the inquiry; returns its check code."""
    assert browser.post(f"/findings/{number}/inquiry", to="unit").status_code == 302
    sent = next(row for row in events(site, "inquiry") if row["number"] == number)
    return check_code(KEY, number, sent["evidence_hash"], MONTH, sent["recipient"])


def typed(place: int, number: str, code: str, **other: str) -> dict[str, str]:
    return {
        f"{name}-{place}": value for name, value in {**WORDS, "number": number, "code": code, **other}.items()
    }


def test_a_typed_answer_is_the_event_that_its_book_gives(site: Site, enter: Enter, tmp_path: Path) -> None:
    browser = enter("handler")
    code = ask(browser, site, ORANGE)
    (sent,) = events(site, "inquiry")
    (paper,) = events(site, "attachment")
    book = tmp_path / "book.xlsx"
    book.write_bytes((site.home / "archive" / paper["file_sha256"][:2] / paper["file_sha256"]).read_bytes())
    answers = {
        "核实情况": "整改中",
        "情况说明": "正在办理停发",
        "整改完成日期": "2026-12-31",
        "填写人": "何静",
    }
    back = filled(book, tmp_path / "back.xlsx", {ORANGE: answers})
    known = Known(
        sent_inquiries([sent], lambda *bound: check_code(KEY, *bound)),
        lambda month: {},
        MONTH,
        sent["due_on"],
        {},
        {},
    )
    by_file = read_replies(
        [(Source("回执.xlsx", "a" * 64), read_book(back, NEEDED))], known, Actor("zhoumin", "handler")
    )
    (expected,) = by_file.events
    answer = browser.post(
        "/findings/replies", **typed(3, f" {ORANGE.lower()}", code.lower().replace("-", " "))
    )
    assert answer.status_code == 200
    assert "新登记 <b>1</b> 项" in answer.content.decode()
    (event,) = events(site, "reply")
    place = {"file", "file_sha256", "sheet", "row"}
    differs = {name for name, value in vars(expected).items() if event[name] != value}
    assert differs == place
    assert (event["file"], event["row"]) == ("网页录入", 3)


def test_lines_that_cannot_be_taken_keep_what_was_typed_and_say_why(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    codes = {number: ask(browser, site, number) for number in (RED, ORANGE, YELLOW)}
    lines: dict[str, Any] = {
        **typed(1, RED, codes[RED]),
        **typed(2, ORANGE, "BBBB-BBBB"),
        **typed(3, YELLOW, codes[RED]),
        **typed(4, "629923-P01-99999", codes[RED]),
        **typed(5, YELLOW, codes[YELLOW], done="过年以后"),
        **typed(6, YELLOW, codes[YELLOW], answer=""),
    }
    answer = browser.post("/findings/replies", **lines)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "新登记 <b>1</b> 项" in text
    assert "有 5 行没有登记" in text
    for why in ("校验码不对", f"校验码是 {RED} 的", "没有看懂日期"):
        assert why in text
    assert f'name="number-2" value="{ORANGE}"' in text
    assert 'name="number-1" value=""' in text
    assert [row["number"] for row in events(site, "reply")] == [RED]


def test_an_answer_becomes_a_conclusion_when_a_reviewer_takes_it(site: Site, enter: Enter) -> None:
    handler, reviewer = enter("handler", name="zhang"), enter("reviewer", name="li")
    handler.post("/findings/replies", **typed(1, ORANGE, ask(handler, site, ORANGE)))
    page = reviewer.text(f"/findings/{ORANGE}")
    assert "回执待采纳" in page
    assert "正在办理停发" in page
    assert "回执待采纳" not in handler.text(f"/findings/{ORANGE}")
    assert reviewer.post(f"/findings/{ORANGE}/reply", answer="accept", known="0").status_code == 302
    (decision,) = events(site, "decision")
    assert (decision["verdict"], decision["by"], str(decision["until"])) == ("rectifying", "li", "2026-12-31")
    assert [row["step"] for row in events(site, "reply")] == ["proposed", "accepted"]


def test_an_answer_is_sent_back_with_a_reason(site: Site, enter: Enter) -> None:
    reviewer = enter("reviewer")
    reviewer.post("/findings/replies", **typed(1, ORANGE, ask(reviewer, site, ORANGE)))
    assert reviewer.post(f"/findings/{ORANGE}/reply", answer="decline", note="").status_code == 422
    assert reviewer.post(f"/findings/{ORANGE}/reply", answer="decline", note="请附文件").status_code == 302
    assert [row["step"] for row in events(site, "reply")] == ["proposed", "declined"]
    assert events(site, "decision") == []


def test_what_is_typed_for_rows_of_others_is_not_known(site: Site, enter: Enter) -> None:
    whole, own = enter("handler", name="a"), enter("handler", name="b", department="personnel")
    code = ask(whole, site, ORANGE)
    answer = own.post("/findings/replies", **typed(1, ORANGE, code))
    assert answer.status_code == 422
    assert "没有登记过发出" in answer.content.decode()
    assert enter("audit", name="c").get("/findings/replies").status_code == 403


def test_typed_text_is_text(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    text = browser.post(
        "/findings/replies", **typed(1, ORANGE, "X", note="<script>x</script>")
    ).content.decode()
    assert "<script>x" not in text
    assert "&lt;script&gt;x" in text
