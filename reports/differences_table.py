"""Differences between two editions of a published month, for the terminal and for programs, masked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assets.contracts.model import Column, Contract
from assets.contracts.registry import published
from checks.compare import FIELD, NEW, OLD, TableDifference
from reports.masking import mask_number, mask_text

SHOWN = 50
_NOTHING = "（空）"
_FINGERPRINT = re.compile(r"(?=.*[a-f])(?:[0-9a-f]{64}|[0-9a-f]{16})")


def differences_text(differences: Sequence[TableDifference], shown: int = SHOWN) -> str:
    """One line a row added or dropped and a field changed, table by table.

    Args:
        differences: the tables that differ.
        shown: at most so many lines of one kind a table; the number of the others is told.
    """
    lines: list[str] = []
    for difference in differences:
        contract = published()[difference.table]
        lines.append(
            f"{contract.label} {contract.name}：增加 {difference.added.height:,} 行，"
            f"减少 {difference.dropped.height:,} 行，{difference.changed.height:,} 处字段不同"
        )
        for names, words in (
            (difference.columns_added, "新增列"),
            (difference.columns_dropped, "少了列"),
        ):
            if names:
                lines.append(f"  {words}：{'、'.join(names)}")
        lines += _cut(_whole_rows("＋", difference.added.iter_rows(named=True), contract), shown, "增加")
        lines += _cut(_whole_rows("－", difference.dropped.iter_rows(named=True), contract), shown, "减少")
        lines += _cut(_changes(difference, contract), shown, "不同")
    return "\n".join(lines)


def differences_objects(differences: Sequence[TableDifference]) -> list[dict[str, Any]]:
    """The same as objects, whole: table, added, dropped, changed."""
    objects: list[dict[str, Any]] = []
    for difference in differences:
        columns = {column.name: column for column in published()[difference.table].columns}
        objects.append(
            {
                "table": difference.table,
                "columns_added": list(difference.columns_added),
                "columns_dropped": list(difference.columns_dropped),
                "added": [_masked_row(row, columns) for row in difference.added.iter_rows(named=True)],
                "dropped": [_masked_row(row, columns) for row in difference.dropped.iter_rows(named=True)],
                "changed": [
                    {
                        **_masked_row({k: v for k, v in row.items() if k not in (OLD, NEW)}, columns),
                        OLD: _masked(columns[row[FIELD]], row[OLD]),
                        NEW: _masked(columns[row[FIELD]], row[NEW]),
                    }
                    for row in difference.changed.iter_rows(named=True)
                ],
            }
        )
    return objects


def _cut(lines: Iterator[str], shown: int, kind: str) -> Iterator[str]:
    n = 0
    for n, line in enumerate(lines, 1):
        if n <= shown:
            yield line
    if n > shown:
        yield f"  另有 {n - shown:,} 处{kind}，请用 --json 查看全部"


def _whole_rows(mark: str, rows: Iterator[dict[str, Any]], contract: Contract) -> Iterator[str]:
    columns = {column.name: column for column in contract.columns}
    for row in rows:
        told = [
            f"{columns[name].label}={_masked(columns[name], value)}"
            for name, value in row.items()
            if value not in (None, "", "[]", "{}")
        ]
        yield f"  {mark} {'，'.join(told)}"


def _changes(difference: TableDifference, contract: Contract) -> Iterator[str]:
    columns = {column.name: column for column in contract.columns}
    for row in difference.changed.iter_rows(named=True):
        field = columns[row[FIELD]]
        place = "，".join(
            f"{columns[name].label}={_masked(columns[name], value)}"
            for name, value in row.items()
            if name in columns and value is not None
        )
        old, new = (_masked(field, row[name]) or _NOTHING for name in (OLD, NEW))
        yield f"  ≠ {place}：{field.label} {old} → {new}"


def _masked_row(row: Mapping[str, Any], columns: Mapping[str, Column]) -> dict[str, Any]:
    return {name: _masked(columns[name], value) if name in columns else value for name, value in row.items()}


def _masked(column: Column, value: str | None) -> str:
    if value is None:
        return ""
    if _FINGERPRINT.fullmatch(value):
        return value
    if column.privacy in ("id", "card") and column.type != "json":
        return mask_number(value)
    return mask_text(value) if column.type in ("text", "json") else value
