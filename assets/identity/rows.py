"""The month's rows, narrow: who they name, as an integer, and where; twenty million fit into memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

VALID = ("V18", "V15")
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
# The tables whose number and name are above all others'.
AUTHORITY = NAME_AUTHORITY[:2]
LISTS = {
    "establishment": ("establishment__roster",),
    "organisation": ("organisation__cadre",),
    "personnel": ("personnel__staff",),
    "finance": ("finance__person", "finance__payroll"),
    "police": ("police__verification", "police__residency"),
}
LISTS_ORDER: Sequence[str] = ("establishment", "organisation", "personnel", "finance", "police")
LIST_OF = {key: name for name, keys in LISTS.items() for key in keys}
ROSTER = "establishment__roster"
CLASSES = ("D8", "E18", "FOREIGN", "L17", "L19", "NONE", "S18", "T18", "V15", "V18")
LEVELS = ("ML0", "ML1", "ML2", "ML2b", "ML3", "ML4", "ML5", "ML6", "ML7")
LEVEL = pl.Enum(LEVELS)


def person_key(id_no: pl.Expr, id_class: pl.Expr) -> pl.Expr:
    """An integer for a number: its first 17 digits (the 18th follows from them), negative for foreign papers.

    Null for a number that is not valid.
    """
    digits = pl.when(id_class.is_in(VALID)).then(id_no.str.slice(0, 17).cast(pl.Int64, strict=False))
    foreign = -(id_no.hash(seed=0) // 4).cast(pl.Int64) - 1
    return pl.when(id_class == "FOREIGN").then(foreign).otherwise(digits)


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


def papers_of(tables: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """The number as delivered of every row whose key does not tell it."""
    odd = ~pl.col("id_class").is_in(VALID)
    parts = [frame.filter(odd).select("row_uid", "id_no") for _, frame in sorted(tables.items())]
    return pl.concat(parts).collect(engine="streaming")


def on_any(rows: pl.DataFrame, keys: Sequence[str]) -> pl.Expr:
    """Whether a row stands on one of these tables, of which some may not have been delivered."""
    return pl.col("table").is_in([key for key in keys if key in tables_of(rows)])


def tables_of(rows: pl.DataFrame) -> list[str]:
    """The tables whose rows these are."""
    kind = rows.schema["table"]
    return kind.categories.to_list() if isinstance(kind, pl.Enum) else []


def is_named() -> pl.Expr:
    """Whether a row bears a name that is not masked."""
    return pl.col("name").is_not_null() & ~pl.col("name").str.contains("*", literal=True)


def list_of() -> pl.Expr:
    """The department on whose list a row stands; null for tables that are no list of people."""
    return pl.col("table").cast(pl.String).replace_strict(LIST_OF, default=None, return_dtype=pl.String)
