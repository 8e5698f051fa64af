"""How the engine asks whether two names can be one person's: `assets.identity.names` over distinct pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

# From the same to another: the place in this list orders them.
# "partial" is a conflict in one given character of three, by no confusion that is known: evidence only
# beside a # number.
LEVELS: Final = ("equal", "variant", "long", "weak", "missing", "partial", "conflict")

# Takes a, b (normalised names, each pair once); gives a, b, level, score and, where it can tell, worst_class.
NameComparator = Callable[[pl.DataFrame], pl.DataFrame]


def compare_pairs(pairs: pl.DataFrame, names: pl.DataFrame, compare: NameComparator) -> pl.DataFrame:
    """Levels of pairs of spellings.

    Args:
        pairs: name_a, name_b: numbers of names; null where a name is missing.
        names: name_no, name.
        compare: the comparator.

    Returns:
        name_a, name_b, name_level, name_score, name_class (in what way they differ; null where the comparator
        does not say); each pair of two names once.
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
    found = _classed(compare(unique.select("a", "b"))).select(
        "a",
        "b",
        level.alias("name_level"),
        pl.col("score").alias("name_score"),
        pl.col("worst_class").alias("name_class"),
    )
    return unique.join(found, on=["a", "b"]).select(
        "name_a", "name_b", "name_level", "name_score", "name_class"
    )


def _classed(found: pl.DataFrame) -> pl.DataFrame:
    if "worst_class" in found.columns:
        return found
    return found.with_columns(pl.lit(None, dtype=pl.String).alias("worst_class"))


def remembering(compare: NameComparator) -> NameComparator:
    """A comparator that compares each pair once, whichever name comes first; it asks `compare` for the rest.

    The same spellings meet again and again: when owners are found, and when levels are given.
    """
    known = pl.DataFrame(
        schema={
            "a": pl.String,
            "b": pl.String,
            "level": pl.String,
            "score": pl.Float64,
            "worst_class": pl.String,
        }
    )

    def remembered(pairs: pl.DataFrame) -> pl.DataFrame:
        nonlocal known
        given = pairs.select(
            "a", "b", pl.min_horizontal("a", "b").alias("x"), pl.max_horizontal("a", "b").alias("y")
        )
        new = given.select(a="x", b="y").unique(maintain_order=True).join(known, on=["a", "b"], how="anti")
        if new.height:
            known = pl.concat([known, _classed(compare(new)).select(known.columns)])
        found = given.join(known, left_on=["x", "y"], right_on=["a", "b"], maintain_order="left")
        return found.select(*known.columns)

    return remembered


def _is_partial() -> pl.Expr:
    """Three characters each, the surname and exactly one more the same."""
    a, b = pl.col("a"), pl.col("b")
    of_three = (a.str.len_chars() == 3) & (b.str.len_chars() == 3)
    surname, second, third = (a.str.slice(i, 1) == b.str.slice(i, 1) for i in range(3))
    return of_three & surname & (second != third)
