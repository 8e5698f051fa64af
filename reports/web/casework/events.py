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
BASELINES = ("set", WITHDRAWN)
SIGNOFFS = ("signed", WITHDRAWN)
HOLD_STEPS = ("handler", "reviewer", "lifted", "renewed")
BREAKER_STEPS = ("reviewer", "finance")
GRANTS = ("granted", WITHDRAWN)
SENDINGS = ("sent", WITHDRAWN)
REPLY_STEPS = ("proposed", "accepted", "declined")
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
