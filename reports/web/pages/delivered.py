"""Rows as a department delivered them, found by their row_uid, for setting them side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    frame = pl.DataFrame(list(uids), schema={"table": pl.String, "row_uid": pl.Int64}, orient="row")
    if frame.is_empty():
        return []
    parts = store.read("all_part").select("month", "run", "part", "file", "sheet", "sha256")
    known = frame.with_columns(
        month_of(pl.col("row_uid")).alias("month"),
        part_of(pl.col("row_uid")).alias("part"),
        row_of(pl.col("row_uid")).alias("row"),
    ).join(parts, on=["month", "part"], how="left", maintain_order="left")
    values = _values(store, known)
    return [
        Delivered(row["table"], _place(row), values.get(row["row_uid"], {}))
        for row in known.iter_rows(named=True)
    ]


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


def _values(store: RunStore, known: pl.DataFrame) -> dict[int, dict[str, str]]:
    """row_uid → raw texts by column, empty ones left out."""
    found: dict[int, dict[str, str]] = {}
    for (month, run, table), rows in known.group_by("month", "run", "table"):
        path = store.folder.parent.parent / str(month) / str(run) / f"raw_{table}.parquet"
        if run is None or not path.is_file():
            continue
        raw = (
            pl.scan_parquet(path, glob=False)
            .filter(pl.col("row_uid").is_in(rows["row_uid"].implode()))
            .collect()
        )
        for row in raw.iter_rows(named=True):
            found[row["row_uid"]] = {
                name: str(value)
                for name, value in row.items()
                if name not in _OURS and value not in (None, "")
            }
    return found
