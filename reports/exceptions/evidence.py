"""One row behind a finding as it is printed: its values masked and in the order of its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from reports.exceptions.model import Evidence
from reports.headings import column_label, column_name, column_order, hiding, raw_values, table_label
from reports.labels import label

Row = Mapping[str, Any]
CODED = frozenset({"quota_type"})


@dataclass(frozen=True)
class _Layout:
    """How rows with the same headings are printed: heading as delivered, name and masking, in order."""

    columns: tuple[tuple[str, str, Callable[[str], str]], ...]
    headings: Mapping[str, str]


@cache
def _layout(department: str, table: str, delivered: tuple[str, ...]) -> _Layout:
    of_name = {column_name(department, table, heading): heading for heading in delivered}
    names = sorted(of_name, key=lambda name: column_order(department, table, name))
    return _Layout(
        tuple((of_name[name], name, hiding(department, table, name)) for name in names),
        {name: column_label(department, table, name) for name in names},
    )


def evidence_line(number: str, row: Row, *, unmask: bool = False) -> Evidence:
    """A row of `finding_evidence`.

    Args:
        number: 疑点编号 of its finding.
        row: the row.
        unmask: give identity and card numbers whole.
    """
    department, table = row["department"] or "", row["table"] or ""
    raw = raw_values(row["values"])
    if not table:  # computed from several rows: nobody delivered these words, they are codes of ours
        raw = {name: label(name, value) if name in CODED else value for name, value in raw.items()}
    layout = _layout(department, table, tuple(raw))
    if unmask:
        values = {name: raw[heading] for heading, name, _ in layout.columns}
    else:
        values = {name: hide(raw[heading]) for heading, name, hide in layout.columns}
    return Evidence(
        number=number,
        seq=row["seq"],
        role=label("evidence_role", row["role"]),
        department=department,
        table=table_label(department, table),
        file=row["file"] or "",
        sheet=row["sheet"] or "",
        row=row["row"],
        sha256=row["sha256"] or "",
        month=row["month"] or "",
        values=values,
        headings=layout.headings,
        amount=row.get("amount"),
        amount_net=row.get("amount_net"),
        amount_employer=row.get("amount_employer"),
    )
