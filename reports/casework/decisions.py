"""Decisions on findings: from what somebody said, on a page, the command line or in a filled book, to events.

A conclusion on a red finding takes two people: what a 核查员 says of it is a proposal, which decides nothing
until a 复核员 agrees (`countersigning`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

import polars as pl

from reports.casework.filled import Cell, FilledRow, Refused, Rejection, day_in, said_text
from reports.labels import code_of, labels
from reports.web.casework.events import WITHDRAWN, DecisionEvent, ProposalEvent

NUMBER, VERDICT, REASON, PAPER, UNTIL = "疑点编号", "结论", "理由", "文号", "有效期至"
MONTH, EVIDENCE_HASH = "月份", "证据指纹"
HEADINGS = (NUMBER, VERDICT, REASON, PAPER, UNTIL, MONTH, EVIDENCE_HASH)
"""What a filled book must have; the other columns are for reading only."""
RED = 1


@dataclass(frozen=True)
class Finding:
    """What a decision is bound to: one finding of a published month.

    Attributes:
        decided_values: what is behind evidence_hash, as the month publishes it (JSON).
        severity: 1 (red) to 4; None where the month has none.
    """

    finding_id: str
    number: str
    rule_id: str
    month: str
    evidence_hash: str
    decided_values: str = "{}"
    severity: int | None = None


@dataclass(frozen=True)
class Said:
    """A conclusion as somebody gave it, cleaned."""

    verdict: str
    reason: str
    paper: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Standing:
    """What is in force on a finding, and the evidence that it was given on."""

    word: Said
    evidence_hash: str


@dataclass(frozen=True)
class Actor:
    """Who answers for it, and in which role."""

    user: str
    role: str = ""


@dataclass(frozen=True)
class FilledDecisions:
    """What a filled book comes to: events to be added, rows that say nothing new, rows refused."""

    events: tuple[DecisionEvent | ProposalEvent, ...]
    n_unchanged: int
    n_empty: int
    rejected: tuple[Rejection, ...]


FindingsOf = Callable[[str], Mapping[str, Finding] | None]
"""Month → its findings by number; None where the month is not published."""


def said(verdict: str, reason: str, paper: str = "", until: date | None = None) -> Said:
    """A conclusion from its words.

    Raises:
        Refused: the verdict is none of ours, or there is no reason.
    """
    code = code_of("decision", verdict)
    if code is None:
        raise Refused(f"没有“{verdict[:20]}”这种结论，请写：{'、'.join(labels('decision').values())}")
    clean = said_text(reason, REASON)
    if not clean:
        raise Refused("没有写理由")
    return Said(code, clean, said_text(paper, PAPER), until)


def decide(finding: Finding, word: Said, actor: Actor, standing: Mapping[str, Standing]) -> DecisionEvent:
    """The event of one conclusion.

    Args:
        finding: what it is on.
        word: what was said.
        actor: who said it.
        standing: finding_id → what is in force.

    Raises:
        Refused: there is nothing to withdraw, or it would be over before the finding's month.
    """
    if word.verdict == WITHDRAWN and finding.finding_id not in standing:
        raise Refused("这一疑点没有登记过结论，无从撤回")
    if word.until is not None and f"{word.until:%Y-%m}" < finding.month:
        raise Refused(f"有效期 {word.until} 早于疑点月份 {finding.month}")
    return DecisionEvent(
        by=actor.user,
        role=actor.role,
        finding_id=finding.finding_id,
        number=finding.number,
        rule_id=finding.rule_id,
        month=finding.month,
        evidence_hash=finding.evidence_hash,
        verdict=word.verdict,
        reason=word.reason,
        paper=word.paper,
        until=word.until,
        evidence=finding.decided_values,
    )


def needs_second(severity: int | None, *, may_approve: bool) -> bool:
    """Whether a conclusion of somebody waits for a 复核员."""
    return severity == RED and not may_approve


def conclude(
    finding: Finding, word: Said, actor: Actor, standing: Mapping[str, Standing], *, may_approve: bool
) -> DecisionEvent | ProposalEvent:
    """The event of one conclusion; a proposal where it waits for its second person.

    Args:
        finding: what it is on.
        word: what was said.
        actor: who said it.
        standing: finding_id → what is in force.
        may_approve: whether the actor is a 复核员, or works in a home without roles.

    Raises:
        Refused: as `decide`.
    """
    event = decide(finding, word, actor, standing)
    if not needs_second(finding.severity, may_approve=may_approve):
        return event
    return ProposalEvent(**{one.name: getattr(event, one.name) for one in fields(event)})


def standing_decisions(decisions: pl.DataFrame) -> dict[str, Standing]:
    """finding_id → what is in force, from the frame `decision`; or what waits, from rows of proposals."""
    columns = ("finding_id", "verdict", "reason", "paper", "until", "evidence_hash")
    return {
        finding_id: Standing(Said(verdict, reason, paper, until), evidence_hash)
        for finding_id, verdict, reason, paper, until, evidence_hash in decisions.select(columns).iter_rows()
    }


def filled_decisions(
    rows: Sequence[FilledRow],
    findings: FindingsOf,
    actor: Actor,
    standing: Mapping[str, Standing],
    proposed: Mapping[str, Standing],
    *,
    may_approve: bool,
) -> FilledDecisions:
    """What the rows of a filled book come to; a row without a conclusion says nothing.

    Args:
        rows: from `read_filled`.
        findings: the published months.
        actor: who hands the book in.
        standing: as `decide`.
        proposed: finding_id → what waits for its second person.
        may_approve: as `conclude`.
    """
    told = [row for row in rows if row.text(VERDICT)]
    twice = {number for number, n in Counter(row.text(NUMBER) for row in told).items() if n > 1}
    events: list[DecisionEvent | ProposalEvent] = []
    rejected: list[Rejection] = []
    n_unchanged = 0
    for row in told:
        try:
            finding, word = _row(row, findings, twice)
            event = conclude(finding, word, actor, standing, may_approve=may_approve)
        except Refused as refusal:
            rejected.append(Rejection(row.sheet, row.row, row.text(NUMBER)[:40], str(refusal)))
            continue
        known = proposed if isinstance(event, ProposalEvent) else standing
        if known.get(event.finding_id) == Standing(word, event.evidence_hash):
            n_unchanged += 1
        else:
            events.append(event)
    return FilledDecisions(tuple(events), n_unchanged, len(rows) - len(told), tuple(rejected))


def _row(row: FilledRow, findings: FindingsOf, twice: Collection[str]) -> tuple[Finding, Said]:
    number, month = row.text(NUMBER), row.text(MONTH)
    if number in twice:
        raise Refused("同一疑点在表中填写了不止一行，请只保留一行")
    known = findings(month)
    if known is None:
        raise Refused(f"月份“{month[:10]}”没有发布，请勿改动“{MONTH}”列")
    finding = known.get(number)
    if finding is None:
        raise Refused(f"{month} 没有编号为“{number[:40]}”的疑点")
    if row.text(EVIDENCE_HASH) != finding.evidence_hash:
        raise Refused("导出之后证据有变化，请重新导出，看过新的证据再下结论")
    until = day_in(row.cells.get(UNTIL, Cell()))
    return finding, said(row.text(VERDICT), row.text(REASON), row.text(PAPER), until)
