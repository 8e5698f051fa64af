"""A minimal .xlsb, record by record after [MS-XLSB]: no library writes this form."""

import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>
<Override PartName="/xl/worksheets/sheet1.bin" ContentType="application/vnd.ms-excel.worksheet"/>
<Override PartName="/xl/sharedStrings.bin" ContentType="application/vnd.ms-excel.sharedStrings"/>
<Override PartName="/xl/styles.bin" ContentType="application/vnd.ms-excel.styles"/></Types>"""
_RELATIONS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>"""
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Date:
    """A serial number shown as a date by the built-in format `number`."""

    serial: float
    number: int = 14


@dataclass(frozen=True)
class Error:
    code: int


Cell = str | float | bool | Date | Error | None


def _record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(content)
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + content


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _relation(identifier: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identifier}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _styles(formats: Sequence[int]) -> bytes:
    font = struct.pack("<HHHHBBBB", 220, 0, 400, 0, 0, 0, 0, 0) + struct.pack("<BBHBBBB", 1, 0, 0, 0, 0, 0, 0)
    fill = struct.pack("<I", 0) + bytes(64)
    border = b"\x00" + bytes(50)

    def cell_format(parent: int, number: int) -> bytes:
        return _record(47, struct.pack("<HHHHHBBHBB", parent, number, 0, 0, 0, 0, 0, 0x1010, 0, 0))

    return b"".join(
        (
            _record(278),
            _record(611, struct.pack("<I", 1)), _record(43, font + b"\x00" + _text("宋体")), _record(612),
            _record(603, struct.pack("<I", 1)), _record(45, fill), _record(604),
            _record(613, struct.pack("<I", 1)), _record(46, border), _record(614),
            _record(626, struct.pack("<I", 1)), cell_format(0xFFFF, 0), _record(627),
            _record(617, struct.pack("<I", len(formats))),
            *(cell_format(0, number) for number in formats),
            _record(618),
            _record(279),
        )
    )  # fmt: skip


def write_xlsb(
    path: Path,
    rows: Sequence[Sequence[Cell]],
    *,
    name: str = "数据",
    sheet_state: int = 0,
    hidden: Sequence[int] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
) -> None:
    """Write one sheet; `hidden` are row numbers from 0, `merged` (top, left, bottom, right) from 0."""
    formats = [0, *sorted({c.number for row in rows for c in row if isinstance(c, Date)})]
    strings = list(dict.fromkeys(c for row in rows for c in row if isinstance(c, str)))
    body = [
        _record(129),
        _record(148, struct.pack("<4I", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)),
        _record(145),
    ]
    for number, row in enumerate(rows):
        flags = bytes([0, 0x10 if number in hidden else 0, 0])
        spans = struct.pack("<III", 1, 0, max(len(row) - 1, 0))
        body.append(_record(0, struct.pack("<IIH", number, 0, 300) + flags + spans))
        for column, cell in enumerate(row):
            style = formats.index(cell.number) if isinstance(cell, Date) else 0
            head = struct.pack("<II", column, style)
            if cell is None:
                body.append(_record(1, head))
            elif isinstance(cell, bool):
                body.append(_record(4, head + bytes([cell])))
            elif isinstance(cell, str):
                body.append(_record(7, head + struct.pack("<I", strings.index(cell))))
            elif isinstance(cell, Error):
                body.append(_record(3, head + bytes([cell.code])))
            else:
                value = cell.serial if isinstance(cell, Date) else cell
                body.append(_record(5, head + struct.pack("<d", value)))
    body.append(_record(146))
    if merged:
        body.append(_record(177, struct.pack("<I", len(merged))))
        body.extend(_record(176, struct.pack("<4I", t, b, left, right)) for t, left, b, right in merged)
        body.append(_record(178))
    body.append(_record(130))
    sheet = struct.pack("<II", sheet_state, 1) + _text("rId1") + _text(name)
    workbook = (
        _record(131) + _record(153, struct.pack("<III", 0, 0, 0)) + _record(143) + _record(156, sheet)
        + _record(144) + _record(132)
    )  # fmt: skip
    shared = _record(159, struct.pack("<II", len(strings), len(strings)))
    shared += b"".join(_record(19, b"\x00" + _text(text)) for text in strings) + _record(160)
    relations = (
        _relation("rId1", "worksheet", "worksheets/sheet1.bin")
        + _relation("rId2", "sharedStrings", "sharedStrings.bin")
        + _relation("rId3", "styles", "styles.bin")
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr(
            "_rels/.rels", _RELATIONS.format(_relation("rId1", "officeDocument", "xl/workbook.bin"))
        )
        archive.writestr("xl/workbook.bin", workbook)
        archive.writestr("xl/_rels/workbook.bin.rels", _RELATIONS.format(relations))
        archive.writestr("xl/worksheets/sheet1.bin", b"".join(body))
        archive.writestr("xl/sharedStrings.bin", shared)
        archive.writestr("xl/styles.bin", _styles(formats))
