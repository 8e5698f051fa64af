"""Conclusions on red findings: whoever handles one proposes, a 复核员 concludes. Two people, two events.

A proposal decides nothing: no list and no run knows it. The decision that follows is the reviewer's, and says
who proposed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import polars as pl

from reports.casework.decisions import Actor, Finding, Said, Standing, decide
from reports.casework.filled import Refused, said_text
from reports.web.casework.events import DecisionEvent, ProposalEvent

PROPOSED, APPROVED, RETURNED = "proposed", "approved", "returned"


@dataclass(frozen=True)
class Approved:
    """What agreeing adds: the decision, and the end of the proposal."""

    decision: DecisionEvent
    proposal: ProposalEvent


def waiting(proposals: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Conclusions that wait for their second person: the last of a finding, nothing decided on it since."""
    last = proposals.sort("id").unique("finding_id", keep="last").filter(pl.col("step") == PROPOSED)
    decided = decisions.group_by("finding_id").agg(pl.col("at").max().alias("decided_at"))
    since = pl.col("decided_at").is_null() | (pl.col("decided_at") <= pl.col("at"))
    return last.join(decided, on="finding_id", how="left").filter(since).drop("decided_at")


def proposal_of(row: Mapping[str, Any]) -> ProposalEvent:
    """A proposal from its row of table `proposal`."""
    return ProposalEvent(**{one.name: row[one.name] for one in fields(ProposalEvent)})


def approve(
    proposal: ProposalEvent, finding: Finding, actor: Actor, standing: Mapping[str, Standing]
) -> Approved:
    """A proposal made a decision by a second person.

    Raises:
        Refused: its evidence has changed, or both would be one person.
    """
    if finding.evidence_hash != proposal.evidence_hash:
        raise Refused("登记以后证据有了变化，这一结论不能再同意；请按现在的证据重新下结论")
    if actor.user == proposal.by:
        raise Refused("这一结论是您自己提出的，须由另一位复核员同意")
    reason = f"{proposal.reason}（经办 {proposal.by}）"
    word = Said(proposal.verdict, reason, proposal.paper, proposal.until)
    decision = decide(finding, word, actor, standing)
    return Approved(decision, replace(proposal, by=actor.user, role=actor.role, step=APPROVED))


def send_back(proposal: ProposalEvent, note: str, actor: Actor) -> ProposalEvent:
    """A proposal sent back by a 复核员, or taken back by whoever made it.

    Raises:
        Refused: nobody said why.
    """
    clean = said_text(note, "理由")
    if not clean:
        raise Refused("没有写退回的理由")
    return replace(proposal, by=actor.user, role=actor.role, step=RETURNED, note=clean)
