"""What people decided, one frozen record an event; nothing here knows the database.

An event is never changed and never removed: whoever changes his mind adds another one. `by` is the person who
answers for it, `role` the code of the role in which he did (see [role] of labels.toml; '' in a home that has
granted none). When it happened is written by the store.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

WITHDRAWN = "withdrawn"
DECISIONS = ("confirmed", "refuted", "exempt", "rectifying", "closed", WITHDRAWN)
JUDGEMENTS = ("same", "different", "unsure", WITHDRAWN)
STAGES = ("blind", "seen")
BASELINES = ("set", WITHDRAWN)
SIGNOFFS = ("signed", WITHDRAWN)
HOLD_STEPS = ("handler", "reviewer", "lifted", "renewed", "taken_back")
BREAKER_STEPS = ("reviewer", "finance")
GRANTS = ("granted", WITHDRAWN)
SENDINGS = ("sent", WITHDRAWN)
REPLY_STEPS = ("proposed", "accepted", "declined")
DUE_PROCESS_STEPS = ("noticed", "objected", "upheld", "rejected", "dropped", "correction", "result")
ATTACHINGS = ("attached", WITHDRAWN)
PROPOSAL_STEPS = ("proposed", "approved", "returned")
ANSWERS = ("confirmed", "refuted", "exempt", "rectifying", "closed")
ROLES = (
    "operator",
    "handler",
    "reviewer",
    "finance",
    "audit",
    "supervisor",
    "unit",
    "system_admin",
    "security_admin",
    "audit_admin",
)

_RECORD_KEY = re.compile(r"[0-9a-f]{64}")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, kw_only=True)
class Event:
    """What every event says; `logged` names the fields that the audit log repeats, none of them personal."""

    logged: ClassVar[tuple[str, ...]] = ()

    by: str
    role: str = ""

    def __post_init__(self) -> None:
        _demand(bool(self.by.strip()), "by")
        _demand(self.role in ("", *ROLES), "role")


@dataclass(frozen=True, kw_only=True)
class DecisionEvent(Event):
    """What somebody concluded on a finding of a published month.

    evidence_hash, evidence: what it rested on, and the decided values behind it as JSON. until: to which day
    it holds; None for good.
    """

    logged: ClassVar = ("finding_id", "number", "month", "verdict", "evidence_hash")

    finding_id: str
    number: str
    rule_id: str
    month: str
    evidence_hash: str
    verdict: str
    reason: str
    paper: str = ""
    until: date | None = None
    evidence: str = "{}"

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(bool(self.finding_id), "finding_id")
        _demand(_MONTH.fullmatch(self.month) is not None, "month")
        _demand(self.verdict in DECISIONS, "verdict")
        object.__setattr__(self, "evidence", _canonical(self.evidence))


@dataclass(frozen=True, kw_only=True)
class JudgementEvent(Event):
    """Whether two records are one person's; the keys are put into order."""

    logged: ClassVar = ("key_a", "key_b", "verdict")

    key_a: str
    key_b: str
    verdict: str
    reason: str

    def __post_init__(self) -> None:
        super().__post_init__()
        keys = sorted((self.key_a, self.key_b))
        _demand(all(map(_RECORD_KEY.fullmatch, keys)) and keys[0] != keys[1], "key_a, key_b")
        _demand(self.verdict in JUDGEMENTS, "verdict")
        object.__setattr__(self, "key_a", keys[0])
        object.__setattr__(self, "key_b", keys[1])


@dataclass(frozen=True, kw_only=True)
class OpinionEvent(Event):
    """What one judge thinks of a pair of records; a judgement follows when enough judges think the same.

    month: of the records as they were seen. stage: blind before the program's evidence was shown, seen after
    it. engine: what the program had done with the pair, same or different.
    """

    logged: ClassVar = ("key_a", "key_b", "month", "verdict", "stage", "engine")

    key_a: str
    key_b: str
    month: str
    verdict: str
    reason: str
    stage: str
    engine: str

    def __post_init__(self) -> None:
        super().__post_init__()
        keys = sorted((self.key_a, self.key_b))
        _demand(all(map(_RECORD_KEY.fullmatch, keys)) and keys[0] != keys[1], "key_a, key_b")
        _demand(_MONTH.fullmatch(self.month) is not None, "month")
        _demand(self.verdict in JUDGEMENTS, "verdict")
        _demand(self.stage in STAGES, "stage")
        _demand(self.engine in JUDGEMENTS[:2], "engine")
        object.__setattr__(self, "key_a", keys[0])
        object.__setattr__(self, "key_b", keys[1])


