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

from assets.values.ids import check_char
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
LEAST_DIGITS = 15
CUT = "000"


LEVELS = ("ML0", "ML1", "ML2", "ML4", "ML5", "ML6")
CLASSES = ("D8", "E18", "FOREIGN", "L17", "L19", "NONE", "S18", "T18", "V15", "V18")
# What is said of a row's level, and its score; a row in doubt between two persons (ML5) keeps what it had.
SAID = {
    "ML0": ("号码无效，单独列示", 0.0),
    "ML1": ("号码一致，姓名一致", 1.0),
    "ML2": ("号码一致，姓名为繁简或异体", 0.98),
    "ML4": ("号码一致，姓名不同", 0.5),
    "ML6": ("号码无效，同单位同姓名且唯一", 0.6),
}
LEVEL = pl.Enum(LEVELS)
_PLACE_BITS, _HASH_BITS = 34, 25


@dataclass(frozen=True)
class People:
    """Who stands behind the rows.

    persons: person key (`key`, ascending), id_no, id_class, name, unit_id, presence and the five
        `on_<department>`.
    rows: row_uid, table, key (null: a person of its own), match_level for every row of a person table; in
        the order of the tables' names, then of row_uid.
    maybe: key, department: lists on which the person may stand through a damaged or conflicting row.
    conflicts: row_uid, other row's key: same name, unit and birth under another valid number.
    unattached: row_uid of damaged rows that stay persons of their own.
    open_rows: row_uid, table of the rows whose person does not follow from a valid number.
    """

    persons: pl.DataFrame
    rows: pl.DataFrame
    maybe: pl.DataFrame
    conflicts: pl.DataFrame
    unattached: pl.DataFrame
    open_rows: pl.DataFrame


