"""How the engine asks whether two names can be one person's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import polars as pl
from rapidfuzz import fuzz

from assets.values.names import UNREADABLE, fold_name

# From the same to another: the place in this list orders them.
LEVELS: Final = ("equal", "variant", "long", "weak", "missing", "conflict")
LONG_NAME: Final = 5
LONG_LIKENESS: Final = 80.0
_WILDCARDS: Final = frozenset(f"?*□■{UNREADABLE}")


@dataclass(frozen=True)
class NameMatch:
    """How two names compare: one of `LEVELS`, 0-1, and sentences of evidence in Chinese."""

    level: str
    score: float
    evidence: tuple[str, ...] = ()


class NameComparator(Protocol):
    """Compares many pairs of normalised names at once."""

    def __call__(self, left: Sequence[str], right: Sequence[str]) -> list[NameMatch]:
        """One answer a pair, in order."""


def compare_plainly(left: Sequence[str], right: Sequence[str]) -> list[NameMatch]:
    """Compare by folded spelling, unreadable characters, and likeness of long names."""
    names = pl.Series("name", sorted({*left, *right}), dtype=pl.String)
    folded = dict(zip(names, names.to_frame().select(fold_name(pl.col("name"))).to_series(), strict=True))
    return [_match(a, b, folded[a], folded[b]) for a, b in zip(left, right, strict=True)]


def _match(a: str, b: str, folded_a: str, folded_b: str) -> NameMatch:
    if a == b:
        return NameMatch("equal", 1.0)
    if folded_a == folded_b:
        return NameMatch("variant", 0.98, ("姓名为繁简或异体写法",))
    if max(len(a), len(b)) >= LONG_NAME:
        likeness = fuzz.ratio(folded_a, folded_b)
        if likeness >= LONG_LIKENESS or folded_a.startswith(folded_b) or folded_b.startswith(folded_a):
            return NameMatch("long", 0.9, ("少数民族长姓名截断或译写不同",))
        return NameMatch("conflict", 0.0, ("姓名不同",))
    differing = [(x, y) for x, y in zip(folded_a, folded_b, strict=False) if x != y]
    if len(a) != len(b):
        return NameMatch("conflict", 0.0, ("姓名不同",))
    if all(x in _WILDCARDS or y in _WILDCARDS for x, y in differing):
        return NameMatch("weak", 0.6, ("一方姓名有未能显示的字",))
    if len(differing) == 1 and folded_a[0] == folded_b[0] and len(a) > 2:
        return NameMatch("weak", 0.6, ("姓名有一字不同",))
    return NameMatch("conflict", 0.0, ("姓名不同",))


def compare_pairs(pairs: pl.DataFrame, names: pl.DataFrame, compare: NameComparator) -> pl.DataFrame:
    """Levels of pairs of spellings.

    Args:
        pairs: name_a, name_b: numbers of names; null where a name is missing.
        names: name_no, name.
        compare: the comparator.

    Returns:
        name_a, name_b, name_level, name_score; each pair of two names once.
    """
    text = names.select("name_no", "name")
    unique = (
        pairs.select("name_a", "name_b")
        .drop_nulls()
        .unique()
        .join(text.rename({"name": "left"}), left_on="name_a", right_on="name_no")
        .join(text.rename({"name": "right"}), left_on="name_b", right_on="name_no")
    )
    matches = compare(unique["left"].to_list(), unique["right"].to_list())
    return unique.select("name_a", "name_b").with_columns(
        pl.Series("name_level", [match.level for match in matches], dtype=pl.String),
        pl.Series("name_score", [match.score for match in matches], dtype=pl.Float64),
    )
