"""Many findings at once: chosen over pages, shown before they are saved, and never written over."""

from __future__ import annotations

import re

from django.http import HttpResponse

from reports.web.site import Site
from tests.reports.web.pages.conftest import Browser, Enter
from tests.reports.web.pages.test_acts import ORANGE, RED, TWICE, YELLOW, decide, events
from tests.reports.web.pages.test_findings import listed

GIVEN = {"what": "confirmed", "reason": "年度清理", "paper": "云编办〔2026〕9号"}


def choose(browser: Browser, *numbers: str) -> None:
    answer = browser.post("/findings/select", shown=list(numbers), sel=list(numbers), step="keep")
    assert answer.status_code == 302


def confirmed(browser: Browser, preview: HttpResponse, query: str = "", **other: str) -> HttpResponse:
    """Press the button of a preview."""
    text = preview.content.decode()
    form = text[text.index('action="/findings/bulk/confirm') :]
    hidden = dict(
        re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', form[: form.index("</form>")])
    )
    return browser.post(f"/findings/bulk/confirm{query}", **{**hidden, **other})


def test_ticks_stay_over_pages_and_are_of_ones_own_rows(enter: Enter) -> None:
    browser = enter("handler")
    choose(browser, RED, ORANGE)
    browser.post("/findings/select", shown=[YELLOW, ORANGE], sel=[YELLOW], step="keep")
    text = browser.text("/findings")
    assert set(re.findall(r'name="sel" value="([^"]+)"[^>]* checked', text)) == {RED, YELLOW}
    assert '<span id="n-chosen" aria-live="polite"><b>2</b> 条' in text
    browser.post(
        "/findings/select",
        shown=["629923-P01-99999", "'; drop", RED],
        sel=["629923-P01-99999", "'; drop", RED],
    )
    assert "<b>2</b> 条" in browser.text("/findings")
    browser.post("/findings/select", step="clear")
    assert "<b>0</b> 条" in browser.text("/findings")


def test_a_button_goes_to_another_page_of_the_list_and_nowhere_else(enter: Enter) -> None:
    browser = enter("handler")
    for go in ("//evil.example/", "https://evil.example/?sort=name", "sort=name\r\nX: y"):
        answer = browser.post("/findings/select", shown=[RED], sel=[RED], go=go)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/findings?month=2026-10&")
        assert "evil" not in answer["Location"]


def test_a_preview_says_what_would_change_and_saves_nothing(site: Site, enter: Enter) -> None:
    enter("reviewer", name="li")
    browser = enter("handler", name="zhang")
    decide(browser, YELLOW, "rectifying")
    choose(browser, RED, ORANGE, YELLOW)
    text = browser.post("/findings/bulk/preview", **GIVEN).content.decode()
    assert "其中 <b>2</b> 条会改变" in text
    assert "红级 1 条须另一位复核员同意" in text
    assert "已有结论“整改中”" in text
    assert re.findall(r'<td class="id">([A-Z][0-9]{2})</td>', text) == ["P01", "P06"]
    assert len(events(site, "decision")) == 1


