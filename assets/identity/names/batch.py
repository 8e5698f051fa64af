"""Many pairs of names at once: each distinct pair is compared once."""

from __future__ import annotations

from typing import Final

import polars as pl

from assets.identity.names.compare import NameMatch, compare

_PAIR: Final = ("a", "b")
# Between sentences on their way into Polars: a list of texts is slow to hand over. No normalised name has it.
_BETWEEN: Final = "\x1f"
MATCH_SCHEMA: Final[dict[str, pl.DataType]] = {
    "level": pl.String(),
    "score": pl.Float64(),
    "worst_class": pl.String(),
    "evidence": pl.List(pl.String()),
}


def compare_many(pairs: pl.DataFrame) -> pl.DataFrame:
    """Compare pairs of normalised names.

    Args:
        pairs: Columns a and b (String). Other columns are not looked at.

    Returns:
        a, b, level, score, worst_class, evidence: a row for each row given, in its order. A pair with a null
        has nulls: a name that is not there speaks neither for nor against.
    """
    asked = pairs.select(_PAIR)
    distinct = asked.drop_nulls().unique(maintain_order=True)
    matches = [compare(a, b) for a, b in distinct.iter_rows()]
    found = distinct.hstack(_columns(matches))
    if found.height == asked.height:
        return found
    return asked.join(found, on=_PAIR, how="left", maintain_order="left")


def _columns(matches: list[NameMatch]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "level": [match.level.value for match in matches],
            "score": [match.score for match in matches],
            "worst_class": [match.worst_class for match in matches],
            "evidence": [_BETWEEN.join(match.evidence) for match in matches],
        },
        schema=MATCH_SCHEMA | {"evidence": pl.String()},
    ).with_columns(pl.col("evidence").str.split(_BETWEEN))
