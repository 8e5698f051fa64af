"""Rows of different tables beside each other, what they say differently marked.

Here: which cells face each other and which of them differ. Not here: who is right.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from assets.values.characters import character_pairs
from reports.headings import column_label, column_name, column_order, shown_value, table_label
from reports.labels import DEPARTMENTS, label

SAME_THING: Mapping[str, str] = {
    "name": "姓名",
    "submitted_name": "姓名",
    "id_no": "身份证号",
    "submitted_id": "身份证号",
    "unit_name": "单位",
    "agency_name": "单位",
}
"""Columns under which departments keep one thing by different headings."""
FIRST = ("姓名", "身份证号", "单位")
DIFFERS, VARIANT = "df", "vr"
COMPUTED = "计算"
"""Over what a rule has worked out itself and no department delivered."""
_BLANK = re.compile(r"[\s'’·•．.]+")
_DAY = re.compile(r"((?:19|20)[0-9]{2})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?(?: 00:00:00)?")
_AMOUNT = re.compile(r"-?[0-9]{1,11}(?:\.[0-9]{1,2})?")
_ID15, _ID18 = re.compile(r"[0-9]{15}"), re.compile(r"[0-9]{17}[0-9X]")


def records(evidence: Sequence[Mapping[str, Any]], *, unmask: bool = False) -> dict[str, Any]:
    """A line a thing, a cell a row of evidence; the lines that more than one row has come first.

    Args:
        evidence: rows of `finding_evidence`.
        unmask: show numbers whole; that has been recorded.

    Returns:
        columns: where each row stands, with `lines`, everything that stands in it under its own headings.
        rows: heading and cells of what differs or tells most; the class of a cell says whether it differs, or
            is only written otherwise. rest: the other lines.
    """
    columns: list[dict[str, Any]] = []
    raw: dict[str, dict[int, str]] = {}
    seen: dict[str, dict[int, str]] = {}
    order: dict[str, tuple[int, int, int, str]] = {}
    telling, periods = set(FIRST), set()
    for place, row in enumerate(sorted(evidence, key=_of_department)):
        department, table = row["department"] or "", row["table"] or ""
        lines: list[tuple[str, str]] = []
        for name, value in json.loads(row["values"] or "{}").items():
            if value in (None, ""):
                continue
            text = str(value)
            shown = text if unmask else shown_value(department, table, name, text)
            own = column_label(department, table, name)
            lines.append((own, shown))
            column = column_name(department, table, name)
            heading = _thing(column, own)
            if column in _said()["columns"]:
                telling.add(heading)
            if column in _said()["period"]:
                periods.add(heading)
            raw.setdefault(heading, {}).setdefault(place, text)
            seen.setdefault(heading, {}).setdefault(place, shown)
            first = FIRST.index(heading) if heading in FIRST else len(FIRST)
            order.setdefault(heading, (first, place, *column_order(department, table, name)))
        columns.append(
            {
                "department": label("department", department) if department else COMPUTED,
                "table": table_label(department, table),
                "month": row["month"] or "",
                "file": row["file"] or "",
                "sheet": row["sheet"] or "",
                "row": row["row"],
                "sha256": row["sha256"] or "",
                "lines": lines,
            }
        )
    shared = {heading for heading, cells in raw.items() if len(cells) > 1}
    rows: list[dict[str, Any]] = []
    rest: list[dict[str, Any]] = []
    for heading in sorted(raw, key=lambda one: (one not in shared, order[one])):
        marks = {} if heading in periods else marks_of(raw[heading])
        cells = [(seen[heading].get(n, ""), marks.get(n, "")) for n in range(len(columns))]
        line = {"heading": heading, "cells": cells, "differs": DIFFERS in marks.values()}
        (rows if marks or heading in telling else rest).append(line)
    return {"columns": columns, "rows": rows, "rest": rest}


def _thing(column: str, own: str) -> str:
    """Under which heading a column's cells stand: what is one thing stands in one line.

    A body's own table calls its name `name`, too; that is the body, not a person.
    """
    if column == "name" and own != SAME_THING["name"]:
        return SAME_THING["unit_name"] if "机构" in own else own
    return SAME_THING.get(column, own)


def _of_department(row: Mapping[str, Any]) -> tuple[int, int]:
    department = row["department"]
    return (DEPARTMENTS.index(department) if department in DEPARTMENTS else len(DEPARTMENTS), row["seq"])


def marks_of(cells: Mapping[int, str]) -> dict[int, str]:
    """Which cells say something else than most do, and which only write it otherwise.

    Where as many say the one as the other, all of them are marked: nobody is taken to be right.
    """
    is_short = any(_ID15.fullmatch(_bare(text)) for text in cells.values())
    alike = {place: _alike(text, is_short=is_short) for place, text in cells.items()}
    counts = Counter(alike.values()).most_common()
    is_tie = len(counts) > 1 and counts[0][1] == counts[1][1]
    marks = {place: DIFFERS for place, text in alike.items() if is_tie or text != counts[0][0]}
    agreed = {place: _bare(text) for place, text in cells.items() if place not in marks}
    usual = Counter(agreed.values()).most_common(1)
    return marks | {place: VARIANT for place, text in agreed.items() if text != usual[0][0]}


def _bare(text: str) -> str:
    return _BLANK.sub("", unicodedata.normalize("NFKC", text)).upper()


def _alike(text: str, *, is_short: bool) -> str:
    """What a text comes to when it does not matter how it is written: width, blanks, 繁简, dates, amounts.

    Beside a number of 15 digits one of 18 is taken at the same 15.
    """
    bare = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    day = _DAY.fullmatch(bare)
    if day:
        return f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"
    if _AMOUNT.fullmatch(bare):
        return f"{Decimal(bare):.2f}"
    plain = "".join(_simple().get(char, char) for char in _bare(text))
    return plain[:6] + plain[8:17] if is_short and _ID18.fullmatch(plain) else plain


@cache
def _said() -> Mapping[str, list[str]]:
    """Which columns tell most, and which only name a row's period."""
    entry: dict[str, list[str]] = tomllib.loads(
        (files("reports.exceptions") / "evidence.toml").read_text("utf-8")
    )
    return entry


@cache
def _simple() -> Mapping[str, str]:
    return dict(zip(*character_pairs("fold"), strict=True))
