"""What a department delivered for a month: its files read; what did not come is carried over or refused."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from connectors.errors import UserError
from connectors.intake import PAYROLL
from connectors.issues import Issue, issues_frame, make_issue
from connectors.landing import Delivery
from connectors.raw import ReadingOrder, read_department
from connectors.specs import Specs
from connectors.store import RunStore

CARRIED_SCHEMA: dict[str, pl.DataType] = {"table": pl.String(), "month": pl.String(), "reason": pl.String()}


class MissingTables(UserError):
    """A department has not delivered what is needed each month."""


@dataclass(frozen=True)
class Expected:
    """What must be there, and what may be absent.

    Attributes:
        required: groups of table keys; of each group one table must be delivered or carried.
        excused: table key → why it may be absent this month: then the last snapshot stands for it.
    """

    required: tuple[tuple[str, ...], ...]
    excused: Mapping[str, str]


@dataclass(frozen=True)
class Reading:
    """All that taking in one month's files needs.

    Attributes:
        store: the run's tables.
        earlier: those of the last published month before; None in the first month.
        deliveries: of all departments.
        archive: where the files' contents lie.
    """

    store: RunStore
    earlier: RunStore | None
    specs: Specs
    deliveries: Sequence[Delivery]
    archive: Path
    month: str
    next_month: str
    run: str
    expected: Expected
    allowed: frozenset[str] = frozenset()


def take_department(reading: Reading, department: str) -> dict[str, int]:
    """Read a department's files, carry what it may leave out, and refuse when a required table is missing.

    Returns:
        Rows a table, delivered or carried.

    Raises:
        RefusedFiles: files that cannot be used.
        MissingTables: required tables that are neither delivered nor excused.
    """
    keys = [d.key for d in reading.specs.departments]
    order = ReadingOrder(
        department=department,
        department_no=keys.index(department),
        deliveries=[d for d in reading.deliveries if d.department == department],
        archive=reading.archive,
        month=reading.month,
        next_month=reading.next_month,
        run=reading.run,
        allowed=reading.allowed,
        awaited=frozenset(table for group in reading.expected.required for table in group),
    )
    counts = read_department(reading.store, order, reading.specs, lambda _: None)
    _look_back(reading, department)
    absent = [t.key for t in reading.specs.department(department).tables if t.key not in counts]
    excused = reading.expected.excused
    carried = {table: excused[table] for table in absent if table in excused}
    counts |= carry_tables(reading.store, reading.earlier, department, carried, reading.month)
    _require(reading, department, counts)
    return counts


def _require(reading: Reading, department: str, counts: Mapping[str, int]) -> None:
    """Refuse when a required table is neither there nor excused."""
    missing = [
        group
        for group in reading.expected.required
        if group[0].startswith(f"{department}__")
        and not any(table in counts or table in reading.expected.excused for table in group)
    ]
    if not missing:
        return
    spec = reading.specs.department(department)
    names = "、".join("或".join(reading.specs.table(t).label for t in group) for group in missing)
    folder = f"inbox/{reading.month}/{spec.label}"
    raise MissingTables(
        f"{spec.label}缺少：{names}",
        where=folder,
        remedy=f"请把文件放入 {folder} 后重新运行；若已放入，请用 duibian inspect 查看为什么没有认出",
    )


def carry_tables(
    store: RunStore, earlier: RunStore | None, department: str, wanted: Mapping[str, str], month: str
) -> dict[str, int]:
    """Take over tables of the last accepted snapshot, where there is one.

    Args:
        store: the run's tables.
        earlier: those of the last published month.
        department: whose tables they are.
        wanted: table key → why it is carried.
        month: the month of the last snapshot is written beside each table; a table that was itself carried
            keeps its own.

    Returns:
        Rows a table carried.
    """
    counts: dict[str, int] = {}
    rows: list[dict[str, str]] = []
    parts = earlier.read(f"part_{department}") if earlier and earlier.has(f"part_{department}") else None
    for table, reason in sorted(wanted.items()):
        if earlier is None or parts is None or not earlier.has(f"stg_{table}"):
            continue
        since = parts.filter(pl.col("table") == table)["month"].max()
        for kind in ("raw", "stg"):
            shutil.copyfile(earlier.path(f"{kind}_{table}"), store.path(f"{kind}_{table}"))
        counts[table] = store.scan(f"stg_{table}").select(pl.len()).collect().item()
        rows.append({"table": table, "month": str(since or month), "reason": reason})
    if parts is not None and counts:
        own = store.read(f"part_{department}")
        old = parts.filter(pl.col("table").is_in(list(counts)))
        store.write(f"part_{department}", pl.concat([own, old]))
    store.write(f"carried_{department}", pl.DataFrame(rows, schema=CARRIED_SCHEMA))
    return counts


def carried_tables(store: RunStore) -> pl.DataFrame:
    """table, month, reason of every table that stands for a delivery that did not come."""
    frames = [store.read(name) for name in store.names("carried_")]
    return pl.concat([pl.DataFrame(schema=CARRIED_SCHEMA), *frames]).sort("table")


def _look_back(reading: Reading, department: str) -> None:
    """Files delivered for another month too: a payroll is refused, any other is worth a word."""
    name = f"part_{department}"
    if reading.earlier is None or not reading.earlier.has("all_part"):
        return
    now = reading.store.read(name).filter(pl.col("month") == reading.month)
    before = (
        reading.earlier.read("all_part")
        .filter(pl.col("month") != reading.month)
        .select("sha256", "table", pl.col("month").alias("other"))
        .sort("other")
        .unique(["sha256", "table"], keep="last", maintain_order=True)
    )
    again = now.join(before, on=["sha256", "table"]).unique(["file", "table"], maintain_order=True)
    issues: list[Issue] = []
    for file, table, other in again.select("file", "table", "other").sort("file", "table").iter_rows():
        if table == PAYROLL:
            raise UserError(
                f"工资表与 {other} 报送的文件完全相同",
                where=file,
                remedy=f"请换成 {reading.month} 的工资表后重新运行",
            )
        issues.append(
            make_issue("same_as_other_month", department=department, table=table, file=file, month=other)
        )
    if issues:
        known = reading.store.read(f"raw_issue_{department}")
        reading.store.write(f"raw_issue_{department}", pl.concat([known, issues_frame(issues)]))
