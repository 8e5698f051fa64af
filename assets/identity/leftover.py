"""What numbers alone do not settle, and all that is needed to settle it (`assets.identity.engine`).

A row without a whole number, or with a name other than its number's, is asked about. The engine gets these
rows, all rows of every person who may be meant, and what all people together say (how common a name is here):
so it decides as if it saw the whole month, while nearly all rows never come near it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from assets.identity.engine.candidates import MOST_NAMESAKES
from assets.identity.engine.model import Whole
from assets.identity.engine.numbers import key_birth, key_prefix, key_text, prefixes, repairs
from assets.identity.engine.population import number_bits
from assets.identity.engine.reading import spell_names
from assets.identity.names import fold_key
from assets.identity.rows import LIST_OF, LISTS_ORDER, ROSTER, is_named

# Lists are counted on one person in so many where there are more people than this.
_COUNTED, _ONE_IN = 200_000, 64
FACTS = {"birth_on": pl.Date, "sex": pl.String, "card_no": pl.String, "work_began_on": pl.Date}
BEGAN_LISTS = (ROSTER, "finance__person", "personnel__staff")


@dataclass(frozen=True)
class Leftover:
    """What the engine is asked.

    records, near: see `engine.resolve`. whole: what all rows say.
    """

    records: pl.DataFrame
    near: pl.DataFrame
    whole: Whole


def leftover(
    rows: pl.DataFrame,
    persons: pl.DataFrame,
    papers: pl.DataFrame,
    facts: Mapping[str, pl.LazyFrame],
    also: pl.DataFrame,
    wider: pl.DataFrame,
) -> Leftover:
    """Choose the rows that the engine must see, and count the others.

    Args:
        rows: see `rows.records`.
        persons: see `persons.persons_of`.
        papers: see `rows.papers_of`.
        facts: table key → row_uid and any of `FACTS` and `is_authority`.
        also: key: numbers to be looked at whatever their rows say (号码更正, judgements).
        wider: unit_id, wider: bodies that are paid under another.
    """
    damaged = rows.lazy().filter(pl.col("key").is_null()).collect().join(papers, on="row_uid", how="left")
    bodies = persons.schema["least_unit"]
    wider = wider.select(pl.col("unit_id", "wider").cast(bodies, strict=False)).drop_nulls()
    differing = _differing(rows, persons)
    people = _people(persons)
    asked = _asked(damaged, differing, people, facts)
    near = _near(damaged, people)
    keys = pl.concat(
        [
            differing.select("key"),
            also.select("key"),
            near.select("key"),
            _by_prefix(damaged, people),
            _by_name(asked, people, wider),
            _by_birth(asked, people),
            _by_card(asked, rows, facts),
            _colleagues(asked, people),
            _two_numbers(people),
            _two_papers(people),
        ]
    ).unique()
    known = rows.lazy().filter(pl.col("key").is_not_null()).join(keys.lazy(), on="key", how="semi").collect()
    records = pl.concat([known.with_columns(pl.lit(None, dtype=pl.String).alias("id_no")), damaged])
    records = _with_facts(records.with_columns(pl.col("table", "unit_id", "id_class").cast(pl.String)), facts)
    foreign = records.select("row_uid").join(papers, on="row_uid", how="left", maintain_order="left")["id_no"]
    records = records.with_columns(
        pl.coalesce(foreign, key_text(pl.col("key"))).alias("id_no"),
        # A name that is masked under a whole number says nothing.
        pl.when(is_named() | pl.col("key").is_null()).then("name").alias("name"),
    )
    return Leftover(records, near, _whole(rows, people, asked, records, facts, wider))


def _differing(rows: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """row_uid, table, key, name, unit_id of rows with another name than their number's."""
    return (
        rows.lazy()
        .filter(pl.col("key").is_not_null() & is_named())
        .select("row_uid", "table", "key", "name", "unit_id")
        .join(persons.lazy().select("key", pl.col("name").alias("person_name")), on="key", how="left")
        .filter(pl.col("name").ne_missing(pl.col("person_name")))
        .drop("person_name")
        .collect(engine="streaming")
    )


