"""Which person a record without a whole number belongs to: evidence in bits, the best, and unique, or nobody.

Every agreement weighs log2(people / bearers), every clash takes bits away; a link needs log2(people) and six
bits more, a lead over the second best, and a name that can be the person's. The birth inside a number is part
of the number: it never counts a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from assets.identity.engine.candidates import by_facts, by_number
from assets.identity.engine.model import SUPPORT, Evidence, Incident, Weights
from assets.identity.engine.names import NameComparator, compare_pairs
from assets.identity.engine.numbers import key_text, prefixes
from assets.identity.engine.population import Population

# What a level of names keeps of the weight of the name, and what it costs.
_NAME_SHARE: Final = {"equal": 1.0, "former": 1.0, "variant": 1.0, "long": 0.7, "weak": 0.4, "missing": 0.0}
_NAME_COST: Final = {"variant": -1.0, "long": -1.0, "weak": -1.0}
_BY_NUMBER: Final = ("near", "prefix")
_SIMILAR_ERRORS: Final = 2


@dataclass(frozen=True)
class Choice:
    """What became of the records without a whole number.

    Attributes:
        links: row, person, number, name, support, bits, second (bits of the second best; null without one).
        doubts: row, other (a row of the nearest person), doubt: records that stay alone beside somebody.
        pairs: all scored pairs, for explanations.
        incidents: blocks left out.
    """

    links: pl.DataFrame
    doubts: pl.DataFrame
    pairs: pl.DataFrame
    incidents: tuple[Incident, ...]


def choose(
    damaged: pl.DataFrame,
    near: pl.DataFrame,
    population: Population,
    evidence: Evidence,
    forbidden: pl.DataFrame,
    compare: NameComparator,
    weights: Weights,
) -> Choice:
    """Give each record without a whole number to its person, or to nobody.

    Args:
        damaged: records without a whole number.
        near: row, key: whole numbers one error away.
        population: the people.
        evidence: everything, for the spellings and the former names.
        forbidden: row, person: pairs that people have judged to be different.
        compare: the comparator of names.
        weights: the weights.
    """
    numbered = by_number(near, prefixes(damaged.select("row", "id_text", "id_class")), population)
    shared, incidents = by_facts(damaged, population)
    pairs = shared.join(numbered, on=["row", "person"], how="full", coalesce=True).join(
        forbidden, on=["row", "person"], how="anti"
    )
    scored = score_pairs(pairs, damaged, population, evidence, compare, weights)
    threshold = population.people_bits + weights.above_people
    ranked = scored.sort("row", "bits", "person", descending=[False, True, False]).with_columns(
        pl.col("bits").shift(-1).over("row").alias("second")
    )
    best = ranked.unique("row", keep="first", maintain_order=True)
    is_clear = pl.col("second").is_null() | (pl.col("bits") - pl.col("second") >= weights.margin)
    able = best.filter((pl.col("bits") >= threshold) & is_clear & is_acceptable())
    links = _mutual(able, damaged, population, weights)
    left = best.join(links, on="row", how="anti").filter(pl.col("name").is_in(["equal", "variant", "former"]))
    doubts = left.filter(pl.col("bits") >= population.people_bits - weights.above_people).select(
        "row",
        pl.col("person").alias("other"),
        pl.when(~is_clear)
        .then(pl.lit("several"))
        .when(pl.col("number") == "other")
        .then(pl.lit("digits"))
        .otherwise(pl.lit("thin"))
        .alias("doubt"),
    )
    return Choice(links, doubts, scored, tuple(incidents))


def is_acceptable() -> pl.Expr:
    """Beyond the bits: a name that can be the person's, and something beside it."""
    has_support = pl.col("support") > 0
    by_number = pl.col("number").is_in(_BY_NUMBER)
    fits = pl.col("name").is_in(list(_NAME_SHARE))
    told = pl.col("name") != "missing"
    return fits & ((by_number & (told | has_support)) | (told & has_support))


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
        damaged.select("row", "source", "id_text", "id_class", "name_no", "fold_no", "unit", "card", "hired", "birth", "sex"),
        on="row",
    ).join(population.people, on="person", suffix="_person")
    for column in ("unit", "card", "hired", "birth"):
        facts = _compare_fact(facts, column, population, weights)
    facts = _compare_digits(facts, population, weights)
    by_number = pl.col("number").is_in(_BY_NUMBER)
    sex_differs = pl.col("sex") != pl.col("sex_person")
    facts = facts.with_columns(
        # The birth stands inside the number: agreeing says nothing more, but it is a second witness to the name.
        pl.when(by_number & (pl.col("bits_birth") > 0)).then(0.0).otherwise("bits_birth").alias("bits_birth"),
        pl.when(sex_differs)
        .then(weights.other_sex)
        .when(~sex_differs & ~by_number)
        .then(1.0)
        .otherwise(0.0)
        .alias("bits_sex"),
    )
    listed = population.on_list.join(population.list_bits, on="source")
    facts = facts.join(listed, on=["source", "person"], how="left").with_columns(
        pl.col("same_list").fill_null(0.0).alias("bits_list")
    )
    facts = _compare_names(facts, population, evidence, compare, weights)
    items = ("number", "name", "birth", "sex", "unit", "card", "hired", "list")
    support = [
        pl.when(pl.col(f"{column}_agrees").fill_null(False)).then(bit).otherwise(0) for column, bit in SUPPORT.items()
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


def _compare_digits(facts: pl.DataFrame, population: Population, weights: Weights) -> pl.DataFrame:
    """Complete `number`: near, prefix, similar, other (digits speak against the person), none; and its bits."""
    text = key_text(pl.col("key"))
    told = facts.with_columns(text.alias("number_person"), _likely_digits().alias("digits"))
    asked = told.filter(pl.col("number").is_null() & pl.col("digits").is_not_null() & pl.col("number_person").is_not_null())
    if asked.is_empty():
        relation = asked.select("row", "person", pl.lit("other").alias("relation"))
    else:
        size = asked["digits"].str.len_chars().clip(upper_bound=18)
        cut = asked.select(
            pl.when(pl.col("id_class").is_in(["T18", "E18"]))
            .then(pl.col("number_person").str.head(size))
            .otherwise("number_person")
        ).to_series()
        errors = pl.Series(
            "errors", cpdist(asked["digits"].to_list(), cut.to_list(), scorer=OSA.distance), dtype=pl.Int64
        )
        is_short = size < 15
        fits = pl.when(is_short & (errors == 0)).then(pl.lit("none")).when(~is_short & (errors <= _SIMILAR_ERRORS))
        relation = asked.select(
            "row", "person", fits.then(pl.lit("similar")).otherwise(pl.lit("other")).alias("relation")
        )
    said = {
        **dict.fromkeys(_BY_NUMBER, population.number_bits),
        "similar": weights.similar_digits,
        "other": weights.other_digits,
        "none": 0.0,
    }
    return (
        told.join(relation, on=["row", "person"], how="left")
        .with_columns(pl.coalesce("number", "relation", pl.lit("none")).alias("number"))
        .with_columns(pl.col("number").replace_strict(said, return_dtype=pl.Float64).alias("bits_number"))
        .drop("relation", "number_person", "digits")
    )


def _likely_digits() -> pl.Expr:
    """What of a damaged number can be compared digit by digit; null where it says nothing."""
    text = pl.col("id_text")
    mantissa = text.str.extract(r"^([1-9]\.[0-9]+)E\+?17$", 1).str.replace(".", "", literal=True)
    fifteen = text.str.contains(r"^[0-9]{15}$")
    widened = text.str.slice(0, 6) + pl.lit("19") + text.str.slice(6)
    return (
        pl.when(pl.col("id_class") == "T18")
        .then(text.str.slice(0, 15))
        .when(pl.col("id_class") == "E18")
        # The last digit of a rounded number is not to be trusted.
        .then(mantissa.str.head(-1))
        .when(fifteen)
        .then(widened)
        .when(pl.col("id_class").is_in(["S18", "L17", "L19", "D8"]))
        .then(text)
        .when(text.str.contains(r"^[0-9X]{16,20}$"))
        .then(text)
    )


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
        .join(evidence.aliases.with_columns(pl.lit(True).alias("is_former")), on=["key", "fold_no"], how="left")
    )
    is_known = pl.col("is_equal").fill_null(False) | pl.col("is_folded").fill_null(False) | pl.col("is_former").fill_null(False)
    without = pl.sum_horizontal("bits_number", "bits_birth", "bits_sex", "bits_unit", "bits_card", "bits_hired", "bits_list")
    enough = population.people_bits + weights.above_people
    asked = facts.filter(
        ~is_known
        & pl.col("name_no").is_not_null()
        & (without + pl.col("rarity") >= enough)
    ).select("row", "person", "name_no")
    options = asked.join(spelled, on="person", suffix="_person")
    levels = compare_pairs(
        options.select(pl.col("name_no").alias("name_a"), pl.col("name_no_person").alias("name_b")),
        evidence.names,
        compare,
    ).filter(pl.col("name_level") != "conflict")
    order = {level: rank for rank, level in enumerate(_NAME_SHARE)}
    nearest = (
        options.join(levels, left_on=["name_no", "name_no_person"], right_on=["name_a", "name_b"])
        .with_columns(pl.col("name_level").replace_strict(order, default=9, return_dtype=pl.Int8).alias("rank"))
        .sort("row", "person", "rank", "name_score", "name_no_person", descending=[False, False, False, True, False])
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
    share = pl.col("name").replace_strict(_NAME_SHARE, default=0.0, return_dtype=pl.Float64)
    cost = pl.col("name").replace_strict(
        {**_NAME_COST, "conflict": weights.conflict_name}, default=0.0, return_dtype=pl.Float64
    )
    return (
        facts.join(nearest, on=["row", "person"], how="left")
        .with_columns(level.alias("name"))
        .with_columns((pl.col("rarity").fill_null(0.0) * share + cost).alias("bits_name"))
    )


def _mutual(
    able: pl.DataFrame, damaged: pl.DataFrame, population: Population, weights: Weights
) -> pl.DataFrame:
    """One record a person and list, where the number does not say otherwise and lists name people once."""
    contest = able.join(damaged.select("row", "source"), on="row").join(population.list_bits, on="source", how="left")
    by_number = pl.col("number").is_in(_BY_NUMBER)
    group = ["person", "source"]
    best = pl.col("bits").max().over(group)
    n_near = (pl.col("bits") > best - weights.margin).sum().over(group)
    is_alone = pl.len().over(group) == 1
    is_leader = (n_near == 1) & (pl.col("bits") == best)
    repeats = pl.col("same_list").fill_null(weights.least_same_list) > -weights.margin
    return contest.filter(is_alone | by_number | is_leader | repeats).drop("source", "same_list")
