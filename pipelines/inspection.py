"""How a file is understood, before any month is run, by the readers and parsers of the run itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from assets.ledger.month import Month
from assets.staging.build import stage, truncated_parts
from assets.staging.problems import UnknownLabel, label_maps, problems
from connectors.errors import UserError
from connectors.issues import Issue
from connectors.readers import ColumnarSheet, Sheet, UnreadableFile, is_archive, read_file, unpack_zip
from connectors.recognise import (
    Hints,
    Recognised,
    Unrecognised,
    classify_columnar,
    classify_rows,
    columnar_rows,
    recognise,
    rows,
)
from connectors.rows import row_uid
from connectors.specs import Specs

PART = 1


@dataclass(frozen=True)
class SheetInspection:
    """One sheet: what it was taken for and why, its rows by class, what was not understood.

    Attributes:
        n_rows: physical non-empty rows, by the reader's second count.
        found: the table with its columns, or why it is none.
        classes: class, reason and number of rows.
        id_classes: class of ID number → how many.
        labels: labels without a code.
        issues: cells that could not be parsed, damaged numbers among them; values are masked.
    """

    file: str
    sheet: str
    is_hidden: bool
    n_rows: int
    found: Recognised | Unrecognised
    classes: tuple[tuple[str, str, int], ...] = ()
    id_classes: tuple[tuple[str, int], ...] = ()
    labels: tuple[UnknownLabel, ...] = ()
    issues: tuple[Issue, ...] = ()


def inspect_file(
    path: Path, specs: Specs, *, department: str | None, month: str, scratch: Path
) -> Iterator[SheetInspection]:
    """Every sheet of a file, or of the files in a zip.

    Args:
        path: the file.
        specs: departments' tables.
        department: key of the department, where it is known; it only breaks ties.
        month: the month for which dates must be plausible.
        scratch: an empty folder, for the members of a zip.

    Raises:
        UserError: the file cannot be read.
    """
    try:
        files = unpack_zip(path, scratch) if is_archive(path) else [path]
        for file in files:
            name = path.name if file == path else f"{path.name}/{file.relative_to(scratch).as_posix()}"
            for sheet in read_file(file, name=name):
                yield _inspect(sheet, name, specs, department, month)
    except UnreadableFile as error:
        raise UserError(error.what, where=path.name, remedy=error.remedy) from error


def _inspect(
    sheet: Sheet | ColumnarSheet, file: str, specs: Specs, department: str | None, month: str
) -> SheetInspection:
    found = recognise(sheet, specs, Hints(department, Path(file).name))
    is_hidden = isinstance(sheet, Sheet) and sheet.hidden
    if isinstance(found, Unrecognised):
        return SheetInspection(file, sheet.name, is_hidden, sheet.n_rows_counted, found)
    raw, classes = _data(sheet, found, specs, month)
    table = specs.table(found.table)
    delivered = raw.collect_schema().names()
    labels = label_maps(raw, table, specs, {})
    truncated = truncated_parts(raw, "id_no") if "id_no" in delivered else []
    staged = stage(raw, table, labels, month_end=Month(month).end, truncated=truncated).collect().lazy()
    issues, unknown = problems(staged, raw, table, specs, {PART: (file, sheet.name)})
    ids = staged.group_by("id_class").len().sort("id_class").collect() if "id_no" in delivered else None
    return SheetInspection(
        file=file,
        sheet=sheet.name,
        is_hidden=is_hidden,
        n_rows=sheet.n_rows_counted,
        found=found,
        classes=classes,
        id_classes=tuple(ids.iter_rows()) if ids is not None else (),
        labels=tuple(unknown),
        issues=tuple(issue for issue in issues if issue.code not in ("unknown_label", "ambiguous_label")),
    )


def _data(
    sheet: Sheet | ColumnarSheet, found: Recognised, specs: Specs, month: str
) -> tuple[pl.LazyFrame, tuple[tuple[str, str, int], ...]]:
    """The data rows as the intake hands them on, and all rows by class."""
    if isinstance(sheet, ColumnarSheet):
        others = classify_columnar(sheet, found, specs)
        frame = columnar_rows(sheet, found, specs).join(others.lazy().select("row"), on="row", how="anti")
        counted = [("data", None, sheet.n_rows_counted - others.height), *_tally(others)]
    else:
        classes = classify_rows(sheet, found, specs)
        data = classes.filter(pl.col("class") == "data").select("row")
        frame = rows(sheet, found, specs).join(data, on="row", how="semi").lazy()
        counted = _tally(classes)
    raw = frame.with_columns(
        row_uid(month, PART, pl.col("row")).alias("row_uid"), pl.lit(PART, dtype=pl.Int64).alias("part")
    )
    return raw.collect().lazy(), tuple((name, reason or "", n) for name, reason, n in counted if n)


def _tally(classes: pl.DataFrame) -> list[tuple[str, str | None, int]]:
    return list(classes.group_by("class", "reason").len().sort("class", "reason").iter_rows())
