"""Tokens of other systems: what they reach for, how they are made and recognised.

A token acts in the rights of an account: it may what its scopes name and its account's roles allow, and sees
the rows that its account sees. Closing the account or withdrawing the role ends that part of the token.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from enum import StrEnum

from reports.web.accounts.access import May

PREFIX = "duibian_"
_BYTES = 32


class Reach(StrEnum):
    """One thing that a token may be for."""

    READ_FINDINGS = "read:findings"
    READ_GATE = "read:gate"
    CHECK_PAYROLL = "check:payroll"
    WRITE_DECISIONS = "write:decisions"


NEEDED: Mapping[Reach, May] = {
    Reach.READ_FINDINGS: May.SEE,
    Reach.READ_GATE: May.GATE,
    Reach.CHECK_PAYROLL: May.GATE,
    Reach.WRITE_DECISIONS: May.DECIDE,
}
"""What the token's account must be allowed."""

WORDS: Mapping[Reach, str] = {
    Reach.READ_FINDINGS: "读取月份和疑点",
    Reach.READ_GATE: "读取发放核对的逐行结果",
    Reach.CHECK_PAYROLL: "提交工资表，核对是否与发放核对一致",
    Reach.WRITE_DECISIONS: "登记疑点的处理结论",
}


def new_token() -> str:
    """A token that nobody has: 256 random bits, with a beginning by which scanners for secrets know it."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def digest_of(token: str) -> str:
    """What is kept of a token. No salt, no slow hash: it is random as a whole, not a word somebody chose."""
    return hashlib.sha256(token.encode()).hexdigest()
