"""Packages that leave the home: asked for by one person, approved by another, then sealed with SM4-GCM.

What is asked for is made at once and laid out in the home, so that whoever approves can look at the very
bytes that will leave; only these are packed, and if one of them has changed nothing is. A return to the level
above goes the same road. Not here: the file's form (`connectors.parcel`), who is asked (`two_people`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from assets.published import open_month, read_pointer
from connectors.errors import UserError
from connectors.parcel import Entry, digest_of, entry_of, new_parcel
from connectors.sealed import Lock
from pipelines.delivery_package import SECRECY, rows_in
from pipelines.files import make_private_folder, write_atomically
from pipelines.home import Home
from pipelines.kept_month import published_pointer
from pipelines.report_request import Wanted, report_request
from pipelines.settings import load_settings
from pipelines.two_people import AGREED, ASKED, DECLINED, DONE, Kind, Matter, Person, ask, further, keep
from pipelines.upward import MergeKey, UpwardOrder, upward_content
from reports.leaving_tables import contract_named, table_csv
from reports.registry import BY_NAME
from reports.request import Recipient

LEAVING = Kind(
    letters="DC",
    folder="leaving",
    name="导出申请",
    events={
        ASKED: "package_request",
        AGREED: "package_approve",
        DECLINED: "package_decline",
        DONE: "package_export",
    },
    states={ASKED: "待批准", AGREED: "已批准，没有导出", DECLINED: "已退回", DONE: "已导出"},
    askers=("operator", "handler", "reviewer", "finance", "audit"),
    agreers=("reviewer",),
)
KIND, FORMAT = "duibian-export", 1
REPORTS, TABLES, FILES = "报表", "数据表", "文件"
_COUNTED = (".xlsx", ".csv", ".parquet")


@dataclass(frozen=True)
class Order:
    """What is wanted, for whom, why, and on what it travels.

    Attributes:
        recipient: the office that receives it. purpose: why.
        secrecy: one of `SECRECY`. media: number of the disk or stick.
        month: whose reports and tables. reports, tables: their names. files: whatever else is to go along.
        unit: reports of one body only. unmask: whole numbers.
        upward: the key of a return to the level above, in place of all these; with_findings sends the
            findings' own rows along.
    """

    recipient: str
    purpose: str
    secrecy: str
    media: str
    month: str | None = None
    reports: Sequence[str] = ()
    tables: Sequence[str] = ()
    files: Sequence[Path] = ()
    unit: str = ""
    unmask: bool = False
    upward: MergeKey | None = field(default=None, repr=False)
    with_findings: bool = False


def request(home: Home, order: Order, who: Person, user: str, at: datetime) -> Matter:
    """Ask for a package: what it is to hold is made and laid out, and waits for somebody to approve it.

    Args:
        home: whose lock the caller holds.
        order: what is wanted.
        who: who asks.
        user: who is at the keyboard.
        at: when.

    Raises:
        UserError: the order is faulty, or something of it cannot be made.
    """
    faults = list(_faults(home, order))
    if faults:
        raise UserError("；".join(faults), where="package request", remedy="请按提示更正后重试")
    matter = ask(home, LEAVING, {}, who, order.purpose.strip(), at)
    folder = staging(home, matter)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        make_private_folder(folder)
        about = _lay_out(home, order, folder, at)
        made = replace(matter, content=_content(home, order, folder, about))
        keep(home, made, user, at, **logged(made))
        matter = made
    except OSError as error:
        raise _unwritten(error, folder, home) from error
    finally:
        if not matter.content:
            shutil.rmtree(folder, ignore_errors=True)
    return matter


def approve(home: Home, matter: Matter, who: Person, user: str, at: datetime) -> Matter:
    """Let what was asked for leave the home; it is still what was laid out.

    Raises:
        UserError: it does not wait, both would be one person, or something of it has changed.
    """
    _refuse_state(matter, ASKED)
    agreed = further(matter, AGREED, who, at)
    folder = staging(home, matter)
    _refuse_changed(home, matter, [entry_of(name, folder / name) for name in _laid(home, matter)])
    keep(home, agreed, user, at, **logged(agreed))
    return agreed


def decline(home: Home, matter: Matter, who: Person, why: str, user: str, at: datetime) -> Matter:
    """Refuse what was asked for, or take it back; nothing of it stays laid out.

    Raises:
        UserError: it has left already, or was declined before.
    """
    if matter.state in (DECLINED, DONE):
        _refuse_state(matter, ASKED)
    ended = further(matter, DECLINED, who, at, why)
    keep(home, ended, user, at, **logged(ended))
    shutil.rmtree(staging(home, matter), ignore_errors=True)
    return ended


def export(home: Home, matter: Matter, path: Path, lock: Lock, who: Person, user: str, at: datetime) -> str:
    """Write an approved package, once; returns its digest. What was laid out for it is removed.

    Args:
        home: whose lock the caller holds.
        matter: approved.
        path: a new file.
        lock: what it is sealed with: a password, or the key of the level above for a return to it.
        who: who writes it.
        user: who is at the keyboard.
        at: when.

    Raises:
        UserError: it is not approved, has left already, has changed, or something lies at the path.
    """
    folder = staging(home, matter)
    is_again = matter.state == DONE and folder.is_dir()
    if not is_again:
        _refuse_state(matter, AGREED)
    if path.exists():
        raise UserError("这里已有内容，不覆盖", where=str(path), remedy="请换一个 --out")
    if path.resolve().is_relative_to(home.root):
        raise UserError("不能写在工作文件夹里面", where=str(path), remedy="请写到要带出的介质上：--out 文件")
    try:
        digest = _write(home, matter, path, lock, who, user, at)
    except OSError as error:
        raise _unwritten(error, path, home) from error
    shutil.rmtree(folder, ignore_errors=True)
    return digest


def _write(home: Home, matter: Matter, path: Path, lock: Lock, who: Person, user: str, at: datetime) -> str:
    """The package, its manifest and its entry in the log; it has its name when this returns."""
    settings, folder, agreed = load_settings(home.settings), staging(home, matter), matter.agreed
    with new_parcel(path, lock) as parcel:
        for name in _laid(home, matter):
            parcel.add_file(name, folder / name)
        _refuse_changed(home, matter, parcel.entries)
        parcel.finish(
            {
                "kind": KIND,
                "format": FORMAT,
                "division": settings.division.code,
                "division_name": settings.division.name,
                "program": version("duibian"),
                "made_at": at.isoformat(timespec="seconds"),
                **matter.content["about"],
                "number": matter.number,
                "office": settings.office.name or settings.division.name,
                "recipient": matter.content["recipient"],
                "purpose": matter.asked.said,
                "secrecy": matter.content["secrecy"],
                "media": matter.content["media"],
                "is_unmasked": matter.content["is_unmasked"],
                "months": matter.content["months"],
                "rows": matter.content["rows"],
                "asked": _step(matter.asked.by, matter.asked.role, matter.asked.at),
                "approved": _step(agreed.by, agreed.role, agreed.at) if agreed else None,
            }
        )
        digest = parcel.digest
        done = matter if matter.state == DONE else further(matter, DONE, who, at)
        keep(home, done, user, at, file=path.name, package=digest, **logged(done))
    return digest


def staging(home: Home, matter: Matter) -> Path:
    """Where lies what waits for approval."""
    return home.leaving / matter.number


def logged(matter: Matter) -> dict[str, Any]:
    """What the audit log says of a request beside its number: no name of a person."""
    content = matter.content
    entries: list[Mapping[str, Any]] = content["files"]
    return {
        "month": next(iter(content["months"]), ""),
        "reason": matter.asked.said,
        "recipient": content["recipient"],
        "secrecy": content["secrecy"],
        "media": content["media"],
        "is_unmasked": content["is_unmasked"],
        "files": len(entries),
        "rows": sum(n or 0 for n in content["rows"].values()),
        "content": content["digest"],
        **({"key": content["key"], "with_findings": content["with_findings"]} if content["key"] else {}),
    }


def _unwritten(error: OSError, path: Path, home: Home) -> UserError:
    where = path.relative_to(home.root).as_posix() if path.is_relative_to(home.root) else str(path)
    return UserError(
        f"没有写成（{error.strerror or type(error).__name__}）",
        where=where,
        remedy="请检查文件权限，介质是否拔出、是否写满，再运行同一条命令",
    )


def _step(by: str, role: str, at: str) -> dict[str, str]:
    return {"by": by, "role": role, "at": at}


def _faults(home: Home, order: Order) -> Iterator[str]:
    """What is wrong with an order in itself."""
    for text, label in ((order.recipient, "接收单位"), (order.purpose, "用途"), (order.media, "介质编号")):
        if not text.strip():
            yield f"没有写{label}"
        elif len(text) > 200:
            yield f"{label}太长"
    if order.secrecy not in SECRECY:
        yield f"密级“{order.secrecy[:10]}”应为{'、'.join(SECRECY)}之一"
    else:
        own = load_settings(home.settings).office.secrecy
        least = next((level for level in reversed(SECRECY) if level in own), SECRECY[0])
        if SECRECY.index(order.secrecy) < SECRECY.index(least):
            yield f"密级“{order.secrecy}”低于本单位材料的“{least}”（duibian.toml [office] secrecy）"
        if order.unmask and order.secrecy == SECRECY[0]:
            yield "有完整号码的不能标为公开"
    chosen = bool(order.reports or order.tables or order.files)
    if order.upward is not None and chosen:
        yield "上报包里只有上报的内容，不能再加报表、数据表和文件"
    if order.upward is None and not chosen:
        yield "没有写要导出什么（--report、--table、--file，或上报用的 --key）"
    if order.upward is not None and (order.unmask or order.unit):
        yield "上报包没有 --unmask 和 --unit"
    if order.tables and order.unit:
        yield "数据表不能只出一个单位，请去掉 --unit 或 --table"
    if order.month is None and (order.upward is not None or order.reports or order.tables):
        yield "没有写月份（--month）"
    for name in order.reports:
        if name not in BY_NAME:
            yield f"没有“{name[:30]}”这种报表，全部名称见 duibian report list"
        elif order.unit and not BY_NAME[name].narrowed:
            yield f"“{name}”不能只出一个单位"
    names = [file.name for file in order.files]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"有两个文件都叫“{name}”"
    for file in order.files:
        if not file.is_file():
            yield f"没有文件 {file}"
        elif _is_inner(home, file.resolve()):
            yield f"{file.name} 是工作文件夹内部的文件，不能直接带出：数据用 --table，取证用 duibian bundle"


def _is_inner(home: Home, file: Path) -> bool:
    """Whether a file of the home is none that an office hands out: keys, databases, logs, tables of a run."""
    own = (home.inbox, home.reports, home.disposal, home.templates, home.mapping, home.rules)
    return file.is_relative_to(home.root) and not any(file.is_relative_to(folder) for folder in own)


def _lay_out(home: Home, order: Order, folder: Path, at: datetime) -> dict[str, Any]:
    """Make all that was asked for; returns what a manifest says of it besides."""
    if order.upward is not None and order.month is not None:
        wanted = UpwardOrder(order.month, order.with_findings, order.purpose.strip(), at)
        made = upward_content(home, wanted, order.upward)
        for name, content in made.files.items():
            write_atomically(folder / name, content)
        return dict(made.about)
    if order.month is not None and (order.reports or order.tables):
        published_pointer(home, order.month)
        for name in order.tables:
            contract = contract_named(name)
            with open_month(home.root, order.month) as month:
                content, _ = table_csv(month, contract, unmask=order.unmask)
            write_atomically(folder / TABLES / f"{contract.label} {order.month}.csv", content)
        said = Wanted(
            unit=order.unit,
            recipient=Recipient(order.recipient.strip(), order.purpose.strip()),
            unmask=order.unmask,
        )
        with report_request(home, [order.month], said) as asked:
            for name in dict.fromkeys(order.reports):
                BY_NAME[name].write(asked, folder / REPORTS / BY_NAME[name].file_name)
    for file in order.files:
        (folder / FILES).mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(file, folder / FILES / file.name)
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return {}


def _content(home: Home, order: Order, folder: Path, about: Mapping[str, Any]) -> dict[str, Any]:
    """What the other person agrees to: every file by its hashes, how much it is, for whom and on what."""
    entries = [entry_of(name, folder / name) for name in _names(folder)]
    pointer = read_pointer(home.published, order.month) if order.month else None
    return {
        "recipient": order.recipient.strip(),
        "secrecy": order.secrecy,
        "media": order.media.strip(),
        "months": {pointer.month: pointer.content_sha256} if pointer is not None else {},
        "is_unmasked": order.unmask or order.with_findings,
        "key": order.upward.id if order.upward is not None else "",
        "with_findings": order.with_findings,
        "about": dict(about),
        "files": [asdict(entry) for entry in entries],
        "rows": {entry.path: _rows(folder / entry.path) for entry in entries},
        "digest": digest_of(entries),
    }


def _rows(path: Path) -> int | None:
    """Rows of a table; None for what is none, or cannot be read as one."""
    if path.suffix.lower() not in _COUNTED:
        return None
    try:
        return rows_in(path)
    except UserError:
        return None


def _names(folder: Path) -> list[str]:
    paths = (Path(root, name) for root, _, names in os.walk(folder) for name in names)
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def _laid(home: Home, matter: Matter) -> list[str]:
    names = _names(staging(home, matter))
    if names != [one["path"] for one in matter.content["files"]]:
        raise _changed(home, matter)
    return names


def _refuse_changed(home: Home, matter: Matter, entries: Sequence[Entry]) -> None:
    if digest_of(list(entries)) != matter.content["digest"]:
        raise _changed(home, matter)


def _changed(home: Home, matter: Matter) -> UserError:
    return UserError(
        "申请以后，要导出的文件有变化或不见了，不能导出",
        where=staging(home, matter).relative_to(home.root).as_posix(),
        remedy="请撤回后重新申请：duibian package decline "
        f"{matter.number} --as 用户 --reason 有变化；再运行 duibian package request",
    )


def _refuse_state(matter: Matter, wanted: str) -> None:
    if matter.state == wanted:
        return
    words = {
        ASKED: "还没有经另一人批准",
        AGREED: "已经批准",
        DECLINED: "已撤回或退回",
        DONE: "已经导出过；一次批准只导出一次，要再导出请重新申请",
    }
    ask_for = {ASKED: f"请复核员运行 duibian package approve {matter.number} --as 用户"}
    raise UserError(
        f"导出申请 {matter.number} {words[matter.state]}",
        where=matter.number,
        remedy=ask_for.get(matter.state, "见 duibian package requests"),
    )
