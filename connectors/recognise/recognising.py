"""A sheet to the table that it is, or to the reason why it is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum, auto
from types import MappingProxyType

import polars as pl

from connectors.readers import ColumnarSheet, Sheet
from connectors.recognise.layout import Fit, Head, best_fits, read_head
from connectors.recognise.mapping import find_column, map_columns, missing_columns
from connectors.recognise.model import Hints, Recognised, Unrecognised
from connectors.recognise.titles import SheetSays, read_titles
from connectors.specs import Column, Specs, Table

FOOTER_ROWS = 8
"""Last non-empty rows in which a date of the data is looked for."""
OWN_SHARE = 0.6
"""Share of a sheet's headers from which the folder's department is not doubted."""
PLAUSIBLE = 3
"""Columns from which another department's table is worth naming."""
TELLING = 2
"""Headers that only another department's table knows, from which on the folder is doubted."""
NEARLY, NEARLY_SHARE = 6, 0.5
"""Columns, and share of a sheet's headers, from which a list of people is a table with a column missing."""


SEVERAL = 200
"""Different values of a column that are looked at to choose between two columns."""


class Rivalry(Enum):
    """How another department's table stands against the best one of the folder's department."""

    NONE = auto()
    OPEN = auto()
    LOST = auto()


def recognise(
    sheet: Sheet | ColumnarSheet, specs: Specs, hints: Hints | None = None
) -> Recognised | Unrecognised:
    """What a sheet is, by its headers; folder, file and sheet names only narrow and break ties.

    Args:
        sheet: from `connectors.readers`.
        specs: departments' tables.
        hints: the department by folder, and the file name.

    Returns:
        `Recognised`, with required columns that are missing; or `Unrecognised`, with what to do. A payroll
        draft is recognised as `finance__payroll`: whose month it is, is not for this floor.
    """
    hints = hints or Hints()
    head = Head([list(sheet.header)], (0,)) if isinstance(sheet, ColumnarSheet) else read_head(sheet)
    if not head.filled:
        return Unrecognised("empty", "空表，没有任何内容", "无需处理；若本应有数据，请核对导出条件")
    ranks = _ranks(specs, sheet.name, hints.file)
    own, others = _candidates(specs, hints.department)
    fits = best_fits(head, own, specs, ranks)
    own_fit = fits[0] if fits and fits[0].is_enough else None
    other = next((f for f in best_fits(head, others, specs, ranks) if f.is_enough), None)
    rivalry = _rivalry(own_fit, other, fits, ranks, specs)
    if other is not None and rivalry is Rivalry.LOST:
        return _other_department(sheet, other, specs)
    if own_fit is not None:
        is_own = own_fit.n_columns >= OWN_SHARE * len(own_fit.block.cells)
        fuller = _covering(fits, own_fit, specs) if is_own else _fuller(fits, own_fit)
        if fuller is not None:
            return _unrecognised(sheet, head, [fuller], specs)
        alike = other.table.key if other is not None and rivalry is Rivalry.OPEN else None
        return replace(_recognised(sheet, head, own_fit, specs, hints), alike=alike)
    if specs.normaliser.exact(sheet.name).startswith(specs.ignored_sheets):
        return Unrecognised("not_needed", "不是需要的表，按最小必要原则不读取", "无需处理")
    return _unrecognised(sheet, head, fits, specs)


def _rivalry(
    own: Fit | None, other: Fit | None, fits: Sequence[Fit], ranks: Mapping[str, int], specs: Specs
) -> Rivalry:
    """Whether a sheet is rather another department's table, and the folder wrong.

    The folder decides between tables that explain the same headers, as two departments' lists of the same
    people often do. It no longer does when another department's table explains every header that the
    folder's own does and more besides, unless the names of file and sheet speak for the folder.

    Args:
        own: the best table of the folder's department that has enough.
        other: the best one of all others.
        fits: every table of the folder's department, best first.
        ranks: how well the names of file and sheet agree with each table.
        specs: departments' tables.
    """
    if other is None:
        return Rivalry.NONE
    is_own = own is not None and own.n_columns >= OWN_SHARE * len(own.block.cells)
    if not is_own and _is_of_others(other, fits, own):
        return Rivalry.LOST
    if own is None or own.n_columns < _nearly(fits):
        return Rivalry.NONE
    ours, theirs = _explained(own, specs), _explained(other, specs)
    more = [column for index, column in theirs.items() if index not in ours]
    n_native = len(ours.keys() - theirs.keys())
    own_rank, rank = ranks.get(own.table.key, 0), ranks.get(other.table.key, 0)
    is_literal = other.quality - other.n_columns > own.quality - own.n_columns
    if own_rank > rank:
        return Rivalry.OPEN if len(more) >= TELLING and not n_native else Rivalry.NONE
    if n_native:
        return Rivalry.OPEN if len(more) >= n_native + PLAUSIBLE else Rivalry.NONE
    if len(more) >= TELLING or _tells_apart(other.table, more):
        return Rivalry.LOST
    if more and rank and not own_rank and is_literal:
        return Rivalry.LOST
    return Rivalry.OPEN if more or rank > own_rank or is_literal else Rivalry.NONE


