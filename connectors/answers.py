"""What people have filled into 标签对照表.xlsx and 机构对照表.xlsx, read back as inputs of the next run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
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
AnswerRows = Mapping[tuple[str, str, str, str], int]
"""Department key, code, name as written, 机构编码 chosen → the row of 机构对照表.xlsx where it stands."""


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


def read_unit_answers(path: Path, specs: Specs) -> tuple[UnitAnswers, AnswerRows, list[Issue]]:
    """Answers of 机构对照表.xlsx; a missing book has none.

    Returns:
        (department key, code, name as written) → 机构编码 of the bodies that people chose, in their order; an
        empty tuple for a unit that is knowingly none of 编办's. Then where each stands, for whether 编办 has
        the body is known only with its unit table (`known_answers`); and an issue for every row that names no
        department.
    """
    answers: dict[tuple[str, str, str], tuple[str, ...]] = {}
    rows: dict[tuple[str, str, str, str], int] = {}
    issues: list[Issue] = []
    if not path.exists():
        return answers, rows, issues
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
        for body in bodies:
            rows.setdefault((*place, body), number)
    return answers, rows, issues


def known_answers(
    answers: UnitAnswers, rows: AnswerRows, codes: Collection[str]
) -> tuple[UnitAnswers, list[Issue]]:
    """The answers that name bodies which 编办 has, and an issue for every other one.

    Args:
        answers: from `read_unit_answers`.
        rows: likewise.
        codes: 机构编码 of 编办's unit table.
    """
    known: dict[tuple[str, str, str], tuple[str, ...]] = {}
    wrong: list[tuple[int, str]] = []
    for place, bodies in answers.items():
        kept = tuple(body for body in bodies if body in codes)
        if kept or not bodies:
            known[place] = kept
        wrong += [(rows.get((*place, body), 0), body) for body in bodies if body not in codes]
    return known, [
        make_issue("unknown_body", file=UNIT_FILE, row=row or None, value=body) for row, body in sorted(wrong)
    ]
