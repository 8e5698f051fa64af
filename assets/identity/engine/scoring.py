"""How much speaks for a damaged record and a person being one, item by item, in bits.

Every agreement weighs log2(people / bearers), every clash takes bits away. The birth inside a number is
part of the number: it never counts a second time.
"""

from __future__ import annotations

from typing import Final

import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from assets.identity.engine.model import SUPPORT, Evidence, Weights
from assets.identity.engine.names import NameComparator, compare_pairs
from assets.identity.engine.numbers import key_text, leading_digits
from assets.identity.engine.population import Population
from assets.identity.engine.spellings import compare_spellings
from assets.values.ids import birth_of

# What a level of names keeps of the weight of the name, and what it costs.
NAME_SHARE: Final = {
    "equal": 1.0,
    "former": 1.0,
    "variant": 1.0,
    "long": 0.7,
    "weak": 0.4,
    "partial": 0.3,
    "missing": 0.0,
}
_NAME_COST: Final = {"variant": -1.0, "long": -1.0, "weak": -1.0, "partial": -3.0}
BY_NUMBER: Final = ("near", "prefix")
_SIMILAR_ERRORS: Final = 2


def score_pairs(
    pairs: pl.DataFrame,
    damaged: pl.DataFrame,
    population: Population,
    evidence: Evidence,
    compare: NameComparator,
    weights: Weights,
) -> pl.DataFrame:
    """Bits of evidence, item by item, for pairs of a record and a person.

    Args:
        pairs: row, person, number ("near", "prefix" or null).
        damaged: the records.
        population: the people.
        evidence: for the spellings and the former names.
        compare: the comparator of names.
        weights: the weights.

    Returns:
        row, person, number, name, support, bits, and bits_number bits_name bits_birth bits_sex bits_unit
        bits_card bits_hired bits_list.
    """
    facts = pairs.join(
        damaged.select(
            "row",
            "source",
            "id_text",
            "id_class",
            "name_no",
            "fold_no",
            "former_no",
            "unit",
            "spelling",
            "card",
            "hired",
            "birth",
            "sex",
        ),
        on="row",
    ).join(population.people, on="person", suffix="_person")
    for column in ("unit", "card", "hired", "birth"):
        facts = _compare_fact(facts, column, population, weights)
    facts = _near_births(compare_spellings(facts, population, evidence.bodies, weights), weights)
    facts = _compare_digits(facts, population, weights)
    by_number = pl.col("number").is_in(BY_NUMBER)
    inside = birth_of(pl.col("id_text")).cast(pl.Int32)
    is_copied = (pl.col("birth") == inside).fill_null(False)
    sex_differs = pl.col("sex") != pl.col("sex_person")
    facts = facts.with_columns(
        # The birth stands inside the number: agreeing says nothing more, but it is a second witness to the
        # name. # And a birth that was read off the damaged number is no second witness against the person
        # either.
        pl.when((by_number & (pl.col("bits_birth") > 0)) | ((pl.col("bits_birth") < 0) & is_copied))
        .then(0.0)
        .otherwise("bits_birth")
        .alias("bits_birth"),
        pl.when(sex_differs)
        .then(weights.other_sex)
        .when(~sex_differs & ~by_number)
        .then(1.0)
        .otherwise(0.0)
        .alias("bits_sex"),
    )
    listed = (
        population.on_list.join(pairs.select("person").unique(), on="person", how="semi")
        .unique()
        .with_columns(pl.lit(True).alias("is_listed"))
    )
    facts = (
        facts.join(population.list_bits, on="source", how="left")
        .join(listed, on=["source", "person"], how="left")
        .with_columns(
            pl.when(pl.col("is_listed"))
            # Of a list without a whole number nothing is known: a second record is as unlikely as on any.
            .then(pl.col("same_list").fill_null(weights.least_same_list))
            .otherwise(pl.col("absent_list").fill_null(0.0))
            .alias("bits_list")
        )
    )
    facts = _compare_names(facts, population, evidence, compare, weights)
    items = ("number", "name", "birth", "sex", "unit", "card", "hired", "list")
    support = [
        pl.when(pl.col(f"{column}_agrees").fill_null(False)).then(bit).otherwise(0)
        for column, bit in SUPPORT.items()
    ]
    return facts.select(
        "row",
        "person",
        "number",
        "name",
        pl.sum_horizontal(support).cast(pl.UInt8).alias("support"),
        pl.sum_horizontal(f"bits_{item}" for item in items).alias("bits"),
        *(f"bits_{item}" for item in items),
    )


