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
from assets.identity.rows import LIST_OF, LISTS_ORDER, ROSTER, Rows, is_named

# Lists are counted on one person in so many where there are more people than this.
_COUNTED, _ONE_IN = 200_000, 64
FACTS = {"birth_on": pl.Date, "sex": pl.String, "card_no": pl.String, "work_began_on": pl.Date}
BEGAN_LISTS = (ROSTER, "finance__person", "personnel__staff")
BODIES = ("unit_id", "least_unit", "last_unit")
"""Under which a person stands: most have one."""
_AT_ONCE = 4_000_000
"""People whose names are folded together."""


@dataclass(frozen=True)
class Leftover:
    """What the engine is asked.

    rows: what it is asked about, see `rows.narrow`. records: the same, near: see `engine.resolve`. whole:
    what all rows say.
    """

    rows: pl.DataFrame
    records: pl.DataFrame
    near: pl.DataFrame
    whole: Whole


def leftover(
    rows: Rows,
    persons: pl.DataFrame,
    otherwise_named: pl.DataFrame,
    papers: pl.DataFrame,
    facts: Mapping[str, pl.LazyFrame],
    also: pl.DataFrame,
    wider: pl.DataFrame,
) -> Leftover:
    """Choose the rows that the engine must see, and count the others.

    Args:
        rows: all rows.
        persons: see `persons.persons_of`.
        otherwise_named: see `differing`, of all rows.
        papers: see `rows.papers_of`.
        facts: table key → row_uid and any of `FACTS` and `is_authority`.
        also: key: numbers to be looked at whatever their rows say (号码更正, judgements).
        wider: unit_id, wider: bodies that are paid under another.
    """
    damaged = rows.damaged().join(papers, on="row_uid", how="left")
    wider = wider.select(pl.col("unit_id", "wider").cast(rows.kinds["unit_id"], strict=False)).drop_nulls()
    people = _people(persons)
    asked = _asked(damaged, otherwise_named, people, facts)
    near = _near(damaged, people)
    holders = _holders(asked, rows, facts)
    namesakes = _namesakes(asked, people)
    keys = pl.concat(
        [
            otherwise_named.select("key"),
            also.select("key"),
            near.select("key"),
            holders.select("key"),
            _by_prefix(damaged, people),
            _by_name(asked, people, namesakes, wider),
            _by_birth(asked, people),
            _colleagues(asked, people),
            _two_numbers(people),
            _two_papers(people),
        ]
    ).unique()
    known, lists = _known(rows, keys, persons.height)
    seen = pl.concat([known, damaged.drop("id_no")])
    records = _with_facts(seen.with_columns(pl.col("table", "unit_id", "id_class").cast(pl.String)), facts)
    foreign = records.select("row_uid").join(papers, on="row_uid", how="left", maintain_order="left")["id_no"]
    records = records.with_columns(
        pl.coalesce(foreign, key_text(pl.col("key"))).alias("id_no"),
        # A name that is masked under a whole number says nothing.
        pl.when(is_named() | pl.col("key").is_null()).then("name").alias("name"),
    )
    bearers = {
        "fold_no": namesakes,
        "birth": _born(records, people),
        "unit": _people_of_units(people, wider),
        "card": holders.group_by("card_no").len("n").select(pl.col("card_no").hash().alias("card"), "n"),
        "hired": _people_by_beginning(records, facts),
    }
    return Leftover(seen, records, near, _whole(people, bearers, lists, wider))


