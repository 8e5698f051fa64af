"""机构: the open findings of a body follow what is decided."""

from __future__ import annotations

import re

from tests.reports.web.pages.conftest import Browser, Enter
from tests.reports.web.pages.test_acts import ORANGE, ORANGE_UNIT, decide


def open_findings(browser: Browser, state: str = "") -> dict[str, int]:
    """Body → how many open findings the list says it has."""
    text = browser.text("/units", state=state)
    found = re.findall(r'<a href="/findings\?unit=([^&"]*)[^"]*">([0-9,]+)</a>', text)
    return {unit: int(n.replace(",", "")) for unit, n in found}


def test_a_body_has_as_many_open_findings_as_its_list_after_every_decision(enter: Enter) -> None:
    reviewer = enter("reviewer")
    before = open_findings(reviewer)
    assert before[ORANGE_UNIT] > 0
    assert open_findings(reviewer, "found") == before
    assert decide(reviewer, ORANGE, "refuted").status_code == 302
    now = open_findings(reviewer, "found")
    assert now.get(ORANGE_UNIT, 0) == before[ORANGE_UNIT] - 1
    for unit, n in now.items():
        text = reviewer.text("/findings", unit=unit)
        assert f"<b>{n}</b> 条" in text, unit
