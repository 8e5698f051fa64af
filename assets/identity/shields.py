"""Who may stand on a list behind a row that is nobody's for sure: damage is never an absence (design §2).

Nothing is decided here: whoever is named may be present, and no rule may call him absent from that list.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl
from rapidfuzz.distance import OSA

from assets.identity.engine.names import NameComparator
from assets.identity.names import compare_many
from assets.identity.rows import LISTS_ORDER, Rows, list_of
from assets.values.names import fold_name

BIRTH_CLASH = 2
LEAST_DIGITS = 15
CUT = "000"
_AT_ONCE = 4_000_000
"""People whose names are folded together."""
# What stands for a character that is masked or lost.
WILDCARD = "[?？*＊□■○〇◇◆※\ufffd_\ue000-\uf8ff]"


def maybe_present(
    alone: pl.DataFrame,
    doubts: pl.DataFrame,
    rows: Rows,
    persons: pl.DataFrame,
    asked: pl.DataFrame,
    compare: NameComparator = compare_many,
) -> pl.DataFrame:
    """key, department: lists on which a person may stand through a row that is nobody's for sure.

    Args:
        alone: row_uid, table, id_no, name, fold, unit_id of the rows that belong to no number.
        doubts: key (of the person whom a doubt or a conflict names), department (of the row; null: all).
        rows: all rows.
        persons: see `persons.persons_of`.
        asked: key, name of all rows that do not bear their person's name, and of others.
        compare: the comparator of names.
    """
    everywhere = doubts.filter(pl.col("department").is_null()).select("key").unique()
    found = [
        doubts.filter(pl.col("department").is_in(LISTS_ORDER)),
        *(everywhere.with_columns(pl.lit(name).alias("department")) for name in LISTS_ORDER[:4]),
    ]
    if alone.height:
        alone = alone.with_columns(pl.col("unit_id").cast(rows.kinds["unit_id"]))
        namesakes = _namesakes(persons, asked, alone)
        for n, part in enumerate(rows.parts("key", "unit_id")):
            own = persons.filter(rows.spread.part_of(pl.col("key")) == n)
            found.append(_maybe_damaged(alone, _places(part, namesakes), own))
            found.append(_maybe_near(alone, part, own))
            found.append(_maybe_spelled(alone, part, own, compare))
    return pl.concat(found).unique().sort("key", "department")


def _namesakes(persons: pl.DataFrame, asked: pl.DataFrame, alone: pl.DataFrame) -> pl.DataFrame:
    """key, fold of people who bear the name of a row without a number."""
    wanted = alone.select("fold").drop_nulls().unique()
    found = []
    for some in (*persons.select("key", "name").iter_slices(_AT_ONCE), asked.select("key", "name")):
        borne = some.drop_nulls()
        names = borne.select(pl.col("name").unique()).with_columns(fold_name(pl.col("name")).alias("fold"))
        known = names.join(wanted, on="fold", how="semi")
        found.append(borne.join(known, on="name").select("key", "fold"))
    return pl.concat(found).unique()


def _places(part: pl.DataFrame, namesakes: pl.DataFrame) -> pl.DataFrame:
    """fold, unit_id, key: where namesakes stand."""
    there = part.lazy().join(namesakes.lazy(), on="key")
    return there.select("fold", "unit_id", "key").unique().collect()


def _maybe_near(alone: pl.DataFrame, all_rows: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Persons whose number an unattached damaged row almost has, whatever name it bears or lacks.

    Damage leaves the first eight or the last eight characters as they are; in the same unit the first eight
    are enough to compare, anywhere the last eight, and the fifteen digits that Excel keeps.
    """
    rows = (
        alone.with_columns(list_of().alias("department"))
        .filter(pl.col("department").is_not_null() & (pl.col("id_no").str.len_chars() >= LEAST_DIGITS))
        .select("row_uid", "department", "unit_id", pl.col("id_no").alias("damaged"))
    )
    if rows.is_empty():
        return pl.DataFrame(schema={"key": pl.Int64, "department": pl.String})
    numbers = persons.filter(pl.col("key") >= 0).select("key", pl.col("id_no").alias("number"))
    here = (
        all_rows.lazy()
        .filter(pl.col("key").is_not_null())
        .select("key", "unit_id")
        .join(rows.lazy().select("unit_id").drop_nulls().unique(), on="unit_id", how="semi")
        .unique()
        .collect()
    )
    candidates = [
        _same_part(rows, numbers.join(here, on="key"), slice(0, 8), ["unit_id"]),
        _same_part(rows, numbers, slice(-8, None), []),
        _same_part(rows, numbers, slice(0, 15), []),
    ]
    pairs = pl.concat(candidates).unique()
    near = [
        OSA.distance(damaged, number) <= 1 or (damaged.endswith(CUT) and damaged[:15] == number[:15])
        for damaged, number in pairs.select("damaged", "number").iter_rows()
    ]
    return pairs.filter(pl.Series(near, dtype=pl.Boolean)).select("key", "department").unique()


