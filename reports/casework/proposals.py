"""Answers that wait for a reviewer; he makes decisions of them, or has them answered again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from reports.casework.decisions import Actor, Finding, Standing, decide, said
from reports.casework.filled import Refused, said_text
from reports.labels import label
from reports.web.casework.events import DecisionEvent, ReplyEvent

PROPOSED, ACCEPTED, DECLINED = "proposed", "accepted", "declined"


@dataclass(frozen=True)
class Accepted:
    """What accepting a proposal adds: the decision, and the end of the proposal."""

    decision: DecisionEvent
    reply: ReplyEvent


def last_replies(events: Iterable[Mapping[str, Any]]) -> dict[str, ReplyEvent]:
    """finding_id → the last event of its answer, from the rows of table `reply` in their order."""
    names = [one.name for one in fields(ReplyEvent)]
    return {row["finding_id"]: ReplyEvent(**{name: row[name] for name in names}) for row in events}


def pending_replies(events: Iterable[Mapping[str, Any]]) -> dict[str, ReplyEvent]:
    """finding_id → the answer that waits for a reviewer."""
    return {key: one for key, one in last_replies(events).items() if one.step == PROPOSED}


def accept(
    proposal: ReplyEvent,
    finding: Finding | None,
    actor: Actor,
    standing: Mapping[str, Standing],
    until: date | None = None,
) -> Accepted:
    """A proposal made a decision by a reviewer, bound to the evidence that was answered to.

    整改中 holds until the day that the unit named; when it has passed, the finding is open again.

    Args:
        proposal: the answer.
        finding: the finding of the month that was asked about; None where it is no longer there.
        actor: the reviewer.
        standing: finding_id → the decision in force.
        until: to which day the decision shall hold; the day that was answered where not given.

    Raises:
        Refused: the finding is gone, its evidence has changed, or it is decided already.
    """
    if finding is None or finding.evidence_hash != proposal.evidence_hash:
        raise Refused(f"{proposal.month} 的证据已经变化，答复不能再采纳；请重新发出核实单")
    decided = standing.get(finding.finding_id)
    if decided is not None and decided.evidence_hash == finding.evidence_hash:
        raise Refused(
            f"已有结论“{label('decision', decided.word.verdict)}”；要改变请用 duibian decisions add"
        )
    holds_to = until or (proposal.done_on if proposal.answer == "rectifying" else None)
    word = said(proposal.answer, _reason(proposal), proposal.paper, holds_to)
    decision = decide(finding, word, actor, standing)
    return Accepted(decision, replace(proposal, by=actor.user, role=actor.role, step=ACCEPTED))


def decline(proposal: ReplyEvent, reason: str, actor: Actor) -> ReplyEvent:
    """A proposal sent back: its recipient has to answer again.

    Raises:
        Refused: nobody said why.
    """
    clean = said_text(reason, "理由")
    if not clean:
        raise Refused("没有写退回的理由")
    return replace(proposal, by=actor.user, role=actor.role, step=DECLINED, reason=clean)


def _reason(proposal: ReplyEvent) -> str:
    """Who answered what, as it is kept with the decision."""
    who = "，".join(filter(None, (proposal.recipient_name, proposal.filled_by)))
    done = f"；整改完成日期 {proposal.done_on}" if proposal.done_on else ""
    return f"回执（{who}）答复“{label('reply_answer', proposal.answer)}”：{proposal.explanation}{done}"
