"""The registry of tables: staged (from the departments' specs), facts, published."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from assets.contracts.model import Column, Contract
from connectors.specs import Specs, Table, load_specs

STAGED_TYPES = {
    "id": "text",
    "name": "text",
    "text": "text",
    "code": "text",
    "date": "date",
    "month": "text",
    "money": "money",
    "decimal": "float",
    "int": "int",
    "bool": "bool",
    "document": "text",
    "credit_code": "text",
    "unit_code": "text",
    "unit_name": "text",
    "card": "text",
}
PRIVATE_KINDS = {"id": "id", "name": "name", "card": "card"}

OPTIONAL_FEEDS = ("finance__budget", "finance__card_owner")

ROW_COLUMNS = (Column("row_uid", "int", "行标识"),)
PERSON_COLUMNS = (Column("person_id", "text", "人员键"), Column("match_level", "text", "匹配级别"))
UNIT_COLUMNS = (Column("unit_id", "text", "机构编码"),)
ID_COLUMNS = (Column("id_class", "text", "号码类别"),)
NAME_COLUMNS = (Column("name_tag", "text", "姓名标注"),)


def staged_contract(table: Table) -> Contract:
    """The staged form of a department's table: typed columns behind row_uid, ids with their class."""
    columns: list[Column] = list(ROW_COLUMNS)
    for column in table.columns:
        name = column.name
        columns.append(
            Column(name, STAGED_TYPES[column.kind], column.label, PRIVATE_KINDS.get(column.kind, ""))
        )
        if name == "id_no":
            columns.extend(ID_COLUMNS)
        if name == "name" and column.kind == "name":
            columns.extend(NAME_COLUMNS)
    return Contract(f"stg_{table.key}", table.label, tuple(columns), ("row_uid",))


def _read(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("assets.contracts") / name).read_text("utf-8"))


def _merged(*groups: tuple[Column, ...]) -> tuple[Column, ...]:
    seen: dict[str, Column] = {}
    for group in groups:
        for column in group:
            seen.setdefault(column.name, column)
    return tuple(seen.values())


def fact_contracts(specs: Specs) -> dict[str, Contract]:
    """The fact tables that rules read (design §5.5), optional tables under their own key."""
    contracts: dict[str, Contract] = {}
    entries = _read("facts.toml")
    for name, entry in entries.items():
        said = entries[entry["columns_of"]] if "columns_of" in entry else entry
        own = tuple(Column.parse(text) for text in said.get("columns", []))
        source = entry.get("source")
        staged = staged_contract(specs.table(source)).columns if source else ()
        person = PERSON_COLUMNS if entry.get("person") else ()
        unit = UNIT_COLUMNS if entry.get("unit") else ()
        row = () if entry.get("computed") else ROW_COLUMNS
        contracts[name] = Contract(
            name,
            entry["label"],
            _merged(row, person, unit, own, staged),
            tuple(entry.get("key", ["row_uid"])),
        )
    for table in _optional_tables(specs):
        has_person = {"id_no", "name"} & set(table.column_names)
        contracts[table.name] = Contract(
            table.name,
            table.label,
            _merged(
                ROW_COLUMNS,
                PERSON_COLUMNS if has_person else (),
                UNIT_COLUMNS,
                staged_contract(table).columns,
            ),
            ("row_uid",),
        )
    return contracts


def _optional_tables(specs: Specs) -> list[Table]:
    """Tables that are facts under their own key."""
    return [t for t in specs.tables.values() if t.key.startswith("other__") or t.key in OPTIONAL_FEEDS]


def published_contracts() -> dict[str, Contract]:
    """The tables of a published month (design §5.4)."""
    return {
        name: Contract(
            name,
            entry["label"],
            tuple(Column.parse(text) for text in entry["columns"]),
            tuple(entry["key"]),
            tuple(entry.get("order", entry["key"])),
        )
        for name, entry in _read("published.toml").items()
    }


@cache
def published() -> dict[str, Contract]:
    """`published_contracts`, read once."""
    return published_contracts()


@cache
def fact_sources() -> dict[str, str]:
    """Fact table → the staged table whose columns it takes over, for those that have one."""
    stated = {name: entry["source"] for name, entry in _read("facts.toml").items() if "source" in entry}
    return {table.name: table.key for table in _optional_tables(load_specs())} | stated


@cache
def facts() -> dict[str, Contract]:
    """`fact_contracts` of the specs as they are, read once."""
    return fact_contracts(load_specs())
