"""The empty delivery form of a department: one sheet a table; notes, formats, drop-downs from the specs."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from xlsxwriter.worksheet import Worksheet

from connectors.errors import UserError
from connectors.specs import Column, Department, Specs, Table
from reports.render.book import RULE, Book, cell_text, footer_text, new_book
from reports.render.choices import ChoiceLists, list_rule
from reports.typesetting import display_width, wrapped_lines

LAST_ROW = 20_000
"""The row down to which cells offer their drop-downs."""
MAX_SYNONYMS = 8
_CREATED = datetime(2026, 1, 1)
_LISTED_KINDS = ("code", "bool")


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads((files("reports.render") / "template.toml").read_text("utf-8"))


def write_template(department: str, path: Path, specs: Specs) -> None:
    """Write the empty delivery form of a department; the file appears whole or not at all.

    Args:
        department: its key, label or folder name (finance, 财政, 财政局).
        path: the .xlsx to write.
        specs: the department specs in force.

    Raises:
        UserError: there is no such department.
    """
    found = _department(department, specs)
    with new_book(
        path,
        title=f"{found.label}报送模板",
        created=_CREATED,
        footer=footer_text(f"{found.label}报送模板", "机构编制实名制核对"),
    ) as book:
        choices = ChoiceLists(book, _texts()["rules"]["code_sheet"])
        for table in found.tables:
            _write_table(book, table, specs, choices)
        _write_notes(book, found, specs)


def _department(name: str, specs: Specs) -> Department:
    for department in specs.departments:
        if name in (department.key, department.label):
            return department
    found = specs.department_for_folder(name)
    if found is None:
        known = "、".join(department.label for department in specs.departments)
        raise UserError(f"没有“{name}”这个部门", remedy=f"请写下列之一：{known}")
    return found


def _write_table(book: Book, table: Table, specs: Specs, choices: ChoiceLists) -> None:
    sheet = book.sheet(table.label, tab=RULE if table.required else None)
    for place, column in enumerate(table.columns):
        _write_column(sheet, book, place, column, specs, choices)
    sheet.set_row(0, 36)
    sheet.freeze_panes(1, _frozen(table))
    sheet.repeat_rows(0)


def _frozen(table: Table) -> int:
    """Columns up to the name stay in sight, when it stands near the left edge."""
    place = next((n for n, column in enumerate(table.columns) if column.kind == "name"), -1)
    return place + 1 if place < 6 else 0


def _write_column(
    sheet: Worksheet, book: Book, place: int, column: Column, specs: Specs, choices: ChoiceLists
) -> None:
    kind = _texts()["kind"][column.kind]
    width = max(float(kind["width"]), display_width(column.label) + 3.0)
    sheet.set_column(place, place, width, book.style("entry", {"num_format": kind["format"]}))
    style = "header_required" if column.required else "header"
    sheet.write_string(0, place, cell_text(column.label), book.style(style, {"font_size": 10}))
    note = column_note(column)
    sheet.write_comment(
        0, place, note, {"author": "对编", "width": 300, "height": 24 + 17 * wrapped_lines(note, 42)}
    )
    labels = code_labels(column, specs)
    if labels:
        message = "从列表中选择；本地确有其他叫法的可照实填写。"
        rule = list_rule(choices.source(labels), title=column.label, message=message, strict=False)
        sheet.data_validation(1, place, LAST_ROW, place, rule)


def code_labels(column: Column, specs: Specs) -> list[str]:
    """The canonical labels that a column offers."""
    if column.codes is None or column.kind not in _LISTED_KINDS:
        return []
    codes = specs.code_lists[column.codes].labels
    labels = [labels[0] for labels in codes.values() if labels]
    return ["是", "否"] if set(labels) == {"是", "否"} else labels


def column_note(column: Column) -> str:
    """What stands beside a heading: meaning, other spellings that are understood, an example."""
    kind = _texts()["kind"][column.kind]
    lines = [f"{column.label}（{'必填' if column.required else '选填'}）", f"填法：{kind['hint']}"]
    if column.synonyms:
        others = "、".join(column.synonyms[:MAX_SYNONYMS])
        lines.append(f"表头也可写作：{others}{' 等' if len(column.synonyms) > MAX_SYNONYMS else ''}")
    if "example" in kind:
        lines.append(f"示例：{kind['example']}")
    return "\n".join(lines)


def _write_notes(book: Book, department: Department, specs: Specs) -> None:
    """The last sheet: the rules of filling in, and every column of every table."""
    texts = _texts()
    sheet = book.sheet(texts["rules"]["note_sheet"])
    widths = (22, 22, 8, 40, 60)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, f"{department.label}报送模板　填报说明", book.style("title"))
    row = 1
    for number, line in enumerate(texts["rules"]["lines"], 1):
        sheet.merge_range(row, 0, row, len(widths) - 1, "", book.style("note"))
        sheet.write_string(row, 0, f"{number}. {line}", book.style("note"))
        sheet.set_row(row, 18)
        row += 1
    row += 1
    for place, heading in enumerate(("工作表", "表头", "必填", "填法", "可选内容")):
        sheet.write_string(row, place, heading, book.style("header"))
    for table in department.tables:
        for column in table.columns:
            row += 1
            offered = "、".join(code_labels(column, specs))
            kind = texts["kind"][column.kind]
            sheet.write_string(row, 0, table.label, book.style("text"))
            sheet.write_string(row, 1, column.label, book.style("text"))
            sheet.write_string(row, 2, "必填" if column.required else "", book.style("centre"))
            sheet.write_string(row, 3, kind["hint"], book.style("text"))
            sheet.write_string(row, 4, offered, book.style("text"))
            sheet.set_row(row, 5 + 13.2 * wrapped_lines(offered, widths[4] - 1))