def _compare_fact(facts: pl.DataFrame, column: str, population: Population, weights: Weights) -> pl.DataFrame:
    """Add `<column>_agrees` (null where one side is silent) and `bits_<column>`."""
    table = population.facts[column].join(facts.select("person").unique(), on="person", how="semi")
    agreeing = table.with_columns(pl.lit(True).alias("is_same"))
    known = table.select("person").unique().with_columns(pl.lit(True).alias("is_known"))
    most = weights.most_unit if column == "unit" else float("inf")
    other = {
        "unit": weights.other_unit,
        "card": weights.other_card,
        "hired": weights.other_hired,
        "birth": weights.other_birth,
    }[column]
    agrees = pl.when(pl.col(column).is_not_null() & pl.col("is_known").fill_null(False)).then(
        pl.col("is_same").fill_null(False)
    )
    return (
        facts.join(agreeing, on=["person", column], how="left")
        .join(known, on="person", how="left")
        .join(population.bits(column, facts[column]), on=column, how="left")
        .with_columns(agrees.alias(f"{column}_agrees"))
        .with_columns(
            pl.when(pl.col(f"{column}_agrees"))
            .then(pl.col("bits").clip(upper_bound=most))
            .when(~pl.col(f"{column}_agrees"))
            .then(other)
            .otherwise(0.0)
            .alias(f"bits_{column}")
        )
        .drop("is_same", "is_known", "bits")
    )


