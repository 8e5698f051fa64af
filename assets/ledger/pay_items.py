"""This month's pay, one row an item: a view over the pay lines, for a table would be the longest of all."""

from __future__ import annotations

from connectors.specs import Specs

# What 基本工资 comes to with its parts is worked out; as an item stands what the payroll itself says.
STATED = {"base_pay": "base_pay_stated"}


def pay_item_view(specs: Specs) -> str:
    """The query of fact `pay_item` over fact `pay`: row_uid, month, person_id, item, amount (yuan)."""
    items = [
        column.name
        for column in specs.table("finance__payroll").columns
        if column.item is not None and column.kind == "money"
    ]
    columns = ", ".join(f'"{STATED.get(item, item)}" as "{item}"' for item in items)
    names = ", ".join(f'"{item}"' for item in items)
    return (
        f"unpivot (select row_uid, month, person_id, {columns} from pay where is_current)"  # noqa: S608
        f" on {names} into name item value amount"
    )