def _people(persons: pl.DataFrame) -> pl.DataFrame:
    """key, name, fold_no, birth, a person's bodies, and whether one department alone knows him."""
    names = persons.select(pl.col("name").drop_nulls().unique())
    folded = names.select("name", fold_key(pl.col("name")).hash().alias("fold_no"))
    lists = pl.sum_horizontal(pl.col(f"on_{name}").cast(pl.Int8) for name in LISTS_ORDER[:4])
    return persons.select(
        "key",
        "name",
        key_birth(pl.col("key")).alias("birth"),
        pl.col("unit_id").cast(persons.schema["least_unit"]),
        "least_unit",
        "last_unit",
        (lists == 1).alias("is_single"),
    ).join(folded, on="name", how="left", maintain_order="left")


def _asked(
    damaged: pl.DataFrame, differing: pl.DataFrame, people: pl.DataFrame, facts: Mapping[str, pl.LazyFrame]
) -> pl.DataFrame:
    """Rows asked about: row_uid, name, fold_no, unit_id, birth, card_no, hired, is_damaged, is_other."""
    folds = people.select("key", pl.col("fold_no").alias("person_fold"))
    rows = pl.concat(
        [
            damaged.select("row_uid", "table", "key", "name", "unit_id").with_columns(
                pl.lit(True).alias("is_damaged")
            ),
            differing.with_columns(pl.lit(False).alias("is_damaged")),
        ]
    )
    spelled = spell_names(rows["name"]).select(pl.col("given").alias("name"), "fold_no")
    return (
        _with_facts(rows.with_columns(pl.col("table").cast(pl.String)), facts)
        .join(spelled, on="name", how="left", nulls_equal=True)
        .join(folds, on="key", how="left")
        .select(
            "row_uid",
            "name",
            "fold_no",
            "unit_id",
            pl.col("birth_on").cast(pl.Int32).alias("birth"),
            "card_no",
            pl.col("hired_on").cast(pl.Int32).alias("hired"),
            "is_damaged",
            (~pl.col("is_damaged") & pl.col("fold_no").ne_missing(pl.col("person_fold"))).alias("is_other"),
        )
    )


