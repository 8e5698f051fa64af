"""Decisions in words and in counts; 存量, 新增 and 持续 with totals of their own."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.published import open_month
from reports.exceptions.decided import changes_text, decision_text, values_text
from reports.exceptions.model import ExceptionReport
from reports.exceptions.read import exception_report
from tests.reports.published_sample import MONTH, sample_tables, write_published_month

SAID = {
    "verdict": "exempt",
    "by": "zhang",
    "at": "2026-10-20T09:00:00+08:00",
    "paper": "核字〔2026〕3号",
    "until": "2026-12-31",
    "reason": "援派在外",
    "month": MONTH,
    "state": "carried",
    "note": "",
}
CHANGES = [{"field": "统发工资表·人员身份", "old": "公务员", "new": "机关工勤"}]


def report(folder: Path, rows: dict[str, dict[str, Any]]) -> ExceptionReport:
    """The sample month with more said about the findings whose numbers end so."""
    tables = sample_tables()
    for finding in tables["finding"]:
        finding.update(rows.get(finding["number"][-2:], {}))
    with open_month(write_published_month(folder, tables), MONTH) as month:
        return exception_report(month)


def test_a_decision_reads_as_a_sentence() -> None:
    assert (
        decision_text(json.dumps(SAID))
        == "已有例外（zhang 2026-10-20，核字〔2026〕3号，有效至 2026-12-31）：援派在外"
    )
    bare = dict.fromkeys(SAID, "") | {"verdict": "confirmed", "note": "证据已变化，须重新核实"}
    assert decision_text(json.dumps(bare)) == "属实。证据已变化，须重新核实"
    assert decision_text(None) == changes_text(None) == values_text(None) == ""


def test_what_changed_reads_field_by_field() -> None:
    assert changes_text(json.dumps(CHANGES)) == "统发工资表·人员身份：公务员 → 机关工勤"
    assert values_text('{"pay.status": ["在职"], "result.n_now": ["3"]}').splitlines() == [
        "统发工资表·人员状态：在职",
        "本月人数：3",
    ]


def test_decisions_that_hold_are_counted_and_those_refuted_are_a_number(tmp_path: Path) -> None:
    lost = json.dumps(SAID | {"state": "changed", "note": "证据已变化，须重新核实"})
    found = report(
        tmp_path,
        {
            "01": {"decision": json.dumps(SAID), "status": "exempt"},
            "02": {"decision": lost, "reopened": json.dumps(CHANGES), "change": "reopened"},
        },
    )
    counts = found.decisions
    assert (dict(counts.carried), counts.n_reopened, counts.n_refuted) == ({"exempt": 1}, 1, 1)
    lines = {line.number[-2:]: line for group in found.groups for line in group.findings}
    assert lines["01"].decision.startswith("已有例外（zhang")
    assert lines["02"].decision.endswith("公务员 → 机关工勤")
    assert found.total.n_exempt == 2


def test_the_parts_add_up_to_the_whole(tmp_path: Path) -> None:
    found = report(tmp_path, {"01": {"stock": True}})
    parts = {part.name: part.tally for part in found.parts}
    assert [part.name for part in found.parts] == ["存量", "新增", "持续"]
    assert sum(tally.n for tally in parts.values()) == found.total.n
    assert sum((t.recoverable for t in parts.values()), Decimal(0)) == found.total.recoverable
    assert sum((t.indicative for t in parts.values()), Decimal(0)) == found.total.indicative
    assert sum(tally.n_resolved for tally in parts.values()) == found.total.n_resolved
    assert parts["存量"].n == parts["存量"].n_stock == 2


def test_a_basis_that_was_signed_off_is_pending_no_more(tmp_path: Path) -> None:
    def shown(place: str, is_verified: bool | None) -> tuple[bool, str]:
        said = {"basis_id": "party2019", "basis_is_verified": is_verified}
        found = report(tmp_path / place, {"01": said})
        line = next(one for group in found.groups for one in group.findings if one.number.endswith("01"))
        return "P06" in {rule for rule, _ in found.cover.pending_bases}, line.basis[-4:]

    assert shown("open", False) == shown("silent", None) == (True, "［待核］")
    assert shown("signed", True) == (False, "、第七章")
