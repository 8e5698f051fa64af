"""What the columns of delivered tables are called, for evidence that is set beside each other.

Labels and kinds come from the departments' specs; a heading that no spec knows is printed as delivered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache

from checks.findings.difference import result_labels
from connectors.specs import Column, Table, shipped_specs
from reports.labels import label
from reports.masking import mask_number, mask_text

_MASKED_KINDS = frozenset({"id", "card"})
_OPEN_KINDS = frozenset({"credit_code", "unit_code", "document", "unit_name"})


def _table(department: str, table: str) -> Table | None:
    return shipped_specs().tables.get(table if "__" in table else f"{department}__{table}")


def _column(department: str, table: str, column: str) -> Column | None:
    return _columns(department, table).get(column)


@cache
def _columns(department: str, table: str) -> dict[str, Column]:
    """Columns of a table by their English name and by their Chinese heading."""
    spec = _table(department, table)
    if spec is None:
        return {}
    return {**{column.label: column for column in spec.columns}, **spec.by_name}


def column_name(department: str, table: str, column: str) -> str:
    """The column's English name, found by its name or heading; an unknown heading as it stands."""
    known = _column(department, table, column)
    return known.name if known else column


def table_label(department: str, table: str) -> str:
    """The table's Chinese name, such as 统发工资表."""
    spec = _table(department, table)
    return spec.label if spec else table


def source_label(key: str) -> str:
    """A department ("police") or a table ("police__death") by its Chinese name; other text as it stands."""
    department, _, table = key.partition("__")
    if not table:
        return label("department", key)
    return f"{label('department', department)}{table_label(department, table)}"


def column_label(department: str, table: str, column: str) -> str:
    """The column's Chinese heading, found by its name or heading; what a rule computed has its own."""
    known = _column(department, table, column)
    if known is None and not table:
        return result_labels().get(column, column)
    return known.label if known else column


def column_order(department: str, table: str, column: str) -> tuple[int, str]:
    """Where the column stands in its table; unknown headings come last."""
    return _places(department, table).get(column, 1 << 16), column


@cache
def _places(department: str, table: str) -> dict[str, int]:
    spec = _table(department, table)
    return {name: place for place, name in enumerate(spec.column_names)} if spec else {}


def shown_value(department: str, table: str, column: str, value: str) -> str:
    """A raw value as a document may show it: identity and card numbers masked."""
    return hiding(department, table, column)(value)


@cache
def hiding(department: str, table: str, column: str) -> Callable[[str], str]:
    """What makes a column's values fit to be shown."""
    known = _column(department, table, column)
    if known is not None and known.kind in _MASKED_KINDS:
        return mask_number
    if known is not None and known.kind in _OPEN_KINDS:
        return str
    return mask_text


def raw_values(text: str | None) -> dict[str, str]:
    """The raw values of a row from their JSON, empty ones left out, in their own order."""
    if not text:
        return {}
    values = json.loads(text)
    if not isinstance(values, Mapping):
        return {"": str(values)}
    return {str(k): str(v) for k, v in values.items() if v is not None and str(v) != ""}
