"""Lists of records from a file, and links to a file: what `duibian link` reads and writes."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from assets.identity.engine.link import OPTIONAL, REQUIRED
from connectors.errors import UserError
from connectors.readers import ColumnarSheet, Sheet, read_file
from connectors.readers.model import MIB, Limits
from pipelines.files import make_private_folder

SUFFIXES = (".parquet", ".csv", ".xlsx")
# A list for linking may be far longer than what a department delivers.
_LIMITS = Limits(max_file_bytes=8192 * MIB, max_uncompressed_bytes=8192 * MIB, max_cells=400_000_000)
_HEADER_ROWS = 20


def read_records(path: Path) -> pl.DataFrame:
    """The records of a file: of its first sheet that names a required column.

    Columns that the engine does not read are not loaded. Where the file is a workbook without id_is_number,
    the cells' types say which numbers were stored as numbers.

    Raises:
        UserError: the file cannot be read, or no sheet holds records.
    """
    wanted = (*REQUIRED, *OPTIONAL)
    for sheet in read_file(path, limits=_LIMITS):
        if isinstance(sheet, ColumnarSheet):
            frame = sheet.frame.select(name for name in sheet.header if name in wanted).collect(
                engine="streaming"
            )
            return _with_whole_ids(frame) if sheet.kinds.get("record_id") == "n" else frame
        found = _of_sheet(sheet)
        if found is not None:
            return found
    raise UserError(
        f"“{path.name}”中没有找到记录",
        where=path.name,
        remedy=f"首行须为列名，且至少有 {'、'.join(REQUIRED)} 四列",
    )


def _with_whole_ids(frame: pl.DataFrame) -> pl.DataFrame:
    """record_id as the integers they were stored as."""
    numbers = frame["record_id"].cast(pl.Int64, strict=False)
    is_whole = numbers.null_count() == frame["record_id"].null_count()
    return frame.with_columns(numbers) if is_whole else frame


def _of_sheet(sheet: Sheet) -> pl.DataFrame | None:
    top = sheet.cells.head(_HEADER_ROWS).iter_rows()
    headers = [[cell.strip() if cell else "" for cell in row] for row in top]
    found = [at for at, names in enumerate(headers) if any(name in names for name in REQUIRED)]
    if not found:
        return None
    place = found[0]
    header = headers[place]
    columns = {name: f"c{header.index(name)}" for name in (*REQUIRED, *OPTIONAL) if name in header}
    body, kinds = sheet.cells.slice(place + 1), sheet.kinds.slice(place + 1)
    filled = pl.any_horizontal(pl.col(column).is_not_null() for column in columns.values())
    rows = body.select(pl.col(column).alias(name) for name, column in columns.items())
    if "id_is_number" not in columns and "id_no" in columns and (kinds[columns["id_no"]] == "n").any():
        rows = rows.with_columns((kinds[columns["id_no"]] == "n").fill_null(False).alias("id_is_number"))
    return rows.filter(body.select(filled.alias("filled"))["filled"])


def check_destination(path: Path) -> None:
    """Refuse a result that cannot be written, before anything is computed.

    Raises:
        UserError: another kind of file.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UserError(
            f"不能写成“{path.suffix or path.name}”这种文件",
            where="--out",
            remedy=f"请写成 {'、'.join(SUFFIXES)} 之一",
        )


def write_links(links: pl.DataFrame, path: Path) -> None:
    """Write the links; the file appears whole or not at all, for its owner only."""
    make_private_folder(path.parent)
    if path.suffix.lower() == ".xlsx":
        from reports.render.links_book import write_links_book

        write_links_book(links, path)
        return
    part = path.with_name(f".{path.name}.part")
    try:
        if path.suffix.lower() == ".parquet":
            links.write_parquet(part, compression="lz4")
        else:
            links.write_csv(part, include_bom=True)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