def _explained(item: Fit, specs: Specs) -> dict[int, str]:
    """Position of each header that a table knows → its column."""
    hits = ((cell.index, find_column(cell, item.table, specs)) for cell in item.block.cells)
    return {index: hit.column for index, hit in hits if hit is not None}


def _tells_apart(table: Table, columns: Sequence[str]) -> bool:
    """Whether one of these columns is among those by which the table is recognised."""
    return any(column in group for group in table.recognise for column in columns)


def _nearly(fits: Sequence[Fit]) -> int:
    """Columns of the fullest list of people that lacks only a column."""
    return max((f.n_columns for f in fits if _is_nearly(f)), default=0)


def _is_of_others(other: Fit, fits: Sequence[Fit], own_fit: Fit | None) -> bool:
    """Whether another department's table explains a sheet so much better that the folder must be wrong."""
    nearly = _nearly(fits)
    if nearly and other.n_columns < nearly + PLAUSIBLE:
        return False
    if own_fit is not None:
        return other.n_columns >= max(own_fit.n_columns + PLAUSIBLE, 2 * own_fit.n_columns)
    return other.n_columns >= PLAUSIBLE and (not fits or other.n_columns >= fits[0].n_columns)


def _is_nearly(item: Fit) -> bool:
    """Whether a list of people has most of a table's columns, and most of its own headers are known."""
    known = "id_no" in {hit.column for hit in item.found}
    return known and item.n_columns >= NEARLY and item.n_columns >= NEARLY_SHARE * len(item.block.cells)


def _fuller(fits: Sequence[Fit], own_fit: Fit) -> Fit | None:
    """A table of the same department that explains the sheet far better and lacks only what tells it apart.

    A payroll whose 应发工资 goes by an unknown name is a payroll with a column missing, not a list of cards.
    """
    wanted = max(own_fit.n_columns + PLAUSIBLE, 2 * own_fit.n_columns)
    return next((f for f in fits if not f.is_enough and f.n_columns >= wanted), None)


def _covering(fits: Sequence[Fit], own_fit: Fit, specs: Specs) -> Fit | None:
    """A table of the same department that explains every header that the best one does, and several more."""
    ours = _explained(own_fit, specs).keys()
    for item in fits:
        theirs = _explained(item, specs).keys()
        if not item.is_enough and ours <= theirs and len(theirs) >= len(ours) + TELLING:
            return item
    return None


def _candidates(specs: Specs, department: str | None) -> tuple[list[Table], list[Table]]:
    """Tables of the folder's department, and all others. A table with another's columns is that other."""
    tables = [table for table in specs.tables.values() if table.same_columns_as is None]
    if department is None:
        return tables, []
    own = [table for table in tables if table.department == department]
    return own, [table for table in tables if table.department != department]


def _ranks(specs: Specs, sheet_name: str, file_name: str) -> dict[str, int]:
    """Longest name of a table that occurs in the sheet's name (counts more) or the file's name."""
    sheet, file = specs.normaliser.exact(sheet_name), specs.normaliser.exact(file_name)
    ranks = {}
    for table in specs.tables.values():
        words = {specs.normaliser.exact(word) for word in (table.label, *table.sheets)}
        in_sheet = max((len(word) for word in words if word in sheet), default=0)
        in_file = max((len(word) for word in words if word in file), default=0)
        ranks[table.key] = 2 * in_sheet + in_file
    return ranks


