"""Who is who, first step: by ID number, and by name within a unit for rows whose number is damaged.

Persons are the distinct valid numbers (15 digits upgraded) and foreign documents. A row whose number is
not valid is attached (ML6) to the one person of the same name in the same unit whom its table does not
have yet; else it stays a person of its own. Nothing is ever merged on a name alone, and the result does
not depend on the order of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from rapidfuzz.distance import OSA

from assets.values.names import fold_name

VALID = ("V18", "V15")
DAMAGED = ("S18", "T18", "E18", "L17", "L19", "D8", "NONE")
# Whose name counts first for a number (domain §4.5): 公安, then the personnel files, then 编办, then 财政.
NAME_AUTHORITY = (
    "police__verification",
    "police__residency",
    "organisation__cadre",
    "personnel__staff",
    "establishment__roster",
    "finance__person",
    "finance__payroll",
)
LISTS = {
    "establishment": ("establishment__roster",),
    "organisation": ("organisation__cadre",),
    "personnel": ("personnel__staff",),
    "finance": ("finance__person", "finance__payroll"),
    "police": ("police__verification", "police__residency"),
}
ROSTER = "establishment__roster"
DIGITS_OF_BIRTH = slice(6, 14)
BIRTH_CLASH = 2
NEAR_NUMBER = 2


@dataclass(frozen=True)
class People:
    """Who stands behind the rows.

    persons: person key (`key`), id_no, id_class, name, unit_id, presence and the five `on_<department>`.
    rows: row_uid, table, key, match_level, score, evidence, is_name_conflict for every row of a person table.
    maybe: key, department: lists on which the person may stand through a damaged or conflicting row.
    conflicts: row_uid, other row's key: same name, unit and birth under another valid number.
    unattached: row_uid of damaged rows that stay persons of their own.
    """

    persons: pl.DataFrame
    rows: pl.DataFrame
    maybe: pl.DataFrame
    conflicts: pl.DataFrame
    unattached: pl.DataFrame


def person_key(id_no: pl.Expr, id_class: pl.Expr) -> pl.Expr:
    """An integer for a number: its first 17 digits (the 18th follows from them), negative for foreign papers.

    Null for a number that is not valid.
    """
    digits = pl.when(id_class.is_in(VALID)).then(id_no.str.slice(0, 17).cast(pl.Int64, strict=False))
    foreign = -(id_no.hash(seed=0) // 4).cast(pl.Int64) - 1
    return pl.when(id_class == "FOREIGN").then(foreign).otherwise(digits)


def records(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """All rows of all person tables, narrow.

    Args:
        tables: table key → row_uid, id_no, id_class, name, unit_id, birth_on (Date or null).
    """
    return pl.concat(
        frame.select(
            "row_uid",
            pl.lit(key, dtype=pl.String).alias("table"),
            "id_no",
            "id_class",
            "name",
            fold_name(pl.col("name")).alias("fold"),
            "unit_id",
            "birth_on",
            person_key(pl.col("id_no"), pl.col("id_class")).alias("key"),
        )
        for key, frame in sorted(tables.items())
    )


def resolve_people(tables: Mapping[str, pl.LazyFrame], former_names: pl.DataFrame) -> People:
    """Who stands behind each row of the month.

    Args:
        tables: see `records`.
        former_names: key, fold: names that 公安 gives as 曾用名 of a number.
    """
    rows = records(tables).collect(engine="streaming")
    valid = rows.filter(pl.col("key").is_not_null())
    damaged = rows.filter(pl.col("key").is_null())
    persons = _persons(valid)
    attached = _attach(damaged, valid, persons)
    levels = _levels(valid, persons, former_names)
    alone = damaged.join(attached, on="row_uid", how="anti").sort("row_uid")
    own = alone.select(
        "row_uid",
        "table",
        pl.lit(None, dtype=pl.Int64).alias("key"),
        pl.lit("ML0").alias("match_level"),
        pl.lit(0.0).alias("score"),
        pl.lit("号码无效，单独列示").alias("evidence"),
        pl.lit(False).alias("is_name_conflict"),
    )
    conflicts = _conflicts(valid, persons)
    maybe = pl.concat([_maybe_damaged(alone, valid, persons), _maybe_conflict(conflicts)]).unique().sort("key", "department")
    return People(
        persons,
        pl.concat([levels, attached, own]).sort("row_uid"),
        maybe,
        conflicts,
        alone.select("row_uid", "table", "fold", "name", "unit_id"),
    )


def _persons(valid: pl.DataFrame) -> pl.DataFrame:
    """One row a number: name by authority, unit by the roster, the five lists it stands on."""
    order = {key: rank for rank, key in enumerate(NAME_AUTHORITY)}
    rank = pl.col("table").replace_strict(order, default=len(order), return_dtype=pl.Int8)
    named = (
        valid.lazy()
        .with_columns(rank.alias("rank"))
        .filter(pl.col("name").is_not_null() & ~pl.col("name").str.contains("*", literal=True))
        .sort("rank", "row_uid")
        .group_by("key", maintain_order=True)
        .agg(pl.col("name", "fold").first())
    )
    seen = valid.lazy().group_by("key").agg(
        pl.col("id_no").first(),
        pl.col("id_class").min(),
        pl.col("unit_id").filter(pl.col("table") == ROSTER).min().alias("unit_id"),
        *(pl.col("table").is_in(keys).any().alias(f"on_{name}") for name, keys in LISTS.items()),
    )
    presence = pl.concat_str(pl.col(f"on_{name}").cast(pl.Int8).cast(pl.String) for name in LISTS_ORDER)
    persons = (
        seen.join(named, on="key", how="left")
        .with_columns(presence.alias("presence"))
        .sort("key")
        .collect(engine="streaming")
    )
    return (
        persons.join(_chosen_homes(valid), on="key", how="left", maintain_order="left")
        .with_columns(pl.coalesce("chosen", "unit_id").alias("unit_id"))
        .drop("chosen")
    )


def _chosen_homes(valid: pl.DataFrame) -> pl.DataFrame:
    """For people on the rosters of several bodies: the body that most of their records name."""
    homes = valid.filter(pl.col("table") == ROSTER).select("key", "unit_id").drop_nulls().unique()
    several = homes.filter(pl.len().over("key") > 1)
    votes = valid.join(several, on=["key", "unit_id"], how="semi").group_by("key", "unit_id").len()
    return (
        votes.sort("key", "len", "unit_id", descending=[False, True, False])
        .unique("key", keep="first", maintain_order=True)
        .select("key", pl.col("unit_id").alias("chosen"))
    )


LISTS_ORDER: Sequence[str] = ("establishment", "organisation", "personnel", "finance", "police")


def _levels(valid: pl.DataFrame, persons: pl.DataFrame, former_names: pl.DataFrame) -> pl.DataFrame:
    """The level of each row with a valid number: names are compared only where they differ."""
    known = former_names.select("key", "fold").unique().with_columns(pl.lit(True).alias("is_former"))
    named = valid.lazy().join(
        persons.lazy().select("key", pl.col("name").alias("person_name"), pl.col("fold").alias("person_fold")),
        on="key",
        how="left",
    )
    masked = pl.col("name").str.contains("*", literal=True)
    same = pl.col("name").is_null() | (pl.col("name") == pl.col("person_name")) | masked
    variant = pl.col("fold") == pl.col("person_fold")
    former = pl.col("is_former").fill_null(False)
    level = (
        pl.when(same).then(pl.lit("ML1")).when(variant).then(pl.lit("ML2")).when(former).then(pl.lit("ML1"))
    ).otherwise(pl.lit("ML4"))
    said = {"ML1": "号码一致，姓名一致", "ML2": "号码一致，姓名为繁简或异体", "ML4": "号码一致，姓名不同"}
    score = {"ML1": 1.0, "ML2": 0.98, "ML4": 0.5}
    return (
        named.join(known.lazy(), on=["key", "fold"], how="left")
        .with_columns(level.alias("match_level"))
        .select(
            "row_uid",
            "table",
            "key",
            "match_level",
            pl.col("match_level").replace_strict(score, return_dtype=pl.Float64).alias("score"),
            pl.col("match_level").replace_strict(said, return_dtype=pl.String).alias("evidence"),
            (pl.col("match_level") == "ML4").alias("is_name_conflict"),
        )
        .collect(engine="streaming")
    )


def _attach(damaged: pl.DataFrame, valid: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Damaged rows with the one namesake in their unit whom their table lacks; unique on both sides."""
    place = ["fold", "unit_id"]
    wanted = damaged.filter(pl.col("fold").is_not_null() & pl.col("unit_id").is_not_null())
    namesakes = valid.join(wanted.select(place).unique(), on=place, how="semi").select(*place, "key").unique()
    claimed = valid.join(namesakes.select("key").unique(), on="key", how="semi").select("table", "key").unique()
    pairs = (
        wanted.join(namesakes, on=place, suffix="_person")
        .join(claimed, left_on=["table", "key_person"], right_on=["table", "key"], how="anti")
        .join(persons.select("key", pl.col("id_no").alias("person_id_no")), left_on="key_person", right_on="key")
    )
    clash = [_births_clash(a, b) for a, b in pairs.select("id_no", "person_id_no").iter_rows()]
    pairs = pairs.filter(~pl.Series(clash, dtype=pl.Boolean))
    only = pairs.filter(
        (pl.len().over("row_uid") == 1) & (pl.len().over("table", "key_person") == 1)
    )
    return only.select(
        "row_uid",
        "table",
        pl.col("key_person").alias("key"),
        pl.lit("ML6").alias("match_level"),
        pl.lit(0.6).alias("score"),
        pl.lit("号码无效，同单位同姓名且唯一").alias("evidence"),
        pl.lit(False).alias("is_name_conflict"),
    )


