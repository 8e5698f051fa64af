"""What the lists say about a finding, short: one line a list, its most telling columns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby

from reports.exceptions.model import Evidence, FindingLine
from reports.labels import label

MAX_COLUMNS, MAX_VALUES = 4, 3
COMPUTED = "合计核算"
"""What stands instead of a list where a figure was computed from several."""
OWN = {
    "name": "name",
    "id_no": "id_no",
    "submitted_name": "name",
    "submitted_id": "id_no",
    "unit_name": "unit_name",
    "agency_name": "unit_name",
}
"""Columns that say nothing where they repeat what the finding itself says of its person and unit."""
CODES = frozenset({"unit_code", "agency_code", "per_id", "request_no"})
"""Columns that only their own department can read."""
_BESIDE = re.compile(r"[\s'’]+")


@cache
def _order() -> dict[str, int]:
    """The most telling columns first, as in the lists of findings."""
    entry = tomllib.loads((files("reports.exceptions") / "evidence.toml").read_text("utf-8"))
    return {column: place for place, column in enumerate(entry["columns"])}


def sides_text(finding: FindingLine) -> str:
    """Department by department, list by list: 财政《统发工资表》：工资月份 2026-08；人员状态 在职."""
    lines = []
    for department, rows in finding.evidence.items():
        by_table = sorted(rows, key=lambda row: (row.table, row.seq))
        for table, group in groupby(by_table, key=lambda row: row.table):
            said = "；".join(_said(list(group), finding))
            name = f"{label('department', department)}《{table}》" if table else COMPUTED
            lines.append(f"{name}：{said or '有登记'}")
    return "\n".join(lines)


def _said(rows: Sequence[Evidence], finding: FindingLine) -> Iterator[str]:
    columns = sorted(
        dict.fromkeys(column for row in rows for column in row.values if column not in CODES),
        key=lambda column: _order().get(column, len(_order())),
    )
    room = MAX_COLUMNS
    for column in columns:
        values = list(dict.fromkeys(row.values[column] for row in rows if column in row.values))
        if column in OWN and all(_is_alike(value, getattr(finding, OWN[column])) for value in values):
            continue
        if column not in _order() and room < MAX_COLUMNS:
            return
        heading = next(row.headings[column] for row in rows if column in row.headings)
        more = f" 等 {len(values)} 项" if len(values) > MAX_VALUES else ""
        yield f"{heading} {'、'.join(values[:MAX_VALUES])}{more}".strip()
        room -= 1
        if not room:
            return


def _is_alike(value: str, own: str) -> bool:
    """Whether a value says the same; where one of the two is masked, the other is not asked."""
    one, other = _BESIDE.sub("", value), _BESIDE.sub("", own)
    return len(one) == len(other) and all(a == b or "*" in (a, b) for a, b in zip(one, other, strict=True))