def person_key(id_no: pl.Expr, id_class: pl.Expr) -> pl.Expr:
    """An integer for a number: its first 17 digits (the 18th follows from them), negative for foreign papers.

    Null for a number that is not valid.
    """
    digits = pl.when(id_class.is_in(VALID)).then(id_no.str.slice(0, 17).cast(pl.Int64, strict=False))
    foreign = -(id_no.hash(seed=0) // 4).cast(pl.Int64) - 1
    return pl.when(id_class == "FOREIGN").then(foreign).otherwise(digits)


def number_of(key: pl.Expr) -> pl.Expr:
    """The 18 characters of a key that is a number; null for foreign papers."""
    digits = pl.when(key >= 0).then(key.cast(pl.String).str.zfill(17))
    return digits + check_char(digits)


def records(tables: Mapping[str, pl.LazyFrame], units: Sequence[str]) -> pl.DataFrame:
    """All rows of all person tables, narrow: numbers instead of texts but for the name.

    Args:
        tables: table key → row_uid, id_no, id_class, name, unit_id; rows in the order of row_uid.
        units: every unit_id that occurs.
    """
    keys, unit_ids = pl.Enum(sorted(tables)), pl.Enum(sorted(units))
    return pl.concat(
        frame.select(
            "row_uid",
            pl.lit(key, dtype=keys).alias("table"),
            pl.col("id_class").cast(pl.Enum(CLASSES)),
            "name",
            pl.col("unit_id").cast(unit_ids),
            person_key(pl.col("id_no"), pl.col("id_class")).alias("key"),
        ).collect(engine="streaming")
        for key, frame in sorted(tables.items())
    )


def resolve_people(
    tables: Mapping[str, pl.LazyFrame], former_names: pl.DataFrame, units: Sequence[str]
) -> People:
    """Who stands behind each row of the month.

    Args:
        tables: see `records`.
        former_names: key, fold: names that 公安 gives as 曾用名 of a number.
        units: every unit_id that occurs.
    """
    rows = records(tables, units)
    papers = _papers(tables)
    valid = rows.filter(pl.col("key").is_not_null())
    damaged = (
        rows.filter(pl.col("key").is_null())
        .join(papers, on="row_uid", how="left")
        .with_columns(fold_name(pl.col("name")).alias("fold"))
    )
    persons = _persons(rows, papers)
    namesakes = _namesakes(valid, damaged)
    attached = _attach(damaged, namesakes, valid, persons)
    alone = damaged.join(attached, on="row_uid", how="anti").sort("row_uid")
    conflicts = _conflicts(valid, persons)
    maybe = pl.concat(
        [
            _maybe_damaged(alone, namesakes, persons),
            _maybe_near(alone, valid, persons),
            _maybe_conflict(conflicts),
        ]
    )
    return People(
        persons,
        _levels(rows, persons, attached, former_names),
        maybe.unique().sort("key", "department"),
        conflicts,
        alone.select(
            "row_uid", pl.col("table").cast(pl.String), "fold", "name", pl.col("unit_id").cast(pl.String)
        ),
        damaged.select("row_uid", pl.col("table").cast(pl.String)),
    )


def _papers(tables: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """The number as delivered of every row whose key does not tell it."""
    odd = ~pl.col("id_class").is_in(VALID)
    parts = [frame.filter(odd).select("row_uid", "id_no") for _, frame in sorted(tables.items())]
    return pl.concat(parts).collect(engine="streaming")


def _persons(rows: pl.DataFrame, papers: pl.DataFrame) -> pl.DataFrame:
    """One row a number: name by authority, unit by the roster, the five lists it stands on."""
    seen = (
        rows.lazy()
        .filter(pl.col("key").is_not_null())
        .group_by("key")
        .agg(
            pl.col("id_class").min(),
            pl.col("unit_id").filter(_on_any(rows, (ROSTER,))).min().alias("unit_id"),
            *(_on_any(rows, keys).any().alias(f"on_{name}") for name, keys in LISTS.items()),
        )
        .collect(engine="streaming")
        .sort("key")
    )
    foreign = (
        rows.lazy()
        .filter(pl.col("key") < 0)
        .select("key", "row_uid")
        .join(papers.lazy(), on="row_uid")
        .group_by("key")
        .agg(pl.col("id_no").min())
        .collect()
    )
    presence = pl.concat_str(pl.col(f"on_{name}").cast(pl.Int8).cast(pl.String) for name in LISTS_ORDER)
    named = _names_by_authority(rows)
    return (
        seen.join(_chosen_homes(rows), on="key", how="left", maintain_order="left")
        .join(named, on="key", how="left", maintain_order="left")
        .join(foreign, on="key", how="left", maintain_order="left")
        .select(
            "key",
            pl.coalesce("id_no", number_of(pl.col("key"))).alias("id_no"),
            pl.col("id_class").cast(pl.String),
            pl.coalesce("chosen", "unit_id").cast(pl.String).alias("unit_id"),
            *(f"on_{name}" for name in LISTS),
            "name",
            fold_name(pl.col("name")).alias("fold"),
            presence.alias("presence"),
        )
    )


def _on_any(rows: pl.DataFrame, keys: Sequence[str]) -> pl.Expr:
    """Whether a row stands on one of these tables, of which some may not have been delivered."""
    return pl.col("table").is_in([key for key in keys if key in _tables(rows)])


def _tables(rows: pl.DataFrame) -> list[str]:
    kind = rows.schema["table"]
    return kind.categories.to_list() if isinstance(kind, pl.Enum) else []


def _is_named() -> pl.Expr:
    return pl.col("name").is_not_null() & ~pl.col("name").str.contains("*", literal=True)


def _names_by_authority(rows: pl.DataFrame) -> pl.DataFrame:
    """key, name: by the lists' authority; of several names on one list always the same, in whatever order.

    Rank, hash of the name and place of the row in one integer: the smallest decides, and says where the name
    stands. The tables without a rank of their own are asked last, and together.
    """
    known = [key for key in NAME_AUTHORITY if key in _tables(rows)]
    rank = pl.col("table").replace_strict(
        {key: place for place, key in enumerate(known)}, default=None, return_dtype=pl.Int64
    )
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    hashed = (pl.col("name").hash(seed=0) % 2**_HASH_BITS).cast(pl.Int64)
    ordered = (rank * 2**_HASH_BITS + hashed) * 2**_PLACE_BITS + place
    first = (
        rows.lazy()
        .select("key", pl.when(_is_named()).then(ordered).alias("place"))
        .filter(pl.col("key").is_not_null() & pl.col("place").is_not_null())
        .group_by("key")
        .agg(pl.col("place").min())
        .collect()
    )
    ranked = first.select("key", rows["name"].gather(first["place"] % 2**_PLACE_BITS).alias("name"))
    others = (
        rows.lazy()
        .filter(pl.col("key").is_not_null() & ~pl.col("table").is_in(known) & _is_named())
        .join(first.lazy().select("key"), on="key", how="anti")
        .group_by("key")
        .agg(pl.col("name").min())
        .collect()
    )
    return pl.concat([ranked, others])


def _chosen_homes(rows: pl.DataFrame) -> pl.DataFrame:
    """For people on the rosters of several bodies: the body that most of their records name."""
    homes = rows.filter((pl.col("table").cast(pl.String) == ROSTER) & pl.col("key").is_not_null()).select(
        "key", "unit_id"
    )
    several = homes.drop_nulls().unique().filter(pl.len().over("key") > 1)
    votes = rows.join(several, on=["key", "unit_id"], how="semi").group_by("key", "unit_id").len()
    return (
        votes.sort("key", "len", "unit_id", descending=[False, True, False])
        .unique("key", keep="first", maintain_order=True)
        .select("key", pl.col("unit_id").alias("chosen"))
    )


LISTS_ORDER: Sequence[str] = ("establishment", "organisation", "personnel", "finance", "police")


def _levels(
    rows: pl.DataFrame, persons: pl.DataFrame, attached: pl.DataFrame, former_names: pl.DataFrame
) -> pl.DataFrame:
    """The level of each row. Names are compared only where they differ."""
    differing = (
        rows.lazy()
        .filter(pl.col("key").is_not_null() & _is_named())
        .select("row_uid", "key", "name")
        .join(
            persons.lazy().select(
                "key", pl.col("name").alias("person_name"), pl.col("fold").alias("person_fold")
            ),
            on="key",
            how="left",
        )
        .filter(pl.col("name").ne_missing(pl.col("person_name")))
        .with_columns(fold_name(pl.col("name")).alias("fold"))
        .join(
            former_names.lazy().select("key", "fold").unique().with_columns(pl.lit(True).alias("is_former")),
            on=["key", "fold"],
            how="left",
        )
        .select(
            "row_uid",
            pl.when(pl.col("fold") == pl.col("person_fold"))
            .then(pl.lit("ML2"))
            .when(pl.col("is_former").fill_null(False))
            .then(pl.lit("ML1"))
            .otherwise(pl.lit("ML4"))
            .cast(LEVEL)
            .alias("level"),
            pl.lit(None, dtype=pl.Int64).alias("attached_to"),
        )
        .collect(engine="streaming")
    )
    linked = attached.select(
        "row_uid", pl.lit("ML6", dtype=LEVEL).alias("level"), pl.col("key").alias("attached_to")
    )
    usual = (
        pl.when(pl.col("key").is_null())
        .then(pl.lit("ML0", dtype=LEVEL))
        .otherwise(pl.lit("ML1", dtype=LEVEL))
    )
    return (
        rows.select("row_uid", "table", "key")
        .join(pl.concat([differing, linked]), on="row_uid", how="left", maintain_order="left")
        .select(
            "row_uid",
            "table",
            pl.coalesce("key", "attached_to").alias("key"),
            pl.coalesce("level", usual).alias("match_level"),
        )
    )


def _namesakes(valid: pl.DataFrame, damaged: pl.DataFrame) -> pl.DataFrame:
    """Rows with a valid number that bear the name of a damaged row: fold, unit_id, key."""
    wanted = damaged.select("fold").drop_nulls().unique()
    names = valid.select("name").drop_nulls().unique().with_columns(fold_name(pl.col("name")).alias("fold"))
    names = names.join(wanted, on="fold", how="semi")
    return (
        valid.select("name", "unit_id", "key")
        .join(names, on="name")
        .select("fold", "unit_id", "key")
        .unique()
    )


def _attach(
    damaged: pl.DataFrame, namesakes: pl.DataFrame, valid: pl.DataFrame, persons: pl.DataFrame
) -> pl.DataFrame:
    """Damaged rows with the one namesake in their unit whom their table lacks; unique on both sides."""
    place = ["fold", "unit_id"]
    wanted = damaged.filter(pl.col("fold").is_not_null() & pl.col("unit_id").is_not_null()).drop("key")
    near = namesakes.join(wanted.select(place).unique(), on=place, how="semi")
    claimed = valid.join(near.select("key").unique(), on="key", how="semi").select("table", "key").unique()
    pairs = (
        wanted.join(near.rename({"key": "key_person"}), on=place)
        .join(claimed, left_on=["table", "key_person"], right_on=["table", "key"], how="anti")
        .join(
            persons.select("key", pl.col("id_no").alias("person_id_no")), left_on="key_person", right_on="key"
        )
    )
    clash = [_births_clash(a, b) for a, b in pairs.select("id_no", "person_id_no").iter_rows()]
    pairs = pairs.filter(~pl.Series(clash, dtype=pl.Boolean))
    only = pairs.filter((pl.len().over("row_uid") == 1) & (pl.len().over("table", "key_person") == 1))
    return only.select("row_uid", pl.col("key_person").alias("key"))


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
    single = persons.filter(pl.sum_horizontal(f"on_{name}" for name in LISTS_ORDER[:4]) == 1).select("key")
    located = valid.filter(
        pl.col("table").cast(pl.String).is_in(list(_LIST_OF))
        & pl.col("unit_id").is_not_null()
        & pl.col("name").is_not_null()
    )
    place = ["fold", "unit_id"]
    alone = located.join(single, on="key", how="semi")
    here = alone.with_columns(fold_name(pl.col("name")).alias("fold"), _list_of().alias("department"))
    there = (
        located.join(alone.select("unit_id").unique(), on="unit_id", how="semi")
        .with_columns(fold_name(pl.col("name")).alias("fold"))
        .join(here.select(place).unique(), on=place, how="semi")
        .select(*place, "key")
        .unique()
    )
    pairs = here.join(there, on=place, suffix="_other").filter(pl.col("key") != pl.col("key_other"))
    if pairs.is_empty():
        return pairs.select("row_uid", "key", "key_other", "department")
    facts = persons.select(
        "key", pl.col("id_no").alias("number"), *(pl.col(f"on_{name}") for name in LISTS_ORDER)
    )
    own = persons.select("key", pl.col("id_no"))
    pairs = (
        pairs.join(facts, left_on="key_other", right_on="key")
        .join(own, on="key")
        .filter(
            ~pl.coalesce(
                pl.when(pl.col("department") == name).then(pl.col(f"on_{name}")) for name in LISTS_ORDER
            )
        )
    )
    near = [
        a[DIGITS_OF_BIRTH] == b[DIGITS_OF_BIRTH] or OSA.distance(a, b) <= NEAR_NUMBER
        for a, b in pairs.select("id_no", "number").iter_rows()
    ]
    return pairs.filter(pl.Series(near, dtype=pl.Boolean)).select("row_uid", "key", "key_other", "department")


_LIST_OF = {key: name for name, keys in LISTS.items() for key in keys}


def _list_of() -> pl.Expr:
    """The department on whose list a row stands; null for tables that are no list of people."""
    return pl.col("table").cast(pl.String).replace_strict(_LIST_OF, default=None, return_dtype=pl.String)


def _maybe_conflict(conflicts: pl.DataFrame) -> pl.DataFrame:
    """Both sides of a conflict may stand on each other's lists."""
    others = [conflicts.select(pl.col("key"), pl.lit(name).alias("department")) for name in LISTS_ORDER[:4]]
    return pl.concat([conflicts.select(pl.col("key_other").alias("key"), "department"), *others])


def _maybe_near(alone: pl.DataFrame, valid: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Persons whose number an unattached damaged row almost has, whatever name it bears or lacks.

    Damage leaves the first eight or the last eight characters as they are; in the same unit the first eight
    are enough to compare, anywhere the last eight, and the fifteen digits that Excel keeps.
    """
    rows = (
        alone.with_columns(_list_of().alias("department"))
        .filter(pl.col("department").is_not_null() & (pl.col("id_no").str.len_chars() >= LEAST_DIGITS))
        .select("row_uid", "department", "unit_id", pl.col("id_no").alias("damaged"))
    )
    if rows.is_empty():
        return pl.DataFrame(schema={"key": pl.Int64, "department": pl.String})
    numbers = persons.filter(pl.col("key") >= 0).select("key", pl.col("id_no").alias("number"))
    here = valid.select("key", "unit_id").join(
        rows.select("unit_id").drop_nulls().unique(), on="unit_id", how="semi"
    )
    candidates = [
        _same_part(rows, numbers.join(here.unique(), on="key"), slice(0, 8), ["unit_id"]),
        _same_part(rows, numbers, slice(-8, None), []),
        _same_part(rows, numbers, slice(0, 15), []),
    ]
    pairs = pl.concat(candidates).unique()
    near = [
        OSA.distance(damaged, number) <= 1 or (damaged.endswith(CUT) and damaged[:15] == number[:15])
        for damaged, number in pairs.select("damaged", "number").iter_rows()
    ]
    return pairs.filter(pl.Series(near, dtype=pl.Boolean)).select("key", "department").unique()


def _same_part(rows: pl.DataFrame, numbers: pl.DataFrame, part: slice, also: list[str]) -> pl.DataFrame:
    """Pairs of a damaged row and a number that agree in some of their characters."""
    start, length = part.start, None if part.stop is None else part.stop - part.start
    left = rows.with_columns(pl.col("damaged").str.slice(start, length).alias("part"))
    right = numbers.with_columns(pl.col("number").str.slice(start, length).alias("part"))
    wanted = left.select("part", *also).unique()
    return left.join(right.join(wanted, on=["part", *also], how="semi"), on=["part", *also]).select(
        "department", "damaged", "key", "number"
    )


def _maybe_damaged(alone: pl.DataFrame, namesakes: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Persons who may stand behind an unattached damaged row: same name, and unit or digits do not differ."""
    rows = alone.with_columns(_list_of().alias("department")).filter(
        pl.col("department").is_not_null() & pl.col("fold").is_not_null()
    )
    people = namesakes.select("fold", "key", pl.col("unit_id").alias("known_unit")).join(
        persons.select("key", pl.col("id_no").alias("number")), on="key"
    )
    pairs = rows.drop("key").join(people, on="fold")
    fits = [
        unit is None
        or unit == known
        or (damaged is not None and OSA.distance(damaged, number) <= BIRTH_CLASH * 2)
        for unit, known, damaged, number in pairs.select(
            "unit_id", "known_unit", "id_no", "number"
        ).iter_rows()
    ]
    return pairs.filter(pl.Series(fits, dtype=pl.Boolean)).select("key", "department").unique()
