import io
import re
import zipfile
from pathlib import Path
from typing import Any

import msoffcrypto.format.ooxml as ooxml
import openpyxl
import pytest
import xlwt

from connectors.readers import Limits, Trouble
from connectors.readers.troubles import WORDING

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def xlsx(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for n in range(50):
        book.active.append([f"张{n}", n])
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


@pytest.fixture
def xls(tmp_path: Path) -> Path:
    book = xlwt.Workbook()
    page = book.add_sheet("a")
    for n in range(3000):
        page.write(n, 0, f"张{n}")
    book.save(str(tmp_path / "a.xls"))
    return tmp_path / "a.xls"


def encrypted(path: Path, password: str) -> Path:
    with path.open("rb") as plain:
        sink = io.BytesIO()
        ooxml.OOXMLFile(plain).encrypt(password, sink)
    target = path.with_name("密.xlsx")
    target.write_bytes(sink.getvalue())
    return target


def test_every_trouble_has_words() -> None:
    assert set(WORDING) == set(Trouble)


def test_empty_file(tmp_path: Path, trouble: Any) -> None:
    (tmp_path / "空.xlsx").touch()
    assert trouble(tmp_path / "空.xlsx").code == "empty_file"


def test_workbook_with_a_password(xlsx: Any, trouble: Any) -> None:
    error = trouble(encrypted(xlsx, "secret"))
    assert error.code == "password"
    assert "清空密码" in error.remedy


def test_workbook_with_only_its_structure_protected_is_read(xlsx: Any, sheet: Any) -> None:
    assert sheet(encrypted(xlsx, "VelvetSweatshop")).n_rows_counted == 50


def test_old_workbook_with_a_password(xls: Any, trouble: Any) -> None:
    """FILEPASS follows the first BOF; XOR obfuscation with a key that fits no password."""
    data = bytearray(xls.read_bytes())
    start = data.find(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    after = start + 20
    kind, length = int.from_bytes(data[after : after + 2], "little"), data[after + 2]
    assert (kind, length) == (0xE1, 2), "INTERFACEHDR, whose six bytes make room for FILEPASS"
    data[after : after + 2] = b"\x2f\x00"
    xls.write_bytes(data)
    assert trouble(xls).code == "password"


@pytest.mark.parametrize("reference", [b"A500000", b"XFD1048576"])
def test_a_cell_that_says_it_stands_in_another_row_is_refused_before_it_is_believed(
    xlsx: Path, tmp_path: Path, repacked: Any, trouble: Any, reference: bytes
) -> None:
    def moved(sheet: bytes) -> bytes:
        return sheet.replace(b'r="B9"', b'r="%s"' % reference)

    repacked(xlsx, tmp_path / "b.xlsx", {SHEET: moved})
    assert trouble(tmp_path / "b.xlsx").code == "corrupt"


def test_a_value_far_below_all_others_is_refused_before_all_between_is_held(
    xlsx: Path, tmp_path: Path, trouble: Any, sheet: Any
) -> None:
    book = openpyxl.load_workbook(xlsx)
    assert book.active is not None
    book.active["H1048576"] = "x"
    book.save(tmp_path / "b.xlsx")
    error = trouble(tmp_path / "b.xlsx")
    assert error.code == "too_spread"
    assert "H1048576" in error.message
    assert "8,388,608 格，超过上限 4,000,000 格" in error.message
    book.active["H1048576"] = None
    book.active["H5000"] = "x"
    book.save(tmp_path / "c.xlsx")
    assert sheet(tmp_path / "c.xlsx").n_rows_counted == 51


@pytest.mark.parametrize(("reference", "columns"), [(b"XFD9", "16,384"), (b"ZZZZ9", "475,254")])
def test_a_cell_out_of_order_and_far_away_counts_for_the_width(
    xlsx: Path, tmp_path: Path, repacked: Any, trouble: Any, reference: bytes, columns: str
) -> None:
    def moved(sheet: bytes) -> bytes:
        return sheet.replace(b'r="A9"', b'r="%s"' % reference)

    repacked(xlsx, tmp_path / "b.xlsx", {SHEET: moved})
    error = trouble(tmp_path / "b.xlsx")
    assert error.code == "too_wide"
    assert columns in error.message


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        (b"/xl/worksheets/sheet1.xml", b"/xl/worksheets/none.xml", "“Sheet”的内容缺失"),
        (b'Id="rId1"', b'Id="rId99"', "“Sheet”的内容缺失"),
        (b"/xl/worksheets/sheet1.xml", b"/xl/workbook.xml", "内部结构错误"),
    ],
)
def test_a_sheet_that_is_listed_and_not_there_is_no_empty_sheet(
    xlsx: Path, tmp_path: Path, repacked: Any, trouble: Any, old: bytes, new: bytes, detail: str
) -> None:
    relations = "xl/_rels/workbook.xml.rels"
    with zipfile.ZipFile(xlsx) as book:
        assert old in book.read(relations)
    repacked(xlsx, tmp_path / "b.xlsx", {relations: lambda part: part.replace(old, new)})
    error = trouble(tmp_path / "b.xlsx")
    assert error.code == "corrupt"
    assert detail in error.message