@dataclass(frozen=True, kw_only=True)
class BaselineEvent(Event):
    """Whether what was found in a month is stock: known from the first day on, not new."""

    logged: ClassVar = ("month", "verdict")

    month: str
    verdict: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(_MONTH.fullmatch(self.month) is not None, "month")
        _demand(self.verdict in BASELINES, "verdict")


@dataclass(frozen=True, kw_only=True)
class BasisSignoffEvent(Event):
    """Whether somebody has compared an article with the official text."""

    logged: ClassVar = ("basis_id", "verdict")

    basis_id: str
    reason: str
    paper: str = ""
    verdict: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(bool(self.basis_id), "basis_id")
        _demand(self.verdict in SIGNOFFS, "verdict")


@dataclass(frozen=True, kw_only=True)
class HoldEvent(Event):
    """One step of stopping the pay of one pay line: 经办, 复核, 解除, 续期."""

    logged: ClassVar = ("payroll_month", "agency_code", "step", "action")

    payroll_month: str
    agency_code: str
    per_id: str
    row_key: str
    step: str
    action: str = "hold"
    paper: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(_MONTH.fullmatch(self.payroll_month) is not None, "payroll_month")
        _demand(bool(self.row_key), "row_key")
        _demand(self.step in HOLD_STEPS, "step")


@dataclass(frozen=True, kw_only=True)
class BreakerEvent(Event):
    """One of the two signatures that lift a circuit breaker; agency_code '' is the whole payroll."""

    logged: ClassVar = ("payroll_month", "agency_code", "step")

    payroll_month: str
    agency_code: str = ""
    step: str
    reason: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(_MONTH.fullmatch(self.payroll_month) is not None, "payroll_month")
        _demand(self.step in BREAKER_STEPS, "step")


@dataclass(frozen=True, kw_only=True)
class DueProcessEvent(Event):
    """One step towards the person or body whose pay line is in question: what was told, objected, answered.

    noticed, correction, result: the paper that was delivered. objected: an objection was received, to be
    answered by due_on. upheld, rejected, dropped: what became of it. done_on: the day on which it happened.
    said: what was objected, or why it was answered so; of a correction, to which department it went.
    """

    logged: ClassVar = ("payroll_month", "agency_code", "step")

    payroll_month: str
    agency_code: str
    per_id: str
    row_key: str
    step: str
    done_on: date
    due_on: date | None = None
    paper: str = ""
    said: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(_MONTH.fullmatch(self.payroll_month) is not None, "payroll_month")
        _demand(bool(self.row_key), "row_key")
        _demand(self.step in DUE_PROCESS_STEPS, "step")


@dataclass(frozen=True, kw_only=True)
class InquiryEvent(Event):
    """That a recipient was asked about a finding, on which evidence; a withdrawal ends the asking.

    recipient: 机构编码 of who was asked, for unit_id's matter. due_on: to which day an answer is asked for.
    sent: what stood in the locked cells, as JSON, so that an answer can be held against it.
    """

    logged: ClassVar = ("finding_id", "number", "month", "recipient", "verdict", "evidence_hash")

    finding_id: str
    number: str
    rule_id: str
    month: str
    evidence_hash: str
    recipient: str
    recipient_name: str
    unit_id: str
    unit_name: str
    due_on: date | None = None
    sent: str = "{}"
    paper: str = ""
    verdict: str = "sent"

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(bool(self.finding_id) and bool(self.recipient), "finding_id, recipient")
        _demand(_MONTH.fullmatch(self.month) is not None, "month")
        _demand(self.verdict in SENDINGS, "verdict")
        object.__setattr__(self, "sent", _canonical(self.sent))


