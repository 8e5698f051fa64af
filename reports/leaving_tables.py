"""Published tables as they may leave the home: no refuted finding, no K class, numbers masked unless asked.

Here: content of a CSV for people. Not here: who may have it, and how it is packed (`pipelines.leaving`).
"""

from __future__ import annotations

import io

import polars as pl

from assets.contracts.model import Column, Contract
from assets.contracts.registry import published
from assets.published import PublishedMonth
from assets.values.ids import mask_id
from connectors.errors import UserError
from reports.bundle.selection import SELECTED, Selection, select
from reports.findings_table import FORMULA_STARTS, findings_csv

WITHHELD = "category"
_LONG_NUMBER = r"([0-9]{6})[0-9]{5,9}([0-9]{3}[0-9Xx])"
_NO_TEXT = ("_id", "_key", "_hash", "sha256", "uid", "month")


def contract_named(name: str) -> Contract:
    """A published table by its name or its Chinese label.

    Raises:
        UserError: there is none.
    """
    contracts = published()
    found = contracts.get(name) or next((one for one in contracts.values() if one.label == name), None)
    if found is None:
        known = "、".join(f"{one.name}（{one.label}）" for one in contracts.values())
        raise UserError(f"没有“{name[:30]}”这张表", where="--table", remedy=f"请写下列之一：{known}")
    return found


def table_csv(month: PublishedMonth, contract: Contract, *, unmask: bool) -> tuple[bytes, int]:
    """A table of a month for people: Chinese headings, BOM, CRLF, no text that Excel takes for a formula.

    Returns:
        The file and its number of rows.
    """
    if contract.name in SELECTED:
        frame = select(month, Selection())[contract.name]
    else:
        frame = month.table(contract.name)
    if contract.name == "finding":
        return findings_csv(frame.drop(WITHHELD), unmask=unmask).encode(), frame.height
    columns = [one for one in contract.columns if one.name != WITHHELD and one.name in frame.columns]
    shown = frame.select(_cell(one, unmask=unmask).alias(one.label) for one in columns)
    out = io.BytesIO()
    shown.write_csv(out, include_bom=True, line_terminator="\r\n")
    return out.getvalue(), frame.height


def _cell(column: Column, *, unmask: bool) -> pl.Expr:
    cell = pl.col(column.name)
    if column.type not in ("text", "json"):
        return cell
    if not unmask and column.type == "text" and column.privacy in ("id", "card"):
        cell = mask_id(cell)
    elif not unmask and not column.name.endswith(_NO_TEXT):
        cell = cell.str.replace_all(_LONG_NUMBER, "${1}********${2}")
    starts_formula = cell.str.slice(0, 1).is_in(list(FORMULA_STARTS))
    return pl.when(starts_formula).then(pl.lit("'") + cell).otherwise(cell)
