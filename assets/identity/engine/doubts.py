"""Whom a record that was not joined may belong to after all: the other side of refusals and doubts."""

from __future__ import annotations

from typing import Final

import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from assets.identity.engine.decision import Choice
from assets.identity.engine.model import Evidence
from assets.identity.engine.numbers import key_text
from assets.identity.engine.owners import Owners
from assets.identity.engine.population import Population

# Two whole numbers of one name in one body that differ by so little are perhaps one number, mistyped.
NEAR_NUMBER: Final = 2
_SIDES: Final = ["person", "person_other"]


def name_doubts(
    people: pl.DataFrame,
    owners: Owners,
    choice: Choice,
    perhaps_one: pl.DataFrame,
    evidence: Evidence,
) -> pl.DataFrame:
    """row, other, doubt: at most one a record, of another person than its own.

    Args:
        people: row, person, verdict.
        owners: who owns the whole numbers, and who was refused.
        choice: what became of the records without a whole number.
        perhaps_one: see `doubt_numbers`.
        evidence: for the judgements.
    """
    named = pl.concat(
        [
            owners.refused.select("row", "other", pl.lit("bearer").alias("doubt")),
            _pairs(evidence.unsure).with_columns(pl.lit("unsure").alias("doubt")),
            perhaps_one,
            choice.doubts,
            _judged(people, evidence),
        ]
    ).unique("row", keep="first", maintain_order=True)
    sides = people.select("row", "person")
    beside = (
        named.join(sides, on="row")
        .join(sides, left_on="other", right_on="row", suffix="_other")
        .filter(pl.col("person") != pl.col("person_other"))
    )
    # Whom somebody has told apart are not asked about again.
    apart = (
        _pairs_of_people(evidence.different, sides)
        if evidence.different.height
        else beside.select(_SIDES).clear()
    )
    settled = beside.filter(pl.col("doubt") == "two_numbers").join(apart, on=_SIDES, how="semi")
    return beside.join(settled, on=["row", "other"], how="anti").select("row", "other", "doubt")


