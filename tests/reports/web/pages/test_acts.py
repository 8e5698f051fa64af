"""What is done about one finding: two people on a red one, undoing, assigning, asking, taking answers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from reports.web.accounts.access import PERMISSIONS, May
from reports.web.site import Site
from tests.reports.published_sample import ID_DEAD
from tests.reports.web.pages.conftest import Browser, Enter
from tests.reports.web.pages.test_findings import listed

RED, TWICE, ORANGE, YELLOW = (
    "629923-P06-00001",
    "629923-P10-00002",
    "629923-P01-00003",
    "629923-T01-00005",
)
ORANGE_UNIT = "6299230107"


def field(browser: Browser, number: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', browser.text(f"/findings/{number}"))
    assert found
    return found[1]


def decide(browser: Browser, number: str, verdict: str = "confirmed", **more: str) -> Any:
    given = {
        "verdict": verdict,
        "reason": "单位回函属实",
        "hash": field(browser, number, "hash"),
        "known": field(browser, number, "known"),
        **more,
    }
    return browser.post(f"/findings/{number}/decision", **given)


def events(site: Site, name: str) -> list[dict[str, Any]]:
    from reports.web.pages.desk import desk_of

    return desk_of(site).casework.events(name).rows(named=True)


def test_a_conclusion_of_a_handler_on_a_red_finding_waits_for_a_reviewer(site: Site, enter: Enter) -> None:
    handler, reviewer = enter("handler", name="zhang"), enter("reviewer", name="li")
    assert decide(handler, RED, "refuted").status_code == 302
    assert events(site, "decision") == []
    assert listed(handler.text("/findings", waiting="1", status="all")) == [RED]
    assert "待复核" in reviewer.text(f"/findings/{RED}")
    assert handler.post(f"/findings/{RED}/countersign", answer="agree").status_code == 403
    assert reviewer.post(f"/findings/{RED}/countersign", answer="agree", known="0").status_code == 302
    (decision,) = events(site, "decision")
    assert (decision["by"], decision["role"], decision["verdict"]) == ("li", "reviewer", "refuted")
    assert "经办 zhang" in decision["reason"]
    assert RED not in listed(reviewer.text("/findings", status="all"))
    assert [one["step"] for one in events(site, "proposal")] == ["proposed", "approved"]


def test_a_conclusion_on_another_finding_holds_at_once(site: Site, enter: Enter) -> None:
    handler = enter("handler")
    decide(handler, ORANGE)
    (decision,) = events(site, "decision")
    assert (decision["number"], decision["role"]) == (ORANGE, "handler")


def test_a_proposal_is_sent_back_with_a_reason_and_nobody_agrees_to_his_own(site: Site, enter: Enter) -> None:
    from reports.web.casework.events import UserRole
    from reports.web.pages.desk import desk_of

    handler, reviewer = enter("handler", name="zhang"), enter("reviewer", name="li")
    decide(handler, RED)
    unsaid = reviewer.post(f"/findings/{RED}/countersign", answer="return", note=" ")
    assert unsaid.status_code == 422
    desk_of(site).casework.append(UserRole(by="root", user="zhang", role="reviewer", verdict="granted"))
    own = handler.post(f"/findings/{RED}/countersign", answer="agree")
    assert own.status_code == 422
    assert "另一位复核员" in own.content.decode()
    back = reviewer.post(f"/findings/{RED}/countersign", answer="return", note="请附死亡证明")
    assert back.status_code == 302
    assert listed(handler.text("/findings", waiting="1", status="all")) == []
    assert "请附死亡证明" in handler.text(f"/findings/{RED}")
    assert events(site, "decision") == []


def test_whoever_decides_second_is_told_and_nothing_is_written_over(site: Site, enter: Enter) -> None:
    one, other = enter("reviewer", name="li"), enter("reviewer", name="wang")
    seen = {"hash": field(other, ORANGE, "hash"), "known": field(other, ORANGE, "known")}
    decide(one, ORANGE, "confirmed")
    late = other.post(f"/findings/{ORANGE}/decision", verdict="refuted", reason="另有材料", **seen)
    assert late.status_code == 422
    text = late.content.decode()
    assert "li 于" in text
    assert "另有材料" in text
    assert [row["verdict"] for row in events(site, "decision")] == ["confirmed"]
    again = decide(other, ORANGE, "rectifying", reason="另有材料")
    assert again.status_code == 302
    assert [row["verdict"] for row in events(site, "decision")] == ["confirmed", "rectifying"]


def test_undoing_adds_an_event_and_removes_none(site: Site, enter: Enter) -> None:
    handler = enter("handler")
    decide(handler, ORANGE, "confirmed")
    assert handler.post(f"/findings/{ORANGE}/undo", reason="登记错行").status_code == 302
    assert [row["verdict"] for row in events(site, "decision")] == ["confirmed", "withdrawn"]
    text = handler.text(f"/findings/{ORANGE}")
    assert "状态 <b>待核</b>" in text
    assert "登记错行" in text
    nothing = handler.post(f"/findings/{ORANGE}/undo", reason="再来一次")
    assert nothing.status_code == 422


def test_undoing_what_was_just_saved_leaves_what_another_said_since(site: Site, enter: Enter) -> None:
    one, other = enter("reviewer", name="li"), enter("reviewer", name="wang")
    decide(one, ORANGE, "confirmed")
    known = field(one, ORANGE, "known")
    decide(other, ORANGE, "rectifying", reason="另有材料")
    late = one.post(f"/findings/{ORANGE}/undo", known=known)
    assert late.status_code == 422
    assert [row["verdict"] for row in events(site, "decision")] == ["confirmed", "rectifying"]


def test_what_a_reviewer_concluded_on_a_red_one_a_handler_only_proposes_to_undo(
    site: Site, enter: Enter
) -> None:
    handler, reviewer = enter("handler", name="zhang"), enter("reviewer", name="li")
    decide(reviewer, RED, "confirmed")
    assert handler.post(f"/findings/{RED}/undo", reason="单位另有说明").status_code == 302
    assert [row["verdict"] for row in events(site, "decision")] == ["confirmed"]
    assert reviewer.post(f"/findings/{RED}/countersign", answer="agree").status_code == 302
    assert [row["verdict"] for row in events(site, "decision")] == ["confirmed", "withdrawn"]
    assert "状态 <b>待核</b>" in reviewer.text(f"/findings/{RED}")


def test_after_a_conclusion_the_next_one_of_the_list_comes(enter: Enter) -> None:
    reviewer = enter("reviewer")
    order = listed(reviewer.text("/findings", sort="-severity"))
    first = decide(reviewer, order[0], "refuted", then="next")
    assert first.status_code == 302
    given = {"verdict": "confirmed", "reason": "属实", "then": "next"}
    for place in (1, 2):
        hash_ = field(reviewer, order[place], "hash")
        address = f"/findings/{order[place]}/decision?sort=-severity"
        answer = reviewer.post(address, **given, hash=hash_, known="0")
        assert answer["Location"].startswith(f"/findings/{order[place + 1]}?")
        assert "sort=-severity" in answer["Location"]


def test_neighbours_are_those_of_the_filtered_list(enter: Enter) -> None:
    browser = enter("audit")
    order = listed(browser.text("/findings", sort="-amount", severity="1"))
    text = browser.text(f"/findings/{order[0]}", sort="-amount", severity="1")
    assert 'rel="prev"' not in text
    assert f'rel="next" data-ahead href="/findings/{order[1]}?' in text
    last = browser.text(f"/findings/{order[-1]}", sort="-amount", severity="1")
    assert f'rel="prev" href="/findings/{order[-2]}?' in last
    assert 'rel="next"' not in last


def test_a_finding_is_assigned_with_a_day_and_is_found_by_it(site: Site, enter: Enter) -> None:
    enter("handler", name="li")
    browser = enter("handler", name="zhang")
    done = browser.post(f"/findings/{ORANGE}/assign", assignee="li", due_on="2026-12-01", note="请先问单位")
    assert done.status_code == 302
    assert listed(browser.text("/findings", assignee="li")) == [ORANGE]
    assert ORANGE not in listed(browser.text("/findings", assignee="none"))
    assert listed(browser.text("/findings", assignee="me")) == []
    text = browser.text(f"/findings/{ORANGE}")
    assert "期限 <b>2026-12-01</b>" in text
    assert "请先问单位" in text
    for wrong in ({"assignee": "nobody"}, {"assignee": "li", "due_on": "下周"}, {"due_on": "2020-01-01"}):
        assert browser.post(f"/findings/{ORANGE}/assign", **wrong).status_code == 422
    assert len(events(site, "assignment")) == 1


def test_an_inquiry_is_recorded_as_sent_and_its_book_lies_among_the_papers(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    assert (
        browser.post(f"/findings/{ORANGE}/inquiry", to="unit", paper="云编核〔2026〕3号").status_code == 302
    )
    (sent,) = events(site, "inquiry")
    assert (sent["number"], sent["recipient"], sent["paper"]) == (ORANGE, ORANGE_UNIT, "云编核〔2026〕3号")
    text = browser.text(f"/findings/{ORANGE}")
    assert "状态 <b>核实中</b>" in text
    book = re.search(rf'href="(/findings/{ORANGE}/papers/[0-9a-f]{{64}})', text)
    assert book
    answer = browser.get(book[1])
    assert b"".join(answer.streaming_content)[:4] == b"PK\x03\x04"  # type: ignore[attr-defined]
    assert browser.post(f"/findings/{ORANGE}/inquiry/withdraw").status_code == 302
    assert "状态 <b>待核</b>" in browser.text(f"/findings/{ORANGE}")


def test_numbers_are_shown_whole_only_with_a_reason_and_on_record(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    assert ID_DEAD not in browser.text(f"/findings/{RED}")
    refused = browser.post(f"/findings/{RED}/unmask", reason=" ")
    assert refused.status_code == 422
    assert ID_DEAD not in refused.content.decode()
    shown = browser.post(f"/findings/{RED}/unmask", reason="电话核对")
    assert ID_DEAD in shown.content.decode()
    entry = json.loads((site.home / "audit.jsonl").read_text("utf-8").splitlines()[-1])["event"]
    assert (entry["kind"], entry["reason"], entry["rows"]) == ("unmask", "电话核对", 1)
    assert ID_DEAD not in json.dumps(entry)
    assert ID_DEAD not in browser.text(f"/findings/{RED}")


ACTS = ("decision", "undo", "assign", "inquiry", "inquiry/withdraw", "papers")


@pytest.mark.parametrize("role", sorted(PERMISSIONS))
def test_acts_are_for_those_who_may(role: str, site: Site, enter: Enter) -> None:
    browser = enter(role, unit_id="6299230012")
    may = PERMISSIONS[role]
    needed = dict.fromkeys(ACTS, May.DECIDE) | {"countersign": May.APPROVE, "reply": May.APPROVE}
    for act, need in (needed | {"unmask": May.UNMASK}).items():
        answer = browser.post(f"/findings/{RED}/{act}")
        assert (answer.status_code == 403) == (need not in may), (role, act, answer.status_code)
        assert browser.get(f"/findings/{RED}/{act}").status_code in (403, 405)
    if May.DECIDE not in may:
        for name in ("decision", "proposal", "assignment", "inquiry", "attachment"):
            assert events(site, name) == []


def test_findings_of_others_are_not_there_for_any_act(enter: Enter, site: Site) -> None:
    browser = enter("handler", department="personnel")
    assert listed(browser.text("/findings", status="all")) == []
    for act in (*ACTS, "unmask"):
        assert browser.post(f"/findings/{RED}/{act}", reason="x").status_code == 404, act
    assert events(site, "decision") == []


def test_a_form_from_elsewhere_is_refused(site: Site, enter: Enter) -> None:
    browser = Browser(site, checks_csrf=True)
    browser.take_session(enter("reviewer"))
    assert browser.get(f"/findings/{RED}").status_code == 200
    one = [
        f"/findings/{RED}/{act}"
        for act in (*ACTS, "unmask", "countersign", "reply", f"papers/{'a' * 64}/withdraw")
    ]
    many = [
        f"/findings/{act}" for act in ("select", "bulk/preview", "bulk/confirm", "export", "replies", "views")
    ]
    for address in (*one, *many):
        assert browser.post(address, verdict="refuted", reason="x").status_code == 403, address
    assert events(site, "decision") == []


def test_what_somebody_types_is_text_on_every_page(enter: Enter) -> None:
    browser = enter("handler")
    hostile = "<img src=x onerror=alert(1)>"
    decide(browser, ORANGE, "rectifying", reason=hostile, paper=hostile)
    browser.post("/findings/views", name=hostile[:40], shared="1")
    for address in (f"/findings/{ORANGE}", "/findings"):
        text = browser.text(address)
        assert "<img" not in text
        assert "&lt;img" in text
