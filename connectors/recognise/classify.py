"""What each non-blank row of a sheet is: title, header, data, set aside (and why), or quarantined.

A row is quarantined only when it names nobody and nothing; a total needs a total's label and no ID number.
The patterns are data (`[rows]` in common.toml).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from connectors.readers import ColumnarSheet, Sheet
from connectors.recognise.blanks import filled_or_null, is_filled_row
from connectors.recognise.frames import LINE, N_FILLED, ROW, Body, body_of, read_lines, section_lines
from connectors.recognise.model import Recognised
from connectors.specs import Kind, Specs, Table

CLASS, REASON = "class", "reason"
TITLE, HEADER, DATA, SET_ASIDE, QUARANTINED = "title", "header", "data", "set_aside", "quarantined"
SCHEMA = {ROW: pl.Int32, CLASS: pl.String, REASON: pl.String}
ROW_REASONS = {
    "total": "合计行",
    "signature": "签章行",
    "note": "说明行",
    "repeated_header": "重复的表头",
    "repeated_title": "重复的标题",
    "pseudo_row": "非实体行",
    "duplicate": "整行重复",
    "unnamed": "没有姓名、证件号码或机构",
}
"""Reason code → Chinese label."""
NOTE_LENGTH = 15
_SERIAL = ("序号", "顺序号", "行号", "序", "NO", "NO.", "编次")


def classify_rows(sheet: Sheet, recognised: Recognised, specs: Specs) -> pl.DataFrame:
    """The class of every non-blank row of the sheet.

    Args:
        sheet: as read.
        recognised: what it is.
        specs: patterns and the table.

    Returns:
        `row` (Int32, physical, ascending), `class`, `reason` (a key of `ROW_REASONS`, or null).
    """
    above = pl.DataFrame(
        [
            *((row, TITLE, None) for row in recognised.title_rows),
            *((row, HEADER, None) for row in (*recognised.header_rows, *recognised.code_rows)),
        ],
        schema=SCHEMA,
        orient="row",
    )
    above = above.filter(pl.col(ROW).is_in(_filled_rows(sheet))).sort(ROW)
    below = _below(sheet, recognised, specs)
    return pl.concat([above, below]).sort(ROW)


def classify_columnar(sheet: ColumnarSheet, recognised: Recognised, specs: Specs) -> pl.DataFrame:
    """The rows of a Parquet file that are not plain data, as `classify_rows` gives them; all others are data.

    Only rows that name nobody, rows without an ID that read like totals, and whole-row duplicates are looked
    for. Nothing but hashes of rows is held in memory.
    """
    table = specs.table(recognised.table)
    source = {m.column: sheet.header[m.index] for m in recognised.mapped if m.column is not None}
    numbered = sheet.frame.with_row_index(ROW, offset=2).with_columns(pl.col(ROW).cast(pl.Int32))
    named = [filled_or_null(source[column]).is_not_null() for column in table.named_by if column in source]
    everything = [filled_or_null(name).is_not_null() for name in sheet.header]
    is_named = pl.any_horizontal(named or everything)
    suspects = numbered.filter(~_surely_has_id(table, source) | ~is_named).collect(engine="streaming")
    said, lines = read_lines(suspects, list(sheet.header))
    judged = _judged(said, lines, source, table, specs)
    judged = judged.filter(pl.col(CLASS) != DATA)
    doubles = _columnar_duplicates(sheet, numbered, recognised).filter(
        ~pl.col(ROW).is_in(judged[ROW].to_list())
    )
    return pl.concat([judged, doubles]).sort(ROW)


def _columnar_duplicates(
    sheet: ColumnarSheet, numbered: pl.LazyFrame, recognised: Recognised
) -> pl.DataFrame:
    serial = _serial_columns([(sheet.header[m.index], m.header_text) for m in recognised.columns])
    compared = [name for name in sheet.header if name not in serial]
    hashes = numbered.select(ROW, pl.struct(compared).hash().alias("hash")).collect(engine="streaming")
    if hashes["hash"].n_unique() == len(hashes):
        return pl.DataFrame(schema=SCHEMA)
    again = hashes.filter(pl.col("hash").is_duplicated())[ROW]
    rows = numbered.filter(pl.col(ROW).is_in(again.implode())).collect().sort(ROW)
    repeated = rows.filter(~pl.struct(compared).is_first_distinct())
    return repeated.select(ROW, pl.lit(SET_ASIDE).alias(CLASS), pl.lit("duplicate").alias(REASON))


def _filled_rows(sheet: Sheet) -> list[int]:
    return [sheet.first_row + int(row) for row in sheet.cells.select(is_filled_row()).to_series().arg_true()]


def _below(sheet: Sheet, recognised: Recognised, specs: Specs) -> pl.DataFrame:
    """Classes of the rows under the header."""
    table = specs.table(recognised.table)
    body = body_of(sheet, recognised)
    source = {m.column: f"c{m.index}" for m in recognised.mapped if m.column is not None}
    judged = _judged(body.said, body.lines, source, table, specs)
    for rows, reason in (
        (_repeated_headers(body, sheet, recognised), "repeated_header"),
        (_repeated_titles(body, sheet, recognised), "repeated_title"),
        (_wide_notes(body, sheet), "note"),
    ):
        judged = _set_aside(judged, rows, reason)
    judged = _notes_that_go_on(judged, body)
    judged = _section_lines(judged, body, specs, specs.table(recognised.table))
    serial = _serial_columns([(f"c{m.index}", m.header_text) for m in recognised.columns])
    return _without_duplicates(judged, body.cells, [c for c in sheet.cells.columns if c not in serial])


def _judged(
    said: pl.DataFrame, lines: pl.DataFrame, source: dict[str, str], table: Table, specs: Specs
) -> pl.DataFrame:
    """Classes by what a row says by itself.

    Args:
        said: rows with blank cells as null.
        lines: their first texts and numbers of filled cells (`frames.Body`).
        source: column of the table → column of `said`.
        table: what the sheet is.
        specs: patterns.
    """
    first, n_filled = pl.col(LINE), pl.col(N_FILLED)
    has_id = _has_id(table, source)
    naming = [c.name for c in table.of_kind("name", "unit_name") if c.name in source]
    total_names = [
        pl.col(source[column]).str.replace_all(r"\s", "").str.contains(specs.rows.total_name)
        for column in naming
    ]
    is_total_name = pl.any_horizontal([name.fill_null(False) for name in total_names] or [pl.lit(False)])
    named_by = [pl.col(source[column]).is_not_null() for column in table.named_by if column in source]
    is_named = pl.any_horizontal(named_by or [pl.lit(True)])
    is_total = ~has_id & (first.str.contains(specs.rows.total) | is_total_name)
    is_signature = ~has_id & (
        first.str.contains(specs.rows.signature)
        | first.str.contains(specs.rows.stamp)
        | first.str.contains(specs.rows.blank_date)
        | first.str.contains(specs.rows.page)
    )
    is_note = ~has_id & (n_filled <= 2) & first.str.contains(specs.rows.note)
    reason = (
        pl.when(is_total.fill_null(False))
        .then(pl.lit("total"))
        .when(is_signature.fill_null(False))
        .then(pl.lit("signature"))
        .when(is_note.fill_null(False))
        .then(pl.lit("note"))
        .when(_is_pseudo(table, source))
        .then(pl.lit("pseudo_row"))
        .when(~is_named)
        .then(pl.lit("unnamed"))
    )
    frame = said.with_columns(lines[LINE], lines[N_FILLED])
    return frame.select(ROW, reason.alias(REASON)).select(
        ROW,
        pl.when(pl.col(REASON).is_null())
        .then(pl.lit(DATA))
        .when(pl.col(REASON) == "unnamed")
        .then(pl.lit(QUARANTINED))
        .otherwise(pl.lit(SET_ASIDE))
        .alias(CLASS),
        REASON,
    )


def _has_id(table: Table, source: dict[str, str]) -> pl.Expr:
    """Whether a row has what no total, footer or note has: an ID number; for bodies, a code.

    Words in that column (合计, 填表人：…) and small counts are none.
    """
    kinds: tuple[Kind, ...] = ("unit_code", "credit_code") if table.names == "unit" else ("id",)
    least = 3 if table.names == "unit" else 6
    pattern = rf"^[^\u4e00-\u9fff:：]*[0-9A-Za-z]{{{least},}}[^\u4e00-\u9fff:：]*$"
    columns = [source[column.name] for column in table.of_kind(*kinds) if column.name in source]
    return pl.any_horizontal(
        [pl.col(name).str.contains(pattern).fill_null(False) for name in columns] or [pl.lit(False)]
    )


def _surely_has_id(table: Table, source: dict[str, str]) -> pl.Expr:
    """A cheap first sieve for millions of rows: a cell as long as an ID number, or as a code of a body."""
    if table.names == "unit":
        return _has_id(table, source)
    lengths = [pl.col(source[c.name]).str.len_bytes() for c in table.of_kind("id") if c.name in source]
    return pl.any_horizontal([(length >= 15).fill_null(False) for length in lengths] or [pl.lit(False)])


def _is_pseudo(table: Table, source: dict[str, str]) -> pl.Expr:
    if table.pseudo is None or table.pseudo[0] not in source:
        return pl.lit(False)
    column, values = table.pseudo
    return pl.col(source[column]).str.replace_all(r"\s", "").is_in(sorted(values)).fill_null(False)


def _set_aside(judged: pl.DataFrame, rows: pl.Series, reason: str) -> pl.DataFrame:
    """Mark rows as set aside, whatever they were."""
    if rows.is_empty():
        return judged
    chosen = pl.col(ROW).is_in(rows.implode())
    return judged.with_columns(
        pl.when(chosen).then(pl.lit(SET_ASIDE)).otherwise(CLASS).alias(CLASS),
        pl.when(chosen).then(pl.lit(reason)).otherwise(REASON).alias(REASON),
    )


def _repeated_headers(body: Body, sheet: Sheet, recognised: Recognised) -> pl.Series:
    """Rows that say again what a header or code row says, cell by cell (page breaks, pasted tables)."""
    first = sheet.first_row
    models = [
        sheet.cells.row(row - first)
        for row in (*recognised.header_rows, *recognised.code_rows)
        if 0 <= row - first < len(sheet.cells)
    ]
    return _same_as(body, models, at_least=2)


def _repeated_titles(body: Body, sheet: Sheet, recognised: Recognised) -> pl.Series:
    models = [sheet.cells.row(row - sheet.first_row) for row in recognised.title_rows]
    return _same_as(body, models, at_least=1)


def _same_as(body: Body, models: Sequence[tuple[str | None, ...]], at_least: int) -> pl.Series:
    """Rows whose filled cells all equal those of one model, with at least that many of the model's cells.

    Args:
        body: the rows.
        models: the cells of header or title rows.
        at_least: cells that must agree; half of the model's, if that is more.
    """
    texts = [tuple("".join((text or "").split()) for text in model) for model in models]
    begins = sorted({text for model in texts for text in model if text})
    # Almost every row is told by its first text: what is left is looked at cell by cell.
    near = body.lines.filter(pl.col(LINE).is_in(begins))[ROW]
    rows = body.said.filter(pl.col(ROW).is_in(near.implode())).iter_rows() if len(near) else iter(())
    same = []
    for row, *cells in rows:
        plain = ["".join((cell or "").split()) for cell in cells]
        if any(_says_again(plain, model, at_least) for model in texts):
            same.append(row)
    return pl.Series(ROW, same, dtype=pl.Int32)


def _says_again(cells: Sequence[str], model: Sequence[str], at_least: int) -> bool:
    wanted = max(at_least, (sum(map(bool, model)) + 1) // 2)
    told = [(cell, text) for cell, text in zip(cells, model, strict=True) if cell]
    return len(told) >= wanted and all(cell == text for cell, text in told)


def _wide_notes(body: Body, sheet: Sheet) -> pl.Series:
    """Rows with a single cell that is merged over half the table, or that is a sentence."""
    single = body.lines.filter(pl.col(N_FILLED) == 1)
    half = max(3, (sheet.cells.width + 1) // 2)
    wide = [
        sheet.first_row + row
        for top, left, bottom, right in sheet.merged
        if right - left + 1 >= half
        for row in range(top, bottom + 1)
    ]
    is_sentence = pl.col(LINE).str.contains("[。；;]") & (pl.col(LINE).str.len_chars() >= NOTE_LENGTH)
    return single.filter(pl.col(ROW).is_in(wide) | is_sentence)[ROW]


def _notes_that_go_on(judged: pl.DataFrame, body: Body) -> pl.DataFrame:
    """Single cells straight under a note belong to it."""
    if not (judged[REASON] == "note").any():
        return judged
    states = judged.join(body.lines, on=ROW, how="left", maintain_order="left")
    goes_on = pl.col(CLASS) == QUARANTINED
    run = (~((pl.col(N_FILLED) == 1) & goes_on)).cum_sum()
    states = states.with_columns(run.alias("run"))
    after_note = states.group_by("run", maintain_order=True).agg(
        (pl.col(REASON).first() == "note").fill_null(False).alias("after_note")
    )
    rows = states.join(after_note, on="run", how="left").filter(goes_on & pl.col("after_note"))[ROW]
    return _set_aside(judged, rows, "note")


def _section_lines(judged: pl.DataFrame, body: Body, specs: Specs, table: Table) -> pl.DataFrame:
    """`单位：…` lines between the blocks of several units, or above a page, are titles of what follows."""
    lines = section_lines(body, specs, table)[ROW]
    if lines.is_empty():
        return judged
    chosen = pl.col(ROW).is_in(lines.implode()) & (pl.col(CLASS) != SET_ASIDE)
    return judged.with_columns(
        pl.when(chosen).then(pl.lit(TITLE)).otherwise(CLASS).alias(CLASS),
        pl.when(chosen).then(None).otherwise(REASON).alias(REASON),
    )


def _serial_columns(headers: list[tuple[str, str]]) -> set[str]:
    """Columns that only number the rows."""
    return {name for name, header in headers if "".join(header.split()).upper() in _SERIAL}


def _without_duplicates(judged: pl.DataFrame, frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Of rows that are equal in every cell but their number, the first stays data."""
    if not names:
        return judged
    data = frame.filter(judged[CLASS] == DATA)
    return _set_aside(judged, data.filter(~pl.struct(names).is_first_distinct())[ROW], "duplicate")
