"""The list of a payroll: whole, in order, narrowed; its sums those of its lines; everybody's own rows."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from reports.web.accounts.access import PERMISSIONS, May
from reports.web.site import Site
from tests.reports.web.pages.conftest import Enter
from tests.reports.web.pages.gate.payroll_sample import (
    BROKEN,
    DEAD,
    DRAFT,
    FARM,
    HOSTILE,
    LATE,
    NEW,
    REDUCED,
    TWICE,
    UNITS,
    WATER,
    drafted,
    gate_lines,
    uid,
)

PAGES = ("/gate", "/gate/changes", f"/gate/lines/{uid(DEAD)}")


def listed(text: str) -> list[str]:
    return re.findall(
        r'href="/gate/lines/([0-9]+)', text[text.index("<tbody>") :] if "<tbody>" in text else ""
    )


def followed(browser: object, address: str) -> list[str]:
    """Every line of a list, page after page."""
    found: list[str] = []
    while address:
        text = browser.text(address)  # type: ignore[attr-defined]
        found += listed(text)
        following = re.search(r'<a class="btn" href="\?([^"]+)">下一页', text)
        address = "/gate?" + following[1].replace("&amp;", "&") if following else ""
    return found


def test_the_list_shows_what_somebody_must_look_at_strictest_first(enter: Enter) -> None:
    expected = [uid(n) for n in (DEAD, TWICE, *BROKEN, NEW, LATE, REDUCED)]
    assert listed(enter("handler").text("/gate")) == expected


@pytest.mark.parametrize(
    "sort", ["action", "-action", "unit", "-amount", "payable", "name", "due", "handler"]
)
def test_pages_together_are_the_whole_payroll_in_order(sort: str, enter: Enter) -> None:
    browser = enter("handler")
    whole = listed(browser.text("/gate", view="all", sort=sort, size="100"))
    assert len(whole) == len(set(whole)) == sum(one["payroll_month"] == DRAFT for one in gate_lines())
    assert followed(browser, f"/gate?view=all&sort={sort}&size=25") == whole


def test_sorting_by_action_both_ways_turns_the_order_of_the_actions(enter: Enter) -> None:
    browser = enter("handler")
    kinds = {uid(one["row_uid"] - 7_000_000): one["action"] for one in gate_lines()}
    forth = [kinds[one] for one in listed(browser.text("/gate", view="all", size="100"))]
    back = [kinds[one] for one in listed(browser.text("/gate", view="all", size="100", sort="-action"))]
    assert list(dict.fromkeys(forth)) == ["hold", "reject_new", "verify", "release"]
    assert list(dict.fromkeys(back)) == ["release", "verify", "reject_new", "hold"]


def test_the_four_actions_are_the_sums_of_their_lines(enter: Enter) -> None:
    text = enter("finance").text("/gate")
    four = text[text.index('<ul class="four"') : text.index("</ul>", text.index('<ul class="four"'))]
    numbers = [int(one.replace(",", "")) for one in re.findall(r'action=[^"]*">([0-9,]+)</a>', four)]
    lines = {action: list(drafted(action)) for action in ("release", "verify", "reject_new", "hold")}
    assert numbers == [len(own) for own in lines.values()]
    held = sum((one["amount"] for one in lines["hold"]), Decimal(0))
    less = sum((one["amount"] - one["payable_amount"] for one in lines["release"]), Decimal(0))
    assert f"{held:,.2f} 元" in four
    assert f"少发 {less:,.2f} 元" in four
    assert "逾期 1" in four


def test_the_changes_lead_from_last_month_to_this_and_red_ones_have_no_paper(enter: Enter) -> None:
    browser = enter("handler")
    text = browser.text("/gate")
    assert "相符" in text
    assert "+5,203.00" in text
    assert "新增 无据" in text
    red = browser.text("/gate/changes", kind="added", paper="0")
    assert listed(red) == ["7000002"]
    assert listed(browser.text("/gate/changes", kind="added", paper="1")) == ["7000001"]


def test_the_clock_counts_the_working_days_until_the_payroll_is_locked(enter: Enter) -> None:
    assert "还有 <b>7</b> 个工作日" in enter("handler").text("/gate")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"action": "hold", "unit": WATER}, (DEAD, TWICE)),
        ({"rule": "p06"}, (DEAD,)),
        ({"q": "陈守义"}, (DEAD,)),
        ({"q": f"{LATE:06}"}, (LATE,)),
        ({"q": "629923-P10-00002"}, (TWICE,)),
        ({"unit": "白羊镇"}, (NEW, LATE)),
        ({"sign": "first"}, (DEAD, TWICE)),
        ({"sign": "stopped"}, BROKEN),
        ({"q": "' or 1=1 --"}, ()),
    ],
)
def test_a_list_is_narrowed_to_what_is_asked_for(
    asked: dict[str, str], expected: tuple[int, ...], enter: Enter
) -> None:
    assert listed(enter("handler").text("/gate", **asked)) == [uid(one) for one in expected]


def test_filters_that_make_no_sense_are_named_and_left_out(enter: Enter) -> None:
    browser = enter("handler")
    plain = listed(browser.text("/gate"))
    text = browser.text("/gate", rule="'; drop table gate; --", sort="password", sign="everybody")
    assert listed(text) == plain
    assert "没有采用：sort、rule、sign" in text


@pytest.mark.parametrize("sort", ["action", "amount", "due", "name"])
def test_an_address_that_was_tampered_with_shows_the_first_page(sort: str, enter: Enter) -> None:
    browser = enter("handler")
    whole = listed(browser.text("/gate", sort=sort, view="all"))
    for after in ("~", "x~1", f"9~{'9' * 30}", "2026-02-30~1", "NaN~1", "1e99~1"):
        found = listed(browser.text("/gate", sort=sort, view="all", after=after))
        assert found == whole or (sort == "name" and "~9999" not in after)  # there every text is a name
    assert browser.get("/gate", sort=sort, view="all", after=f"2026-01-01~{'9' * 19}").status_code == 200
    assert browser.get("/gate/changes", after="x~y~z").status_code == 200
    for number in ("9" * 19, "9" * 40):
        assert browser.get(f"/gate/lines/{number}").status_code == 404


def test_numbers_are_masked_and_names_from_files_are_text(enter: Enter) -> None:
    browser = enter("handler")
    numbers = [one["id_no"] for one in gate_lines() if one["id_no"]]
    for address in ("/gate?view=all&size=100", f"/gate/lines/{uid(DEAD)}", f"/gate/lines/{uid(NEW)}"):
        text = browser.text(address)
        assert not [number for number in numbers if number in text]
        assert HOSTILE not in text
        assert " style=" not in text


def test_a_line_tells_why_until_when_and_links_its_finding(enter: Enter) -> None:
    text = enter("audit").text(f"/gate/lines/{uid(DEAD)}")
    assert "民政更正死亡登记" in text
    assert 'href="/findings/629923-P06-00001?' in text
    assert "户籍状态表" in text
    assert "第 2 行" in text


def test_what_was_paid_is_shown_and_not_signed(enter: Enter) -> None:
    browser = enter("handler")
    text = browser.text("/gate", payroll="2026-10", view="all")
    assert set(listed(text)) == {"6000001", "6000002"}
    assert 'name="line"' not in text
    assert browser.post("/gate/preview", payroll="2026-10", what="sign", line="6000001").status_code == 404
    assert browser.get("/gate", payroll="2027-01").status_code == 404


def test_every_role_sees_what_it_may(enter: Enter) -> None:
    for place, (role, may) in enumerate(PERMISSIONS.items()):
        browser = enter(role, name=f"one{place}", unit_id=UNITS[WATER])
        for page in PAGES:
            assert (browser.get(page).status_code == 200) == (May.GATE in may), (role, page)
    assert {role for role, may in PERMISSIONS.items() if May.GATE not in may} == {
        "operator",
        "system_admin",
        "security_admin",
        "audit_admin",
    }


@pytest.mark.parametrize("place", [{"unit_id": UNITS[FARM]}, {"supervisor_id": UNITS[FARM]}])
def test_a_body_sees_its_own_lines_and_sums_alone(place: dict[str, str], enter: Enter) -> None:
    own = enter("unit" if "unit_id" in place else "supervisor", **place)
    text = own.text("/gate", view="all", size="100")
    mine = [one for one in gate_lines() if one["agency_code"] == FARM and one["payroll_month"] == DRAFT]
    assert set(listed(text)) == {str(one["row_uid"]) for one in mine}
    assert f"应发 {sum(one['amount'] for one in mine):,.2f} 元" in text
    assert own.get(f"/gate/lines/{uid(DEAD)}").status_code == 404
    assert own.get(f"/gate/lines/{uid(LATE)}").status_code == 200
    assert listed(own.text("/gate/changes")) == []
    assert own.get("/gate/papers").status_code == 403
    assert own.get("/gate/breaker?scope=204012").status_code == 403


def test_a_month_without_a_payroll_says_so(site: Site, enter: Enter) -> None:
    from tests.reports.published_sample import MONTH, sample_tables, write_published_month

    (site.home / "published" / f"{MONTH}-sample.duckdb").unlink()
    write_published_month(site.home, sample_tables(), MONTH)
    assert "还没有核对过工资" in enter("handler").text("/gate")
