"""How rare things are here: what an agreement weighs.

An agreement weighs log2(people / people of whom it is true): a name borne by one of 100,000 says 16.6 bits,
one borne by 200 says 9. So the same weights hold for a county and for a province.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from assets.identity.engine.model import Weights, Whole
from assets.identity.engine.numbers import key_birth, key_prefix, key_sex

# A short list does not show how rare a name or a day is: as if so many more people stood beside it, of whom
# this share has any one value. A body's people are all on the list; they need no such help.
_BEYOND: Final = {
    "fold_no": (2000.0, 1 / 2000),
    "birth": (2000.0, 1 / 15000),
    "hired": (2000.0, 1 / 1000),
    "card": (2000.0, 0.0),
}


# A list with a smaller part of all people says nothing by lacking somebody.
SPARSE: Final = 0.5
_LEAST_CHANCE: Final = 2.0**-60
_FACTS: Final = ("fold_no", "name_no", "unit", "spelling", "card", "hired", "birth")


@dataclass(frozen=True)
class Population:
    """The people whose number is whole.

    Attributes:
        n_people: how many; the base of every weight.
        people: person, key, birth, sex.
        facts: value tables by column (fold_no, name_no, unit, spelling, card, hired, birth): person and
            value, each once.
        on_list: source, person, of every record.
        number_bits: what one error away from a number, or its first 15 digits, says.
        list_bits: source; same_list: bits by which a second record on the list speaks against one person;
            absent_list: bits by which it speaks for a person that the list does not have him yet;
            is_sparse: fewer than half of all people are on it, and it is no department's list of its people:
            that it lacks somebody says nothing.
        bearers: column → value, n, where the people here are not all people.
    """

    n_people: int
    people: pl.DataFrame
    facts: dict[str, pl.DataFrame]
    on_list: pl.DataFrame
    number_bits: float
    list_bits: pl.DataFrame
    bearers: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def with_records(self, linked: pl.DataFrame) -> Population:
        """What is known when records have been given to people.

        Args:
            linked: person and the columns of a record.
        """
        facts = dict(self.facts)
        for column in ("unit", "spelling", "card", "hired", "birth"):
            facts[column] = _with_new(facts[column], linked.select("person", column).drop_nulls())
        on_list = pl.concat([self.on_list, linked.select("source", "person")])
        return replace(self, facts=facts, on_list=on_list)

    @property
    def people_bits(self) -> float:
        """log2 of the number of people."""
        return math.log2(max(self.n_people, 2))

    def bits(self, column: str, values: pl.Series) -> pl.DataFrame:
        """What it says to have one of these values: columns `column` and bits.

        Args:
            column: name of a value table.
            values: the values asked about; unknown ones count as borne by one person.
        """
        wanted = values.drop_nulls().unique().to_frame(column)
        counted = (
            self.bearers[column]
            if column in self.bearers
            else self.facts[column].join(wanted, on=column, how="semi").group_by(column).len("n")
        )
        among, share = _BEYOND.get(column, (0.0, 0.0))
        weight = (
            (self.n_people + among) / (pl.col("n").fill_null(1) + among * share).clip(lower_bound=1)
        ).log(2)
        return wanted.join(counted, on=column, how="left").select(column, weight.alias("bits"))


def count_population(
    valid: pl.DataFrame, wider: pl.DataFrame, weights: Weights, whole: Whole | None
) -> Population:
    """The population behind the records with a whole number.

    Args:
        valid: records with a whole number and `person`.
        wider: unit, wider: bodies whose people also stand under another.
        weights: the weights.
        whole: what all people say, where the records are not all of theirs.
    """
    seen = valid.group_by("person").agg(
        pl.col("key").first(),
        *(pl.col(column).min() for column in _FACTS),
        *(pl.col(column).max().alias(f"{column}_max") for column in _FACTS),
    )
    people = seen.select(
        "person", "key", key_birth(pl.col("key")).alias("inside"), key_sex(pl.col("key")).alias("sex")
    )
    facts = {column: _values(valid, seen, column) for column in _FACTS}
    facts["birth"] = pl.concat(
        [
            people.select("person", pl.col("inside").alias("birth")).drop_nulls(),
            facts["birth"]
            .join(people, on="person")
            .filter(pl.col("birth").ne_missing(pl.col("inside")))
            .select("person", "birth"),
        ]
    )
    people = people.rename({"inside": "birth"})
    facts["unit"] = pl.concat(
        [facts["unit"], facts["unit"].join(wider, on="unit").select("person", pl.col("wider").alias("unit"))]
    ).unique()
    on_list = valid.select("source", "person")
    if whole is not None:
        # A department's list is meant to hold everybody, however short a part of it came.
        is_sparse = pl.col("is_sparse") & ~pl.col("source").is_in(whole.departments["source"].implode())
        listed = _list_bits(whole.lists, whole.n_people, weights).with_columns(is_sparse)
        bits = min(whole.number_bits, weights.most_number)
        return Population(whole.n_people, people, facts, on_list, bits, listed, whole.bearers)
    n_people = people.height
    lists = on_list.group_by("source").agg(pl.len().alias("n"), pl.col("person").n_unique().alias("n_people"))
    bits = min(number_bits(people["key"], n_people), weights.most_number)
    return Population(n_people, people, facts, on_list, bits, _list_bits(lists, n_people, weights))


def _list_bits(lists: pl.DataFrame, n_people: int, weights: Weights) -> pl.DataFrame:
    """source, same_list, absent_list, is_sparse.

    Args:
        lists: source, n, n_people.
        n_people: all people.
        weights: the weights.
    """
    return lists.select(
        "source",
        ((pl.col("n") - pl.col("n_people")) / pl.col("n"))
        .clip(2.0**weights.least_same_list, 1.0)
        .log(2)
        .alias("same_list"),
        (1 - pl.col("n_people") / max(n_people, 1))
        .clip(2.0**-weights.most_absent, 1.0)
        .log(2)
        .neg()
        .alias("absent_list"),
        (pl.col("n_people") < SPARSE * n_people).alias("is_sparse"),
    )


def _with_new(known: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """The rows known, and behind them those of `more` that are not among them; each once."""
    touched = known.join(more.select("person").unique(), on="person", how="semi")
    return pl.concat([known, more.unique().join(touched, on=more.columns, how="anti")])


def _values(valid: pl.DataFrame, seen: pl.DataFrame, column: str) -> pl.DataFrame:
    """Person and value, each pair once.

    Most people have one value: only the others are looked at row by row.
    """
    one = seen.filter(pl.col(column) == pl.col(f"{column}_max")).select("person", column)
    several = seen.filter(pl.col(column) != pl.col(f"{column}_max")).select("person")
    rows = valid.select("person", column).join(several, on="person", how="semi")
    return pl.concat([one, rows.drop_nulls().unique()])


def number_bits(keys: pl.Series, n_people: int) -> float:
    """How seldom two people share the first 15 digits: the weight of a number with one error.

    Args:
        keys: the whole numbers, each once.
        n_people: how many people there are.
    """
    prefix = pl.DataFrame({"key": keys}).select(key_prefix(pl.col("key")).alias("prefix"))
    sharing = prefix["prefix"].drop_nulls().sort().rle().struct.field("len").cast(pl.Float64)
    pairs = float((sharing * (sharing - 1)).sum())
    return -math.log2(max(pairs / max(n_people, 2) ** 2, _LEAST_CHANCE))
