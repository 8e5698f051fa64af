"""Which person a record without a whole number belongs to: evidence in bits, the best, and unique, or nobody.

Every agreement weighs log2(people / bearers), every clash takes bits away; a link needs log2(people) and
some bits more (`Weights`), a lead over the second best, and a name that can be the person's. The birth
inside a number is part of the number: it never counts a second time.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from assets.identity.engine.candidates import by_facts, by_number
from assets.identity.engine.model import SUPPORT, Evidence, Incident, Weights
from assets.identity.engine.names import NameComparator
from assets.identity.engine.numbers import prefixes
from assets.identity.engine.population import Population
from assets.identity.engine.scoring import BY_NUMBER, NAME_SHARE, score_pairs


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
    ranked = scored.sort("row", "bits", "person", descending=[False, True, False])
    best = ranked.unique("row", keep="first", maintain_order=True)
    best = best.join(_seconds(ranked, best, damaged, population), on="row", how="left", maintain_order="left")
    is_clear = pl.col("second").is_null() | (pl.col("bits") - pl.col("second") >= weights.margin)
    able = best.filter((pl.col("bits") >= threshold) & is_clear & is_acceptable())
    links = _mutual(able, damaged, population, weights)
    left = best.join(links, on="row", how="anti").filter(pl.col("name").is_in(["equal", "variant", "former"]))
    left = left.join(able.select("row", pl.lit(True).alias("is_able")), on="row", how="left")
    doubts = left.filter(pl.col("bits") >= population.people_bits - weights.above_people).select(
        "row",
        pl.col("person").alias("other"),
        pl.when(~is_clear)
        .then(pl.lit("several"))
        .when(pl.col("is_able"))
        .then(pl.lit("contested"))
        .when(pl.col("number") == "other")
        .then(pl.lit("digits"))
        .otherwise(pl.lit("thin"))
        .alias("doubt"),
    )
    return Choice(links, doubts, scored, tuple(incidents))


def _seconds(
    ranked: pl.DataFrame, best: pl.DataFrame, damaged: pl.DataFrame, population: Population
) -> pl.DataFrame:
    """row, second: bits of the best of the others.

    That somebody already stands on a list on which most people do not stand sets him no farther behind: the
    other one is missing there as everybody else is.
    """
    sparse = population.list_bits.filter("is_sparse").select("source")
    on_sparse = damaged.select("row", "source").join(sparse, on="source", how="semi").select("row")
    others = ranked.join(best.select("row", "person"), on=["row", "person"], how="anti").join(
        on_sparse.with_columns(pl.lit(True).alias("is_sparse")), on="row", how="left"
    )
    behind = pl.when("is_sparse").then(pl.col("bits_list").clip(upper_bound=0.0)).otherwise(0.0)
    return others.group_by("row").agg((pl.col("bits") - behind).max().alias("second"))


def choose_twice(
    damaged: pl.DataFrame,
    near: pl.DataFrame,
    population: Population,
    evidence: Evidence,
    forbidden: pl.DataFrame,
    compare: NameComparator,
    weights: Weights,
) -> Choice:
    """`choose`, and once more for the rest with what the repaired numbers have told of their people."""
    first = choose(damaged, near, population, evidence, forbidden, compare, weights)
    sure = first.links.filter(
        pl.col("number").is_in(BY_NUMBER) & pl.col("name").is_in(["equal", "former", "variant", "long"])
    )
    rest = damaged.join(first.links, on="row", how="anti")
    if sure.is_empty() or rest.is_empty():
        return first
    learned = population.with_records(damaged.join(sure.select("row", "person"), on="row"))
    second = choose(
        rest, near.join(rest, on="row", how="semi"), learned, evidence, forbidden, compare, weights
    )
    return Choice(
        pl.concat([first.links, second.links]),
        second.doubts,
        pl.concat([first.pairs.join(rest, on="row", how="anti"), second.pairs]),
        tuple(dict.fromkeys((*first.incidents, *second.incidents))),
    )


def is_acceptable() -> pl.Expr:
    """Beyond the bits: a name that can be the person's, and something beside it.

    Another name is taken only as with a whole number: place, card or hire date agree, the person is not on
    that list, nothing clashes; and where only the first 15 digits are left, which twins share, card or date.
    """
    has_support = pl.col("support") > 0
    by_number = pl.col("number").is_in(BY_NUMBER)
    fits = pl.col("name").is_in([name for name in NAME_SHARE if name != "partial"])
    told = pl.col("name") != "missing"
    strong = pl.col("support") & (SUPPORT["card"] | SUPPORT["hired"]) > 0
    placed = (pl.col("support") & SUPPORT["unit"] > 0) & (pl.col("number") == "near")
    unopposed = (pl.col("bits_list") >= 0) & (pl.col("bits_birth") >= 0) & (pl.col("bits_sex") >= 0)
    partly = (pl.col("name") == "partial") & (pl.col("number") == "near")
    another = (
        pl.col("name").is_in(["partial", "conflict"]) & by_number & (strong | placed | partly) & unopposed
    )
    return another | (fits & ((by_number & (told | has_support)) | (told & has_support)))


def _mutual(
    able: pl.DataFrame, damaged: pl.DataFrame, population: Population, weights: Weights
) -> pl.DataFrame:
    """One record a person and list, unless the number says so or the evidence bears a second one."""
    contest = able.join(damaged.select("row", "source"), on="row").join(
        population.list_bits, on="source", how="left"
    )
    group = ["person", "source"]
    best = pl.col("bits").max().over(group)
    n_near = (pl.col("bits") > best - weights.margin).sum().over(group)
    is_leader = (n_near == 1) & (pl.col("bits") == best)
    # As if the other record already stood there.
    as_second = pl.col("bits") + pl.col("same_list").fill_null(weights.least_same_list)
    holds_up = as_second >= population.people_bits + weights.above_people
    by_number = pl.col("number").is_in(BY_NUMBER)
    return contest.filter(is_leader | by_number | holds_up).drop("source", "same_list")
