"""报送 and 本月消除: what was delivered, what is gone, narrowed by the address, each for whom it is for."""

from __future__ import annotations

import re

import pytest

from tests.reports.published_sample import ID_DEAD
from tests.reports.web.pages.conftest import Enter


def issues(text: str) -> list[str]:
    """The problems that the list names."""
    rows = text.partition('c-is"')[2]
    return [one for one in ("只有 17 位", "含义不唯一", "无法载入") if one in rows]


def test_departments_stand_with_their_rows_and_issues(enter: Enter) -> None:
    text = enter("operator").text("/deliveries")
    row = text[text.index("department=finance") :].partition("</tr>")[0]
    assert re.findall(r'class="num">(?:<a[^>]*>)?([0-9,]+)', row)[1:4] == ["1", "990", "988"]
    assert "沿用 2026-08" in text[text.index("department=police") :].partition("</tr>")[0]
    assert len(issues(text)) == 3
    assert "3 条，39 处" in text  # 1 + 37 + 1


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({"department": "finance"}, ["只有 17 位", "无法载入"]),
        ({"severity": "error"}, ["无法载入"]),
        ({"department": "establishment", "severity": "error"}, []),
        ({"code": "ambiguous_label"}, ["含义不唯一"]),
        ({"department": "x' or 1=1 --"}, ["只有 17 位", "含义不唯一", "无法载入"]),
    ],
)
def test_issues_are_narrowed_by_the_address(asked: dict[str, str], left: list[str], enter: Enter) -> None:
    assert issues(enter("operator").text("/deliveries", **asked)) == left


def test_issues_go_on_where_they_stopped(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = enter("operator")
    monkeypatch.setattr("reports.web.pages.deliveries.SIZE", 2)
    first = browser.text("/deliveries")
    following = re.search(r'rel="next" href="\?([^"#]*)', first)
    assert following
    second = browser.text(f"/deliveries?{following[1]}")
    assert issues(first) == ["只有 17 位", "含义不唯一"]
    assert issues(second) == ["无法载入"]
    assert 'rel="next"' not in second


def test_what_is_gone_is_listed_with_its_reason_and_masked(enter: Enter) -> None:
    browser = enter("audit")
    text = browser.text("/findings/resolved")
    assert "629923-P07-00090" in text
    assert "已更正" in text
    assert ID_DEAD not in text
    assert "629923-P07-00090" in browser.text("/findings/resolved", group="P", reason="corrected", q="陈守义")
    for other in ({"group": "M"}, {"reason": "exempted"}, {"q": "没有这个人"}):
        assert "629923-P07-00090" not in browser.text("/findings/resolved", **other)


def test_a_body_sees_only_its_own_of_what_is_gone(enter: Enter) -> None:
    own = enter("unit", name="a", unit_id="6299230012")
    other = enter("unit", name="b", unit_id="6299230031")
    assert "629923-P07-00090" in own.text("/findings/resolved")
    assert "629923-P07-00090" not in other.text("/findings/resolved")
    narrowed = enter("handler", name="c", department="finance")
    assert narrowed.get("/findings/resolved").status_code == 200
