"""What a file really is, by its bytes. Its extension is never asked."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, NoReturn

import olefile  # type: ignore[import-untyped]

from connectors.readers.troubles import Trouble, UnreadableFile, unreadable


class Form(StrEnum):
    """Forms that can be read."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    PARQUET = "parquet"
    ENCRYPTED = "encrypted"
    ARCHIVE = "archive"
    TEXT = "text"


class TextForm(StrEnum):
    """Forms of a text, told apart once it is decoded."""

    DELIMITED = "delimited"
    HTML = "html"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

_TO_XLSX = "请把其中的表格另存为 .xlsx 后提交。"
_TO_ZIP = "请解压，或改用 zip 格式打包后提交。"
_ASK_TABLE = "请提交原来的电子表格（.xlsx、.xls、.csv），不要提交图片或扫描件。"


@dataclass(frozen=True)
class Foreign:
    """A form that is recognised and refused: how its bytes begin, its name, what to do instead."""

    magic: bytes
    what: str
    remedy: str
    offset: int = 0


FOREIGN = (
    Foreign(b"%PDF", " PDF 文档", _ASK_TABLE),
    Foreign(b"%OFD", " OFD 文档", _ASK_TABLE),
    Foreign(b"\x89PNG", "图片（PNG）", _ASK_TABLE),
    Foreign(b"\xff\xd8\xff", "图片（JPEG）", _ASK_TABLE),
    Foreign(b"GIF8", "图片（GIF）", _ASK_TABLE),
    Foreign(b"BM", "图片（BMP）", _ASK_TABLE),
    Foreign(b"II*\x00", "图片（TIFF）", _ASK_TABLE),
    Foreign(b"MM\x00*", "图片（TIFF）", _ASK_TABLE),
    Foreign(b"WEBP", "图片（WEBP）", _ASK_TABLE, offset=8),
    Foreign(b"{\\rtf", " RTF 文档", _TO_XLSX),
    Foreign(b"Rar!", " RAR 压缩包", _TO_ZIP),
    Foreign(b"7z\xbc\xaf\x27\x1c", " 7z 压缩包", _TO_ZIP),
    Foreign(b"\x1f\x8b", " gzip 压缩包", _TO_ZIP),
    Foreign(b"BZh", " bzip2 压缩包", _TO_ZIP),
    Foreign(b"\xfd7zXZ\x00", " xz 压缩包", _TO_ZIP),
    Foreign(b"ustar", " tar 压缩包", _TO_ZIP, offset=257),
    Foreign(b"MZ", "可执行程序", "请核对来源，提交表格文件。"),
    Foreign(b"\x7fELF", "可执行程序", "请核对来源，提交表格文件。"),
    Foreign(b"SQLite format 3\x00", "数据库文件", _TO_XLSX),
    Foreign(b"\x00\x01\x00\x00Standard", " Access 数据库", _TO_XLSX),
    Foreign(b"MIME-Version:", "网页档案（mht）", _TO_XLSX),
)

SNIFFED_TEXT = 65_536
HTML_START = re.compile(
    r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|table|meta)\b", re.DOTALL
)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")

BMP_HEADER = 14
"""Text may begin with BM; a bitmap also states its own length in the next four bytes."""

OLE_STREAMS = {
    "WordDocument": " Word 文档（.doc）",
    "PowerPoint Document": " PowerPoint 演示文稿（.ppt）",
    "__properties_version1.0": " Outlook 邮件",
    "VisioDocument": " Visio 图",
}

ZIP_FOLDERS = {
    "word/": " Word 文档（.docx）",
    "ppt/": " PowerPoint 演示文稿（.pptx）",
    "visio/": " Visio 图",
    "Doc_0/": " OFD 文档",
}


def form_of(data: BinaryIO, file: str) -> Form:
    """Form of the file, by content.

    Args:
        data: the file, opened; read from its beginning.
        file: bare name, for the message.

    Raises:
        UnreadableFile: empty, cut off, or of a form that holds no table.
    """
    data.seek(0)
    head = data.read(1024)
    data.seek(0)
    if not head:
        raise unreadable(Trouble.EMPTY_FILE, file)
    if head.startswith(OLE):
        return _ole_form(data, file)
    if head.startswith(ZIP):
        return _zip_form(data, file)
    if head.startswith(b"PAR1"):
        return Form.PARQUET
    refuse_foreign(head, data, file)
    return Form.TEXT


