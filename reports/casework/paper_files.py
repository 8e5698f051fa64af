"""Papers that somebody hands in: which kinds are taken, told by their content, and names made harmless."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Mapping
from typing import IO

from reports.casework.filled import Refused
from reports.typesetting import printable

NAME_LIMIT = 80
_HEAD = 16
_BEGINS: Mapping[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "tif": (b"II*\x00", b"MM\x00*"),
    "ofd": (b"PK\x03\x04",),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
}
_SAME = {"jpeg": "jpg", "tiff": "tif"}
_INSIDE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml"}
"""What a package of that kind must hold."""
KINDS = "PDF、OFD、JPG、PNG、TIF、DOCX、XLSX"
_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])")


def safe_name(name: str, kind: str) -> str:
    """A name that no program takes for a place: its last part, no control characters, its kind's ending."""
    # Format characters turn a name around: what is shown as one ending is another.
    plain = "".join(char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char) != "Cf")
    last = re.split(r"[\\/]", plain)[-1]
    stem = _UNFIT.sub("_", printable(last.rpartition(".")[0] or last)).strip(" ._")[:NAME_LIMIT].strip(" ._")
    if not stem or _RESERVED.fullmatch(stem):
        stem = f"附件{stem}"
    return f"{stem}.{kind}"


def kind_of(name: str, file: IO[bytes]) -> str:
    """What a file is, by its content; its name must say the same. The file is left at its beginning.

    Raises:
        Refused: it is none of `KINDS`, or not what its name says.
    """
    said = name.rpartition(".")[2].lower()
    kind = _SAME.get(said, said)
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    if kind not in _BEGINS:
        raise Refused(f"不收这种文件；请用 {KINDS}")
    if not head.startswith(_BEGINS[kind]) or (kind in _INSIDE and not _holds(file, _INSIDE[kind])):
        raise Refused(f"文件内容不是 {said.upper()}；请用原来的程序另存后再上传")
    return kind


def _holds(file: IO[bytes], member: str) -> bool:
    try:
        with zipfile.ZipFile(file) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    finally:
        file.seek(0)
    return member in names and not any(one.lower().endswith("vbaproject.bin") for one in names)
