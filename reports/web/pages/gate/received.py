"""A payroll file that somebody hands in: its name made harmless, its size and kind looked at, kept aside."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from connectors.audit import append
from connectors.errors import UserError
from connectors.readers.sniff import form_of
from reports.review.folder import file_name
from reports.web.middleware import SiteRequest

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods", ".csv", ".txt", ".parquet")
MOST_BYTES = 300 * 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What the form says of the files that are taken."""

    suffixes: str = ",".join(SUFFIXES)
    words: str = "、".join(suffix.lstrip(".") for suffix in SUFFIXES)
    megabytes: int = MOST_BYTES // 1024 // 1024


def received(request: SiteRequest, folder: Path, what: str, payroll: str) -> Path:
    """The file of the form, in a folder; who handed it in and its fingerprint stand in the audit log.

    Args:
        request: with the file as `file`.
        folder: for this file alone.
        what: draft or final.
        payroll: the month that it pays.

    Raises:
        UserError: there is no file, it is too large, or it is no table.
    """
    given = request.FILES.get("file")
    if not isinstance(given, UploadedFile) or not given.size:
        raise UserError("没有选择文件，或者文件是空的", remedy="请选择工资表")
    if given.size > MOST_BYTES:
        raise UserError(
            f"文件太大，超过 {MOST_BYTES // 1024 // 1024} MB",
            remedy="请另存为 .csv 或 .parquet，或由操作员在服务器上办理",
        )
    path, digest = folder / safe_name(given.name or ""), hashlib.sha256()
    with path.open("wb") as file:
        for chunk in given.chunks():
            digest.update(chunk)
            file.write(chunk)
    with path.open("rb") as stream:
        form_of(stream, path.name)
    event = {
        "kind": "upload",
        "what": what,
        "payroll_month": payroll,
        "sha256": digest.hexdigest(),
        "bytes": given.size,
    }
    settings = request.place.casework
    append(settings.audit_log, event, settings.clock(), request.access.user)
    return path


def safe_name(given: str) -> str:
    """A file's name as it may lie on every disk: no folder, no sign that a system would obey, not too long.

    Raises:
        UserError: its ending is not that of a table.
    """
    name = Path(given.replace("\\", "/")).name
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise UserError(
            "这种文件不能作为工资表", where=suffix, remedy=f"请提交电子表格：{'、'.join(SUFFIXES)}"
        )
    return f"{file_name(Path(name).stem)}{suffix}"