def _births_clash(damaged: str | None, number: str) -> bool:
    """Whether the birth digits of a damaged 18-digit number speak against the person."""
    if damaged is None or len(damaged) != len(number) or not damaged[:17].isdigit():
        return False
    return OSA.distance(damaged[DIGITS_OF_BIRTH], number[DIGITS_OF_BIRTH]) > BIRTH_CLASH


def _conflicts(valid: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """ML5: same name and unit, another valid number with the same birth or almost the same digits.

    Only people whom a single department knows are looked at: a number that several departments confirm
    is not a slip of one of them.
    """
    lists = {key: name for name, keys in LISTS.items() for key in keys}
    single = persons.filter(pl.sum_horizontal(f"on_{name}" for name in LISTS_ORDER[:4]) == 1).select("key")
    located = valid.filter(pl.col("table").is_in(list(lists)) & pl.col("unit_id").is_not_null() & pl.col("fold").is_not_null())
    place = ["fold", "unit_id"]
    here = located.join(single, on="key", how="semi").with_columns(
        pl.col("table").replace_strict(lists, return_dtype=pl.String).alias("department")
    )
    there = located.join(here.select(place).unique(), on=place, how="semi").select(*place, "key").unique()
    pairs = here.join(there, on=place, suffix="_other").filter(pl.col("key") != pl.col("key_other"))
    if pairs.is_empty():
        return pairs.select("row_uid", "key", "key_other", "department")
    facts = persons.select(
        "key", pl.col("id_no").alias("number"), *(pl.col(f"on_{name}") for name in LISTS_ORDER)
    )
    pairs = pairs.join(facts, left_on="key_other", right_on="key").filter(
        ~pl.coalesce(
            pl.when(pl.col("department") == name).then(pl.col(f"on_{name}")) for name in LISTS_ORDER
        )
    )
    near = [
        a[DIGITS_OF_BIRTH] == b[DIGITS_OF_BIRTH] or OSA.distance(a, b) <= NEAR_NUMBER
        for a, b in pairs.select("id_no", "number").iter_rows()
    ]
    return pairs.filter(pl.Series(near, dtype=pl.Boolean)).select("row_uid", "key", "key_other", "department")


def _maybe_conflict(conflicts: pl.DataFrame) -> pl.DataFrame:
    """Both sides of a conflict may stand on each other's lists."""
    others = [
        conflicts.select(pl.col("key"), pl.lit(name).alias("department"))
        for name in LISTS_ORDER[:4]
    ]
    return pl.concat([conflicts.select(pl.col("key_other").alias("key"), "department"), *others])


def _maybe_damaged(alone: pl.DataFrame, valid: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Persons who may stand behind an unattached damaged row: same name, and unit or digits do not differ."""
    lists = {key: name for name, keys in LISTS.items() for key in keys}
    rows = alone.filter(pl.col("table").is_in(list(lists)) & pl.col("fold").is_not_null()).with_columns(
        pl.col("table").replace_strict(lists, return_dtype=pl.String).alias("department")
    )
    people = (
        valid.join(rows.select("fold").unique(), on="fold", how="semi")
        .select("fold", "key", pl.col("unit_id").alias("known_unit"))
        .unique()
        .join(persons.select("key", pl.col("id_no").alias("number")), on="key")
    )
    pairs = rows.drop("key").join(people, on="fold")
    fits = [
        unit is None or unit == known or (damaged is not None and OSA.distance(damaged, number) <= BIRTH_CLASH * 2)
        for unit, known, damaged, number in pairs.select("unit_id", "known_unit", "id_no", "number").iter_rows()
    ]
    return pairs.filter(pl.Series(fits, dtype=pl.Boolean)).select("key", "department").unique()
