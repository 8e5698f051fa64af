from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from reports.casework.decisions import (
    Actor,
    FilledDecisions,
    Finding,
    Said,
    Standing,
    decide,
    filled_decisions,
    said,
)
from reports.casework.filled import Cell, FilledRow, Refused

ACTOR = Actor("张三", "handler")
MONTH = "2026-10"
FINDINGS = {
    f"629923-P06-{n:05d}": Finding(f"{n:016x}", f"629923-P06-{n:05d}", "P06", MONTH, f"{n:064x}", '{"a":"1"}')
    for n in range(1, 6)
}


def found(month: str) -> Mapping[str, Finding] | None:
    return FINDINGS if month == MONTH else None


def row(number: int, verdict: str = "属实", **other: str) -> FilledRow:
    finding = FINDINGS.get(f"629923-P06-{number:05d}")
    cells = {
        "疑点编号": f"629923-P06-{number:05d}",
        "结论": verdict,
        "理由": "已核实",
        "文号": "",
        "有效期至": "",
        "月份": MONTH,
        "证据指纹": finding.evidence_hash if finding else "",
        **other,
    }
    return FilledRow("疑点处理", number + 1, {name: Cell(text) for name, text in cells.items()})


def filled(*rows: FilledRow, standing: Mapping[str, Standing] | None = None) -> FilledDecisions:
    return filled_decisions(rows, found, ACTOR, standing or {}, {}, may_approve=False)


def test_a_filled_row_becomes_a_decision_bound_to_the_evidence() -> None:
    result = filled(row(1, "已有例外", 文号="云组〔2026〕8号", 有效期至="2027-06-30"))
    (event,) = result.events
    assert not result.rejected
    assert (event.verdict, event.paper, event.until) == ("exempt", "云组〔2026〕8号", date(2027, 6, 30))
    assert (event.finding_id, event.evidence_hash, event.evidence) == (f"{1:016x}", f"{1:064x}", '{"a":"1"}')
    assert (event.by, event.role, event.month) == ("张三", "handler", MONTH)


def test_rows_without_a_conclusion_say_nothing() -> None:
    result = filled(row(1, ""), row(2))
    assert (len(result.events), result.n_empty) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (row(1, "大概属实"), "没有“大概属实”这种结论"),
        (row(1, 理由=" "), "没有写理由"),
        (row(1, 有效期至="年底"), "没有看懂日期“年底”"),
        (row(1, 有效期至="2026-09-30"), "早于疑点月份"),
        (row(1, "撤回"), "无从撤回"),
        (row(99), "没有编号为“629923-P06-00099”的疑点"),
        (row(1, 月份="2026-13"), "没有发布"),
        (row(1, 证据指纹="0"), "证据有变化，请重新导出"),
        (row(1, 理由="长" * 2000), "理由太长"),
    ],
)
def test_a_bad_row_is_refused_with_its_place_and_the_others_are_taken(wrong: FilledRow, why: str) -> None:
    result = filled(wrong, row(3))
    assert [event.number for event in result.events] == ["629923-P06-00003"]
    (rejection,) = result.rejected
    assert (rejection.sheet, rejection.row) == ("疑点处理", wrong.row)
    assert why in rejection.why


def test_a_finding_filled_in_twice_is_refused_in_both_rows() -> None:
    result = filled(row(1), row(2), row(1, "不属实"))
    assert [event.number for event in result.events] == ["629923-P06-00002"]
    assert len(result.rejected) == 2


def test_what_stands_already_is_not_said_again_unless_the_evidence_is_new() -> None:
    word = Said("confirmed", "已核实")
    standing = {f"{1:016x}": Standing(word, f"{1:064x}"), f"{2:016x}": Standing(word, "old")}
    result = filled(row(1), row(2), row(3), standing=standing)
    assert result.n_unchanged == 1
    assert [event.number for event in result.events] == ["629923-P06-00002", "629923-P06-00003"]


def test_a_withdrawal_needs_something_to_withdraw() -> None:
    finding = FINDINGS["629923-P06-00001"]
    word = said("撤回", "登记错了")
    with pytest.raises(Refused, match="无从撤回"):
        decide(finding, word, ACTOR, {})
    event = decide(finding, word, ACTOR, {finding.finding_id: Standing(Said("confirmed", "x"), "")})
    assert event.verdict == "withdrawn"


def test_a_conclusion_may_be_written_as_its_code() -> None:
    assert said("refuted", "认错人").verdict == said("不属实", "认错人").verdict == "refuted"
