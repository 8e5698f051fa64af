"""Rows of a recognised sheet as a frame: the mapped columns as text, the cell types, the physical row.

Values are handed on as they are stored. Two things are filled in, because the sheet itself says them once for
several rows: a cell merged over rows, and a unit or month that stands in a title. Not here: which rows are
data (`classify`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from connectors.readers import ColumnarSheet, Sheet
from connectors.recognise.blanks import filled_or_null, is_filled_row
from connectors.recognise.model import Recognised
from connectors.recognise.titles import statements_in
from connectors.specs import Specs, Table

ROW, CELL_TYPES, SECTION = "row", "cell_types", "section_unit"
ABSENT = "-"
LINE, N_FILLED = "line", "n_filled"
_UNIT_COLUMNS = ("unit_name", "agency_name")


@dataclass(frozen=True)
class Body:
    """The non-blank rows of a sheet from the first data row on, cells merged over rows filled down.

    Attributes:
        cells: `row` (Int32, physical) and the cells as stored.
        kinds: their types, in the same order, without `row`.
        said: `cells` with blank text as null.
        lines: `row`, `line` (the row's first text, without white space) and `n_filled` (its filled cells).
    """

    cells: pl.DataFrame
    kinds: pl.DataFrame
    said: pl.DataFrame
    lines: pl.DataFrame


def rows(sheet: Sheet, recognised: Recognised, specs: Specs) -> pl.DataFrame:
    """All non-blank rows from the first data row on; joined on `row` with `classify_rows` to tell them apart.

    Args:
        sheet: as read.
        recognised: what it is.
        specs: for the order of the table's columns.

    Returns:
        `row` (Int32, physical), the mapped columns and those that a title fills (String, as stored), and
        `cell_types`: one letter for each column of the table's spec, `-` where the cell is empty or absent.
    """
    body = body_of(sheet, recognised)
    kinds = body.kinds.rename({name: f"kind_{name}" for name in body.kinds.columns})
    frame = pl.concat([body.cells, kinds], how="horizontal")
    taken = {m.column: f"c{m.index}" for m in recognised.mapped if m.column is not None}
    values = {column: pl.col(source) for column, source in taken.items()}
    letters = {column: pl.col(f"kind_{source}").fill_null(ABSENT) for column, source in taken.items()}
    table = specs.table(recognised.table)
    lacking = next((c for c in _UNIT_COLUMNS if c in table.by_name and c not in values), None)
    sections = section_units(sheet, recognised, specs)
    stated = {column: pl.lit(text, dtype=pl.String) for column, text in recognised.title_values.items()}
    if lacking is not None and sections[SECTION].null_count() < len(sections):
        frame = frame.join(sections, on=ROW, how="left", maintain_order="left")
        stated[lacking] = pl.coalesce(SECTION, stated.get(lacking, pl.lit(None, dtype=pl.String)))
    for column, text in stated.items():
        values[column] = text
        letters[column] = pl.when(text.is_null()).then(pl.lit(ABSENT)).otherwise(pl.lit("t"))
    order = table.column_names
    return frame.select(
        ROW,
        *(values[column].alias(column) for column in order if column in values),
        _joined(order, letters).alias(CELL_TYPES),
    )


def columnar_rows(sheet: ColumnarSheet, recognised: Recognised, specs: Specs) -> pl.LazyFrame:
    """The same, lazily, for Parquet: all rows; the first has number 2, after the header."""
    taken = {m.column: sheet.header[m.index] for m in recognised.mapped if m.column is not None}
    values = {column: pl.col(source) for column, source in taken.items()}
    letters = {
        column: pl.when(pl.col(source).is_null()).then(pl.lit(ABSENT)).otherwise(pl.lit(sheet.kinds[source]))
        for column, source in taken.items()
    }
    for column, text in recognised.title_values.items():
        values[column], letters[column] = pl.lit(text, dtype=pl.String), pl.lit("t")
    order = specs.table(recognised.table).column_names
    return sheet.frame.with_row_index(ROW, offset=2).select(
        pl.col(ROW).cast(pl.Int32),
        *(values[column].alias(column) for column in order if column in values),
        _joined(order, letters).alias(CELL_TYPES),
    )


def _joined(order: tuple[str, ...], letters: dict[str, pl.Expr]) -> pl.Expr:
    """One text of letters; runs of absent columns are one literal."""
    parts: list[pl.Expr] = []
    run = ""
    for column in order:
        if column not in letters:
            run += ABSENT
            continue
        if run:
            parts.append(pl.lit(run))
            run = ""
        parts.append(letters[column])
    if run:
        parts.append(pl.lit(run))
    return pl.concat_str(parts)


def body_of(sheet: Sheet, recognised: Recognised) -> Body:
    """The rows under the header; kept for the sheet at hand, which several questions are asked of."""
    return _body_from(sheet, max(recognised.first_data_row - sheet.first_row, 0))


@lru_cache(maxsize=1)
def _body_from(sheet: Sheet, start: int) -> Body:
    is_filled = sheet.cells.select(is_filled_row()).to_series()
    sources = _merged_rows(sheet, start, set(is_filled.arg_true()))
    cells = sheet.cells.with_columns(_spread(sheet.cells[name], rows) for name, rows in sources.items())
    kinds = sheet.kinds.with_columns(_spread(sheet.kinds[name], rows) for name, rows in sources.items())
    numbered = cells.with_row_index(ROW, offset=sheet.first_row).with_columns(pl.col(ROW).cast(pl.Int32))
    keep = is_filled & (pl.int_range(len(cells), eager=True) >= start)
    body = numbered.filter(keep)
    said, lines = read_lines(body, sheet.cells.columns)
    return Body(body, kinds.filter(keep), said, lines)


def read_lines(cells: pl.DataFrame, names: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`said` and `lines` of a `Body` with these cells."""
    said = cells.select(ROW, *(filled_or_null(name) for name in names))
    first = pl.coalesce(names).str.replace_all(r"\s", "")
    n_filled = pl.sum_horizontal([pl.col(name).is_not_null().cast(pl.Int32) for name in names])
    return said, said.select(ROW, first.alias(LINE), n_filled.alias(N_FILLED))


def _merged_rows(sheet: Sheet, start: int, filled: set[int]) -> dict[str, dict[int, int]]:
    """Column → position of a row inside a merged range → position of the row that holds its value."""
    sources: dict[str, dict[int, int]] = {}
    for top, left, bottom, _ in sheet.merged:
        if start <= top < bottom < len(sheet.cells):
            below = {row: top for row in range(top + 1, bottom + 1) if row in filled}
            sources.setdefault(sheet.cells.columns[left], {}).update(below)
    return sources


def _spread(column: pl.Series, sources: dict[int, int]) -> pl.Series:
    return column.clone().scatter(list(sources), column.gather(list(sources.values())))


def section_units(sheet: Sheet, recognised: Recognised, specs: Specs) -> pl.DataFrame:
    """Row → unit named by the last `单位：…` line above it, for a sheet that holds several units' tables."""
    body = body_of(sheet, recognised)
    sections = section_lines(body, specs, specs.table(recognised.table))
    frame = body.lines.select(ROW).join(sections, on=ROW, how="left", maintain_order="left")
    return frame.with_columns(pl.col(SECTION).forward_fill())


def section_lines(body: Body, specs: Specs, table: Table) -> pl.DataFrame:
    """Rows above the people of a unit, and the unit that each names (null for 单位：元).

    They begin with `单位：`, or hold nothing but a unit's name in a list of people: `一、县教育局（12人）`.
    """
    labels = "|".join(specs.title.unit_name)
    is_labelled = pl.col(LINE).str.contains(rf"^(?:{labels})[:：]")
    alone = _unit_alone(specs)
    is_alone = pl.lit(table.names == "person") & (pl.col(N_FILLED) == 1) & alone.is_not_null()
    found = body.lines.filter(is_labelled | is_alone).select(
        ROW, alone.alias(SECTION), is_labelled.alias("said")
    )
    first = pl.coalesce(pl.exclude(ROW)).alias("text")
    texts = dict(body.said.filter(pl.col(ROW).is_in(found[ROW].implode())).select(ROW, first).iter_rows())
    units = [unit_of_line(texts[row], specs) if is_said else unit for row, unit, is_said in found.iter_rows()]
    return found.select(ROW).with_columns(pl.Series(SECTION, units, dtype=pl.String))


def _unit_alone(specs: Specs) -> pl.Expr:
    """The unit that is all a line says; numbered, or with an ending that no person's name has."""
    endings = "|".join(specs.title.unit_endings)
    sure = "|".join(one for one in specs.title.unit_endings if len(one) > 1 or one == "局")
    people = r"(?:[（(]?(?:共|计)?\d+人[）)]?)?[:：]?$"
    numbered = (
        rf"^[（(]?[一二三四五六七八九十]{{1,3}}(?:[）)][、.．]?|[、.．])(.{{2,}}?(?:{endings})){people}"
    )
    plain = rf"^([^\d、]{{3,}}(?:{sure})){people}"
    return pl.coalesce(pl.col(LINE).str.extract(numbered), pl.col(LINE).str.extract(plain))


def unit_of_line(text: str, specs: Specs) -> str | None:
    """The unit that a line like `单位：白石县教育局` names."""
    for statement in statements_in(text, specs.title):
        if statement.meaning == "unit_name" and statement.label not in specs.title.reporters:
            return statement.value
    return None
