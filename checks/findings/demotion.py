"""Rules that an office takes less seriously, because most of what they said proved not to be so.

A demotion is a limit: findings of the rule are not graver than it says, and nobody's pay is held on them. The
rule goes on finding what it found. Here: which demotions hold, and what findings carry about them. Not here:
where they are written (`duibian.toml`), how a grade is made (`severity`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from checks.rules.header import Rule, RuleError

WHERE = "duibian.toml 的 [[demotions]]"


@dataclass(frozen=True)
class Demotion:
    """One decision of an office about one rule.

    Attributes:
        rule_id: the rule.
        severity: no finding of it is graver.
        since, until: from which day to which, both included; without an end it holds until the next begins.
        by: who decided so.
        basis: on what grounds.
    """

    rule_id: str
    severity: int
    since: date
    until: date | None
    by: str
    basis: str

    @property
    def told(self) -> str:
        """As findings and rules carry it."""
        values = {
            "severity": self.severity,
            "since": self.since.isoformat(),
            "by": self.by,
            "basis": self.basis,
        }
        return json.dumps(values, ensure_ascii=False, sort_keys=True)


def refuse_unfit_demotions(given: Iterable[Demotion], rules: Sequence[Rule]) -> None:
    """Refuse what demotes nothing.

    Raises:
        RuleError: a rule that there is not, or a grade that is not milder than the rule's own.
    """
    own = {rule.id: rule.header.severity for rule in rules}
    for one in given:
        if one.rule_id not in own:
            raise RuleError(
                f"没有规则 {one.rule_id}，不能降级",
                where=WHERE,
                remedy="请改正规则编号（duibian rules list 列出全部规则），或删去这一段",
            )
        if one.severity <= own[one.rule_id]:
            raise RuleError(
                f"规则 {one.rule_id} 本来是 {own[one.rule_id]} 级，不能“降”到 {one.severity} 级",
                where=WHERE,
                remedy="severity 须大于规则本来的级别（1 红、2 橙、3 黄、4 蓝）；不降级的删去这一段",
            )


def demotions_on(given: Iterable[Demotion], day: date) -> dict[str, Demotion]:
    """Rule id → the demotion that holds on a day; of several the one that began last."""
    ordered = sorted(given, key=lambda one: one.since)
    held = (one for one in ordered if one.since <= day and (one.until is None or day <= one.until))
    return {one.rule_id: one for one in held}
