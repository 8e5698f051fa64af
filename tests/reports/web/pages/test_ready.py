"""What is asked for before anybody does: the pages that everybody opens first."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from reports.web.months import NARROW, MonthView
from reports.web.site import Site
from tests.reports.published_sample import MONTH
from tests.reports.web.pages.conftest import Enter

Row = dict[str, object]


def test_after_it_the_first_reader_counts_nothing_over_all_findings(
    site: Site, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports.web.pages.desk import desk_of
    from reports.web.pages.ready import newest, prepare

    desk = desk_of(site)
    assert newest(desk).startswith(f"published/{MONTH}")
    prepare(desk)
    asked: list[str] = []
    rows = MonthView.rows

    def noted(view: MonthView, query: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        asked.append(query)
        return rows(view, query, parameters)

    monkeypatch.setattr(MonthView, "rows", noted)
    reader = enter("handler")
    for address in ("/", "/findings"):
        reader.text(address, month=MONTH)
    assert asked
    assert [query for query in asked if f"from {NARROW}" in query] == []
