"""Sound files to damage: of a sample county, of the example county, and a few forms that neither has."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polars as pl
from docx import Document
from msoffcrypto.format.ooxml import OOXMLFile
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from connectors.readers import UnreadableFile
from connectors.readers.sniff import form_of

MONTH, NEXT_MONTH = "2026-10", "2026-11"
LARGEST = 160_000
"""Bytes: what is larger takes longer and shows nothing more."""
COUNTY = Path(os.environ.get("DUIBIAN_COUNTY") or Path(__file__).resolve().parents[4] / "shared" / "county")
HEADER = [
    "工资月份",
    "单位代码",
    "单位名称",
    "人员编号",
    "姓名",
    "身份证号",
    "人员状态",
    "应发工资",
    "实发工资",
]


@dataclass(frozen=True)
class Specimen:
    """A file as it lies in a month's inbox.

    Attributes:
        folder: the department's.
        name: bare.
        form: what it is by its bytes: xlsx, xls, ods, xlsb, parquet, text, archive, …
    """

    folder: str
    name: str
    form: str
    data: bytes


def specimens(sample_inbox: Path) -> tuple[Specimen, ...]:
    """All there are, in an order that is the same every time.

    Args:
        sample_inbox: the inbox of a sample county.
    """
    roots = [sample_inbox / MONTH, COUNTY / "inbox" / MONTH]
    files = (path for root in roots if root.is_dir() for path in sorted(root.rglob("*")) if path.is_file())
    found = [
        _specimen(path.relative_to(root).parts[0], path.name, path.read_bytes())
        for path in files
        for root in roots
        if path.is_relative_to(root) and path.stat().st_size <= LARGEST
    ]
    return (*found, *made())


def _specimen(folder: str, name: str, data: bytes) -> Specimen:
    try:
        form = form_of(BytesIO(data), name).value
    except UnreadableFile:
        form = "other"
    return Specimen(folder, name, form, data)


def payroll(n: int) -> list[list[str]]:
    """A payroll of `n` people, its header first, all cells as text."""
    people = [
        [MONTH, f"30500{k % 3 + 1}", "云岭县教育局", f"P{k:04d}", "赵钱孙李周"[k % 5] + "小明",
         f"62992319{60 + k % 40}0101{100 + k:03d}X", "在职", f"{5000 + k}.50", f"{4000 + k}"]
        for k in range(n)
    ]  # fmt: skip
    return [HEADER, *people]


def made() -> Iterator[Specimen]:
    """Forms that no sample has: .ods, .parquet, a locked workbook, packed files, a letter."""
    rows = payroll(20)
    yield _specimen("财政", "工资表.ods", _ods(rows))
    yield _specimen("财政", "工资表.parquet", _parquet(rows))
    text = _csv(rows)
    yield _specimen("财政", "工资表.csv", text.encode("gb18030"))
    yield _specimen("财政", "工资表（带引号）.csv", _csv(rows, quoting=csv.QUOTE_ALL).encode("utf-8-sig"))
    yield _specimen(
        "财政", "工资表.zip", _packed({"工资表.csv": text.encode(), "说明/草稿.csv": text.encode()})
    )
    inner = _packed({"工资表.csv": text.encode()})
    yield _specimen("财政", "工资表（两层）.zip", _packed({"里面.zip": inner}))
    yield _specimen("财政", "来文.docx", _letter())
    yield _specimen("财政", "工资表（加密）.xlsx", encrypted(_xlsx(rows), "secret"))
    yield _specimen("财政", "工资表（保护结构）.xlsx", encrypted(_xlsx(rows), "VelvetSweatshop"))


def _csv(rows: list[list[str]], quoting: int = csv.QUOTE_MINIMAL) -> str:
    sink = io.StringIO(newline="")
    csv.writer(sink, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return sink.getvalue()


def _ods(rows: list[list[str]]) -> bytes:
    book = OpenDocumentSpreadsheet()
    table = Table(name="工资")
    for row in rows:
        line = TableRow()
        for cell in row:
            place = TableCell(valuetype="string")
            place.addElement(P(text=cell))
            line.addElement(place)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    sink = BytesIO()
    book.write(sink)
    return sink.getvalue()


def _parquet(rows: list[list[str]]) -> bytes:
    sink = BytesIO()
    columns = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    pl.DataFrame({name: list(values) for name, values in columns.items()}).write_parquet(sink)
    return sink.getvalue()


def _packed(members: dict[str, bytes]) -> bytes:
    sink = BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return sink.getvalue()


def _letter() -> bytes:
    letter = Document()
    letter.add_paragraph("请查收附件。")
    sink = BytesIO()
    letter.save(sink)
    return sink.getvalue()


def _xlsx(rows: list[list[str]]) -> bytes:
    import xlsxwriter

    sink = BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        page = book.add_worksheet("工资")
        for n, row in enumerate(rows):
            for k, cell in enumerate(row):
                page.write_string(n, k, cell)
    return sink.getvalue()


def encrypted(data: bytes, password: str) -> bytes:
    """The workbook as Excel locks it with a password."""
    sink = BytesIO()
    OOXMLFile(BytesIO(data)).encrypt(password, sink)
    return sink.getvalue()