def doubt_numbers(population: Population, valid: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """row, other, doubt (two_numbers, two_papers): records of two whole numbers that may be one person's.

    Args:
        population: the people.
        valid: records with a whole number, with their person.
        evidence: for the departments of the lists.
    """
    return pl.concat([_two_numbers(population, valid, evidence), _two_papers(population, valid, evidence)])


def _pairs_of_people(pairs: pl.DataFrame, sides: pl.DataFrame) -> pl.DataFrame:
    """person, person_other: the people of judged pairs, both ways."""
    there = pairs.join(sides, left_on="row_a", right_on="row").join(
        sides, left_on="row_b", right_on="row", suffix="_other"
    )
    back = there.select(person="person_other", person_other="person")
    return pl.concat([there.select(_SIDES), back]).unique()


def _pairs(pairs: pl.DataFrame) -> pl.DataFrame:
    """row, other: each side of the pairs once, with the smallest other side."""
    both = pl.concat(
        [
            pairs.select(pl.col("row_a").alias("row"), pl.col("row_b").alias("other")),
            pairs.select(pl.col("row_b").alias("row"), pl.col("row_a").alias("other")),
        ]
    )
    return both.group_by("row").agg(pl.col("other").min()).sort("row")


def _judged(people: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """Records that stand alone, of whom somebody has said whose they are not."""
    numbered = evidence.records.filter(pl.col("key").is_not_null()).select("row")
    apart = people.filter(pl.col("verdict") == "different").select("row")
    alone = people.filter(pl.len().over("person") == 1).select("row")
    unproven = pl.concat(
        [alone.join(numbered, on="row", how="anti"), alone.join(apart, on="row", how="semi")]
    )
    return (
        _pairs(evidence.different)
        .join(unproven, on="row", how="semi")
        .with_columns(pl.lit("judged").alias("doubt"))
    )


def _two_numbers(population: Population, valid: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """People of one list only whose name and place another number has too, with their birth or almost theirs.

    Perhaps they are one person. Not where both stand on that list: a list knows its own people.
    """
    known = population.facts["fold_no"].join(
        population.people.select("person", "key", "birth").drop_nulls("birth"), on="person"
    )
    lists = _departments(population, evidence)
    standing = lists.group_by("person").agg(
        pl.col("department").n_unique().alias("n"), pl.col("department").min()
    )
    once = standing.filter(pl.col("n") == 1).select("person", "department")
    asked = known.join(once, on="person")
    known = known.join(asked.select("fold_no").unique(), on="fold_no", how="semi")
    shared = []
    for column in ("unit", "card"):
        facts = population.facts[column]
        here = asked.join(facts, on="person")
        there = known.join(facts.join(here.select(column).unique(), on=column, how="semi"), on="person")
        shared.append(
            here.join(there, on=["fold_no", column], suffix="_other")
            .filter(pl.col("person") != pl.col("person_other"))
            .select("person", "department", "key", "birth", "person_other", "key_other", "birth_other")
        )
    pairs = pl.concat(shared).unique()
    found = (
        pairs.filter(_are_near(pairs))
        .join(
            lists.unique(),
            left_on=["person_other", "department"],
            right_on=["person", "department"],
            how="anti",
        )
        .group_by("person")
        .agg(pl.col("person_other").min().alias("other"))
    )
    return (
        valid.select("row", "person")
        .join(found, on="person")
        .select("row", "other", pl.lit("two_numbers").alias("doubt"))
    )


def _two_papers(population: Population, valid: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """People of another paper, whose name and place somebody with a 公民身份号码 has too.

    Perhaps they are one person who showed his passport once. Not where both stand on one list.
    """
    papers = population.people.filter(pl.col("key") < 0).select("person")
    known = population.facts["fold_no"]
    asked = known.join(papers, on="person")
    if asked.is_empty():
        return pl.DataFrame(schema={"row": pl.UInt32, "other": pl.UInt32, "doubt": pl.String})
    others = known.join(papers, on="person", how="anti").join(
        asked.select("fold_no").unique(), on="fold_no", how="semi"
    )
    shared = []
    for column in ("unit", "card"):
        facts = population.facts[column]
        here, there = asked.join(facts, on="person"), others.join(facts, on="person")
        shared.append(
            here.join(there, on=["fold_no", column], suffix="_other").select("person", "person_other")
        )
    lists = _departments(population, evidence)
    together = lists.join(lists, on="department", suffix="_other").select(_SIDES)
    found = (
        pl.concat(shared)
        .unique()
        .join(together.unique(), on=_SIDES, how="anti")
        .group_by("person")
        .agg(pl.col("person_other").min().alias("other"))
    )
    return (
        valid.select("row", "person")
        .join(found, on="person")
        .select("row", "other", pl.lit("two_papers").alias("doubt"))
    )


def _departments(population: Population, evidence: Evidence) -> pl.DataFrame:
    """person, department: on whose lists people stand; each list is a department where none is named."""
    if evidence.whole is None:
        return population.on_list.select("person", pl.col("source").alias("department"))
    return population.on_list.join(evidence.whole.departments, on="source").select("person", "department")


def _are_near(pairs: pl.DataFrame) -> pl.Series:
    """Whether the births are the same, or the numbers differ by a slip or two."""
    texts = pairs.select(key_text(pl.col("key")).alias("a"), key_text(pl.col("key_other")).alias("b"))
    same = (pairs["birth"] == pairs["birth_other"]).fill_null(False)
    if pairs.is_empty():
        return same
    errors = cpdist(texts["a"].to_list(), texts["b"].to_list(), scorer=OSA.distance)
    return same | pl.Series(errors.tolist(), dtype=pl.Int64).le(NEAR_NUMBER)
