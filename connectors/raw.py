"""One department's files of a month as raw tables in the run's store, with the account of every row."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from connectors.errors import UserError
from connectors.intake import take_in
from connectors.issues import issues_frame
from connectors.landing import Delivery
from connectors.rows import PART_BITS
from connectors.specs import Specs
from connectors.store import RunStore, concat
from connectors.taken import Intake, Part, RowClass

DEPARTMENT_BITS = 4
ACCOUNTS = ("part", "column", "row_class", "raw_issue", "quarantine", "file_state")

PART_SCHEMA: dict[str, pl.DataType] = {
    "month": pl.String(),
    "run": pl.String(),
    "part": pl.Int64(),
    "department": pl.String(),
    "table": pl.String(),
    "file": pl.String(),
    "sheet": pl.String(),
    "sha256": pl.String(),
    "as_of": pl.String(),
    "stated_month": pl.String(),
}
COLUMN_SCHEMA: dict[str, pl.DataType] = {
    "part": pl.Int64(),
    "department": pl.String(),
    "table": pl.String(),
    "file": pl.String(),
    "sheet": pl.String(),
    "header_row": pl.Int64(),
    "letter": pl.String(),
    "header": pl.String(),
    "column": pl.String(),
    "label": pl.String(),
}
CLASS_SCHEMA: dict[str, pl.DataType] = {
    "part": pl.Int64(),
    "department": pl.String(),
    "file": pl.String(),
    "sheet": pl.String(),
    "table": pl.String(),
    "class": pl.String(),
    "reason": pl.String(),
    "n_rows": pl.Int64(),
    "n_counted": pl.Int64(),
    "first_row": pl.Int64(),
}
QUARANTINE_SCHEMA: dict[str, pl.DataType] = {
    "row_uid": pl.Int64(),
    "part": pl.Int64(),
    "row": pl.Int64(),
    "values": pl.String(),
}
STATE_SCHEMA: dict[str, pl.DataType] = {
    "file": pl.String(),
    "status": pl.String(),
    "message": pl.String(),
    "n_sheets": pl.Int64(),
}


class RefusedFiles(UserError):
    """One or several files of a month cannot be used; nothing was published."""


@dataclass(frozen=True)
class ReadingOrder:
    """Which files of one department to read for which month.

    `department_no` keeps the parts of two departments apart; it is the department's place in the specs.
    `allowed`: tables that are read only where the settings name a legal basis. `awaited`: tables of which one
    or another must come: in a wrong folder they are not passed over.
    """

    department: str
    department_no: int
    deliveries: Sequence[Delivery]
    archive: Path
    month: str
    next_month: str
    run: str
    allowed: frozenset[str] = frozenset()
    awaited: frozenset[str] = frozenset()


def read_department(
    store: RunStore, order: ReadingOrder, specs: Specs, progress: Callable[[str], None]
) -> dict[str, int]:
    """Read one department's files into raw_<table> and write the account of their rows.

    Returns:
        Rows a table.

    Raises:
        RefusedFiles: files that cannot be read, state another month or contradict each other, all of them.
    """
    first_part = order.department_no << (PART_BITS - DEPARTMENT_BITS)
    intake = take_in(
        order.deliveries,
        order.archive,
        specs,
        month=order.month,
        next_month=order.next_month,
        progress=progress,
        first_part=first_part,
        allowed=order.allowed,
        awaited=order.awaited,
    )
    if intake.refusals:
        raise _one_error(intake.refusals)
    counts: dict[str, int] = {}
    for table, frames in sorted(intake.frames.items()):
        counts[table] = store.write(f"raw_{table}", _one_table(table, frames, specs))
    _write_accounts(store, order, intake)
    return counts


def _one_table(table: str, frames: Sequence[pl.LazyFrame], specs: Specs) -> pl.LazyFrame:
    """All parts of a table with the columns that any of them has, in the order of the spec."""
    delivered = {name for frame in frames for name in frame.collect_schema().names()}
    columns = ["row_uid", "part", "row", "cell_types"]
    columns += [name for name in specs.table(table).column_names if name in delivered]
    return concat(frames, pl.DataFrame(schema=dict.fromkeys(columns, pl.String)))


def _write_accounts(store: RunStore, order: ReadingOrder, intake: Intake) -> None:
    name = order.department
    files = {d.file_no: d.file for d in order.deliveries}
    states = [
        {"file": files[number], "status": status, "message": message, "n_sheets": n}
        for number, (status, message, n) in sorted(intake.file_states.items())
    ]
    store.write(f"part_{name}", _parts(intake.parts, order))
    columns = [asdict(column) for column in intake.columns]
    store.write(f"column_{name}", pl.DataFrame(columns, schema=COLUMN_SCHEMA))
    store.write(f"row_class_{name}", _classes(intake.classes))
    store.write(f"raw_issue_{name}", issues_frame(intake.issues))
    store.write(f"quarantine_{name}", _quarantine(intake.quarantined))
    store.write(f"file_state_{name}", pl.DataFrame(states, schema=STATE_SCHEMA))


def _parts(parts: Sequence[Part], order: ReadingOrder) -> pl.DataFrame:
    return pl.DataFrame(
        [{"month": order.month, "run": order.run, **asdict(part)} for part in parts], schema=PART_SCHEMA
    )


def _classes(classes: Sequence[RowClass]) -> pl.DataFrame:
    rows = [{**asdict(entry), "class": entry.row_class} for entry in classes]
    return pl.DataFrame(rows, schema=CLASS_SCHEMA) if rows else pl.DataFrame(schema=CLASS_SCHEMA)


def _quarantine(lost: Sequence[pl.DataFrame]) -> pl.DataFrame:
    rows = []
    for frame in lost:
        for row in frame.iter_rows(named=True):
            cells = {
                k: v
                for k, v in row.items()
                if v is not None and k not in ("row_uid", "part", "row", "cell_types")
            }
            values = json.dumps(cells, ensure_ascii=False, sort_keys=True)
            rows.append({"row_uid": row["row_uid"], "part": row["part"], "row": row["row"], "values": values})
    return pl.DataFrame(rows, schema=QUARANTINE_SCHEMA)


def _one_error(refusals: Sequence[UserError]) -> UserError:
    if len(refusals) == 1:
        return RefusedFiles(refusals[0].what, where=refusals[0].where, remedy=refusals[0].remedy)
    lines = "\n".join(f"  · {error.where}：{error.what}；{error.remedy}" for error in refusals)
    return RefusedFiles(
        f"有 {len(refusals)} 处文件问题：\n{lines}", remedy="请逐一处理后重新运行；已发布的月份没有改动"
    )
