"""The skeleton of a local rule: a header with every key explained, a query, and cases that hold.

It is asleep until somebody has made it his own: its first day lies far ahead. Here: the texts. Not here:
where they are written (`pipelines.local_rules`).
"""

from __future__ import annotations

from importlib.resources import files

ASLEEP_UNTIL = "2099-01-01"


def skeleton(rule_id: str) -> tuple[str, str]:
    """The rule file and its case file.

    Args:
        rule_id: from X01 on.
    """
    folder = files("checks.rules")
    rule = (folder / "skeleton.sql").read_text("utf-8")
    return rule.replace("X00", rule_id), (folder / "skeleton.cases.toml").read_text("utf-8")