def _with_facts(rows: pl.DataFrame, facts: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """The rows with birth_on, sex, card_no, hired_on, is_authority, as their tables give them."""
    wanted = {**FACTS, "is_authority": pl.Boolean}
    parts = [pl.DataFrame(schema={"row_uid": pl.Int64, **wanted})]
    for (table,), some in rows.select("row_uid", "table").group_by("table"):
        if str(table) in facts:
            said = facts[str(table)].join(some.select("row_uid").lazy(), on="row_uid", how="semi")
            parts.append(said.collect(engine="streaming"))
    told = pl.concat(parts, how="diagonal_relaxed")
    return rows.join(told, on="row_uid", how="left", maintain_order="left").rename(
        {"work_began_on": "hired_on"}
    )


def _homes(people: pl.DataFrame) -> pl.DataFrame:
    """key, unit_id: the bodies under which people stand."""
    return (
        pl.concat(
            people.select("key", pl.col(column).alias("unit_id"))
            for column in ("unit_id", "least_unit", "last_unit")
        )
        .drop_nulls()
        .unique()
    )


def _numbered(damaged: pl.DataFrame) -> pl.DataFrame:
    return damaged.filter(pl.col("id_no").is_not_null()).select(
        pl.col("row_uid").alias("row"), pl.col("id_no").alias("id_text"), pl.col("id_class").cast(pl.String)
    )


def _near(damaged: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """row_uid, key: the numbers one error away from a damaged one."""
    return repairs(_numbered(damaged), people.select("key")).select(pl.col("row").alias("row_uid"), "key")


def _by_prefix(damaged: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Numbers of which a damaged one has kept the first 15 digits."""
    cut = prefixes(_numbered(damaged)).select("prefix").unique()
    kept = people.select("key", key_prefix(pl.col("key")).alias("prefix")).join(cut, on="prefix", how="semi")
    return kept.select("key")


def _by_name(asked: pl.DataFrame, people: pl.DataFrame, wider: pl.DataFrame) -> pl.DataFrame:
    """Namesakes: all where few, else of the same body or birth; for another name also the placeless."""
    named = asked.filter(pl.col("fold_no").is_not_null())
    namesakes = people.join(named.select("fold_no").unique(), on="fold_no", how="semi")
    rare = namesakes.filter(pl.len().over("fold_no") <= MOST_NAMESAKES)
    homes = _homes(namesakes).join(namesakes.select("key", "fold_no"), on="key")
    homes = pl.concat(
        [homes, homes.join(wider, on="unit_id").select("key", pl.col("wider").alias("unit_id"), "fold_no")]
    )
    here = homes.join(named.select("fold_no", "unit_id").unique(), on=["fold_no", "unit_id"], how="semi")
    born = namesakes.join(named.select("fold_no", "birth").unique(), on=["fold_no", "birth"], how="semi")
    others = named.filter("is_other").select("fold_no").unique()
    placeless = namesakes.filter(pl.col("least_unit").is_null()).join(others, on="fold_no", how="semi")
    return pl.concat([one.select("key") for one in (rare, here, born, placeless)])


def _by_birth(asked: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """People of a damaged row's body and birth, whatever their name."""
    pairs = asked.filter("is_damaged").select("birth", "unit_id").drop_nulls().unique()
    born = people.join(pairs.select("birth").unique(), on="birth", how="semi")
    homes = _homes(born).join(born.select("key", "birth"), on="key")
    return homes.join(pairs, on=["birth", "unit_id"], how="semi").select("key")


def _by_card(asked: pl.DataFrame, rows: pl.DataFrame, facts: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """Holders of the bank accounts asked about."""
    return _holders(asked, rows, facts).select("key")


def _holders(asked: pl.DataFrame, rows: pl.DataFrame, facts: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """card_no, key of the accounts asked about."""
    cards = asked.select(pl.col("card_no").drop_nulls().unique())
    parts = [
        frame.select("row_uid", "card_no").join(cards.lazy(), on="card_no", how="semi")
        for _, frame in sorted(facts.items())
        if "card_no" in frame.collect_schema().names()
    ]
    if cards.is_empty() or not parts:
        return pl.DataFrame(schema={"card_no": pl.String, "key": pl.Int64})
    held = pl.concat(parts).collect(engine="streaming")
    mine = rows.lazy().select("row_uid", "key").join(held.lazy(), on="row_uid")
    return mine.select("card_no", "key").drop_nulls().unique().collect()


def _colleagues(asked: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """People of the same body and surname as a row of another name than its number's: it may be theirs."""
    pairs = (
        asked.filter("is_other")
        .select("unit_id", pl.col("name").str.head(1).alias("surname"))
        .drop_nulls()
        .unique()
    )
    if pairs.is_empty():
        return people.select("key").clear()
    surnamed = people.with_columns(pl.col("name").str.head(1).alias("surname")).join(
        pairs.select("surname").unique(), on="surname", how="semi"
    )
    homes = _homes(surnamed).join(surnamed.select("key", "surname"), on="key")
    return homes.join(pairs, on=["unit_id", "surname"], how="semi").select("key")


def _two_numbers(people: pl.DataFrame) -> pl.DataFrame:
    """Namesakes in one body of whom one is known to a single department."""
    single = people.filter(pl.col("is_single") & pl.col("fold_no").is_not_null())
    namesakes = people.join(single.select("fold_no").unique(), on="fold_no", how="semi")
    namesakes = namesakes.filter(pl.col("fold_no").is_duplicated())
    homes = _homes(namesakes).join(namesakes.select("key", "fold_no", "is_single"), on="key")
    place = ["fold_no", "unit_id"]
    return homes.filter((pl.len().over(place) > 1) & pl.col("is_single").any().over(place)).select("key")


def _two_papers(people: pl.DataFrame) -> pl.DataFrame:
    """People of another paper, and their namesakes in the same body."""
    papers = people.filter((pl.col("key") < 0) & pl.col("fold_no").is_not_null())
    namesakes = people.join(papers.select("fold_no").unique(), on="fold_no", how="semi")
    homes = _homes(namesakes).join(namesakes.select("key", "fold_no"), on="key")
    place = ["fold_no", "unit_id"]
    return homes.filter((pl.len().over(place) > 1) & (pl.col("key") < 0).any().over(place)).select("key")


def _whole(
    rows: pl.DataFrame,
    people: pl.DataFrame,
    asked: pl.DataFrame,
    records: pl.DataFrame,
    facts: Mapping[str, pl.LazyFrame],
    wider: pl.DataFrame,
) -> Whole:
    """What all rows say of the values asked about."""
    folds = asked.select("fold_no").drop_nulls().unique()
    births = records.select(pl.col("birth_on").cast(pl.Int32).alias("birth")).drop_nulls().unique()
    cards = _holders(asked, rows, facts).group_by("card_no").len("n")
    departments = pl.DataFrame(
        [(table, name) for table, name in LIST_OF.items() if name in LISTS_ORDER[:4]],
        schema={"source": pl.String, "department": pl.String},
        orient="row",
    )
    return Whole(
        people.height,
        {
            "fold_no": people.join(folds, on="fold_no", how="semi").group_by("fold_no").len("n"),
            "birth": people.join(births, on="birth", how="semi").group_by("birth").len("n"),
            "unit": _people_of_units(people, wider),
            "card": cards.select(pl.col("card_no").hash().alias("card"), "n"),
            "hired": _people_by_beginning(records, facts),
        },
        _lists(rows, people.height),
        number_bits(people["key"], people.height),
        wider.select(_hash_of("unit_id").alias("unit"), _hash_of("wider").alias("wider")).unique(),
        departments.with_columns(pl.col("source").hash()),
    )


def _people_of_units(people: pl.DataFrame, wider: pl.DataFrame) -> pl.DataFrame:
    """unit, n: how many people stand under a body, those of its wider bodies included."""
    home, least, last = (pl.col(column) for column in ("unit_id", "least_unit", "last_unit"))
    everybody = pl.lit(value=True)
    others = (
        (home, everybody),
        (least, least.ne_missing(home)),
        (last, (last != least) & last.ne_missing(home)),
    )
    counted = [
        people.filter(only).select(unit.alias("unit_id")).drop_nulls().group_by("unit_id").len("n")
        for unit, only in others
    ]
    own = pl.concat(counted).group_by("unit_id").agg(pl.col("n").sum())
    above = own.join(wider, on="unit_id").select(pl.col("wider").alias("unit_id"), "n")
    known = pl.concat([own, above]).group_by("unit_id").agg(pl.col("n").sum())
    return known.select(_hash_of("unit_id").alias("unit"), "n")


def _hash_of(unit: str) -> pl.Expr:
    """A body as the engine's records have it."""
    return pl.col(unit).cast(pl.String).hash()


def _people_by_beginning(records: pl.DataFrame, facts: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """hired, n: how many people began on a day, by the fullest list that says so."""
    days = records.select(pl.col("hired_on").drop_nulls().unique().alias("work_began_on"))
    for table in BEGAN_LISTS:
        if table in facts and "work_began_on" in facts[table].collect_schema().names():
            found = (
                facts[table]
                .join(days.lazy(), on="work_began_on", how="semi")
                .group_by("work_began_on")
                .len("n")
                .collect(engine="streaming")
            )
            if found.height:
                return found.select(pl.col("work_began_on").cast(pl.Int32).alias("hired"), "n")
    return pl.DataFrame(schema={"hired": pl.Int32, "n": pl.UInt32})


def _lists(rows: pl.DataFrame, n_people: int) -> pl.DataFrame:
    """source, n, n_people: how many rows and people stand on a table; counted on a part of many people."""
    one_in = _ONE_IN if n_people > _COUNTED else 1
    counted = (
        rows.lazy()
        .filter(pl.col("key").is_not_null() & (pl.col("key") % one_in == 0))
        .group_by("table")
        .agg(pl.len().alias("n"), pl.col("key").n_unique().alias("n_people"))
        .collect()
    )
    return counted.select(
        pl.col("table").cast(pl.String).hash().alias("source"),
        pl.col("n") * one_in,
        pl.col("n_people") * one_in,
    )
