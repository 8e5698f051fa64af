"""How the engine asks whether two names can be one person's: `assets.identity.names` over distinct pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

# From the same to another: the place in this list orders them.
# "partial" is a conflict in one given character of three, by no confusion that is known: evidence only
# beside a # number.
LEVELS: Final = ("equal", "variant", "long", "weak", "missing", "partial", "conflict")

# Takes a, b (normalised names, each pair once); gives a, b, level, score.
NameComparator = Callable[[pl.DataFrame], pl.DataFrame]


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
        .join(text.rename({"name": "a"}), left_on="name_a", right_on="name_no")
        .join(text.rename({"name": "b"}), left_on="name_b", right_on="name_no")
    )
    level = (
        pl.when((pl.col("level") == "conflict") & _is_partial()).then(pl.lit("partial")).otherwise("level")
    )
    found = compare(unique.select("a", "b")).select(
        "a", "b", level.alias("name_level"), pl.col("score").alias("name_score")
    )
    return unique.join(found, on=["a", "b"]).select("name_a", "name_b", "name_level", "name_score")


def _is_partial() -> pl.Expr:
    """Three characters each, the surname and exactly one more the same."""
    a, b = pl.col("a"), pl.col("b")
    of_three = (a.str.len_chars() == 3) & (b.str.len_chars() == 3)
    surname, second, third = (a.str.slice(i, 1) == b.str.slice(i, 1) for i in range(3))
    return of_three & surname & (second != third)
