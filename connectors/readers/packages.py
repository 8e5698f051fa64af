"""The zip inside .xlsx, .xlsb and .ods: opened within limits, its parts found by their relations."""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from xml.etree import ElementTree

from connectors.readers.model import Limits
from connectors.readers.troubles import Trouble, size_text, unreadable

OFFICE_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


_BROKEN = (struct.error, LookupError, ValueError, OverflowError)
"""What the passes over the parts trip over where a part is damaged."""


def guard_zip(archive: zipfile.ZipFile, file: str, limits: Limits) -> int:
    """Refuse a zip that unfolds beyond the limits; the declared sum of its sizes otherwise.

    A zip that declares less than it holds fails its checksum when read: Python stops at the declared size.
    """
    total = 0
    for entry in archive.infolist():
        total += entry.file_size
        if entry.file_size > limits.ratio_floor_bytes:
            ratio = entry.file_size / max(entry.compress_size, 1)
            if ratio > limits.max_ratio:
                raise unreadable(Trouble.ZIP_BOMB, file, entry=entry.filename, ratio=round(ratio))
    if total > limits.max_uncompressed_bytes:
        raise unreadable(
            Trouble.TOO_LARGE,
            file,
            size=f"解压后 {size_text(total)}",
            limit=size_text(limits.max_uncompressed_bytes),
        )
    return total


@contextmanager
def opened(data: bytes, file: str, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """The zip within limits; what its reading raises is told as a damaged file."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise unreadable(Trouble.PASSWORD, file)
            guard_zip(archive, file, limits)
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise unreadable(Trouble.CORRUPT, file, detail="压缩数据校验不符") from error
    except _BROKEN as error:
        raise unreadable(Trouble.CORRUPT, file, detail="工作簿内部结构错误") from error
    except NotImplementedError as error:
        raise unreadable(Trouble.CORRUPT, file, detail="压缩方式不受支持") from error


@dataclass(frozen=True)
class Parts:
    """The parts of a workbook that reading needs: sheet name → entry; None where the workbook has none."""

    sheets: dict[str, str]
    shared_strings: str | None
    styles: str | None


class _Names:
    """Entry names as the zip spells them, looked up as OOXML compares them: without case."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._by_lower = {name.replace("\\", "/").lower(): name for name in archive.namelist()}

    def find(self, path: str) -> str | None:
        return self._by_lower.get(path.lstrip("/").lower())


def _xml(data: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ElementTree.ParseError("document type declarations have no place in a workbook")
    return ElementTree.fromstring(data)  # noqa: S314


def _relations(archive: zipfile.ZipFile, names: _Names, part: str) -> dict[str, tuple[str, str]]:
    """Relation id → (last word of its type, entry name of its target)."""
    folder, base = posixpath.split(part)
    path = names.find(posixpath.join(folder, "_rels", base + ".rels"))
    if path is None:
        return {}
    found = {}
    for relation in _xml(archive.read(path)):
        target = relation.get("Target", "").replace("\\", "/")
        joined = target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        entry = names.find(joined)
        if entry is not None:
            found[relation.get("Id", "")] = (relation.get("Type", "").rsplit("/", 1)[-1], entry)
    return found


def workbook_parts(
    archive: zipfile.ZipFile, file: str, listed_by: Callable[[bytes], dict[str, str]] | None = None
) -> Parts:
    """Where the sheets, shared strings and styles of an OOXML workbook lie.

    Args:
        archive: the opened package.
        file: bare name, for the message.
        listed_by: how the workbook part lists its sheets (name → relation id); XML when not given.

    Raises:
        UnreadableFile: the workbook part, its relations or a sheet that it lists are missing or broken.
    """
    names = _Names(archive)
    try:
        top = dict(_relations(archive, names, "").values())
        workbook = top.get("officeDocument") or names.find("xl/workbook.xml") or names.find("xl/workbook.bin")
        if workbook is None:
            raise unreadable(Trouble.CORRUPT, file, detail="缺少工作簿部件")
        relations = _relations(archive, names, workbook)
        listed = (listed_by or _listed)(archive.read(workbook))
    except ElementTree.ParseError as error:
        raise unreadable(Trouble.CORRUPT, file, detail="工作簿部件不是有效的 XML") from error
    lost = next((name for name, relation in listed.items() if relation not in relations), None)
    if lost is not None:
        # Its rows would be missing without a word: the list says that there is such a sheet.
        raise unreadable(Trouble.CORRUPT, file, detail=f"工作表“{lost[:31]}”的内容缺失")
    kinds = dict(relations.values())
    sheets = {
        name: relations[relation][1]
        for name, relation in listed.items()
        if relations.get(relation, ("", ""))[0] == "worksheet"
    }
    return Parts(sheets, kinds.get("sharedStrings"), kinds.get("styles"))


def _listed(workbook: bytes) -> dict[str, str]:
    """Sheet name → relation id, in the order of the workbook."""
    return {
        element.get("name", ""): relation
        for element in _xml(workbook).iter()
        if element.tag.rpartition("}")[2] == "sheet"
        for key, relation in element.attrib.items()
        if key == OFFICE_RELATIONS or re.fullmatch(r"\{[^}]*/relationships\}id", key)
    }


def with_entry(data: bytes, name: str, content: bytes) -> bytes:
    """The zip with one entry's content replaced; the other entries are not packed anew."""
    stream = BytesIO(data)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_STORED) as archive:
        old = archive.NameToInfo.pop(name)
        archive.filelist.remove(old)
        archive.writestr(name, content)
    return stream.getvalue()
