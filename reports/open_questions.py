"""What a run did not understand, as rows of the books that people fill in; what they wrote stays in them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

import polars as pl

from connectors.answers import LABEL_HEADERS, UNIT_HEADERS, filled_rows
from connectors.specs import Specs
from connectors.store import RunStore
from reports.render.label_books import IGNORE, LabelRow, UnitRow

Cells = Mapping[str, str]


def _written(path: Path, headers: tuple[str, ...]) -> list[Cells]:
    return [cells for _, cells in filled_rows(path, headers)] if path.exists() else []


def label_rows(store: RunStore, specs: Specs, book: Path) -> list[LabelRow]:
    """Unknown labels of the month, and all that the book already answers.

    Args:
        store: the run's tables.
        specs: for labels and choices.
        book: 标签对照表.xlsx as it lies there; it may be missing.
    """
    written = {_label_place(c): c for c in _written(book, LABEL_HEADERS)}
    rows: dict[tuple[str, ...], LabelRow] = {}
    for unknown in _unknown(store).iter_rows(named=True):
        table = specs.table(unknown["table"])
        column = table.by_name[unknown["column"]]
        department = specs.department(unknown["department"]).label
        place = (department, table.label, column.label, unknown["label"])
        said = written.get(place, {})
        codes = specs.code_lists[column.codes].labels if column.codes else {}
        candidates = [codes[code][0] for code in unknown["candidates"] or () if codes.get(code)]
        rows[place] = LabelRow(
            *place,
            n=unknown["n"],
            sample=f"{unknown['file']} / {unknown['sheet']} / 第 {unknown['row']} 行",
            suggestion="、".join(candidates),
            choices=tuple(labels[0] for labels in codes.values() if labels),
            answer=said.get("对应为", ""),
            answered_by=said.get("填写人", ""),
            remark=said.get("备注", ""),
        )
    for place, said in written.items():
        if said.get("对应为") and place not in rows:
            rows[place] = LabelRow(
                *place,
                n=_number(said.get("出现次数", "")),
                sample=said.get("示例", ""),
                suggestion=said.get("建议", ""),
                choices=_choices(said, specs),
                answer=said["对应为"],
                answered_by=said.get("填写人", ""),
                remark=said.get("备注", ""),
            )
    return [rows[place] for place in sorted(rows)]


def _label_place(cells: Cells) -> tuple[str, str, str, str]:
    return cells["部门"], cells["表"], cells["列"], cells["原文标签"]


def _unknown(store: RunStore) -> pl.DataFrame:
    frames = [store.read(name) for name in store.names("unknown_label_")]
    return pl.concat(frames).sort("department", "table", "column", "label")


def _choices(said: Cells, specs: Specs) -> tuple[str, ...]:
    department = specs.department_for_folder(said["部门"])
    table = specs.table_for_label(said["表"], department.key if department else None)
    column = next((c for c in table.columns if c.label == said["列"]), None) if table else None
    codes = specs.code_lists[column.codes].labels if column and column.codes else {}
    known = tuple(labels[0] for labels in codes.values() if labels)
    return known if said["对应为"] in (*known, IGNORE) else (*known, said["对应为"])


def unit_rows(store: RunStore, specs: Specs, book: Path) -> list[UnitRow]:
    """Units of other departments that nobody has confirmed, and all that the book already answers."""
    written: dict[tuple[str, str, str], list[Cells]] = {}
    for cells in _written(book, UNIT_HEADERS):
        if cells.get("确认对应机构编码"):
            written.setdefault(_unit_place(cells), []).append(cells)
    names = dict(bodies(store))
    rows: list[UnitRow] = []
    for unit in _unconfirmed(store).iter_rows(named=True):
        place = (specs.department(unit["department"]).label, unit["code"] or "", unit["name"] or "")
        if place in written:
            continue
        suggested = unit.get("suggestion") or ""
        rows.append(
            UnitRow(*place, unit["n_rows"], suggested if suggested in names else "", names.get(suggested, ""))
        )
    for place, answers in written.items():
        rows.extend(
            UnitRow(
                *place,
                n_people=_number(cells.get("人数", "")),
                suggested_code=cells.get("建议机构编码", ""),
                suggested_name=cells.get("建议机构名称", ""),
                answer=cells["确认对应机构编码"],
                share=_share(cells.get("份额", "")),
                answered_by=cells.get("填写人", ""),
                remark=cells.get("备注", ""),
            )
            for cells in answers
        )
    return sorted(rows, key=lambda row: (row.department, row.code, row.name))


def _unit_place(cells: Cells) -> tuple[str, str, str]:
    return cells["部门"], cells["代码"], cells["名称"]


def _unconfirmed(store: RunStore) -> pl.DataFrame:
    """References of other departments that nobody has confirmed, each once.

    Further bodies of a budget unit stand on no list: there is nothing to ask of them.
    """
    others = (pl.col("department") != "establishment") & (pl.col("n_rows") > 0)
    frame = store.read("unit_xref").filter(~pl.col("is_confirmed") & others)
    return frame.sort("department", "code", "name").unique(
        ["department", "code", "name"], keep="first", maintain_order=True
    )


def bodies(store: RunStore) -> list[tuple[str, str]]:
    """编办's bodies as (机构编码, 机构名称), in the order of their codes."""
    units = store.read("unit").filter(pl.col("is_approved")).sort("unit_id")
    return list(units.select("unit_id", pl.col("name").fill_null("")).iter_rows())


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _share(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
