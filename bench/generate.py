"""Writes a large month's inbox as Parquet, as a stream: a chunk of people in memory at a time.

python -m bench.generate HOME --people 300000 [--month 2026-10] [--seed 7]
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from bench.layout import page_of, tables_of
from bench.population import CHUNK, make_chunk
from connectors.specs import Specs, load_specs

FOLDERS = {
    "establishment": "编办",
    "organisation": "组织",
    "personnel": "人社",
    "finance": "财政",
    "police": "公安",
}


@dataclass(frozen=True)
class Inbox:
    """What was written: files by table, rows by table, marked people and bodies by kind."""

    files: dict[str, Path]
    rows: dict[str, int]
    marks: dict[str, int]

    @property
    def n_rows(self) -> int:
        return sum(self.rows.values())


def generate(
    inbox: Path,
    people: int,
    *,
    month: str = "2026-10",
    seed: int = 7,
    density: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> Inbox:
    """Write the month's files below `inbox/<month>/<部门>`; a row group a chunk.

    Args:
        inbox: the home's inbox.
        people: how many; whole bodies of 60 are written, the last may be smaller.
        density: how many times as many people are marked as usual.
        progress: told how many people are done.
    """
    specs = load_specs()
    writers: dict[str, pq.ParquetWriter] = {}
    files: dict[str, Path] = {}
    rows: Counter[str] = Counter()
    marks: Counter[str] = Counter()
    try:
        for number in range((people + CHUNK - 1) // CHUNK):
            chunk = make_chunk(number, people, seed, density)
            for key, frame in tables_of(page_of(chunk, seed, month)).items():
                table = _labelled(frame, key, specs)
                if key not in writers:
                    files[key] = _path(inbox, month, key, specs)
                    files[key].parent.mkdir(parents=True, exist_ok=True)
                    writers[key] = pq.ParquetWriter(files[key], table.schema, compression="zstd")
                writers[key].write_table(table, row_group_size=CHUNK)
                rows[key] += frame.height
            for frame in (chunk.people, chunk.bodies):
                marks.update(dict(frame.filter(pl.col("mark") != "").group_by("mark").len().iter_rows()))
            progress(min((number + 1) * CHUNK, people))
    finally:
        for writer in writers.values():
            writer.close()
    return Inbox(files, dict(rows), dict(marks))


def _labelled(frame: pl.DataFrame, key: str, specs: Specs) -> pa.Table:
    table = specs.table(key)
    named = frame.rename({name: table.column(name).label for name in frame.columns})
    return named.to_arrow(compat_level=pl.CompatLevel.oldest())


def _path(inbox: Path, month: str, key: str, specs: Specs) -> Path:
    label = specs.table(key).label.replace(" ", "")
    return inbox / month / FOLDERS[key.split("__")[0]] / f"{label}.parquet"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("inbox", type=Path)
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--month", default="2026-10")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    made = generate(
        given.inbox,
        given.people,
        month=given.month,
        seed=given.seed,
        progress=lambda n: print(f"{n:,}", end="\r"),
    )
    print(f"{made.n_rows:,} rows in {len(made.files)} files; {made.marks}")


if __name__ == "__main__":
    main()