def _maybe_spelled(
    alone: pl.DataFrame, all_rows: pl.DataFrame, persons: pl.DataFrame, compare: NameComparator
) -> pl.DataFrame:
    """Persons of the same unit whose name the row may be meant for: masked, lost or misspelled characters."""
    rows = (
        alone.with_columns(list_of().alias("department"))
        .filter(pl.col("department").is_not_null())
        .select("department", "unit_id", "name")
        .drop_nulls()
        .unique()
    )
    if rows.is_empty():
        return pl.DataFrame(schema={"key": pl.Int64, "department": pl.String})
    here = (
        all_rows.lazy()
        .select("key", "unit_id")
        .drop_nulls()
        .join(rows.lazy().select("unit_id").unique(), on="unit_id", how="semi")
        .unique()
        .collect()
        .join(persons.select("key", pl.col("name").alias("known")).drop_nulls(), on="key")
    )
    is_masked = pl.col("name").str.contains(WILDCARD)
    masked = _with(rows.filter(is_masked), here, lambda name: name.str.len_chars())
    fits = [
        any(a == b for a, b in zip(name, known, strict=True))
        and all(a == b or re.match(WILDCARD, a) for a, b in zip(name, known, strict=True))
        for name, known in masked.select("name", "known").iter_rows()
    ]
    spelled = _with(rows, here, lambda name: name.str.head(1)).filter(_may_be_misspelt())
    level = compare(spelled.select(a="name", b="known"))["level"]
    return pl.concat(
        [
            masked.filter(pl.Series(fits, dtype=pl.Boolean)).select("key", "department"),
            spelled.filter(level.is_in(["equal", "variant", "long", "weak"])).select("key", "department"),
        ]
    ).unique()


def _may_be_misspelt() -> pl.Expr:
    """Whether `name` may be a slip for `known`, before their characters are looked at one by one.

    Of three characters two stand where they belong, of more two; or two have changed places, or one is left
    out; a name with other signs than characters is always looked at.
    """
    name, known = pl.col("name"), pl.col("known")
    size, other = name.str.len_chars(), known.str.len_chars()
    a, b = ([text.str.slice(i, 1) for i in range(4)] for text in (name, known))
    n_same = pl.sum_horizontal(
        (x == y).cast(pl.Int8) * (x != "").cast(pl.Int8) for x, y in zip(a, b, strict=True)
    )
    swapped = (size == 3) & (a[1] == b[2]) & (a[2] == b[1])
    of_size = (size == other) & ((n_same >= 2) | ((size == 2) & (n_same >= 1)) | swapped)
    ends_alike = name.str.tail(1) == known.str.tail(1)
    left_out = ((size.cast(pl.Int64) - other.cast(pl.Int64)).abs() == 1) & ((a[1] == b[1]) | ends_alike)
    is_odd = name.str.contains(r"[^\p{Han}]") | known.str.contains(r"[^\p{Han}]")
    return (name != known) & (of_size | left_out | is_odd)


def _with(rows: pl.DataFrame, here: pl.DataFrame, part: Callable[[pl.Expr], pl.Expr]) -> pl.DataFrame:
    """Rows and the people of their unit whose names have a part in common."""
    known = here.with_columns(part(pl.col("known")).alias("part"))
    return rows.with_columns(part(pl.col("name")).alias("part")).join(known, on=["unit_id", "part"])


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
    rows = alone.with_columns(list_of().alias("department")).filter(
        pl.col("department").is_not_null() & pl.col("fold").is_not_null()
    )
    people = namesakes.select("fold", "key", pl.col("unit_id").alias("known_unit")).join(
        persons.select("key", pl.col("id_no").alias("number")), on="key"
    )
    pairs = rows.join(people, on="fold")
    fits = [
        unit is None
        or unit == known
        or (damaged is not None and OSA.distance(damaged, number) <= BIRTH_CLASH * 2)
        for unit, known, damaged, number in pairs.select(
            "unit_id", "known_unit", "id_no", "number"
        ).iter_rows()
    ]
    return pairs.filter(pl.Series(fits, dtype=pl.Boolean)).select("key", "department").unique()
