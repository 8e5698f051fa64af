"""Rows as a department delivered them, found by their row_uid, for setting them side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from connectors.rows import month_of, part_of, row_of
from connectors.store import RunStore
from reports.headings import column_label, shown_value, table_label
from reports.labels import label
from reports.web.pages.records import marks_of


@dataclass(frozen=True)
class Column:
    """One row as delivered: whose it is and where it stands."""

    department: str
    table: str
    month: str
    file: str
    sheet: str
    row: int
    sha256: str


@dataclass(frozen=True)
class Line:
    """One heading, and what each row says under it.

    Attributes:
        cells: text with its mark: `df` where it says something else than most, `vr` where it only writes the
            same otherwise, '' where neither.
        is_shared: several rows have it.
    """

    heading: str
    cells: tuple[tuple[str, str], ...]
    is_shared: bool


@dataclass(frozen=True)
class Beside:
    """Rows of different tables beside each other."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


_OURS = ("row_uid", "part", "row", "cell_types")
_KEPT_RUNS = 4
_GONE: Mapping[str, Any] = dict.fromkeys(("run", "file", "sheet", "sha256"))
"""A row of a part that the run does not have."""


@dataclass(frozen=True)
class Delivered:
    """One row: its table, where it stands, its raw texts by column name (none where its run is gone)."""

    table: str
    place: Column
    values: Mapping[str, str]


def delivered_rows(store: RunStore, uids: Iterable[tuple[str, int]]) -> list[Delivered]:
    """Rows as they were delivered, in the order asked for.

    Args:
        store: the run that read them, or took them over from an earlier one.
        uids: table key and row_uid of each.
    """
    asked = list(uids)
    if not asked:
        return []
    parts = _parts(str(store.folder))
    uid = pl.lit(pl.Series("uid", [row_uid for _, row_uid in asked], dtype=pl.Int64))
    stands = pl.select(month_of(uid), part_of(uid).alias("part"), row_of(uid).alias("row")).rows()
    known = [
        {"table": table, "row_uid": row_uid, "row": row, **parts.get((month, part), _GONE), "month": month}
        for (table, row_uid), (month, part, row) in zip(asked, stands, strict=True)
    ]
    values = _values(store, known)
    return [Delivered(row["table"], _place(row), values.get(row["row_uid"], {})) for row in known]


@lru_cache(maxsize=_KEPT_RUNS)
def _parts(folder: str) -> Mapping[tuple[str, int], Mapping[str, Any]]:
    """Month and part → run, file, sheet, sha256 of all that a run has read; read once, it never changes."""
    parts = RunStore(Path(folder)).read("all_part")
    columns = parts.select("month", "part", "run", "file", "sheet", "sha256")
    return {(row["month"], row["part"]): row for row in columns.iter_rows(named=True)}


def _place(row: Mapping[str, Any]) -> Column:
    department = row["table"].partition("__")[0]
    return Column(
        label("department", department),
        table_label(department, row["table"]),
        row["month"],
        row["file"] or "",
        row["sheet"] or "",
        row["row"],
        row["sha256"] or "",
    )


def beside(rows: Sequence[Delivered]) -> Beside:
    """Rows beside each other, a line a heading: what several of them have first. Numbers are masked."""
    lines: dict[str, dict[int, str]] = {}
    raw: dict[str, dict[int, str]] = {}
    for place, row in enumerate(rows):
        department = row.table.partition("__")[0]
        for name, value in row.values.items():
            heading = column_label(department, row.table, name)
            lines.setdefault(heading, {})[place] = shown_value(department, row.table, name, value)
            raw.setdefault(heading, {})[place] = value
    several = {heading for heading, cells in lines.items() if len(cells) > 1}
    marks = {heading: marks_of(raw[heading]) for heading in several}
    return Beside(
        tuple(row.place for row in rows),
        tuple(
            Line(
                heading,
                tuple((cells.get(n, ""), marks.get(heading, {}).get(n, "")) for n in range(len(rows))),
                heading in several,
            )
            for heading, cells in sorted(lines.items(), key=lambda item: item[0] not in several)
        ),
    )


def _values(store: RunStore, known: Iterable[Mapping[str, Any]]) -> dict[int, dict[str, str]]:
    """row_uid → raw texts by column, empty ones left out."""
    wanted: dict[Path, list[int]] = {}
    for row in known:
        path = store.folder.parent.parent / row["month"] / str(row["run"]) / f"raw_{row['table']}.parquet"
        wanted.setdefault(path, []).append(row["row_uid"])
    # All files at once: each is looked into for one row or two.
    frames = pl.collect_all(
        pl.scan_parquet(path, glob=False).filter(pl.col("row_uid").is_in(uids))
        for path, uids in wanted.items()
        if path.is_file()
    )
    return {
        row["row_uid"]: {
            name: str(value) for name, value in row.items() if name not in _OURS and value not in (None, "")
        }
        for frame in frames
        for row in frame.iter_rows(named=True)
    }
