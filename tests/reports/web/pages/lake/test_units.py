"""机构: the list adds up, is narrowed by its address, and shows everybody his own bodies alone."""

from __future__ import annotations

import re
from urllib.parse import quote

from tests.reports.web.pages.conftest import Enter
from tests.reports.web.pages.lake.sample import SCHOOL, WATER

FINANCE = "finance:305009"


def codes(text: str) -> list[str]:
    body = text[text.index("<tbody>") :] if "<tbody>" in text else ""
    return re.findall(r'<td><span class="id">([^<]*)</span></td>', body)


def test_bodies_stand_in_the_order_of_their_codes_with_their_three_numbers(enter: Enter) -> None:
    text = enter("audit").text("/units")
    assert codes(text) == [WATER, SCHOOL, "6299230107", "财政:305009"]
    row = text[text.index(f">{SCHOOL}<") :].partition("</tr>")[0]
    assert re.findall(r'class="num">(?:<b class="s1">)?([0-9]+)', row)[:4] == ["46", "48", "48", "2"]
    assert "编制 <b>76</b>" in text  # 18 + 46 + 12
    assert "实有 <b>77</b>" in text  # 17 + 48 + 12 + 0


def test_a_list_is_narrowed_by_state_name_old_name_and_nature(enter: Enter) -> None:
    browser = enter("audit")
    assert codes(browser.text("/units", state="over")) == [SCHOOL]
    assert codes(browser.text("/units", state="unknown")) == ["财政:305009"]
    assert codes(browser.text("/units", q="水利局")) == [WATER]
    assert codes(browser.text("/units", q="203001")) == [WATER]
    assert codes(browser.text("/units", q="没有这个")) == []
    assert len(codes(browser.text("/units", nature="organ"))) == 4
    assert codes(browser.text("/units", nature="institution")) == []
    # What is none of the choices is left out.
    assert len(codes(browser.text("/units", state="x' or 1=1", nature="1"))) == 4


def test_a_page_goes_on_behind_the_last_code(enter: Enter) -> None:
    assert codes(enter("audit").text("/units", after=SCHOOL)) == ["6299230107", "财政:305009"]


def test_a_body_sees_itself_alone(enter: Enter) -> None:
    own = enter("unit", unit_id=WATER)
    assert codes(own.text("/units")) == [WATER]
    assert own.get(f"/units/{WATER}").status_code == 200
    assert own.get(f"/units/{SCHOOL}").status_code == 404
    assert own.get(f"/units/{quote(FINANCE)}").status_code == 404


def test_what_stands_in_a_name_is_no_markup(enter: Enter) -> None:
    text = enter("audit").text("/units", q="<script>alert(1)</script>")
    assert "<script>alert" not in text