@dataclass(frozen=True, kw_only=True)
class ReplyEvent(Event):
    """What a recipient answered, and what became of it: proposed, accepted as a decision, declined.

    answer: the decision that it proposes. explanation, paper, done_on, filled_by: as answered. reason: why it
    was declined. file, file_sha256, sheet, row: where it stands.
    """

    logged: ClassVar = ("finding_id", "number", "month", "recipient", "answer", "step", "file_sha256")

    finding_id: str
    number: str
    rule_id: str
    month: str
    evidence_hash: str
    recipient: str
    recipient_name: str
    unit_id: str
    answer: str
    explanation: str
    paper: str = ""
    done_on: date | None = None
    filled_by: str = ""
    file: str = ""
    file_sha256: str = ""
    sheet: str = ""
    row: int = 0
    step: str = "proposed"
    reason: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(bool(self.finding_id) and bool(self.recipient), "finding_id, recipient")
        _demand(_MONTH.fullmatch(self.month) is not None, "month")
        _demand(self.answer in ANSWERS, "answer")
        _demand(self.step in REPLY_STEPS, "step")


@dataclass(frozen=True, kw_only=True)
class AssignmentEvent(Event):
    """Who handles a finding, and until when; each event says both.

    assignee: '' for nobody. due_on: None for the finding's own day.
    """

    logged: ClassVar = ("finding_id", "number", "month", "assignee")

    finding_id: str
    number: str
    month: str
    assignee: str = ""
    due_on: date | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(bool(self.finding_id), "finding_id")
        _demand(_MONTH.fullmatch(self.month) is not None, "month")


@dataclass(frozen=True, kw_only=True)
class AttachmentEvent(Event):
    """A paper that was attached to a finding, or taken away again; its content lies in the archive.

    file: its name, made harmless. kind: its ending, as its content says.
    """

    logged: ClassVar = ("finding_id", "number", "month", "kind", "file_sha256", "verdict")

    finding_id: str
    number: str
    month: str
    file: str
    kind: str
    size: int
    file_sha256: str
    note: str = ""
    verdict: str = "attached"

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(bool(self.finding_id), "finding_id")
        _demand(_MONTH.fullmatch(self.month) is not None, "month")
        _demand(_RECORD_KEY.fullmatch(self.file_sha256) is not None, "file_sha256")
        _demand(self.verdict in ATTACHINGS, "verdict")


@dataclass(frozen=True, kw_only=True)
class ProposalEvent(Event):
    """A conclusion on a red finding that waits for its second person, and what became of it.

    Fields are those of a decision; note: why it was sent back.
    """

    logged: ClassVar = ("finding_id", "number", "month", "verdict", "evidence_hash", "step")

    finding_id: str
    number: str
    rule_id: str
    month: str
    evidence_hash: str
    verdict: str
    reason: str
    paper: str = ""
    until: date | None = None
    evidence: str = "{}"
    step: str = "proposed"
    note: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(bool(self.finding_id), "finding_id")
        _demand(_MONTH.fullmatch(self.month) is not None, "month")
        _demand(self.verdict in DECISIONS, "verdict")
        _demand(self.step in PROPOSAL_STEPS, "step")
        object.__setattr__(self, "evidence", _canonical(self.evidence))


@dataclass(frozen=True, kw_only=True)
class UserRole(Event):
    """A role given to a user or taken back: here `role` is that role, and `by` who gives or takes it."""

    logged: ClassVar = ("user", "role", "verdict")

    user: str
    verdict: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _demand(bool(self.user.strip()) and bool(self.role), "user, role")
        _demand(self.verdict in GRANTS, "verdict")


def _canonical(text: str) -> str:
    """JSON that is the same text whatever order its keys were said in."""
    return json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _demand(is_so: bool, name: str) -> None:
    """Callers check what people wrote; what is wrong here is our own fault."""
    if not is_so:
        raise ValueError(f"{name} of a casework event is out of its range")
