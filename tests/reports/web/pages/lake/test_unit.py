"""机构: what the departments say about one body, and its card as a file."""

from __future__ import annotations

import json
from urllib.parse import quote

from reports.web.site import Site
from tests.reports.web.pages.conftest import Enter
from tests.reports.web.pages.lake.sample import DEAD, SCHOOL, WATER


def entries(site: Site, kind: str) -> list[dict[str, object]]:
    lines = site.casework.audit_log.read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    return [{**one["event"], "user": one["user"]} for one in events if one["event"]["kind"] == kind]


def test_names_posts_leaders_and_history_stand_on_the_page(enter: Enter) -> None:
    text = enter("audit").text(f"/units/{WATER}")
    for words in (
        "云岭县水利局",
        "云岭县水利水电局",
        "台账 2011-09-01",
        "云机编发〔2011〕19号",
        "行政编制＋18",
    ):
        assert words in text, words
    assert "王一（局长）、王二（局长）" in text
    assert '<b class="s1">2</b>' in text  # two chiefs on one approved post
    assert "629923-P06-00001" in text
    assert "2026-09" in text


def test_differences_lead_to_the_people_behind_them_and_add_up(enter: Enter) -> None:
    browser = enter("audit")
    text = browser.text(f"/units/{WATER}")
    assert "单位不同 +1" in text
    listed = browser.text("/bridge", comparison="paid", unit=WATER)
    assert "马兰英" in listed
    assert "陈守义" not in listed


def test_a_body_that_only_a_department_knows_has_a_page(enter: Enter) -> None:
    text = enter("audit").text(f"/units/{quote('finance:305009')}")
    assert "编办没有这个机构" in text
    assert enter("audit", name="b").get("/units/nothing/of%20that").status_code == 404


def test_the_card_is_handed_out_only_with_a_reason_and_is_written_down(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    refused = browser.post(f"/unit-cards/{WATER}", reason="  ")
    assert refused.status_code == 422
    assert "事由" in refused.content.decode()
    assert entries(site, "export") == []
    answer = browser.post(f"/unit-cards/{WATER}", reason="归档备查")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert answer.content.decode() == f"单位台账卡片 2026-10 {WATER} 周敏 归档备查"
    (entry,) = entries(site, "export")
    assert (entry["user"], entry["reason"], entry["people"]) == ("zhoumin", "归档备查", [DEAD])


def test_whoever_may_not_export_gets_no_card(site: Site, enter: Enter) -> None:
    browser = enter("unit", unit_id=WATER)
    assert "下载 Excel" not in browser.text(f"/units/{WATER}")
    assert browser.post(f"/unit-cards/{WATER}", reason="看看").status_code == 403
    assert enter("handler", name="b").post("/unit-cards/nobody", reason="看看").status_code == 404
    assert entries(site, "export") == []


def test_a_month_without_its_lake_says_so_and_shows_the_rest(site: Site, enter: Enter) -> None:
    import shutil

    shutil.rmtree(site.home / "lake")
    text = enter("audit").text(f"/units/{SCHOOL}")
    assert "中间结果不在了" in text
    assert "629923-Q01-00006" in text
