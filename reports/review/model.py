"""What 核查情况报告 says, ready to be drawn: the numbers, the lists behind them, the checks, the texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from reports.review.scope import Scope
from reports.standing import Standing


@dataclass(frozen=True)
class Check:
    """A cross-check of the template: what should hold, both sides as counted, and what is to be said."""

    name: str
    expected: str
    left: int
    right: int
    holds: bool
    remark: str

    @property
    def result(self) -> str:
        """相符 or 不符."""
        return "相符" if self.holds else "不符"


@dataclass(frozen=True)
class ListedBody:
    """A body, what it counts as, and what each number owes to it (by position)."""

    unit_id: str
    name: str
    supervisor: str
    kind: str
    is_approved: bool
    is_actual: bool
    remark: str
    counts: Mapping[int, int]


@dataclass(frozen=True)
class Answer:
    """A question of part two and its answer in words."""

    title: str
    text: str


@dataclass(frozen=True)
class Review:
    """One 核查情况报告.

    Attributes:
        values: position of a number → the number.
        verifying: item of part two → how many are being verified beside those that are confirmed.
        netted: 超编 when types of a body are set off against each other; only for comparison.
        checks: every cross-check, those that fail with their remark.
        notes: what a reader must know besides.
        red: findings of severity 1 that nobody has settled; while there are any, nobody signs.
    """

    scope: Scope
    standing: Standing
    bodies: tuple[ListedBody, ...]
    values: Mapping[int, int]
    verifying: Mapping[str, int]
    netted: int
    checks: tuple[Check, ...]
    notes: tuple[str, ...]
    answers: tuple[Answer, ...]
    others: str
    handling: tuple[str, ...]
    red: int

    def by_supervisor(self) -> tuple[tuple[str, Mapping[int, int]], ...]:
        """主管部门, or the body that has none → what each number owes to it with its bodies."""
        sums: dict[str, Counter[int]] = {}
        for body in self.bodies:
            sums.setdefault(body.supervisor or body.name, Counter()).update(body.counts)
        return tuple(sums.items())

    @property
    def remarks(self) -> tuple[str, ...]:
        """What failed, then what must be known."""
        return (*(check.remark for check in self.checks if not check.holds), *self.notes)
