"""Months of which parts were destroyed when their terms were over: pages say so, and none breaks."""

from __future__ import annotations

import json
import shutil

import pytest

from assets.destroyed import Destroyed, DestroyedMonth, note_path
from assets.published import pointer_path
from reports.web.site import Site
from tests.reports.web.pages.conftest import Enter

HOW = Destroyed("XH-2030-001", "2030-01-15")


def published_month(site: Site) -> str:
    (path,) = (site.home / "published").glob("????-??.json")
    return path.stem


@pytest.mark.parametrize(
    "address",
    ["/", "/findings", "/people", "/units", "/gate", "/mapping", "/deliveries", "/bridge", "/identity"],
)
def test_pages_of_a_month_whose_tables_are_gone_still_open(site: Site, enter: Enter, address: str) -> None:
    month = published_month(site)
    shutil.rmtree(site.home / "lake", ignore_errors=True)
    note = DestroyedMonth(month, {"lake": HOW, "inbox": HOW, "archive": HOW})
    note_path(site.home / "published", month).write_text(json.dumps(note.values()), "utf-8")
    browser = enter("handler")
    assert browser.get(address, month=month).status_code == 200


def test_a_month_that_is_gone_says_by_which_list(site: Site, enter: Enter) -> None:
    gone = "2026-01"
    published = site.home / "published"
    note = DestroyedMonth(gone, {"published": HOW}, {"content_sha256": "c"})
    note_path(published, gone).write_text(json.dumps(note.values()), "utf-8")
    assert not pointer_path(published, gone).exists()
    browser = enter("handler")
    answer = browser.get("/findings", month=gone)
    assert answer.status_code == 404
    assert "已于 2030-01-15 按销毁清单 XH-2030-001 销毁" in answer.content.decode()
    elsewhere = browser.get("/findings", month="../../casework")
    assert elsewhere.status_code == 404
    assert "销毁" not in elsewhere.content.decode()
