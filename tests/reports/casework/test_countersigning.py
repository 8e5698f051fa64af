"""Two people on a red finding, without any page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.casework.countersigning import approve, proposal_of, send_back
from reports.casework.decisions import Actor, Finding, Said, conclude, needs_second
from reports.casework.filled import Refused
from reports.web.casework.events import DecisionEvent, ProposalEvent

FINDING = Finding("f" * 16, "629923-P06-00001", "P06", "2026-10", "e" * 64, '{"a":"1"}', severity=1)
HANDLER, REVIEWER = Actor("zhang", "handler"), Actor("li", "reviewer")
WORD = Said("refuted", "号码登记有误", "云编核〔2026〕1号")


def proposed() -> ProposalEvent:
    event = conclude(FINDING, WORD, HANDLER, {}, may_approve=False)
    assert isinstance(event, ProposalEvent)
    return event


def test_a_reviewer_concludes_at_once_and_so_does_anybody_on_what_is_not_red() -> None:
    assert isinstance(conclude(FINDING, WORD, REVIEWER, {}, may_approve=True), DecisionEvent)
    yellow = replace(FINDING, severity=2)
    assert isinstance(conclude(yellow, WORD, HANDLER, {}, may_approve=False), DecisionEvent)


def test_only_red_ones_wait_and_only_for_those_who_may_not_approve() -> None:
    assert [needs_second(severity, may_approve=False) for severity in (1, 2, 3, 4, None)] == [
        True,
        *[False] * 4,
    ]
    assert not needs_second(1, may_approve=True)


def test_what_is_agreed_to_is_what_was_proposed_on_the_same_evidence() -> None:
    proposal = proposed()
    assert proposal_of(vars(proposal)) == proposal
    approved = approve(proposal, FINDING, REVIEWER, {})
    decision = approved.decision
    assert (decision.verdict, decision.paper, decision.evidence) == (
        "refuted",
        "云编核〔2026〕1号",
        '{"a":"1"}',
    )
    assert (decision.by, decision.role) == ("li", "reviewer")
    assert decision.reason == "号码登记有误（经办 zhang）"
    assert approved.proposal.step == "approved"


def test_changed_evidence_or_one_person_twice_is_refused() -> None:
    proposal = proposed()
    with pytest.raises(Refused, match="证据有了变化"):
        approve(proposal, replace(FINDING, evidence_hash="0" * 64), REVIEWER, {})
    with pytest.raises(Refused, match="另一位复核员"):
        approve(proposal, FINDING, Actor("zhang", "reviewer"), {})


def test_whoever_sends_back_says_why() -> None:
    proposal = proposed()
    with pytest.raises(Refused, match="没有写退回的理由"):
        send_back(proposal, " ", REVIEWER)
    returned = send_back(proposal, "请附文件", REVIEWER)
    assert (returned.step, returned.note, returned.by) == ("returned", "请附文件", "li")
