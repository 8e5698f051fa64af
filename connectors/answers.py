"""What people have filled into 标签对照表.xlsx and 机构对照表.xlsx, read back as inputs of the next run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from connectors.issues import Issue, make_issue
from connectors.readers import Sheet, read_file
from connectors.specs import Specs

LABEL_FILE, UNIT_FILE = "标签对照表.xlsx", "机构对照表.xlsx"
IGNORE = "忽略"
LABEL_HEADERS = ("部门", "表", "列", "原文标签", "对应为")
UNIT_HEADERS = ("部门", "代码", "名称", "确认对应机构编码")

LabelAnswers = Mapping[tuple[str, str, str], str | None]
UnitAnswers = Mapping[tuple[str, str, str], tuple[str, ...]]


def filled_rows(path: Path, headers: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of the sheet that has the book's headers in its first row: physical row and cells by header."""
    for sheet in read_file(path):
        if not isinstance(sheet, Sheet) or sheet.cells.is_empty():
            continue
        rows = sheet.cells.rows()
        names = [text or "" for text in rows[0]]
        if not set(headers) <= set(names):
            continue
        for number, row in enumerate(rows[1:], sheet.first_row + 1):
            cells = {name: (text or "").strip() for name, text in zip(names, row, strict=True)}
            if any(cells.values()):
                yield number, cells


def read_label_answers(path: Path, specs: Specs) -> tuple[LabelAnswers, list[Issue]]:
    """Answers of 标签对照表.xlsx; a missing book has none.

    Returns:
        (table key, column, label as written) → code, None for a label that is to be left out; and an issue
        for every answer that is not one of the choices.
    """
    answers: dict[tuple[str, str, str], str | None] = {}
    issues: list[Issue] = []
    if not path.exists():
        return answers, issues
    for number, cells in filled_rows(path, LABEL_HEADERS):
        chosen = cells["对应为"]
        if not chosen:
            continue
        department = specs.department_for_folder(cells["部门"])
        table = specs.table_for_label(cells["表"], department.key if department else None)
        column = next((c for c in table.columns if c.label == cells["列"]), None) if table else None
        code = specs.lookup(column.codes or "", chosen) if column and chosen != IGNORE else None
        if table is None or column is None or (code is None and chosen != IGNORE):
            issues.append(make_issue("wrong_answer", file=path.name, row=number, value=chosen))
            continue
        answers[table.key, column.name, cells["原文标签"]] = code
    return answers, issues


def read_unit_answers(path: Path, specs: Specs) -> tuple[UnitAnswers, list[Issue]]:
    """Answers of 机构对照表.xlsx; a missing book has none.

    Returns:
        (department key, code, name as written) → 机构编码 of the bodies that people chose, in their order; an
        empty tuple for a unit that is knowingly none of 编办's.
    """
    answers: dict[tuple[str, str, str], tuple[str, ...]] = {}
    issues: list[Issue] = []
    if not path.exists():
        return answers, issues
    for number, cells in filled_rows(path, UNIT_HEADERS):
        chosen = cells["确认对应机构编码"]
        if not chosen:
            continue
        department = specs.department_for_folder(cells["部门"])
        if department is None:
            issues.append(make_issue("wrong_answer", file=path.name, row=number, value=cells["部门"]))
            continue
        place = (department.key, cells["代码"], cells["名称"])
        bodies = () if chosen == IGNORE else (chosen.split()[0],)
        answers[place] = tuple(dict.fromkeys(answers.get(place, ()) + bodies))
    return answers, issues
