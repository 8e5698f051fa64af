"""The run's Parquet: `lake/<month>/<run>/<asset>.parquet`, one file a table, written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from connectors.ahead import one_ahead

Frame = pl.DataFrame | pl.LazyFrame
ROWS_AT_ONCE = 500_000


@dataclass(frozen=True)
class RunStore:
    """The tables of one run of one month."""

    folder: Path

    @property
    def month(self) -> str:
        """The month that the run is of."""
        return self.folder.parent.name

    def path(self, name: str) -> Path:
        """Where a table lies."""
        return self.folder / f"{name}.parquet"

    def has(self, name: str) -> bool:
        """Whether the run has written the table."""
        return self.path(name).exists()

    def names(self, prefix: str = "") -> list[str]:
        """The tables there are, sorted."""
        return sorted(p.stem for p in self.folder.glob(f"{prefix}*.parquet"))

    def scan(self, name: str) -> pl.LazyFrame:
        """A table, to be read when it is needed."""
        return pl.scan_parquet(self.path(name), glob=False)

    def read(self, name: str) -> pl.DataFrame:
        """A whole table."""
        return pl.read_parquet(self.path(name), glob=False)

    def write(self, name: str, frame: Frame) -> int:
        """Write a table under its name through a neighbour file; returns the number of rows."""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.path(name)
        partial = target.with_suffix(".partial")
        if isinstance(frame, pl.LazyFrame):
            frame.sink_parquet(
                partial,
                compression="zstd",
                compression_level=1,
                maintain_order=True,
                # What two parts of a query share would be kept in memory whole: it is read twice instead.
                optimizations=pl.QueryOptFlags(comm_subplan_elim=False),
            )
        else:
            frame.write_parquet(partial, compression="zstd", compression_level=1)
        partial.replace(target)
        return rows_of(target)

    def write_pieces(
        self,
        name: str,
        pieces: Iterable[pl.DataFrame],
        schema: Mapping[str, pl.DataType],
        distinct: Sequence[str] = (),
    ) -> int:
        """Write a table that comes in pieces, one after another, each small enough for memory.

        Args:
            name: of the table.
            pieces: its rows in their order; the next is made while one is written.
            schema: its columns.
            distinct: text columns whose values hardly ever occur twice: they get no dictionary.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.path(name)
        partial = target.with_suffix(".partial")
        like = pl.DataFrame(schema=schema).to_arrow().schema
        few = [column for column, dtype in schema.items() if dtype == pl.String and column not in distinct]
        with pq.ParquetWriter(
            partial, like, compression="zstd", compression_level=1, use_dictionary=few
        ) as writer:
            for piece in one_ahead(iter(pieces)):
                for rows in piece.iter_slices(ROWS_AT_ONCE):
                    writer.write_table(rows.to_arrow().cast(like), row_group_size=ROWS_AT_ONCE)
        partial.replace(target)
        return rows_of(target)


def rows_of(path: Path) -> int:
    """Rows of a Parquet file, from its footer."""
    return int(pq.read_metadata(path).num_rows)


def concat(frames: Iterable[Frame], like: pl.DataFrame) -> pl.LazyFrame:
    """All frames under one another in the columns of `like`; `like` itself when there is none."""
    parts = [frame.lazy() for frame in frames]
    if not parts:
        return like.lazy()
    return pl.concat(parts, how="diagonal_relaxed").select(like.columns)
