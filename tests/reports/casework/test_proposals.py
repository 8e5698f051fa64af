from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import pytest

from reports.casework.decisions import Actor, Finding, Said, Standing
from reports.casework.filled import Refused
from reports.casework.proposals import accept, decline, last_replies, pending_replies
from tests.reports.web import events_of as of

REVIEWER = Actor("李四", "reviewer")
FINDING = Finding("f" * 16, "629923-P06-00001", "P06", "2026-10", "e" * 64, '{"a":"1"}')


@pytest.mark.parametrize(
    ("answer", "verdict", "until"),
    [
        ("confirmed", "confirmed", None),
        ("refuted", "refuted", None),
        ("exempt", "exempt", None),
        ("rectifying", "rectifying", date(2026, 12, 31)),
        ("closed", "closed", None),
    ],
)
def test_an_answer_becomes_the_reviewers_decision(answer: str, verdict: str, until: date | None) -> None:
    proposal = of.reply(answer=answer, paper="云教〔2026〕9号", filled_by="钱某")
    accepted = accept(proposal, FINDING, REVIEWER, {})
    decision = accepted.decision
    assert (decision.verdict, decision.by, decision.role) == (verdict, "李四", "reviewer")
    assert (decision.finding_id, decision.evidence_hash, decision.evidence) == (
        "f" * 16,
        "e" * 64,
        '{"a":"1"}',
    )
    assert (decision.paper, decision.until) == ("云教〔2026〕9号", until)
    assert decision.reason.startswith("回执（云岭县教育局，钱某）")
    assert "正在办理停发" in decision.reason
    assert accepted.reply == replace(proposal, by="李四", role="reviewer", step="accepted")


def test_the_reviewer_may_say_how_long_it_holds() -> None:
    accepted = accept(of.reply(), FINDING, REVIEWER, {}, date(2027, 6, 30))
    assert accepted.decision.until == date(2027, 6, 30)


def test_evidence_that_changed_or_went_is_not_decided_on() -> None:
    for finding in (None, replace(FINDING, evidence_hash="other")):
        with pytest.raises(Refused, match="证据已经变化"):
            accept(of.reply(), finding, REVIEWER, {})


def test_what_is_decided_is_not_decided_again() -> None:
    standing = {FINDING.finding_id: Standing(Said("refuted", "x"), FINDING.evidence_hash)}
    with pytest.raises(Refused, match="已有结论“不属实”"):
        accept(of.reply(), FINDING, REVIEWER, standing)
    earlier = {FINDING.finding_id: Standing(Said("refuted", "x"), "as it was before")}
    assert accept(of.reply(), FINDING, REVIEWER, earlier).decision.verdict == "rectifying"


def test_an_answer_is_sent_back_with_a_reason() -> None:
    back = decline(of.reply(), "请附停发文件", REVIEWER)
    assert (back.step, back.reason, back.by) == ("declined", "请附停发文件", "李四")
    with pytest.raises(Refused, match="理由"):
        decline(of.reply(), " ", REVIEWER)


def test_only_the_last_word_on_a_finding_waits() -> None:
    first, second = of.reply(), of.reply(explanation="又核实过")
    other = of.reply(finding_id="0" * 16, number="629923-P01-00002")
    rows = [asdict(one) for one in (first, other, second)]
    assert pending_replies(rows) == {"f" * 16: second, "0" * 16: other}
    ended = [*rows, asdict(decline(second, "x", REVIEWER))]
    assert set(pending_replies(ended)) == {"0" * 16}
    assert last_replies(ended)["f" * 16].step == "declined"
