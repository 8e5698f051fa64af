"""人员: what every department says of one person, how it was put together, and his number with a reason."""

from __future__ import annotations

from decimal import Decimal

from reports.web.pages.clauses import clauses
from reports.web.pages.timeline import Said, draw, said_of
from reports.web.site import Site
from tests.reports.published_sample import ID_DEAD
from tests.reports.web.pages.conftest import Enter
from tests.reports.web.pages.lake.sample import DEAD, OTHER, SCHOOL, TWICE, WATER
from tests.reports.web.pages.lake.test_unit import entries


def test_a_page_shows_months_records_links_and_findings(enter: Enter) -> None:
    text = enter("audit").text(f"/people/{DEAD}")
    assert "2026-08 至 2026-10 云岭县水务局 6,874.00" in text  # one bar over three months
    assert "实名制人员信息表" in text
    assert "编办/实名制（行政）2026-10.xlsx" in text
    assert "Sheet1 · 第 57 行" in text
    assert "公民身份号码相同" in text
    assert "ML1 确证" in text
    assert ID_DEAD not in text


def test_the_weakest_link_is_taken_apart(enter: Enter) -> None:
    text = enter("audit").text(f"/people/{OTHER}")
    assert '<li class="against"><span>不并入号码持有人</span></li>' in text
    assert "ML4 号同名冲突</b>　把握 0.50" in text


def test_somebody_elses_people_are_not_there(enter: Enter) -> None:
    own = enter("unit", unit_id=WATER)
    assert own.get(f"/people/{DEAD}").status_code == 200
    assert own.get(f"/people/{TWICE}").status_code == 404
    assert own.post(f"/people/{DEAD}/unmask", reason="看看").status_code == 403
    assert enter("unit", name="b").get(f"/people/{DEAD}").status_code == 404


def test_the_whole_number_is_shown_once_for_a_reason_that_is_written_down(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    refused = browser.post(f"/people/{DEAD}/unmask", reason=" ")
    assert refused.status_code == 422
    assert ID_DEAD not in refused.content.decode()
    assert entries(site, "unmask") == []
    shown = browser.post(f"/people/{DEAD}/unmask", reason="电话核实")
    assert ID_DEAD in shown.content.decode()
    (entry,) = entries(site, "unmask")
    assert (entry["user"], entry["page"], entry["reason"], entry["people"]) == (
        "zhoumin",
        "人员",
        "电话核实",
        [DEAD],
    )
    assert ID_DEAD not in browser.text(f"/people/{DEAD}")


def test_people_are_listed_by_body(enter: Enter) -> None:
    browser = enter("audit")
    text = browser.text("/people", unit=SCHOOL)
    assert "马兰英" in text
    assert "陈守义" not in text


def test_a_person_without_months_and_lake_still_has_a_page(site: Site, enter: Enter) -> None:
    import shutil

    shutil.rmtree(site.home / "lake")
    assert "陈守义" in enter("audit").text(f"/people/{DEAD}")


def test_months_in_which_a_department_said_the_same_are_one_bar() -> None:
    rows = [
        {
            "month": m,
            "unit_id": "U1",
            "quota_type": "X1",
            "is_on_roster": True,
            "is_paid": m != "2026-09",
            "gross": g,
        }
        for m, g in (("2026-08", Decimal(5000)), ("2026-09", None), ("2026-10", Decimal(5000)))
    ]
    told = said_of(rows, {"2026-10": "10011"}, {"U1": "水务局"})
    drawn = draw(told)
    assert drawn is not None
    titles = [bar.title for bar in drawn.bars]
    assert titles == [
        "2026-08 至 2026-10 水务局 · 行政编制",
        "2026-08 水务局 5,000.00",
        "2026-10 水务局 5,000.00",
        "2026-10 在册",
    ]
    assert all(bar.x >= 0 and bar.x + bar.width <= 1308 for bar in drawn.bars)
    assert drawn.table[0] == ("2026-10", ("水务局 · 行政编制", "", "", "水务局 5,000.00", "在册"))


def test_nothing_said_is_no_drawing() -> None:
    assert draw([Said("police", "2026-10", "")]) is None
    assert draw([]) is None


def test_a_sentence_is_taken_apart_with_its_leaning() -> None:
    found = [
        (one.words, one.leaning) for one in clauses("公民身份号码相同，姓名不同，单位一致，列入同一人名下。")
    ]
    assert found == [
        ("公民身份号码相同", "for"),
        ("姓名不同", "against"),
        ("单位一致", "for"),
        ("列入同一人名下", ""),
    ]