def _recognised(
    sheet: Sheet | ColumnarSheet, head: Head, best: Fit, specs: Specs, hints: Hints
) -> Recognised:
    table, block = best.table, best.block
    mappings = map_columns(block.cells, table, specs, lambda index: _values(sheet, index, block.last))
    mapped = {mapping.column for mapping in mappings if mapping.column is not None}
    says = _says(sheet, head, (block.first, block.last), table, mapped, specs, hints)
    absent = _absent(table, mapped | set(says.values))
    first_row = 1 if isinstance(sheet, ColumnarSheet) else sheet.first_row
    return Recognised(
        table=table.key,
        label=table.label,
        title_rows=tuple(first_row + row for row in head.filled if row < block.first),
        header_rows=tuple(range(first_row + block.top, first_row + block.bottom + 1)),
        code_rows=tuple(first_row + row for row in block.code_rows),
        first_data_row=first_row + block.last + 1,
        columns=mappings,
        missing=missing_columns(absent, mappings, table, specs),
        title_values=MappingProxyType({column: value.text for column, value in says.values.items()}),
        title_sources=MappingProxyType({column: value.source for column, value in says.values.items()}),
        as_of=says.as_of.value if says.as_of else None,
        as_of_text=says.as_of.text if says.as_of else None,
        stated_month=says.month.month if says.month else None,
        stated_month_text=says.month.text if says.month else None,
        named_month=says.named_month.month if says.named_month else None,
        reason=f"表头中有 {len(mapped)} 列属于“{table.label}”",
    )


def _absent(table: Table, have: set[str]) -> list[Column]:
    """Required columns that are not there; and one that names the body, when a table of bodies names none."""
    have = have | {column.into for column in table.columns if column.into and column.name in have}
    have = have | {column.name for column in table.columns if column.implied and column.implied[0] in have}
    absent = [column for column in table.required_columns if column.name not in have]
    if table.names == "unit" and table.named_by and not have & {*table.named_by, *(c.name for c in absent)}:
        absent.append(table.column(table.named_by[0]))
    return absent


def _values(sheet: Sheet | ColumnarSheet, index: int, bottom: int) -> list[str]:
    """The first different values under a header; of a columnar file its rows are not looked at."""
    if isinstance(sheet, ColumnarSheet):
        return []
    column = sheet.cells.to_series(index).slice(bottom + 1).str.strip_chars()
    return column.filter(column != "").unique(maintain_order=True).head(SEVERAL).to_list()


def _says(
    sheet: Sheet | ColumnarSheet,
    head: Head,
    header: tuple[int, int],
    table: Table,
    mapped: set[str],
    specs: Specs,
    hints: Hints,
) -> SheetSays:
    top, bottom = header
    titles = [text for row in head.filled if row < top for text in dict.fromkeys(head.rows[row]) if text]
    footers = [] if isinstance(sheet, ColumnarSheet) else _footers(sheet.cells, bottom + 1)
    return read_titles(titles, footers, sheet.name, hints.file, table, mapped, specs)


def _footers(cells: pl.DataFrame, below: int) -> list[str]:
    """Texts with a colon in the last rows: 填报日期：2026-10-26."""
    tail = cells.slice(max(below, len(cells) - FOOTER_ROWS))
    texts = [text for row in tail.rows() for text in row if text]
    return [text for text in texts if ":" in text or "：" in text or "截至" in text]


def _other_department(sheet: Sheet | ColumnarSheet, found: Fit, specs: Specs) -> Unrecognised:
    department = specs.department(found.table.department)
    return Unrecognised(
        "other_department",
        f"表头与{department.label}的“{found.table.label}”相符，与所在文件夹的部门不符",
        f"请把文件移到“{department.label}”文件夹后重新运行",
        table=found.table.key,
        department=department.key,
        header_row=_physical(sheet, found),
        is_nearly=_is_nearly(found),
    )


def _unrecognised(sheet: Sheet | ColumnarSheet, head: Head, fits: list[Fit], specs: Specs) -> Unrecognised:
    """The nearest table and what it lacks, or that there is no header at all."""
    near = [item for item in fits if item.n_columns >= 2]
    if not near:
        return Unrecognised(
            "no_header" if not fits else "unknown",
            "没有找到表头" if not fits else "表头与任何一张约定的表都不相符",
            "请保留表头行后重新报送；若是说明或统计表，可忽略",
        )
    best = near[0]
    mappings = map_columns(best.block.cells, best.table, specs, lambda index: ())
    wanted = [best.table.column(group[0]) for group in best.lacking]
    missing = missing_columns(wanted, mappings, best.table, specs)
    said = "；".join(item.message for item in missing)
    return Unrecognised(
        "missing_header",
        f"像是“{best.table.label}”，但{said}",
        "请按报送模板改正表头，或在部门规格中登记实际使用的表头",
        table=best.table.key,
        header_row=_physical(sheet, best),
        is_nearly=_is_nearly(best),
    )


def _physical(sheet: Sheet | ColumnarSheet, found: Fit) -> int:
    return 1 if isinstance(sheet, ColumnarSheet) else sheet.first_row + found.block.bottom