def differing(rows: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """row_uid, table, key, name, unit_id of rows with another name than their number's.

    Args:
        rows: all rows of some persons, see `rows.narrow`.
        persons: these persons.
    """
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
    lists = pl.sum_horizontal(pl.col(f"on_{name}").cast(pl.Int8) for name in LISTS_ORDER[:4])
    people = []
    for some in persons.iter_slices(_AT_ONCE):
        names = some.select(pl.col("name").drop_nulls().unique())
        folded = names.select("name", fold_key(pl.col("name")).hash().alias("fold_no"))
        told = some.select(
            "key",
            "name",
            key_birth(pl.col("key")).alias("birth"),
            *BODIES,
            (lists == 1).alias("is_single"),
        )
        people.append(told.join(folded, on="name", how="left", maintain_order="left"))
    return pl.concat(people)


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


def _matching(people: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """Key and the columns of `wanted` of the people who stand under a body and have a value beside it.

    Args:
        people: see `_people`; there may be sixty million, of whom no copy is made.
        wanted: unit_id, and fold_no, birth or surname.
    """
    surname = pl.col("name").str.head(1).alias("surname")
    values = [surname if name == "surname" else pl.col(name) for name in wanted.columns if name != "unit_id"]
    found = [
        people.lazy()
        .select("key", pl.col(column).alias("unit_id"), *values)
        .join(wanted.lazy(), on=wanted.columns, how="semi")
        .collect(engine="streaming")
        for column in BODIES
    ]
    return pl.concat(found).unique()


def _having(people: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """Key of the people with one of some values."""
    return (
        people.lazy()
        .select("key", *wanted.columns)
        .join(wanted.lazy(), on=wanted.columns, how="semi")
        .select("key")
        .collect(engine="streaming")
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
    kept = people.lazy().select("key", key_prefix(pl.col("key")).alias("prefix"))
    return kept.join(cut.lazy(), on="prefix", how="semi").select("key").collect(engine="streaming")


def _namesakes(asked: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """fold_no, n: how many people bear the names asked about."""
    folds = asked.select("fold_no").drop_nulls().unique()
    borne = people.lazy().select("fold_no").join(folds.lazy(), on="fold_no", how="semi")
    return borne.group_by("fold_no").len("n").collect(engine="streaming")


def _by_name(
    asked: pl.DataFrame, people: pl.DataFrame, namesakes: pl.DataFrame, wider: pl.DataFrame
) -> pl.DataFrame:
    """Namesakes: all where few, else of the same body or birth; for another name also the placeless."""
    named = asked.filter(pl.col("fold_no").is_not_null())
    here = named.select("fold_no", "unit_id").drop_nulls().unique()
    under = here.join(wider, left_on="unit_id", right_on="wider").select(
        "fold_no", pl.col("unit_id_right").alias("unit_id")
    )
    others = named.filter("is_other").select("fold_no").unique()
    placeless = people.lazy().filter(pl.col("least_unit").is_null()).select("key", "fold_no")
    return pl.concat(
        [
            _having(people, namesakes.filter(pl.col("n") <= MOST_NAMESAKES).select("fold_no")),
            _matching(people, pl.concat([here, under]).unique()).select("key"),
            _having(people, named.select("fold_no", "birth").drop_nulls().unique()),
            placeless.join(others.lazy(), on="fold_no", how="semi").select("key").collect(engine="streaming"),
        ]
    )


def _by_birth(asked: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """People of a damaged row's body and birth, whatever their name."""
    pairs = asked.filter("is_damaged").select("birth", "unit_id").drop_nulls().unique()
    return _matching(people, pairs).select("key")


def _holders(asked: pl.DataFrame, rows: Rows, facts: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
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
    whose = rows.keyed(held.select("row_uid").unique())
    return held.join(whose, on="row_uid").select("card_no", "key").unique()


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
    return _matching(people, pairs).select("key")


def _two_numbers(people: pl.DataFrame) -> pl.DataFrame:
    """Namesakes in one body of whom one is known to a single department."""
    return _two_in_one_place(people, pl.col("is_single"))


def _two_papers(people: pl.DataFrame) -> pl.DataFrame:
    """People of another paper, and their namesakes in the same body."""
    return _two_in_one_place(people, pl.col("key") < 0)


def _two_in_one_place(people: pl.DataFrame, of_one: pl.Expr) -> pl.DataFrame:
    """Key of namesakes in one body, of whom one at least is of a kind."""
    place = ["fold_no", "unit_id"]
    places = pl.concat(
        people.lazy()
        .filter(of_one & pl.col("fold_no").is_not_null())
        .select("fold_no", pl.col(column).alias("unit_id"))
        .drop_nulls()
        for column in BODIES
    )
    there = _matching(people, places.unique().collect(engine="streaming"))
    return there.filter(pl.len().over(place) > 1).select("key")


def _known(rows: Rows, keys: pl.DataFrame, n_people: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All rows of some numbers; and source, n, n_people: how many rows and people stand on each table.

    The tables are counted on a part of many people.
    """
    one_in = _ONE_IN if n_people > _COUNTED else 1
    known, counted = [], []
    for part in rows.parts():
        there = part.lazy().filter(pl.col("key").is_not_null())
        known.append(there.join(keys.lazy(), on="key", how="semi").collect())
        counted.append(
            there.filter(pl.col("key") % one_in == 0)
            .group_by("table")
            .agg(pl.len().alias("n"), pl.col("key").n_unique().alias("n_people"))
            .collect()
        )
    sums = pl.concat(counted).group_by("table").agg(pl.col("n", "n_people").sum())
    return pl.concat(known), sums.select(
        pl.col("table").cast(pl.String).hash().alias("source"),
        pl.col("n") * one_in,
        pl.col("n_people") * one_in,
    )


def _whole(
    people: pl.DataFrame, bearers: Mapping[str, pl.DataFrame], lists: pl.DataFrame, wider: pl.DataFrame
) -> Whole:
    """What all rows say of the values asked about."""
    departments = pl.DataFrame(
        [(table, name) for table, name in LIST_OF.items() if name in LISTS_ORDER[:4]],
        schema={"source": pl.String, "department": pl.String},
        orient="row",
    )
    return Whole(
        people.height,
        bearers,
        lists,
        number_bits(people["key"], people.height),
        wider.select(_hash_of("unit_id").alias("unit"), _hash_of("wider").alias("wider")).unique(),
        departments.with_columns(pl.col("source").hash()),
    )


def _born(records: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """birth, n: how many people were born on a day asked about."""
    births = records.select(pl.col("birth_on").cast(pl.Int32).alias("birth")).drop_nulls().unique()
    born = people.lazy().select("birth").join(births.lazy(), on="birth", how="semi")
    return born.group_by("birth").len("n").collect(engine="streaming")


def _people_of_units(people: pl.DataFrame, wider: pl.DataFrame) -> pl.DataFrame:
    """unit, n: how many people stand under a body, those of its wider bodies included."""
    home, least, last = (pl.col(column) for column in BODIES)
    others = (
        (home, pl.lit(value=True)),
        (least, least.ne_missing(home)),
        (last, (last != least) & last.ne_missing(home)),
    )
    counted = [
        people.lazy()
        .filter(only)
        .select(unit.alias("unit_id"))
        .drop_nulls()
        .group_by("unit_id")
        .len("n")
        .collect(engine="streaming")
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
