"""Taking a list out: what is filtered, masked, marked, on record; saved views."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from reports.web.accounts.access import PERMISSIONS, May
from reports.web.site import Site
from tests.reports.published_sample import ID_DEAD
from tests.reports.web.pages.conftest import Enter
from tests.reports.web.pages.test_acts import ORANGE, RED
from tests.reports.web.pages.test_findings import listed


def last_entry(site: Site) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads((site.home / "audit.jsonl").read_text("utf-8").splitlines()[-1])
    return entry


@pytest.mark.parametrize(
    "query", ["", "?severity=3&sort=-amount", "?q=水务&status=all", "?change=resolved&rule=Z99"]
)
def test_the_file_holds_exactly_what_is_filtered_in_its_order(query: str, enter: Enter) -> None:
    browser = enter("audit")
    shown = listed(browser.text(f"/findings{query}"))
    answer = browser.post(f"/findings/export{query}", reason="核查组调阅", form="csv")
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["疑点编号"] for row in rows[:-1]] == shown
    assert "吃空饷" not in answer.content.decode()


def test_a_book_is_masked_and_says_on_every_page_who_took_it(enter: Enter, tmp_path: Path) -> None:
    answer = enter("audit").post("/findings/export", reason="核查组调阅", form="xlsx")
    path = tmp_path / "list.xlsx"
    path.write_bytes(answer.content)
    (sheet,) = load_workbook(path).worksheets
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert RED in cells
    assert not [cell for cell in cells if ID_DEAD in cell]
    assert any("周敏（zhoumin）" in cell and "导出" in cell for cell in cells)
    assert sheet.oddHeader is not None
    assert "周敏（zhoumin）" in str(sheet.oddHeader.right.text)
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_every_export_is_on_record_with_its_reason_and_no_name(site: Site, enter: Enter) -> None:
    browser = enter("audit")
    refused = browser.post("/findings/export", reason="  ", form="csv")
    assert refused.status_code == 302
    assert "没有导出" in browser.text("/findings")
    browser.post("/findings/export?q=陈守义&status=all", reason="核查组调阅", form="csv")
    entry = last_entry(site)
    event = entry["event"]
    assert (entry["user"], event["kind"], event["rows"], event["unmasked"]) == ("zhoumin", "export", 1, False)
    assert event["reason"] == "核查组调阅"
    assert "陈守义" not in json.dumps(event, ensure_ascii=False)


@pytest.mark.parametrize("role", sorted(PERMISSIONS))
def test_lists_and_whole_numbers_leave_with_those_who_may(role: str, enter: Enter) -> None:
    browser = enter(role, unit_id="6299230012")
    plain = browser.post("/findings/export", reason="调阅", form="csv")
    whole = browser.post("/findings/export", reason="调阅", form="csv", unmask="1")
    may = PERMISSIONS[role]
    assert plain.status_code == (200 if May.EXPORT in may else 403)
    assert whole.status_code == (200 if {May.EXPORT, May.UNMASK} <= may else 403)
    if whole.status_code == 200:
        assert ID_DEAD in whole.content.decode()
        assert ID_DEAD not in plain.content.decode()


def test_an_export_holds_ones_own_rows_alone(enter: Enter) -> None:
    browser = enter("handler", department="personnel")
    answer = browser.post("/findings/export?status=all", reason="调阅", form="csv")
    assert "629923-" not in answer.content.decode()


def test_views_are_kept_under_a_name_and_shared_when_wanted(enter: Enter) -> None:
    one, other = enter("handler", name="zhang"), enter("handler", name="li")
    one.post("/findings/views?severity=1&sort=-due", name="红级")
    one.post("/findings/views?rule=P01", name="发薪无编", shared="1")
    own = one.text("/findings")
    assert "severity=1&amp;sort=-due" in own
    seen = other.text("/findings")
    assert "发薪无编" in seen
    assert ">红级<" not in seen
    view = one.text("/findings").split("/findings/views/")[1].split("/drop")[0]
    assert other.post(f"/findings/views/{view}/drop").status_code == 404
    assert one.post(f"/findings/views/{view}/drop").status_code == 302
    one.post("/findings/views?rule=P06", name="  ")
    assert "请写视图的名字" in one.text("/findings")


def test_a_view_of_one_name_is_replaced_and_shows_rows_of_whoever_looks(enter: Enter) -> None:
    whole = enter("audit", name="whole")
    own = enter("unit", name="own", unit_id="6299230107")
    whole.post("/findings/views?rule=P06", name="本县", shared="1")
    whole.post("/findings/views?status=all", name="本县", shared="1")
    assert whole.text("/findings").count(">本县<") == 2
    seen = listed(own.text("/findings?status=all"))
    assert ORANGE in seen
    assert RED not in seen
