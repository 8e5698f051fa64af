"""A department's delivery on its way to the office: packed there, checked whole and taken into the inbox.

A package is a sealed parcel (`connectors.parcel`) whose manifest says whose it is, of which month and day,
who packed it, its secrecy and on which medium it travels, and of every file its hashes and number of rows.
Not here: what stands in the files, which the run finds out.
"""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from connectors import audit
from connectors.errors import UserError
from connectors.parcel import Parcel, new_parcel, open_parcel
from connectors.readers import UnreadableFile, is_archive, is_ignorable, read_file
from connectors.sealed import Lock
from pipelines.files import make_private_folder
from pipelines.home import INBOX_FOLDERS, Home
from pipelines.home_format import refuse_newer
from pipelines.months import is_month
from pipelines.settings import load_settings

KIND, FORMAT = "duibian-delivery", 1
EVENT = "package_import"
SECRECY = ("公开", "内部", "秘密", "机密", "绝密")
"""密级, the least first."""
_FILES = "files"
_LABELS = {"handler": "经办人", "secrecy": "密级", "media": "介质编号"}
_NAME = re.compile(r'[<>:"/\\|?*\s]+')


@dataclass(frozen=True)
class Waybill:
    """What the manifest says beside the files.

    Attributes:
        department: the folder of the inbox, such as 财政.
        as_of: the day as of which the data are, YYYY-MM-DD.
        handler: who packed it.
        secrecy: one of `SECRECY`.
        media: number of the disk or stick on which it travels.
    """

    department: str
    month: str
    as_of: str
    handler: str
    secrecy: str
    media: str


@dataclass(frozen=True)
class Taken:
    """A package that lies in the inbox now."""

    waybill: Waybill
    folder: Path
    n_files: int
    n_rows: int
    digest: str


def pack(folder: Path, waybill: Waybill, out: Path, lock: Lock, today: date) -> tuple[int, int, str]:
    """Write a package of all files of a folder; returns how many files and rows, and its digest.

    Raises:
        UserError: the waybill is faulty, the folder holds nothing, or a file cannot be read.
    """
    faults = [*_waybill_faults(waybill, today)]
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not is_ignorable(path))
    if not files:
        faults.append("文件夹里没有文件")
    if faults:
        raise UserError("；".join(faults), where=str(folder), remedy="请按提示更正后重新打包")
    if out.exists():
        raise UserError("这里已有同名文件，不覆盖", where=str(out), remedy="请换一个 --out")
    rows = {path.relative_to(folder).as_posix(): rows_in(path) for path in files}
    with new_parcel(out, lock) as parcel:
        for path in files:
            parcel.add_file(f"{_FILES}/{path.relative_to(folder).as_posix()}", path)
        parcel.finish({"kind": KIND, "format": FORMAT, "rows": rows, **asdict(waybill)})
        digest = parcel.digest
    return len(files), sum(n or 0 for n in rows.values()), digest


def take_in(
    home: Home, path: Path, lock: Lock, today: date, log: Callable[[Taken], object]
) -> Taken | tuple[str, ...]:
    """Check a package wholly, then put it into the inbox in one step; or say everything that is wrong.

    Args:
        home: the home, whose lock the caller holds.
        path: the package.
        lock: what it is sealed with.
        today: no data can be of a later day.
        log: told what is taken before anybody can read it.

    Raises:
        UserError: it cannot be opened, is something else, or is of a newer program.
    """
    with open_parcel(path, lock) as parcel:
        if parcel.about.get("kind") != KIND:
            raise UserError("这不是报送包", where=parcel.name, remedy="请用 duibian package pack 写出的文件")
        refuse_newer("报送包", int(parcel.about["format"]), FORMAT, parcel.name)
        waybill = Waybill(**{one.name: str(parcel.about.get(one.name, "")) for one in fields(Waybill)})
        faults = [*_waybill_faults(waybill, today), *_home_faults(home, waybill)]
        faults += [f"{damage.path}：{damage.what}" for damage in parcel.damages()]
        if faults:
            return tuple(faults)
        target = home.inbox_month(waybill.month) / waybill.department / _NAME.sub("_", path.stem)
        if target.exists():
            return (f"收件箱里已有 {target.relative_to(home.root).as_posix()}，不覆盖",)
        part = home.inbox / f".{secrets.token_hex(4)}.part"
        try:
            make_private_folder(part)
            faults = list(_unpacked(parcel, part))
            if faults:
                return tuple(faults)
            rows = parcel.about["rows"]
            n_rows = sum(n or 0 for n in rows.values())
            taken = Taken(waybill, target, len(rows), n_rows, str(parcel.about["digest"]))
            make_private_folder(target.parent)
            log(taken)
            part.replace(target)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return taken


