"""What the rows around a table say about all of it: its unit, its month, the date of its data.

Here: labels in titles and footers, unit names in titles, sheet and file names. Not here: which rows are
titles (`layout`), nor whose rows they are when a sheet holds several units (`frames`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath

from connectors.recognise.model import TitleValue
from connectors.recognise.stated import Stated, find_dates
from connectors.specs import Specs, Table
from connectors.specs.model import TitleEntry

_SPACES = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[、/,，;；()（）\s]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SENTENCE = re.compile(r"[。；]|根据|依据|按照|为贯彻")
_LONGEST_TITLE = 40
_UNIT_COLUMNS = ("unit_name", "agency_name")
_CODE_COLUMNS = ("unit_code", "agency_code")
_NOT_A_NAME = re.compile(r"^[\d\s.\-_、（）()]+|[\d\s.\-_、]+$")


@dataclass(frozen=True, slots=True)
class SheetSays:
    """What a sheet states of itself."""

    values: dict[str, TitleValue]
    as_of: Stated | None
    month: Stated | None
    named_month: Stated | None


@dataclass(frozen=True, slots=True)
class Statement:
    """One `label：value` in a title or footer."""

    label: str
    meaning: str
    value: str


def read_titles(
    titles: Sequence[str],
    footers: Sequence[str],
    sheet_name: str,
    file_name: str,
    table: Table,
    mapped: Iterable[str],
    specs: Specs,
) -> SheetSays:
    """What titles (and, for dates, footers and names) state.

    Args:
        titles: texts of the cells above the header, in order.
        footers: texts of the cells of the last rows.
        sheet_name: as in the workbook.
        file_name: as delivered.
        table: the table recognised.
        mapped: its columns that the sheet has itself.
        specs: labels and endings.

    Returns:
        Values only for columns of the table that the sheet lacks.
    """
    statements = [statement for text in titles for statement in statements_in(text, specs.title)]
    footer_statements = [statement for text in footers for statement in statements_in(text, specs.title)]
    as_of = (
        _first_date(statements, "as_of")
        or _first_date(footer_statements, "as_of")
        or next((stated for text in _short(titles) for stated in find_dates(text) if stated.is_day), None)
    )
    month = _first_date(statements, "month") or _title_month(titles, as_of)
    named = next(iter(find_dates(sheet_name)), None) or next(iter(find_dates(PurePath(file_name).stem)), None)
    own_names = specs.department(table.department).folders
    values = _unit_values(statements, titles, sheet_name, file_name, specs.title, own_names)
    if month is not None:
        values["month"] = TitleValue(month.month, "标题")
    lacking = _columns_lacking(table, set(mapped))
    return SheetSays(
        values={lacking[key]: value for key, value in values.items() if key in lacking},
        as_of=as_of,
        month=month,
        named_month=named,
    )


def statements_in(text: str, title: TitleEntry) -> list[Statement]:
    """The `label：value` pairs of one cell, in order; labels that mean nothing here end a value."""
    pattern, meanings = _labels(
        tuple(title.unit_name),
        tuple(title.unit_code),
        tuple(title.as_of),
        tuple(title.month),
        tuple(title.other),
    )
    found = list(pattern.finditer(text))
    statements = []
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(text)
        label = _SPACES.sub("", match["label"])
        meaning = meanings[label]
        value = text[match.end() : end].strip(" 　\t\r\n，,;；。()（）")
        if meaning == "unit_name" and not _is_body_name(value, title):
            continue
        statements.append(Statement(label, meaning, value))
    return statements


def _is_body_name(value: str, title: TitleEntry) -> bool:
    """Whether what follows `单位：` is a name: not 元, not 人、万元, not a bare number."""
    words = [word for word in _SEPARATORS.split(value) if word]
    return (
        bool(_CHINESE.search(value)) and len(value) >= 2 and not all(word in title.measures for word in words)
    )


@lru_cache(maxsize=8)
def _labels(*groups: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern for all labels, spaces allowed inside; a colon may lack after 截至 and 截止."""
    meanings = {
        label: meaning
        for meaning, labels in zip(("unit_name", "unit_code", "as_of", "month", "other"), groups, strict=True)
        for label in labels
    }
    words = sorted(meanings, key=len, reverse=True)
    spaced = "|".join(r"\s*".join(map(re.escape, word)) for word in words)
    label = rf"(?:(?<![\u4e00-\u9fff])(?:{spaced})|截至|截止)"
    bracket = r"(?:\s*[(（][^)）]{0,8}[)）])?"
    return re.compile(rf"(?P<label>{label}){bracket}\s*(?:[:：]|(?<=截至)|(?<=截止))"), meanings


