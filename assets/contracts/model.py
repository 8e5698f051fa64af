"""What a table is: its columns, types, key, Chinese labels and privacy classes.

One registry drives writing, checking, headings, the data dictionary and `docs/contract.sql`.
Staged tables are generated from the departments' specs; facts and published tables stand in the
TOML files beside this module.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

MONEY = pl.Decimal(14, 2)

DTYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "json": pl.String(),
    "int": pl.Int64(),
    "float": pl.Float64(),
    "date": pl.Date(),
    "bool": pl.Boolean(),
    "money": MONEY,
}

SQL_TYPES: dict[str, str] = {
    "text": "varchar",
    "json": "varchar",
    "int": "bigint",
    "float": "double",
    "date": "date",
    "bool": "boolean",
    "money": "decimal(14,2)",
}


@dataclass(frozen=True)
class Column:
    """One column: its English name, type word, Chinese label and privacy class ('', id, name, card)."""

    name: str
    type: str
    label: str
    privacy: str = ""

    @property
    def dtype(self) -> pl.DataType:
        """The type in Polars."""
        return DTYPES[self.type]

    @classmethod
    def parse(cls, text: str) -> Column:
        """From "name type 标签 [privacy]"."""
        words = text.split()
        return cls(words[0], words[1], words[2], words[3] if len(words) > 3 else "")


@dataclass(frozen=True)
class Contract:
    """One table: columns in their order, the key that makes a row unique, the order for readers."""

    name: str
    label: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    order: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """English names in order."""
        return [column.name for column in self.columns]

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Name → type, in order."""
        return {column.name: column.dtype for column in self.columns}

    def empty(self) -> pl.DataFrame:
        """A frame of this table without rows."""
        return pl.DataFrame(schema=self.schema)

    def shape(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """The frame with exactly this table's columns and types; a missing column is null."""
        present = set(frame.collect_schema().names())
        return frame.select(
            pl.col(c.name).cast(c.dtype) if c.name in present else pl.lit(None, dtype=c.dtype).alias(c.name)
            for c in self.columns
        )

    def with_private(self, *classes: str) -> list[str]:
        """Names of the columns whose privacy class is among `classes` (all classes when none is named)."""
        return [c.name for c in self.columns if c.privacy and (not classes or c.privacy in classes)]
