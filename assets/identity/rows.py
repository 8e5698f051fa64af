"""The month's rows, narrow: who they name, as an integer, and where.

Twenty million of them are held in memory. More are spread by person over files, and looked at a part after
another: whatever is asked of a row is asked of all rows of its person, and these lie in one part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True)
class Spread:
    """Over how many parts rows and persons are spread.

    n_parts: one part is held in memory. folder: where more than one lie while the month is worked on.
    """

    n_parts: int = 1
    folder: Path | None = None

    def part_of(self, number: pl.Expr) -> pl.Expr:
        """The part in which an integer lies."""
        return (number % self.n_parts).cast(pl.UInt32)


IN_MEMORY = Spread()


@dataclass(frozen=True)
class Rows:
    """The rows of all person tables, spread by person.

    tables: see `records`. kinds: the columns of `narrow`. held: all rows, where they are one part; else
    files: those of each part, and of the rows without a key behind them.
    """

    tables: Mapping[str, pl.LazyFrame]
    kinds: Mapping[str, pl.DataType]
    spread: Spread = IN_MEMORY
    held: pl.DataFrame | None = None
    files: Sequence[Sequence[Path]] = ()

    def parts(self, *columns: str) -> Iterator[pl.DataFrame]:
        """The rows that have a key, a part after another; of one part, those without a key among them.

        Args:
            columns: those that are wanted; all of `narrow` where none are named.
        """
        wanted = columns or tuple(self.kinds)
        if self.held is not None:
            yield self.held.select(wanted)
            return
        for paths in self.files[: self.spread.n_parts]:
            yield self._read(paths, wanted)

    def damaged(self) -> pl.DataFrame:
        """The rows without a key."""
        if self.held is not None:
            return self.held.lazy().filter(pl.col("key").is_null()).collect()
        return self._read(self.files[self.spread.n_parts], tuple(self.kinds))

    def of_table(self, table: str) -> pl.LazyFrame:
        """The rows of one table, in its order."""
        if self.held is not None:
            return self.held.lazy().filter(pl.col("table") == table)
        return narrow(self.tables[table], table, self.kinds)

    def all(self) -> pl.LazyFrame:
        """The rows of all tables, in the order of their names."""
        if self.held is not None:
            return self.held.lazy()
        return pl.concat(self.of_table(table) for table in sorted(self.tables))

    def keyed(self, uids: pl.DataFrame) -> pl.DataFrame:
        """row_uid, key of some rows that have a key.

        Args:
            uids: row_uid, each once.
        """
        if uids.is_empty():
            return pl.DataFrame(schema={"row_uid": pl.Int64, "key": pl.Int64})
        found = (
            part.lazy().filter(pl.col("key").is_not_null()).join(uids.lazy(), on="row_uid", how="semi")
            for part in self.parts("row_uid", "key")
        )
        return pl.concat(one.collect() for one in found)

    def _read(self, paths: Sequence[Path], columns: Sequence[str]) -> pl.DataFrame:
        if not paths:
            return pl.DataFrame(schema={name: self.kinds[name] for name in columns})
        rows = pl.read_parquet(list(paths), columns=list(columns), glob=False)
        listed = [name for name in columns if isinstance(self.kinds[name], pl.Enum)]
        return rows.with_columns(pl.col(name).cat.to(self.kinds[name]) for name in listed).select(columns)


def narrow(frame: pl.LazyFrame, table: str, kinds: Mapping[str, pl.DataType]) -> pl.LazyFrame:
    """The rows of one table.

    Args:
        frame: row_uid, id_no, id_class, name, unit_id; rows in the order of row_uid.
        table: its key.
        kinds: row_uid, table, id_class, name, unit_id, key: as what.
    """
    return frame.select(
        "row_uid",
        pl.lit(table, dtype=kinds["table"]).alias("table"),
        pl.col("id_class").cast(kinds["id_class"]),
        "name",
        pl.col("unit_id").cast(kinds["unit_id"]),
        person_key(pl.col("id_no"), pl.col("id_class")).alias("key"),
    )


def records(tables: Mapping[str, pl.LazyFrame], units: Sequence[str], spread: Spread = IN_MEMORY) -> Rows:
    """All rows of all person tables, narrow: numbers instead of texts but for the name.

    Args:
        tables: table key → row_uid, id_no, id_class, name, unit_id; rows in the order of row_uid.
        units: every unit_id that occurs.
        spread: over how many parts.
    """
    kinds: dict[str, pl.DataType] = {
        "row_uid": pl.Int64(),
        "table": pl.Enum(sorted(tables)),
        "id_class": pl.Enum(CLASSES),
        "name": pl.String(),
        "unit_id": pl.Enum(sorted(units)),
        "key": pl.Int64(),
    }
    if spread.folder is None:
        held = pl.concat(
            narrow(frame, key, kinds).collect(engine="streaming") for key, frame in sorted(tables.items())
        )
        return Rows(tables, kinds, spread, held)
    part = spread.part_of(pl.col("key")).fill_null(spread.n_parts).alias("part")
    for key, frame in sorted(tables.items()):
        narrow(frame, key, kinds).with_columns(pl.col(pl.Enum).to_physical()).sink_parquet(
            pl.PartitionBy(spread.folder / key, key=part, include_key=False), compression="lz4", mkdir=True
        )
    files = [
        [path for key in sorted(tables) for path in sorted((spread.folder / key / f"part={n}").glob("*"))]
        for n in range(spread.n_parts + 1)
    ]
    return Rows(tables, kinds, spread, None, files)


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