def _first_date(statements: Iterable[Statement], meaning: str) -> Stated | None:
    for statement in statements:
        if statement.meaning == meaning:
            for stated in find_dates(statement.value):
                return stated
    return None


def _short(titles: Sequence[str]) -> list[str]:
    """Titles proper: no sentences, whose dates are those of laws and papers."""
    return [text for text in titles if len(text) <= _LONGEST_TITLE and not _SENTENCE.search(text)]


def _title_month(titles: Sequence[str], as_of: Stated | None) -> Stated | None:
    """A month in a title that is not the date of the data itself."""
    for text in _short(titles):
        for stated in find_dates(text):
            if not stated.is_day and (as_of is None or stated.text != as_of.text):
                return stated
    return None


def _unit_values(
    statements: Iterable[Statement],
    titles: Sequence[str],
    sheet_name: str,
    file_name: str,
    title: TitleEntry,
    own_names: Sequence[str],
) -> dict[str, TitleValue]:
    """Unit name and code. A department that signs its own list is not the unit of the people on it."""
    values: dict[str, TitleValue] = {}
    for statement in statements:
        is_reporter = statement.label in title.reporters and statement.value.endswith(tuple(own_names))
        if statement.meaning in ("unit_name", "unit_code") and statement.value and not is_reporter:
            values.setdefault(statement.meaning, TitleValue(statement.value, "标题"))
    if "unit_name" in values:
        return values
    named = [(unit_in_title(text, title), "标题") for text in titles]
    named += [
        (unit_in_title(sheet_name, title, needs_words=False), "工作表名"),
        (unit_in_title(PurePath(file_name).stem, title, needs_words=False), "文件名"),
    ]
    for unit, source in named:
        if unit is not None and not unit.endswith(tuple(own_names)):
            values["unit_name"] = TitleValue(unit, source)
            break
    return values


def unit_in_title(text: str, title: TitleEntry, *, needs_words: bool = True) -> str | None:
    """The body that a title begins with: 白石县教育局2026年10月工资表 → 白石县教育局.

    Args:
        text: a title, or a sheet or file name.
        title: endings of body names, and the words that follow one in a title.
        needs_words: the name must be followed by a date or by a word of `title_words`.
    """
    words = _SPACES.sub("", text)
    cuts = [words.find(word) for word in title.title_words if words.find(word) > 0]
    cuts += [words.find(_SPACES.sub("", stated.text)) for stated in find_dates(words)]
    cuts = [cut for cut in cuts if cut > 0]
    if needs_words and not cuts:
        return None
    for cut in sorted(cuts) if needs_words else [*sorted(cuts), len(words)]:
        name = _NOT_A_NAME.sub("", words[:cut])
        if len(name) >= 3 and any(name.endswith(ending) for ending in title.unit_endings):
            return name
    return None


def _columns_lacking(table: Table, have: set[str]) -> dict[str, str]:
    """Kind of statement → column of the table that it can fill."""
    lacking: dict[str, str] = {}
    for key, names in (("unit_name", _UNIT_COLUMNS), ("unit_code", _CODE_COLUMNS), ("month", ("month",))):
        for name in names:
            if name in table.by_name and name not in have:
                lacking[key] = name
    return lacking