def test_a_text_without_line_ends_is_refused_by_its_width(tmp_path: Path, trouble: Any) -> None:
    (tmp_path / "名册.csv").write_text("姓名,单位\n" + "张三," * 60_000, "utf-8")
    error = trouble(tmp_path / "名册.csv")
    assert error.code == "too_wide"
    assert "分隔符" in error.remedy


def test_open_document_with_entries_marked_as_locked(tmp_path: Path, trouble: Any) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + offset] |= 1
            start = data.find(mark, start + 1)
    path.write_bytes(data)
    assert trouble(path).code == "password"


def test_encrypted_open_document(tmp_path: Path, trouble: Any) -> None:
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", b"\x8f\x01")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    assert trouble(tmp_path / "a.ods").code == "password"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_workbook_cut_off_while_copying(xlsx: Any, trouble: Any, share: Any) -> None:
    data = xlsx.read_bytes()
    xlsx.write_bytes(data[: int(len(data) * share)])
    assert trouble(xlsx).code == "truncated"


def test_a_workbook_in_an_encoding_that_does_not_exist(
    xlsx: Any, tmp_path: Path, trouble: Any, repacked: Any
) -> None:
    repacked(
        xlsx, tmp_path / "b.xlsx", {"_rels/.rels": lambda x: b'<?xml version="1.0" encoding="YTF-8"?>' + x}
    )
    assert trouble(tmp_path / "b.xlsx").code == "corrupt"


def test_old_workbook_whose_directory_is_gone(xls: Any, trouble: Any) -> None:
    data = bytearray(xls.read_bytes())
    start = 512 * (1 + int.from_bytes(data[48:52], "little"))
    data[start : start + 512] = bytes(512)
    xls.write_bytes(data)
    assert trouble(xls).code in ("corrupt", "truncated")


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6])
def test_old_workbook_cut_off_while_copying(xls: Any, trouble: Any, share: Any) -> None:
    data = xls.read_bytes()
    xls.write_bytes(data[: int(len(data) * share)])
    assert trouble(xls).code in ("truncated", "corrupt")


