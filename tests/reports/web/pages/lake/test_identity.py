"""身份复核: blind first; a judgement follows when enough judges think the same."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from reports.web.pages.pairs import number_difference
from reports.web.site import ENVIRON, Site
from tests.reports.published_sample import ID_TWICE
from tests.reports.web.pages.conftest import Browser, Enter
from tests.reports.web.pages.lake.test_unit import entries

REASON = "姓名一字之差，单位、生日相同"


def number(browser: Browser) -> str:
    (found,) = set(re.findall(r"/identity/([0-9a-f]{16})", browser.text("/identity", state="")))
    return str(found)


def judgements(site: Site) -> list[tuple[str, str]]:
    from reports.web.pages.desk import desk_of

    frame = desk_of(site).casework.frame("judgement")
    return list(frame.select("verdict", "by").iter_rows())


def test_a_judge_sees_the_evidence_only_after_he_has_spoken(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    pair = number(browser)
    blind = browser.text(f"/identity/{pair}")
    for told in ("ML4", "程序的做法", "不并入", "须报公安"):
        assert told not in blind, told
        assert told not in browser.text("/identity")
    assert "马兰瑛" in blind
    assert "马兰英" in blind
    assert browser.post(f"/identity/{pair}/judge", verdict="different", reason=REASON).status_code == 302
    seen = browser.text(f"/identity/{pair}")
    assert "ML4 号同名冲突" in seen
    assert "号码与他人的有效号码相同而姓名不同" in seen
    assert '与您的判断<b class="ok">相同</b>' in seen
    assert judgements(site) == []  # it counts when it is kept


def test_what_is_kept_is_a_judgement_and_what_is_withdrawn_is_none(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    pair = number(browser)
    browser.post(f"/identity/{pair}/judge", verdict="same", reason=REASON)
    browser.post(f"/identity/{pair}/judge", verdict="keep")
    assert judgements(site) == [("same", "zhoumin")]
    assert "已有判断" in browser.text("/identity", state="judged")
    browser.post(f"/identity/{pair}/judge", verdict="withdrawn")
    assert judgements(site) == []


def test_the_judgement_names_the_records_as_the_next_run_finds_them(site: Site, enter: Enter) -> None:
    from reports.web.pages.desk import desk_of

    browser = enter("reviewer")
    pair = number(browser)
    browser.post(f"/identity/{pair}/judge", verdict="different", reason=REASON)
    browser.post(f"/identity/{pair}/judge", verdict="keep")
    (row,) = desk_of(site).casework.frame("judgement").rows(named=True)
    assert (row["key_a"], row["key_b"], row["reason"]) == ("c" * 64, "d" * 64, REASON)


def test_where_two_judges_are_asked_for_one_is_not_enough(site: Site, enter: Enter) -> None:
    two = replace(site, judges=2)
    first, second = enter("handler", name="a"), enter("reviewer", name="b")
    for browser in (first, second):
        browser._client.defaults[ENVIRON] = two  # type: ignore[assignment]
    pair = number(first)
    first.post(f"/identity/{pair}/judge", verdict="same", reason=REASON)
    first.post(f"/identity/{pair}/judge", verdict="keep")
    assert judgements(site) == []
    assert "待另一人判断" in first.text("/identity", state="waiting")
    # The second judge is blind to the first one too.
    assert REASON not in second.text(f"/identity/{pair}")
    second.post(f"/identity/{pair}/judge", verdict="same", reason="同一张照片")
    second.post(f"/identity/{pair}/judge", verdict="keep")
    assert judgements(site) == [("same", "b")]
    text = second.text("/identity")
    assert "两人都判过的 1 对，意见一致 1 对" in text
    assert "盲判 2 次，与程序相同 0 次" in text
    first.post(f"/identity/{pair}/judge", verdict="withdrawn")
    assert judgements(site) == []


def test_two_who_differ_make_no_judgement(site: Site, enter: Enter) -> None:
    two = replace(site, judges=2)
    for name, verdict in (("a", "same"), ("b", "different")):
        browser = enter("handler", name=name)
        browser._client.defaults[ENVIRON] = two  # type: ignore[assignment]
        pair = number(browser)
        browser.post(f"/identity/{pair}/judge", verdict=verdict, reason=REASON)
        browser.post(f"/identity/{pair}/judge", verdict="keep")
    assert judgements(site) == []
    assert "意见不一致" in browser.text("/identity", state="split")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"verdict": "same", "reason": " "}, "没有写理由"),
        ({"verdict": "yes", "reason": "x"}, "请选择"),
        ({"verdict": "keep"}, "没有等待确认的判断"),
        ({"verdict": "withdrawn"}, "没有可以撤回的判断"),
    ],
)
def test_what_cannot_be_judged_is_refused(given: dict[str, str], told: str, site: Site, enter: Enter) -> None:
    browser = enter("handler")
    answer = browser.post(f"/identity/{number(browser)}/judge", **given)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert judgements(site) == []


def test_whole_numbers_are_shown_once_with_a_reason_that_is_written_down(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    pair = number(browser)
    assert ID_TWICE not in browser.text(f"/identity/{pair}")
    assert browser.post(f"/identity/{pair}/unmask", reason="").status_code == 422
    answer = browser.post(f"/identity/{pair}/unmask", reason="比对照片")
    assert ID_TWICE in answer.content.decode()
    assert ID_TWICE not in browser.text(f"/identity/{pair}")
    (entry,) = entries(site, "unmask")
    assert entry["people"] == ["P1988", "P1988b"]
    assert ID_TWICE not in site.casework.audit_log.read_text("utf-8")


def test_only_judges_come_in(enter: Enter) -> None:
    for place, role in enumerate(("operator", "finance", "audit", "unit", "audit_admin")):
        browser = enter(role, name=f"n{place}", unit_id="6299230012")
        assert browser.get("/identity").status_code == 403
        assert browser.post("/identity/0123456789abcdef/judge", verdict="same", reason="x").status_code == 403
        assert browser.post("/identity/0123456789abcdef/unmask", reason="x").status_code in (403, 404)
    assert enter("handler").get("/identity/0123456789abcdef").status_code == 404


def test_two_numbers_are_compared_without_giving_either_away() -> None:
    assert number_difference("629923196503120016", "629923196503120016") == "号码相同"
    assert number_difference("629923196503120016", "629923196503210016") == "第 13、14 位不同"
    assert number_difference("62992319650312001", "629923196503120016") == "位数不同（17 位与 18 位）"
    assert number_difference("", "629923196503120016") == "一方没有号码"
