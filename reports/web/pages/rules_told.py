"""What a page says about a rule: from the month's catalogue, and its header where that is the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from checks.rules.articles import articles
from checks.rules.catalog import load_catalog
from checks.rules.header import Rule
from reports.headings import source_label


@dataclass(frozen=True)
class RuleTold:
    """One rule in words.

    Attributes:
        basis: the article that the finding cites; `text` what it says, word for word where `is_quotation`.
    """

    sources: str
    basis: str
    text: str
    is_quotation: bool
    false_alarms: tuple[str, ...]
    disposition: str


@cache
def _shipped() -> Mapping[str, Rule]:
    return {rule.sha256: rule for rule in load_catalog()}


def rule_told(rule: Mapping[str, Any], basis_id: str | None) -> RuleTold:
    """A rule of the month; its false alarms where this program still has the same text of it."""
    known = _shipped().get(rule.get("sha256") or "")
    article = articles().get(basis_id or "")
    return RuleTold(
        sources="、".join(
            "或".join(source_label(one) for one in key.split("|")) for key in _list(rule.get("sources"))
        ),
        basis=article.cited(is_verified=True) if article else (basis_id or ""),
        text=article.text if article else "",
        is_quotation=bool(article and article.is_quotation),
        false_alarms=known.header.false_alarms if known else (),
        disposition=known.header.disposition if known else "",
    )


def _list(value: str | None) -> list[str]:
    try:
        return [str(one) for one in json.loads(value)] if value else []
    except json.JSONDecodeError:
        return [value] if value else []
