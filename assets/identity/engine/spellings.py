"""Bodies written otherwise on one row: the same name behind a city or county, or without it.

`places` knows the spellings that a list uses for good. A spelling that only a few rows use is compared as
text: where one ends with the other they can be one body, which weighs as much as all bodies that end so
together.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from assets.identity.engine.model import Weights
from assets.identity.engine.population import Population

SHORTEST: Final = 5
MOST_ENDINGS: Final = 5_000


def compare_spellings(
    facts: pl.DataFrame, population: Population, bodies: pl.DataFrame, weights: Weights
) -> pl.DataFrame:
    """Pairs with `unit_agrees` and `bits_unit` mended where the bodies' names end alike.

    Args:
        facts: pairs with spelling, unit_agrees, bits_unit.
        population: the people and the spellings of their bodies.
        bodies: spelling, text.
        weights: the weights.
    """
    open_pairs = facts.filter(~pl.col("unit_agrees").fill_null(True)).select("row", "person", "spelling")
    theirs = population.facts["spelling"].join(open_pairs.select("person").unique(), on="person", how="semi")
    written, known = pl.col("text"), pl.col("text_person")
    alike = (
        open_pairs.join(theirs, on="person", suffix="_person")
        .join(bodies, on="spelling")
        .join(bodies, left_on="spelling_person", right_on="spelling", suffix="_person")
        .with_columns(
            pl.when(known.str.ends_with(written))
            .then(written)
            .when(written.str.ends_with(known))
            .then(known)
            .alias("ending")
        )
        .filter(pl.col("ending").str.len_chars() >= SHORTEST)
    )
    endings = alike["ending"].unique().sort()
    if not 0 < len(endings) <= MOST_ENDINGS:
        return facts
    sizes = population.facts["spelling"].group_by("spelling").len("n").join(bodies, on="spelling")
    held = [sizes.filter(written.str.ends_with(ending))["n"].sum() for ending in endings]
    weight = pl.DataFrame({"ending": endings, "n": held}).select(
        "ending",
        (population.n_people / pl.col("n").clip(lower_bound=1).cast(pl.Float64))
        .log(2)
        .clip(0.0, weights.most_unit)
        .alias("alike_bits"),
    )
    best = alike.join(weight, on="ending").group_by("row", "person").agg(pl.col("alike_bits").max())
    is_alike = pl.col("alike_bits").is_not_null()
    return (
        facts.join(best, on=["row", "person"], how="left")
        .with_columns(
            pl.when(is_alike).then(True).otherwise("unit_agrees").alias("unit_agrees"),
            pl.coalesce("alike_bits", "bits_unit").alias("bits_unit"),
        )
        .drop("alike_bits")
    )