def _near_births(facts: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """Births that differ in one part only, or by a day or two, speak less against a person."""
    mine, theirs = pl.col("birth").cast(pl.Date), pl.col("birth_person").cast(pl.Date)
    same = [getattr(mine.dt, part)() == getattr(theirs.dt, part)() for part in ("year", "month", "day")]
    n_same = pl.sum_horizontal(one.cast(pl.Int8) for one in same)
    is_near = (n_same >= 2) | ((pl.col("birth") - pl.col("birth_person")).abs() <= 2)
    differs = ~pl.col("birth_agrees").fill_null(True)
    return facts.with_columns(
        pl.when(differs & is_near).then(weights.near_birth).otherwise("bits_birth").alias("bits_birth")
    )


def _compare_digits(facts: pl.DataFrame, population: Population, weights: Weights) -> pl.DataFrame:
    """Complete `number` (near, prefix, similar, leading, none, or other: they speak against); and bits."""
    told = facts.with_columns(
        pl.coalesce("number", _relation_of_digits(facts), pl.lit("none")).alias("number")
    )
    said = {
        **dict.fromkeys(BY_NUMBER, population.number_bits),
        "similar": weights.similar_digits,
        "other": weights.other_digits,
        "leading": 0.0,
        "none": 0.0,
    }
    leading = _leading(facts, population)
    bits = pl.col("number").replace_strict(said, return_dtype=pl.Float64)
    return (
        told.join(leading, on=["row", "person"], how="left")
        .with_columns(
            pl.when(pl.col("number") == "none")
            .then(pl.coalesce("fit", pl.lit("none")))
            .otherwise("number")
            .alias("number")
        )
        .with_columns(
            pl.when(pl.col("number") == "leading").then("leading_bits").otherwise(bits).alias("bits_number")
        )
        .drop("fit", "leading_bits")
    )


def _relation_of_digits(facts: pl.DataFrame) -> pl.Series:
    """Similar or other for damaged numbers of about 18 digits that are not one error away; else null."""
    text = pl.col("id_text")
    is_cut = pl.col("id_class") == "T18"
    fifteen = text.str.contains(r"^[0-9]{15}$")
    digits = (
        pl.when(is_cut)
        .then(text.str.slice(0, 15))
        .when(fifteen)
        .then(text.str.slice(0, 6) + pl.lit("19") + text.str.slice(6))
        .when(text.str.contains(r"^[0-9XOIL]{16,20}$") & (pl.col("id_class") != "FOREIGN"))
        .then(text)
    )
    asked = facts.with_row_index("place").select(
        "place",
        digits.alias("digits"),
        pl.when(is_cut)
        .then(key_text(pl.col("key")).str.slice(0, 15))
        .when(fifteen)
        .then(key_text(pl.col("key")).str.slice(0, 17))
        .otherwise(key_text(pl.col("key")))
        .alias("whole"),
        pl.col("number").is_null().alias("is_open"),
    )
    open_pairs = asked.filter("is_open").drop_nulls(["digits", "whole"])
    relation = pl.Series("relation", [None], dtype=pl.String).new_from_index(0, facts.height)
    if open_pairs.is_empty():
        return relation
    errors = cpdist(open_pairs["digits"].to_list(), open_pairs["whole"].to_list(), scorer=OSA.distance)
    found = ["similar" if error <= _SIMILAR_ERRORS else "other" for error in errors.tolist()]
    return relation.scatter(open_pairs["place"], pl.Series(found, dtype=pl.String))


def _leading(facts: pl.DataFrame, population: Population) -> pl.DataFrame:
    """row, person, fit (leading or other), leading_bits: what the digits of 6.22724E+17 say.

    The last digit was rounded and is not looked at.
    """
    schema = {"row": pl.UInt32, "person": pl.UInt32, "fit": pl.String, "leading_bits": pl.Float64}
    damaged = facts.select("row", "id_text", "id_class").unique("row")
    digits = leading_digits(damaged).with_columns((pl.col("n_digits") - 1).clip(upper_bound=14).alias("size"))
    parts = [pl.DataFrame(schema=schema)]
    for size in digits["size"].unique().sort():
        leads = population.people.select(
            "person", pl.when(pl.col("key") > 0).then(pl.col("key") // 10 ** (17 - size)).alias("lead")
        )
        weight = leads.group_by("lead").agg(
            (population.n_people / pl.len().cast(pl.Float64)).log(2).alias("leading_bits")
        )
        asked = digits.filter(pl.col("size") == size).select(
            "row", pl.col("digits").str.slice(0, size).cast(pl.Int64, strict=False).alias("written")
        )
        fits = pl.col("written") == pl.col("lead")
        parts.append(
            facts.select("row", "person")
            .join(asked, on="row")
            .join(leads, on="person")
            .join(weight, on="lead", how="left")
            .select(
                "row",
                "person",
                pl.when(fits).then(pl.lit("leading")).otherwise(pl.lit("other")).alias("fit"),
                "leading_bits",
            )
        )
    return pl.concat(parts)


def _compare_names(
    facts: pl.DataFrame, population: Population, evidence: Evidence, compare: NameComparator, weights: Weights
) -> pl.DataFrame:
    """Add `name` (level of the best of the person's spellings) and `bits_name`."""
    weight = population.bits("fold_no", facts["fold_no"])
    facts = facts.join(weight, on="fold_no", how="left").rename({"bits": "rarity"})
    spelled = population.facts["name_no"].join(facts.select("person").unique(), on="person", how="semi")
    folded = population.facts["fold_no"].join(facts.select("person").unique(), on="person", how="semi")
    facts = (
        facts.join(spelled.with_columns(pl.lit(True).alias("is_equal")), on=["person", "name_no"], how="left")
        .join(folded.with_columns(pl.lit(True).alias("is_folded")), on=["person", "fold_no"], how="left")
        .join(
            evidence.aliases.with_columns(pl.lit(True).alias("is_former")), on=["key", "fold_no"], how="left"
        )
        .join(
            folded.with_columns(pl.lit(True).alias("was_so")),
            left_on=["person", "former_no"],
            right_on=["person", "fold_no"],
            how="left",
        )
        .with_columns((pl.col("is_former") | pl.col("was_so")).alias("is_former"))
    )
    is_known = (
        pl.col("is_equal").fill_null(False)
        | pl.col("is_folded").fill_null(False)
        | pl.col("is_former").fill_null(False)
    )
    without = pl.sum_horizontal(
        "bits_number", "bits_birth", "bits_sex", "bits_unit", "bits_card", "bits_hired", "bits_list"
    )
    enough = population.people_bits + weights.above_people
    asked = facts.filter(
        ~is_known & pl.col("name_no").is_not_null() & (without + pl.col("rarity") >= enough)
    ).select("row", "person", "name_no")
    options = asked.join(spelled, on="person", suffix="_person")
    levels = compare_pairs(
        options.select(pl.col("name_no").alias("name_a"), pl.col("name_no_person").alias("name_b")),
        evidence.names,
        compare,
    ).filter(pl.col("name_level") != "conflict")
    order = {level: rank for rank, level in enumerate(NAME_SHARE)}
    nearest = (
        options.join(levels, left_on=["name_no", "name_no_person"], right_on=["name_a", "name_b"])
        .with_columns(
            pl.col("name_level").replace_strict(order, default=9, return_dtype=pl.Int8).alias("rank")
        )
        .sort(
            "row",
            "person",
            "rank",
            "name_score",
            "name_no_person",
            descending=[False, False, False, True, False],
        )
        .unique(["row", "person"], keep="first", maintain_order=True)
        .select("row", "person", "name_level")
    )
    level = (
        pl.when(pl.col("name_no").is_null())
        .then(pl.lit("missing"))
        .when(pl.col("is_equal"))
        .then(pl.lit("equal"))
        .when(pl.col("is_former"))
        .then(pl.lit("former"))
        .when(pl.col("is_folded"))
        .then(pl.lit("variant"))
        .otherwise(pl.coalesce("name_level", pl.lit("conflict")))
    )
    share = pl.col("name").replace_strict(NAME_SHARE, default=0.0, return_dtype=pl.Float64)
    cost = pl.col("name").replace_strict(
        {**_NAME_COST, "conflict": weights.conflict_name}, default=0.0, return_dtype=pl.Float64
    )
    return (
        facts.join(nearest, on=["row", "person"], how="left")
        .with_columns(level.alias("name"))
        .with_columns((pl.col("rarity").fill_null(0.0) * share + cost).alias("bits_name"))
    )
