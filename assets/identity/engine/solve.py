"""The engine: from evidence to who is who, in the order in which it must be asked.

1. numbers changed by 公安 become one; spellings of bodies become places;
2. whole numbers are divided among the people who bear them;
3. records without a whole number are given to their person, or to nobody;
4. copied damaged numbers, human judgements;
5. levels and the other side of every refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import polars as pl

from assets.identity.engine.clusters import judge, written_alike
from assets.identity.engine.decision import Choice, choose_twice
from assets.identity.engine.doubts import doubt_numbers, name_doubts
from assets.identity.engine.levels import describe_links
from assets.identity.engine.model import CHANGED, Evidence, Resolution, Weights
from assets.identity.engine.names import NameComparator, remembering
from assets.identity.engine.numbers import key_prefix, prefixes, repairs
from assets.identity.engine.owners import Owners, find_owners
from assets.identity.engine.places import one_spelling_a_place
from assets.identity.engine.population import Population, count_population
from assets.identity.engine.rows import by_row
from assets.identity.names import compare_many

Progress = Callable[[str], None]
DEFAULT_WEIGHTS = Weights()
# A number is corrected once, seldom twice; two rows that name each other must not go round for ever.
_MOST_CHANGES = 3


@dataclass(frozen=True)
class Working:
    """What the engine knew on the way, for explanations."""

    evidence: Evidence
    owners: Owners
    population: Population
    choice: Choice
    near: pl.DataFrame


def solve(
    evidence: Evidence,
    *,
    compare: NameComparator = compare_many,
    weights: Weights = DEFAULT_WEIGHTS,
    on_progress: Progress = lambda _: None,
) -> tuple[Resolution, Working]:
    """Who is who.

    Args:
        evidence: the records and what is known beside them.
        compare: the comparator of names.
        weights: the weights.
        on_progress: told each step.
    """
    compare = remembering(compare)
    on_progress("统一单位写法")
    evidence = _with_changed_numbers(evidence)
    if evidence.whole is None:
        evidence = _without_lonely_papers(evidence)
        records, wider = one_spelling_a_place(evidence.records)
        evidence = replace(evidence, records=records)
    else:
        records, wider = evidence.records, evidence.whole.wider
    damaged = records.filter(pl.col("key").is_null())
    on_progress("推算受损号码")
    known = records.select("key").drop_nulls().unique()
    newest = known.select((pl.col("key") // 10**7 % 10**4).filter(pl.col("key") > 0).max()).item() or 0
    near = (
        repairs(damaged.filter(pl.col("id_text").is_not_null()).select("row", "id_text", "id_class"), known)
        if evidence.near is None
        else evidence.near.join(known, on="key", how="semi")
    )
    on_progress("核对同号人员")
    cut = prefixes(damaged.select("row", "id_text", "id_class"))
    reached = known.with_columns(key_prefix(pl.col("key")).alias("prefix")).join(cut, on="prefix")
    owners = find_owners(evidence, pl.concat([near, reached.select("row", "key")]), compare, weights)
    owned = by_row(owners.rows["row"], owners.rows["person"], records.height)
    valid = records.with_columns(owned).filter(owned.is_not_null())
    population = count_population(valid, wider, weights, evidence.whole)
    on_progress("归并号码受损的记录")
    # The doubts about whole numbers wait for nobody: they are found beside the damaged records.
    with ThreadPoolExecutor(1) as beside:
        perhaps_one = beside.submit(doubt_numbers, population, valid, evidence)
        choice = choose_twice(
            damaged, near, population, evidence, _forbidden(evidence, owners), compare, weights
        )
    on_progress("评定等级")
    alone = damaged.join(choice.links, on="row", how="anti")
    alike = written_alike(alone, newest)
    joined = pl.concat([choice.links.select("row", "person"), alike])
    given = by_row(joined["row"], joined["person"], records.height)
    person = pl.select(pl.coalesce(owned, given, records["row"]).alias("person")).to_series()
    smaller = _smallest_rows(joined)
    renamed = by_row(smaller["person"], smaller["smallest"], records.height).gather(person)
    person = pl.select(pl.coalesce(renamed, person).alias("person")).to_series()
    people = judge(pl.DataFrame({"row": records["row"], "person": person}), evidence)
    ties = pl.concat(
        [
            choice.links.select(
                "row",
                "number",
                "support",
                (1 - 2.0 ** (population.people_bits - pl.col("bits"))).alias("surety"),
            ),
            alike.select(
                "row",
                pl.lit("alike").alias("number"),
                pl.lit(None, dtype=pl.UInt8).alias("support"),
                pl.lit(0.9).alias("surety"),
            ),
        ]
    )
    doubts = name_doubts(people, owners, choice, perhaps_one.result(), evidence)
    links = describe_links(people, ties, doubts, evidence, compare)
    return Resolution(links, population.n_people, choice.incidents), Working(
        evidence, owners, population, choice, near
    )


def _with_changed_numbers(evidence: Evidence) -> Evidence:
    """Old numbers of 号码更正 count as the new ones, on the records of those who changed them.

    Two people may have had the old number: where the correction gives names, only records of that name (or
    without one) go along.
    """
    if evidence.changes.is_empty():
        return evidence
    new = evidence.changes.filter(pl.col("old_key") != pl.col("key")).unique()
    by_name = (
        new.drop_nulls("fold_no")
        .filter(pl.len().over("old_key", "fold_no") == 1)
        .select("fold_no", pl.col("old_key"), pl.col("key").alias("by_name"))
    )
    # Without a name everybody with the old number is meant, if the correction gives none or all others go.
    by_number = (
        new.group_by("old_key")
        .agg(
            pl.when(pl.col("key").n_unique() == 1).then(pl.col("key").min()).alias("by_number"),
            pl.col("fold_no").is_null().any().alias("is_anybodys"),
        )
        .drop_nulls()
    )
    records = evidence.records
    for _ in range(_MOST_CHANGES):
        told = records.join(
            by_name,
            left_on=["key", "fold_no"],
            right_on=["old_key", "fold_no"],
            how="left",
            maintain_order="left",
        ).join(by_number, left_on="key", right_on="old_key", how="left", maintain_order="left")
        stays = pl.col("by_name").is_null() & pl.col("fold_no").is_not_null()
        goes = pl.col("is_anybodys") | (pl.col("fold_no").is_null() & ~stays.any().over("key"))
        moved = told.select(pl.coalesce("by_name", pl.when(goes).then("by_number"))).to_series()
        if moved.null_count() == len(moved):
            break
        records = records.with_columns(
            pl.coalesce(moved, "key").alias("key"),
            pl.when(moved.is_not_null()).then(pl.lit(CHANGED)).otherwise("id_class").alias("id_class"),
        )
    return replace(evidence, records=records)


def _without_lonely_papers(evidence: Evidence) -> Evidence:
    """An officer's card or passport that one record bears is no number of the lists: it counts as none.

    It neither proves nor excludes a resident's number; its holder is found by the rest.
    """
    papers = evidence.records.filter(pl.col("key") < 0)
    if papers.is_empty():
        return evidence
    lonely = papers.filter(pl.len().over("key") == 1)["row"]
    is_lonely = pl.col("row").is_in(lonely.implode())
    return replace(
        evidence,
        records=evidence.records.with_columns(
            pl.when(~is_lonely).then("key").alias("key"),
            pl.when(is_lonely & pl.col("id_text").str.contains(r"^[0-9]{17}[0-9X]$"))
            .then(pl.lit("S18"))
            .otherwise("id_class")
            .alias("id_class"),
        ),
    )


def _forbidden(evidence: Evidence, owners: Owners) -> pl.DataFrame:
    """row, person: pairs that people have judged to be different, or could not decide."""
    apart = pl.concat([evidence.different, evidence.unsure])
    both = pl.concat([apart, apart.select(row_a="row_b", row_b="row_a")], how="vertical")
    return (
        both.join(owners.rows, left_on="row_b", right_on="row")
        .select(pl.col("row_a").alias("row"), "person")
        .unique()
    )


def _smallest_rows(joined: pl.DataFrame) -> pl.DataFrame:
    """person, smallest: people whose smallest row is a record that was given to them later.

    Args:
        joined: row, person: records without a whole number and their person.
    """
    smallest = joined.group_by("person").agg(pl.col("row").min().alias("smallest"))
    return smallest.filter(pl.col("smallest") < pl.col("person"))
