"""The table of articles that findings cite.

Here: which article fits a unit's legal nature and a date. Not here: which articles a rule names
(its header).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

_GOVERNMENT_WORDS = ("政府", "街道", "乡", "镇")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    title: str
    article: str
    text: str
    valid_from: date
    valid_to: date | None = None
    applies_to: list[str] = Field(min_length=1)
    verified_by: str
    quotation: bool = False
    supporting: bool = False


@dataclass(frozen=True)
class Article:
    """One article of law.

    Attributes:
        key: the basis_id.
        applies_to: legal natures, or '*'.
        verified_by: who compared it with the official text; '' = 待核.
        is_quotation: the text is word for word; otherwise it is the gist.
        is_supporting: never cited alone.
    """

    key: str
    title: str
    article: str
    text: str
    valid_from: date
    valid_to: date | None
    applies_to: frozenset[str]
    verified_by: str
    is_quotation: bool
    is_supporting: bool

    @property
    def is_verified(self) -> bool:
        """Whether somebody has signed the text off."""
        return bool(self.verified_by)

    @property
    def citation(self) -> str:
        """As a report prints it, marked while nobody has signed it off."""
        return self.cited()

    def cited(self, is_verified: bool | None = None) -> str:
        """As `citation`, marked by what is said about it; by the table of articles when nothing is said."""
        signed = self.is_verified if is_verified is None else is_verified
        return f"《{self.title}》{self.article}" + ("" if signed else "［待核］")

    def fits(self, nature: str, on: date) -> bool:
        """Whether it governs bodies of this legal nature on this date."""
        governs = "*" in self.applies_to or nature in self.applies_to
        return governs and self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@cache
def articles() -> Mapping[str, Article]:
    """All articles by key."""
    raw = tomllib.loads((files("checks.rules") / "articles.toml").read_text("utf-8"))
    table = {}
    for key, values in raw.items():
        entry = _Entry.model_validate(values)
        table[key] = Article(
            key=key,
            title=entry.title,
            article=entry.article,
            text=entry.text,
            valid_from=entry.valid_from,
            valid_to=entry.valid_to,
            applies_to=frozenset(entry.applies_to),
            verified_by=entry.verified_by,
            is_quotation=entry.quotation,
            is_supporting=entry.supporting,
        )
    return table


def article_keys() -> frozenset[str]:
    """Every key that a header may name."""
    return frozenset(articles())


def legal_nature(nature: str | None, system: str | None) -> str:
    """A body's nature in law, from its 机构性质 code and 系统类别.

    国务院令第486号 governs local governments only: 党委, 人大, 政协, 法院, 检察院 are not among them, and
    公安 and 司法行政 are, though all carry the nature 政法机关 or 党政机关. Where the system is not
    stated a body is not taken for a government body.
    """
    if nature in ("mass", "institution", "other"):
        return nature
    if nature in ("organ", "political_legal"):
        return "government" if any(word in (system or "") for word in _GOVERNMENT_WORDS) else "party"
    return "other"


def basis_for(keys: Sequence[str], nature: str, on: date) -> Article | None:
    """The first article of a rule that fits, None when none does.

    Args:
        keys: the rule's keys, best first (`RuleHeader.basis_keys`).
        nature: `legal_nature` of the unit.
        on: the event's date, or the month's end.
    """
    table = articles()
    for key in keys:
        article = table[key]
        if not article.is_supporting and article.fits(nature, on):
            return article
    return None
