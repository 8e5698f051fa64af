"""The tables of events. Columns are those of `events`, with `id` and `at` before them.

No row is ever changed or removed: the models refuse it here, triggers refuse it in the database (migration
0002). Times are texts with +08:00, so that every database keeps, sorts and gives back the same.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class Immutable(TypeError):
    """Somebody tried to change or remove an event."""

    def __init__(self) -> None:
        super().__init__("events are added, never changed or removed; add a withdrawing event")


class EventQuerySet(models.QuerySet[Any]):
    """Reads and adds only."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise Immutable

    def delete(self) -> NoReturn:
        """Refused."""
        raise Immutable


class Row(models.Model):
    """What every table has."""

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    at: models.CharField[str, str] = models.CharField(max_length=25)
    by: models.CharField[str, str] = models.CharField(max_length=100)
    role: models.CharField[str, str] = models.CharField(max_length=20, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("id",)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the event; one that is there already is not written again."""
        if self.pk is not None:
            raise Immutable
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise Immutable


class Decision(Row):
    """`DecisionEvent`."""

    finding_id: models.CharField[str, str] = models.CharField(max_length=32, db_index=True)
    number: models.CharField[str, str] = models.CharField(max_length=40)
    rule_id: models.CharField[str, str] = models.CharField(max_length=10)
    month: models.CharField[str, str] = models.CharField(max_length=7)
    evidence_hash: models.CharField[str, str] = models.CharField(max_length=64)
    verdict: models.CharField[str, str] = models.CharField(max_length=20)
    reason: models.TextField[str, str] = models.TextField()
    paper: models.TextField[str, str] = models.TextField(blank=True)
    until: models.DateField[Any, Any] = models.DateField(null=True)
    evidence: models.TextField[str, str] = models.TextField()

    class Meta(Row.Meta):
        db_table = "casework_decision"


class Judgement(Row):
    """`JudgementEvent`."""

    key_a: models.CharField[str, str] = models.CharField(max_length=64)
    key_b: models.CharField[str, str] = models.CharField(max_length=64)
    verdict: models.CharField[str, str] = models.CharField(max_length=20)
    reason: models.TextField[str, str] = models.TextField()

    class Meta(Row.Meta):
        db_table = "casework_judgement"
        indexes = (models.Index(fields=["key_a", "key_b"], name="casework_judgement_pair"),)


class Opinion(Row):
    """`OpinionEvent`."""

    key_a: models.CharField[str, str] = models.CharField(max_length=64)
    key_b: models.CharField[str, str] = models.CharField(max_length=64)
    month: models.CharField[str, str] = models.CharField(max_length=7)
    verdict: models.CharField[str, str] = models.CharField(max_length=20)
    reason: models.TextField[str, str] = models.TextField()
    stage: models.CharField[str, str] = models.CharField(max_length=10)
    engine: models.CharField[str, str] = models.CharField(max_length=20)

    class Meta(Row.Meta):
        db_table = "casework_opinion"
        indexes = (models.Index(fields=["key_a", "key_b"], name="casework_opinion_pair"),)


class Baseline(Row):
    """`BaselineEvent`."""

    month: models.CharField[str, str] = models.CharField(max_length=7)
    verdict: models.CharField[str, str] = models.CharField(max_length=20)

    class Meta(Row.Meta):
        db_table = "casework_baseline"


class BasisSignoff(Row):
    """`BasisSignoffEvent`."""

    basis_id: models.CharField[str, str] = models.CharField(max_length=60)
    reason: models.TextField[str, str] = models.TextField()
    paper: models.TextField[str, str] = models.TextField(blank=True)
    verdict: models.CharField[str, str] = models.CharField(max_length=20)

    class Meta(Row.Meta):
        db_table = "casework_basis_signoff"


class Hold(Row):
    """`HoldEvent`."""

    payroll_month: models.CharField[str, str] = models.CharField(max_length=7, db_index=True)
    agency_code: models.CharField[str, str] = models.CharField(max_length=60, blank=True)
    per_id: models.CharField[str, str] = models.CharField(max_length=60, blank=True)
    row_key: models.TextField[str, str] = models.TextField()
    step: models.CharField[str, str] = models.CharField(max_length=20)
    action: models.CharField[str, str] = models.CharField(max_length=20)
    paper: models.TextField[str, str] = models.TextField(blank=True)
    reason: models.TextField[str, str] = models.TextField(blank=True)

    class Meta(Row.Meta):
        db_table = "casework_hold"


class Breaker(Row):
    """`BreakerEvent`."""

    payroll_month: models.CharField[str, str] = models.CharField(max_length=7, db_index=True)
    agency_code: models.CharField[str, str] = models.CharField(max_length=60, blank=True)
    step: models.CharField[str, str] = models.CharField(max_length=20)
    reason: models.TextField[str, str] = models.TextField()

    class Meta(Row.Meta):
        db_table = "casework_breaker"


class DueProcess(Row):
    """`DueProcessEvent`."""

    payroll_month: models.CharField[str, str] = models.CharField(max_length=7, db_index=True)
    agency_code: models.CharField[str, str] = models.CharField(max_length=60, blank=True)
    per_id: models.CharField[str, str] = models.CharField(max_length=60, blank=True)
    row_key: models.TextField[str, str] = models.TextField()
    step: models.CharField[str, str] = models.CharField(max_length=20)
    done_on: models.DateField[Any, Any] = models.DateField()
    due_on: models.DateField[Any, Any] = models.DateField(null=True)
    paper: models.TextField[str, str] = models.TextField(blank=True)
    said: models.TextField[str, str] = models.TextField(blank=True)

    class Meta(Row.Meta):
        db_table = "casework_due_process"


class Grant(Row):
    """`UserRole`."""

    user: models.CharField[str, str] = models.CharField(max_length=100)
    verdict: models.CharField[str, str] = models.CharField(max_length=20)

    class Meta(Row.Meta):
        db_table = "casework_user_role"


class Inquiry(Row):
    """`InquiryEvent`."""

    finding_id: models.CharField[str, str] = models.CharField(max_length=32, db_index=True)
    number: models.CharField[str, str] = models.CharField(max_length=40, db_index=True)
    rule_id: models.CharField[str, str] = models.CharField(max_length=10)
    month: models.CharField[str, str] = models.CharField(max_length=7)
    evidence_hash: models.CharField[str, str] = models.CharField(max_length=64)
    recipient: models.CharField[str, str] = models.CharField(max_length=100)
    recipient_name: models.TextField[str, str] = models.TextField(blank=True)
    unit_id: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    unit_name: models.TextField[str, str] = models.TextField(blank=True)
    due_on: models.DateField[Any, Any] = models.DateField(null=True)
    sent: models.TextField[str, str] = models.TextField()
    paper: models.TextField[str, str] = models.TextField(blank=True)
    verdict: models.CharField[str, str] = models.CharField(max_length=20)

    class Meta(Row.Meta):
        db_table = "casework_inquiry"


class Reply(Row):
    """`ReplyEvent`."""

    finding_id: models.CharField[str, str] = models.CharField(max_length=32, db_index=True)
    number: models.CharField[str, str] = models.CharField(max_length=40)
    rule_id: models.CharField[str, str] = models.CharField(max_length=10)
    month: models.CharField[str, str] = models.CharField(max_length=7)
    evidence_hash: models.CharField[str, str] = models.CharField(max_length=64)
    recipient: models.CharField[str, str] = models.CharField(max_length=100)
    recipient_name: models.TextField[str, str] = models.TextField(blank=True)
    unit_id: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    answer: models.CharField[str, str] = models.CharField(max_length=20)
    explanation: models.TextField[str, str] = models.TextField()
    paper: models.TextField[str, str] = models.TextField(blank=True)
    done_on: models.DateField[Any, Any] = models.DateField(null=True)
    filled_by: models.TextField[str, str] = models.TextField(blank=True)
    file: models.TextField[str, str] = models.TextField(blank=True)
    file_sha256: models.CharField[str, str] = models.CharField(max_length=64, blank=True)
    sheet: models.TextField[str, str] = models.TextField(blank=True)
    row: models.IntegerField[int, int] = models.IntegerField()
    step: models.CharField[str, str] = models.CharField(max_length=20)
    reason: models.TextField[str, str] = models.TextField(blank=True)

    class Meta(Row.Meta):
        db_table = "casework_reply"


class Assignment(Row):
    """`AssignmentEvent`."""

    finding_id: models.CharField[str, str] = models.CharField(max_length=32, db_index=True)
    number: models.CharField[str, str] = models.CharField(max_length=40)
    month: models.CharField[str, str] = models.CharField(max_length=7)
    assignee: models.CharField[str, str] = models.CharField(max_length=100, blank=True)
    due_on: models.DateField[Any, Any] = models.DateField(null=True)
    reason: models.TextField[str, str] = models.TextField(blank=True)

    class Meta(Row.Meta):
        db_table = "casework_assignment"


class Attachment(Row):
    """`AttachmentEvent`."""

    finding_id: models.CharField[str, str] = models.CharField(max_length=32, db_index=True)
    number: models.CharField[str, str] = models.CharField(max_length=40)
    month: models.CharField[str, str] = models.CharField(max_length=7)
    file: models.TextField[str, str] = models.TextField()
    kind: models.CharField[str, str] = models.CharField(max_length=10)
    size: models.BigIntegerField[int, int] = models.BigIntegerField()
    file_sha256: models.CharField[str, str] = models.CharField(max_length=64)
    note: models.TextField[str, str] = models.TextField(blank=True)
    verdict: models.CharField[str, str] = models.CharField(max_length=20)

    class Meta(Row.Meta):
        db_table = "casework_attachment"


class Proposal(Row):
    """`ProposalEvent`."""

    finding_id: models.CharField[str, str] = models.CharField(max_length=32, db_index=True)
    number: models.CharField[str, str] = models.CharField(max_length=40)
    month: models.CharField[str, str] = models.CharField(max_length=7)
    rule_id: models.CharField[str, str] = models.CharField(max_length=10)
    evidence_hash: models.CharField[str, str] = models.CharField(max_length=64)
    verdict: models.CharField[str, str] = models.CharField(max_length=20)
    reason: models.TextField[str, str] = models.TextField()
    paper: models.TextField[str, str] = models.TextField(blank=True)
    until: models.DateField[Any, Any] = models.DateField(null=True)
    evidence: models.TextField[str, str] = models.TextField()
    step: models.CharField[str, str] = models.CharField(max_length=20)
    note: models.TextField[str, str] = models.TextField(blank=True)

    class Meta(Row.Meta):
        db_table = "casework_proposal"


TABLES: dict[str, type[Row]] = {
    "decision": Decision,
    "judgement": Judgement,
    "baseline": Baseline,
    "basis_signoff": BasisSignoff,
    "hold": Hold,
    "breaker": Breaker,
    "user_role": Grant,
    "inquiry": Inquiry,
    "reply": Reply,
    "due_process": DueProcess,
    "assignment": Assignment,
    "attachment": Attachment,
    "proposal": Proposal,
    "opinion": Opinion,
}
"""Name of the frozen frame → the table of its events; no run depends on replies, due process,
assignments, attachments, proposals or opinions of single judges, so no frame has them."""