def test_packed_data_with_a_flipped_byte(xlsx: Any, trouble: Any) -> None:
    data = bytearray(xlsx.read_bytes())
    with zipfile.ZipFile(xlsx) as archive:
        entry = archive.getinfo(SHEET)
    data[entry.header_offset + 30 + len(SHEET) + entry.compress_size // 2] ^= 0xFF
    xlsx.write_bytes(data)
    assert trouble(xlsx).code == "corrupt"


@pytest.mark.parametrize(
    "changes",
    [
        {"xl/workbook.xml": lambda xml: xml[:100]},
        {"xl/workbook.xml": lambda xml: b'<!DOCTYPE a [<!ENTITY b "c">]>' + xml},
        {SHEET: lambda xml: xml[: xml.rfind(b"<row")]},
        {SHEET: lambda xml: xml[: len(xml) // 2]},
        {"xl/workbook.xml": None, "_rels/.rels": None},
    ],
    ids=["cut", "doctype", "cut-between-rows", "cut-in-a-cell", "missing"],
)
def test_workbook_broken_inside(xlsx: Any, tmp_path: Path, trouble: Any, repacked: Any, changes: Any) -> None:
    repacked(xlsx, tmp_path / "b.xlsx", changes)
    assert trouble(tmp_path / "b.xlsx").code == "corrupt"


def test_workbook_that_is_a_zip_bomb(xlsx: Any, tmp_path: Path, trouble: Any, repacked: Any) -> None:
    repacked(xlsx, tmp_path / "b.xlsx", {SHEET: lambda xml: xml + b" " * (40 * 1024 * 1024)})
    error = trouble(tmp_path / "b.xlsx")
    assert error.code == "zip_bomb"
    assert SHEET in error.message


def test_workbook_that_lies_about_its_size(xlsx: Any, tmp_path: Path, trouble: Any, repacked: Any) -> None:
    repacked(xlsx, tmp_path / "b.xlsx", {SHEET: lambda xml: xml + b" " * (40 * 1024 * 1024)})
    data = (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "b.xlsx") as archive:
        true_size = archive.getinfo(SHEET).file_size
    lie = data.replace(true_size.to_bytes(4, "little"), (5000).to_bytes(4, "little"))
    (tmp_path / "b.xlsx").write_bytes(lie)
    assert trouble(tmp_path / "b.xlsx").code == "corrupt"


def test_workbook_that_unfolds_too_far(xlsx: Any, trouble: Any) -> None:
    assert trouble(xlsx, Limits(max_uncompressed_bytes=2000)).code == "too_large"


def test_file_above_the_size_that_is_read(tmp_path: Path, trouble: Any) -> None:
    (tmp_path / "a.csv").write_text("a,b\n" * 100, encoding="utf-8")
    assert trouble(tmp_path / "a.csv", Limits(max_file_bytes=100)).code == "too_large"


def test_values_strewn_to_the_last_corner(xlsx: Any, tmp_path: Path, trouble: Any) -> None:
    book = openpyxl.load_workbook(xlsx)
    assert book.active is not None
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "b.xlsx")
    error = trouble(tmp_path / "b.xlsx")
    assert error.code == "too_spread"
    assert "XFD1048576" in error.message


FOREIGN = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(50),
    "jpg": b"\xff\xd8\xff\xe0" + bytes(50),
    "rar": b"Rar!\x1a\x07\x01\x00" + bytes(50),
    "7z": b"7z\xbc\xaf\x27\x1c" + bytes(50),
    "exe": b"MZ\x90\x00\x03" + bytes(50),
    "rtf": b"{\\rtf1\\ansi",
    "mht": b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n",
    "xml": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>',
    "noise": bytes(range(256)) * 20,
}


@pytest.mark.parametrize("data", FOREIGN.values(), ids=FOREIGN)
def test_what_is_no_table_whatever_it_is_called(tmp_path: Path, trouble: Any, data: Any) -> None:
    (tmp_path / "名册.xlsx").write_bytes(data)
    assert trouble(tmp_path / "名册.xlsx").code == "unsupported"


@pytest.mark.parametrize(("folder", "what"), [("word", "Word"), ("ppt", "PowerPoint")])
def test_office_documents_that_are_no_workbooks(tmp_path: Path, trouble: Any, folder: Any, what: Any) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<a/>")
    error = trouble(tmp_path / "a.xlsx")
    assert error.code == "unsupported"
    assert what in error.message


def test_an_archive_is_not_read_as_a_table(tmp_path: Path, trouble: Any) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", "a,b")
    assert trouble(tmp_path / "a.zip").code == "archive"


def test_text_that_begins_like_a_bitmap_or_a_program_is_still_text(tmp_path: Path, sheet: Any) -> None:
    for name, text in (("a.csv", "BM编码,姓名\n1,张三\n"), ("b.csv", "MZ,姓名\n1,张三\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert sheet(tmp_path / name).n_rows_counted == 2


def test_messages_are_chinese_sentences() -> None:
    for message, _ in WORDING.values():
        assert message.endswith("。") and "{file}" in message and not re.search(r"[,;!?]", message)
