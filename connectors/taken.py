"""What was taken in from a month's files: parts, rows by class, raw frames, problems, refusals."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from connectors.column_places import ColumnPlace
from connectors.errors import UserError
from connectors.issues import Issue

STAGED, QUARANTINED, SET_ASIDE = "staged", "quarantined", "set_aside"


@dataclass(frozen=True)
class Part:
    """One recognised sheet of one file."""

    part: int
    department: str
    table: str
    file: str
    sheet: str
    sha256: str
    as_of: str | None
    stated_month: str | None


@dataclass(frozen=True)
class RowClass:
    """How many rows of a sheet are of a class, for a reason."""

    part: int
    department: str
    file: str
    sheet: str
    table: str
    row_class: str
    reason: str
    n_rows: int
    n_counted: int
    first_row: int | None


@dataclass
class Intake:
    """All that a month's files hold, by table.

    frames: table key → raw frames (row_uid, part, row, cell_types, the mapped columns as text).
    quarantined: row_uid, part, row, values as JSON-ready text columns of the rows that name nobody.
    file_states: file_no → (status, message, number of sheets).
    """

    first_part: int = 0
    allowed: frozenset[str] = frozenset()
    awaited: frozenset[str] = frozenset()
    parts: list[Part] = field(default_factory=list)
    columns: list[ColumnPlace] = field(default_factory=list)
    frames: dict[str, list[pl.LazyFrame]] = field(default_factory=dict)
    classes: list[RowClass] = field(default_factory=list)
    quarantined: list[pl.DataFrame] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    file_states: dict[int, tuple[str, str, int]] = field(default_factory=dict)
    refusals: list[UserError] = field(default_factory=list)
