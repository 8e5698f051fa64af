"""How a header or a label is made comparable: width, white space, brackets, stars, Traditional characters.

The tables stand in `common.toml`; here they are only applied. Not here: what a header means.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from connectors.specs.model import NormaliseEntry

_WHITE = re.compile(r"\s+")
_BRACKETED = re.compile(r"\([^()]*\)")
_TRAILING = re.compile(r"[:：,，;；、.。]+$")


@dataclass(frozen=True)
class Normaliser:
    """Makes headers and labels comparable, by the tables of `common.toml`."""

    table: dict[int, str | None] = field(compare=False)
    marks: frozenset[str]
    leading_number: re.Pattern[str]
    _known: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    _known_bare: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, entry: NormaliseEntry) -> Normaliser:
        """The normaliser that a `[normalise]` section describes."""
        table: dict[int, str | None] = {ord(c): None for c in entry.invisible}
        table |= {ord(c): "(" for c in entry.open_brackets}
        table |= {ord(c): ")" for c in entry.close_brackets}
        table |= {ord(old): new for old, new in zip(entry.traditional, entry.simplified, strict=True)}
        return cls(table, frozenset(entry.marks), re.compile(entry.leading_number))

    def exact(self, text: str) -> str:
        """The text without white space, half width, simplified, upper case; one kind of bracket."""
        words = self._known.get(text)
        if words is None:
            wide = unicodedata.normalize("NFKC", text).translate(self.table)
            words = self._known[text] = _WHITE.sub("", wide).upper()
        return words

    def bare(self, text: str) -> str:
        """The exact form without stars, leading numbers, units and anything else in brackets."""
        words = self._known_bare.get(text)
        if words is None:
            words = self._known_bare[text] = self._stripped(self.exact(text))
        return words

    def _stripped(self, exact: str) -> str:
        words = self.leading_number.sub("", "".join(c for c in exact if c not in self.marks))
        previous = None
        while previous != words:
            previous, words = words, _BRACKETED.sub("", words)
        return _TRAILING.sub("", words.replace("(", "").replace(")", ""))


@lru_cache(maxsize=65536)
def _label(text: str) -> str:
    words = _WHITE.sub("", unicodedata.normalize("NFKC", text)).upper()
    return words.translate(_LABEL_TABLE)


_LABEL_TABLE: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"), None),
    **dict.fromkeys(map(ord, "〔【［[｛{〖"), "("),
    **dict.fromkeys(map(ord, "〕】］]｝}〗"), ")"),
    **dict.fromkeys(map(ord, "—–－―─"), "-"),
}
_NUMBER_DASH = re.compile(r"^0*\d+[-.、:](?=\D)")
_TRAILING_ZERO = re.compile(r"^(\d+)\.0+$")


def normalise_label(text: str) -> str:
    """A code label made comparable: no white space, half width, upper case, one kind of bracket and dash."""
    return _TRAILING_ZERO.sub(r"\1", _label(text).lstrip("'‘’`"))


def label_without_number(text: str) -> str:
    """The label of a cell that carries its code too: `1-在岗` → `在岗`, `01 身份证` → `身份证`."""
    return re.sub(r"^\d{1,3}(?=[^\d.])", "", _NUMBER_DASH.sub("", normalise_label(text)))
