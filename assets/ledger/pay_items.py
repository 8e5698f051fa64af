"""This month's pay, one row an item: a view over the pay lines, for a table would be the longest of all."""

from __future__ import annotations

from connectors.specs import Specs

# What 基本工资 comes to with its parts is worked out; as an item stands what the payroll itself says.
STATED = {"base_pay": "base_pay_stated"}


def pay_item_view(specs: Specs) -> str:
    """The query of fact `pay_item` over fact `pay`: row_uid, month, person_id, item, amount (yuan)."""
    names = ", ".join(f'"{item}"' for item in _items(specs))
    lines = _lines(specs, quote='"')
    return f"unpivot ({lines}) on {names} into name item value amount"


def pay_item_view_on_spark(specs: Specs) -> str:
    """The same query in the words of Spark."""
    names = ", ".join(f"`{item}`" for item in _items(specs))
    lines = _lines(specs, quote="`")
    return f"select * from ({lines}) unpivot (amount for item in ({names}))"  # noqa: S608


def _items(specs: Specs) -> list[str]:
    return [
        column.name
        for column in specs.table("finance__payroll").columns
        if column.item is not None and column.kind == "money"
    ]


def _lines(specs: Specs, quote: str) -> str:
    columns = ", ".join(
        f"{quote}{STATED.get(item, item)}{quote} as {quote}{item}{quote}" for item in _items(specs)
    )
    return f"select row_uid, month, person_id, {columns} from pay where is_current"  # noqa: S608