def rows_in(path: Path, name: str | None = None) -> int | None:
    """Physical rows that are not empty, on all sheets; None for a zip, whose files the run counts.

    Raises:
        UserError: the file cannot be read.
    """
    if is_archive(path):
        return None
    try:
        return sum(sheet.n_rows_counted for sheet in read_file(path, name=name))
    except UnreadableFile as error:
        raise UserError(error.what, where=name or path.name, remedy=error.remedy) from error


def _unpacked(parcel: Parcel, folder: Path) -> Iterator[str]:
    """Lay the files out and count their rows; yields what does not agree with the manifest."""
    said: Mapping[str, Any] = parcel.about["rows"]
    for entry in parcel.entries:
        first, *rest = PurePosixPath(entry.path).parts
        name = "/".join(rest)
        if first != _FILES or name not in said:
            yield f"{entry.path}：清单里没有写行数"
            continue
        target = folder / name
        parcel.copy(entry, target)
        try:
            found = rows_in(target, name)
        except UserError as error:
            yield f"{name}：{error.what}"
            continue
        if found != said[name]:
            yield f"{name}：清单写 {said[name]} 行，实有 {found} 行"
    for name in sorted(said.keys() - {entry.path.removeprefix(f"{_FILES}/") for entry in parcel.entries}):
        yield f"{name}：清单里有，包里没有"


def _waybill_faults(waybill: Waybill, today: date) -> Iterator[str]:
    """What is wrong with a waybill in itself."""
    if waybill.department not in INBOX_FOLDERS:
        yield f"没有“{waybill.department}”这个部门，应为{'、'.join(INBOX_FOLDERS)}之一"
    if not is_month(waybill.month):
        yield f"月份“{waybill.month}”应写成 2026-10 这样"
    try:
        if date.fromisoformat(waybill.as_of) > today:
            yield f"数据日期 {waybill.as_of} 在今天（{today}）之后"
    except ValueError:
        yield f"数据日期“{waybill.as_of}”应写成 2026-10-20 这样"
    for name, label in _LABELS.items():
        if not getattr(waybill, name).strip():
            yield f"没有写{label}"
    if waybill.secrecy.strip() and waybill.secrecy not in SECRECY:
        yield f"密级“{waybill.secrecy}”应为{'、'.join(SECRECY)}之一"


def _home_faults(home: Home, waybill: Waybill) -> Iterator[str]:
    """What speaks against taking it into this home: more secret than all else, or older than the last."""
    own = load_settings(home.settings).office.secrecy.strip()
    highest = next((level for level in reversed(SECRECY) if level in own), "内部")
    if waybill.secrecy in SECRECY and SECRECY.index(waybill.secrecy) > SECRECY.index(highest):
        yield (
            f"密级“{waybill.secrecy}”高于这里处理的“{highest}”（duibian.toml [office] secrecy），"
            "不能导入这台计算机"
        )
    last = _last_as_of(home, waybill.department)
    if waybill.as_of < last:
        yield f"数据日期 {waybill.as_of} 早于{waybill.department}上次导入的 {last}，是旧的一份"


def _last_as_of(home: Home, department: str) -> str:
    """The as-of date of the last package taken from a department; '' before the first."""
    for _, line in audit.backwards(home.audit_log):
        if line is not None and line.event.get("kind") == EVENT and line.event["department"] == department:
            return str(line.event["as_of"])
    return ""


def event_of(taken: Taken, file: str) -> dict[str, object]:
    """What the audit log says of a package that was taken in: also the register of media."""
    return {
        "kind": EVENT,
        "file": file,
        "digest": taken.digest,
        "files": taken.n_files,
        "rows": taken.n_rows,
        **asdict(taken.waybill),
    }