def refuse_foreign(head: bytes, data: BinaryIO, file: str) -> None:
    """Raise for pictures, documents, other archives and programs."""
    for foreign in FOREIGN:
        if not head.startswith(foreign.magic, foreign.offset):
            continue
        if foreign.magic == b"BM":
            size = data.seek(0, 2)
            data.seek(0)
            if int.from_bytes(head[2:6], "little") != size or len(head) < BMP_HEADER:
                continue
        if foreign.magic == b"MZ" and b"\x00" not in head:
            continue
        raise unreadable(Trouble.UNSUPPORTED, file, what=foreign.what, remedy=foreign.remedy)


def _ole_form(data: BinaryIO, file: str) -> Form:
    try:
        with olefile.OleFileIO(data) as ole:
            streams = {"/".join(parts) for parts in ole.listdir()}
    except Exception as error:
        raise unreadable(Trouble.TRUNCATED, file) from error
    finally:
        data.seek(0)
    if not streams:
        raise unreadable(Trouble.CORRUPT, file, detail="复合文档的目录已损坏")
    if "EncryptedPackage" in streams:
        return Form.ENCRYPTED
    if streams & {"Workbook", "Book", "WORKBOOK", "BOOK"}:
        return Form.XLS
    for stream, what in OLE_STREAMS.items():
        if stream in streams:
            raise unreadable(Trouble.UNSUPPORTED, file, what=what, remedy=_TO_XLSX)
    raise unreadable(Trouble.UNSUPPORTED, file, what="无法辨认的复合文档", remedy=_TO_XLSX)


def _zip_form(data: BinaryIO, file: str) -> Form:
    try:
        with zipfile.ZipFile(data) as archive:
            names = [name.replace("\\", "/") for name in archive.namelist()]
            lower = {name.lower() for name in names}
            if "mimetype" in lower and "content.xml" in lower:
                return _open_document_form(archive, file)
    except UnreadableFile:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise unreadable(Trouble.TRUNCATED, file) from error
    finally:
        data.seek(0)
    if any(name.endswith("workbook.bin") for name in lower):
        return Form.XLSB
    if "[content_types].xml" in lower and any(name.startswith("xl/") for name in lower):
        return Form.XLSX
    for folder, what in ZIP_FOLDERS.items():
        if any(name.startswith(folder) for name in names) and (
            "[content_types].xml" in lower or "ofd.xml" in lower
        ):
            raise unreadable(Trouble.UNSUPPORTED, file, what=what, remedy=_TO_XLSX)
    return Form.ARCHIVE


def _open_document_form(archive: zipfile.ZipFile, file: str) -> Form:
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        raise unreadable(Trouble.PASSWORD, file)
    kind = archive.read("mimetype")[:200].decode("ascii", "replace").strip()
    if "META-INF/manifest.xml" in archive.namelist():
        manifest = archive.read("META-INF/manifest.xml")
        if b"encryption-data" in manifest:
            raise unreadable(Trouble.PASSWORD, file)
    if kind.startswith("application/vnd.oasis.opendocument.spreadsheet"):
        return Form.ODS
    raise unreadable(Trouble.UNSUPPORTED, file, what=f" OpenDocument 文档（{kind[-20:]}）", remedy=_TO_XLSX)


def refuse_binary(file: str) -> NoReturn:
    """Raise for bytes that are no text in any encoding."""
    raise unreadable(Trouble.UNSUPPORTED, file, what="无法辨认的二进制文件", remedy=_TO_XLSX)


def text_form(text: str, file: str) -> TextForm:
    """Form of a decoded text: a web page that holds tables, or cells between delimiters.

    Raises:
        UnreadableFile: a form that only looks like text, or text with control characters all over.
    """
    head = text[:SNIFFED_TEXT].lstrip("\ufeff \t\r\n").lower()
    if head.startswith("<?xml") and "urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise unreadable(Trouble.UNSUPPORTED, file, what=" XML 电子表格 2003", remedy=_TO_XLSX)
    if HTML_START.match(head) or (head.startswith("<") and "<table" in head):
        return TextForm.HTML
    sample = text[:SNIFFED_TEXT]
    if len(CONTROL.findall(sample)) * 100 > len(sample):
        refuse_binary(file)
    return TextForm.DELIMITED