def test_what_was_shown_is_what_is_saved(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    choose(browser, RED, ORANGE)
    done = confirmed(browser, browser.post("/findings/bulk/preview", **GIVEN))
    assert done.status_code == 302
    (decision,) = events(site, "decision")
    (proposal,) = events(site, "proposal")
    assert (decision["number"], decision["reason"], decision["paper"]) == (
        ORANGE,
        "年度清理",
        "云编办〔2026〕9号",
    )
    assert (proposal["number"], proposal["step"]) == (RED, "proposed")
    text = browser.text("/findings")
    assert "其中 1 条红级待复核员同意后生效" in text
    assert "<b>0</b> 条" in text


def test_a_confirmation_that_was_changed_on_the_way_saves_nothing(site: Site, enter: Enter) -> None:
    browser = enter("reviewer")
    choose(browser, RED, ORANGE)
    preview = browser.post("/findings/bulk/preview", **GIVEN)
    for other in ({"what": "refuted"}, {"seal": "x"}, {"reason": "别的理由"}, {"seal": ""}):
        assert confirmed(browser, preview, **other).status_code in (409, 422)
    choose(browser, TWICE)
    assert confirmed(browser, preview).status_code == 409
    assert events(site, "decision") == []


def test_whoever_decided_in_between_is_named_and_left_as_it_is(site: Site, enter: Enter) -> None:
    one, other = enter("reviewer", name="li"), enter("reviewer", name="wang")
    choose(one, RED, ORANGE)
    preview = one.post("/findings/bulk/preview", **GIVEN)
    decide(other, ORANGE, "refuted", reason="号码登记有误")
    answer = confirmed(one, preview)
    assert answer.status_code == 409
    assert [row["by"] for row in events(site, "decision")] == ["wang"]
    assert confirmed(one, answer).status_code == 302
    decided = {row["number"]: row["verdict"] for row in events(site, "decision")}
    assert decided == {ORANGE: "refuted", RED: "confirmed"}


def test_a_decision_at_the_same_moment_is_told_and_nothing_is_saved(site: Site, enter: Enter) -> None:
    import pytest

    from reports.web.casework.store import Overtaken
    from reports.web.pages.desk import desk_of
    from tests.reports.web import events_of as of

    enter("reviewer")
    casework = desk_of(site).casework
    first = casework.append(of.decision(finding_id="f" * 16))
    with pytest.raises(Overtaken):
        casework.extend(
            [of.decision(finding_id="f" * 16), of.decision(finding_id="a" * 16)], {"f" * 16: 0, "a" * 16: 0}
        )
    assert casework.version("decision") == first
    assert len(casework.extend([of.decision(finding_id="f" * 16)], {"f" * 16: first})) == 1


def test_all_that_is_filtered_can_be_meant(site: Site, enter: Enter) -> None:
    browser = enter("reviewer")
    query = "?severity=3&all=1"
    expected = listed(browser.text("/findings", severity="3"))
    preview = browser.post(f"/findings/bulk/preview{query}", **GIVEN)
    assert confirmed(browser, preview, query).status_code == 302
    assert sorted(row["number"] for row in events(site, "decision")) == sorted(expected)


def test_many_are_assigned_at_once(site: Site, enter: Enter) -> None:
    enter("handler", name="li")
    browser = enter("handler", name="zhang")
    choose(browser, RED, ORANGE)
    preview = browser.post("/findings/bulk/preview", what="assign", assignee="li", due_on="2026-12-01")
    assert "须会签" not in preview.content.decode()
    assert confirmed(browser, preview).status_code == 302
    assert {row["number"] for row in events(site, "assignment")} == {RED, ORANGE}
    assert listed(browser.text("/findings", assignee="li", sort="number")) == sorted([RED, ORANGE])
    assert browser.post("/findings/bulk/preview", what="assign", assignee="li").status_code == 422


def test_nothing_said_is_nothing_previewed(enter: Enter) -> None:
    browser = enter("handler")
    choose(browser, ORANGE)
    for wrong in ({}, {"what": "drop"}, {"what": "confirmed", "reason": " "}, {**GIVEN, "until": "明年"}):
        answer = browser.post("/findings/bulk/preview", **wrong)
        assert answer.status_code == 422
        assert "bulk/confirm" not in answer.content.decode()


def test_whoever_may_not_decide_opens_nothing_of_it(enter: Enter) -> None:
    browser = enter("audit")
    assert browser.get("/findings/bulk").status_code == 403
    for address in ("/findings/select", "/findings/bulk/preview", "/findings/bulk/confirm"):
        assert browser.post(address, **GIVEN).status_code == 403
    assert 'name="sel"' not in browser.text("/findings")
