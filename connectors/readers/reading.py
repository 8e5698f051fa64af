"""One file, by its content, to its sheets."""

from collections.abc import Callable, Iterator
from pathlib import Path

from connectors.readers.html_tables import decode_declared, read_html
from connectors.readers.locked import unlocked
from connectors.readers.model import ColumnarSheet, Limits, Sheet
from connectors.readers.ods import read_ods
from connectors.readers.ooxml import read_xlsb, read_xlsx
from connectors.readers.parquet import read_parquet
from connectors.readers.sniff import Form, TextForm, form_of, text_form
from connectors.readers.text import decode, read_text
from connectors.readers.troubles import Trouble, size_text, unreadable
from connectors.readers.xls import read_xls

WORKBOOKS: dict[Form, Callable[[bytes, str, Limits], Iterator[Sheet]]] = {
    Form.XLSX: read_xlsx,
    Form.XLSB: read_xlsb,
    Form.XLS: read_xls,
    Form.ODS: read_ods,
}


def read_file(
    path: Path, *, limits: Limits | None = None, name: str | None = None
) -> Iterator[Sheet | ColumnarSheet]:
    """Sheets of a delivered file, in its order, one at a time. The extension is never trusted.

    Args:
        path: the file.
        limits: see `Limits`.
        name: its name as delivered, when `path` is an archive copy under another name; used in messages and,
            for text, HTML and Parquet, as the sheet name.

    Yields:
        `Sheet`, or for Parquet one `ColumnarSheet`.

    Raises:
        UnreadableFile: as its code says; it may come after some sheets have been given.
    """
    limits = limits or Limits()
    file = Path(name).name if name else path.name
    stem = Path(file).stem
    with path.open("rb") as stream:
        form = form_of(stream, file)
        if form is Form.PARQUET:
            yield from read_parquet(path, stem, file)
            return
        if form is Form.ARCHIVE:
            raise unreadable(Trouble.ARCHIVE, file)
        size = path.stat().st_size
        if size > limits.max_file_bytes:
            limit = size_text(limits.max_file_bytes)
            raise unreadable(Trouble.TOO_LARGE, file, size=size_text(size), limit=limit)
        data = stream.read()
    if form is Form.ENCRYPTED:
        data = unlocked(data, file)
        form = Form.XLSB if b"workbook.bin" in data else Form.XLSX
    if form in WORKBOOKS:
        yield from WORKBOOKS[form](data, file, limits)
        return
    text = decode(data, file)
    if text_form(text, file) is TextForm.HTML:
        yield from read_html(decode_declared(data, text), stem, file, limits)
    else:
        yield from read_text(text, stem, file, limits)
