"""Events with everything said, each easily made different."""

from __future__ import annotations

from datetime import date
from typing import Any

from reports.web.casework.events import (
    AssignmentEvent,
    AttachmentEvent,
    BaselineEvent,
    BasisSignoffEvent,
    BreakerEvent,
    DecisionEvent,
    DueProcessEvent,
    HoldEvent,
    InquiryEvent,
    JudgementEvent,
    OpinionEvent,
    ProposalEvent,
    ReplyEvent,
    UserRole,
)

MONTH = "2026-10"
KEY_A, KEY_B, KEY_C = "a" * 64, "b" * 64, "c" * 64


def decision(**other: Any) -> DecisionEvent:
    values: dict[str, Any] = {
        "by": "张三",
        "finding_id": "f" * 16,
        "number": "629923-P06-00001",
        "rule_id": "P06",
        "month": MONTH,
        "evidence_hash": "e" * 64,
        "verdict": "confirmed",
        "reason": "已核实",
    }
    return DecisionEvent(**{**values, **other})


def judgement(**other: Any) -> JudgementEvent:
    values: dict[str, Any] = {
        "by": "张三",
        "key_a": KEY_A,
        "key_b": KEY_B,
        "verdict": "same",
        "reason": "改过名",
    }
    return JudgementEvent(**{**values, **other})


def opinion(**other: Any) -> OpinionEvent:
    values: dict[str, Any] = {
        "by": "张三",
        "role": "handler",
        "key_a": KEY_A,
        "key_b": KEY_B,
        "month": MONTH,
        "verdict": "same",
        "reason": "改过名",
        "stage": "blind",
        "engine": "different",
    }
    return OpinionEvent(**{**values, **other})


def baseline(month: str = MONTH, verdict: str = "set") -> BaselineEvent:
    return BaselineEvent(by="李四", role="reviewer", month=month, verdict=verdict)


def signoff(verdict: str = "signed") -> BasisSignoffEvent:
    return BasisSignoffEvent(
        by="李四", role="reviewer", basis_id="reg486-9", reason="与公报一致", paper="公报", verdict=verdict
    )


def hold(row: int = 7, step: str = "handler", **other: Any) -> HoldEvent:
    values: dict[str, Any] = {
        "by": "张三",
        "role": "handler",
        "payroll_month": "2026-11",
        "agency_code": "305009",
        "per_id": "30500900001",
        "row_key": f"305009|30500900001|草表.xlsx|工资|{row}",
        "step": step,
    }
    return HoldEvent(**{**values, **other})


def breaker(step: str = "reviewer") -> BreakerEvent:
    return BreakerEvent(by="李四", role=step, payroll_month="2026-11", step=step, reason="已逐条核对")


def assignment(**other: Any) -> AssignmentEvent:
    values: dict[str, Any] = {
        "by": "张三",
        "role": "handler",
        "finding_id": "f" * 16,
        "number": "629923-P06-00001",
        "month": MONTH,
        "assignee": "lisi",
        "due_on": date(2026, 11, 20),
        "reason": "请先问单位",
    }
    return AssignmentEvent(**{**values, **other})


def attachment(**other: Any) -> AttachmentEvent:
    values: dict[str, Any] = {
        "by": "张三",
        "role": "handler",
        "finding_id": "f" * 16,
        "number": "629923-P06-00001",
        "month": MONTH,
        "file": "来函.pdf",
        "kind": "pdf",
        "size": 3_000_000_000,
        "file_sha256": "a" * 64,
    }
    return AttachmentEvent(**{**values, **other})


def proposal(**other: Any) -> ProposalEvent:
    said = decision()
    values: dict[str, Any] = {one: getattr(said, one) for one in vars(said)}
    return ProposalEvent(**{**values, "until": date(2026, 12, 31), **other})


def due_process(step: str = "objected", **other: Any) -> DueProcessEvent:
    values: dict[str, Any] = {
        "by": "张三",
        "role": "handler",
        "payroll_month": "2026-11",
        "agency_code": "305009",
        "per_id": "30500900001",
        "row_key": "305009|30500900001|草表.xlsx|工资|7",
        "step": step,
        "done_on": date(2026, 11, 9),
        "due_on": date(2026, 12, 9),
        "said": "本人仍在岗，附考勤表",
    }
    return DueProcessEvent(**{**values, **other})


def inquiry(**other: Any) -> InquiryEvent:
    values: dict[str, Any] = {
        "by": "张三",
        "role": "handler",
        "finding_id": "f" * 16,
        "number": "629923-P06-00001",
        "rule_id": "P06",
        "month": MONTH,
        "evidence_hash": "e" * 64,
        "recipient": "6299230001",
        "recipient_name": "云岭县教育局",
        "unit_id": "6299230011",
        "unit_name": "云岭县第一中学",
        "due_on": date(2026, 11, 3),
        "sent": '{"核实对象":"赵某"}',
    }
    return InquiryEvent(**{**values, **other})


def reply(**other: Any) -> ReplyEvent:
    values: dict[str, Any] = {
        "by": "张三",
        "role": "handler",
        "finding_id": "f" * 16,
        "number": "629923-P06-00001",
        "rule_id": "P06",
        "month": MONTH,
        "evidence_hash": "e" * 64,
        "recipient": "6299230001",
        "recipient_name": "云岭县教育局",
        "unit_id": "6299230011",
        "answer": "rectifying",
        "explanation": "正在办理停发",
        "done_on": date(2026, 12, 31),
        "file_sha256": "a" * 64,
        "sheet": "云岭县第一中学",
        "row": 7,
    }
    return ReplyEvent(**{**values, **other})


def grant(user: str = "李四", role: str = "reviewer", verdict: str = "granted") -> UserRole:
    return UserRole(by="root", user=user, role=role, verdict=verdict)
