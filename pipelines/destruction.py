"""Destroying what need not be kept any longer: proposed by one person, confirmed by another, listed before.

Order makes it safe to be killed: the list is written and logged, then each part's note, then its files. What
was begun is taken up again by the same call, from the list and not from what lies in the home by then.
Not here: what is due (`disposal`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assets.destroyed import Destroyed, note_path, read_note
from assets.published import pointer_path, read_pointer
from connectors.errors import UserError
from connectors.parcel import Entry, digest_of, entry_of, sm3_of
from pipelines.disposal import Disposable, Survey, survey
from pipelines.files import make_private_folder, write_json
from pipelines.home import Home
from pipelines.report_request import office
from pipelines.retention import remove
from pipelines.retention_terms import ARCHIVE, BY_NAME, PUBLISHED
from pipelines.settings import Settings, load_settings
from pipelines.two_people import AGREED, ASKED, DECLINED, DONE, Kind, Matter, Person, ask, further, keep
from pipelines.two_people import matters as every_matter
from reports.disposal import DisposalFile, DisposalLine, DisposalList, RetainedLine, Signed
from reports.labels import label
from reports.render.disposal_book import write_disposal_list

DISPOSAL = Kind(
    letters="XH",
    folder="disposal",
    name="销毁清单",
    events={
        ASKED: "retention_propose",
        AGREED: "retention_confirm",
        DECLINED: "retention_withdraw",
        DONE: "retention_done",
    },
    states={ASKED: "待确认", AGREED: "已确认，没有办完", DECLINED: "已撤回", DONE: "已销毁"},
    askers=("operator", "handler", "reviewer"),
    agreers=("reviewer",),
)


Echo = Callable[[str], None]
_HOW_TO_END = {
    ASKED: "请先由另一人确认：duibian retention apply {number} --as 用户；"
    "不销毁的先撤回：duibian retention withdraw {number} --as 用户 --reason 理由",
    AGREED: "已确认而中途停止的，请接着办完：duibian retention apply {number} --as 用户",
}


@dataclass(frozen=True)
class Removal:
    """What a call has removed, and what another program holds open."""

    n_files: int
    n_bytes: int
    in_use: tuple[str, ...]


def propose(home: Home, who: Person, why: str, user: str, at: datetime, echo: Echo) -> Matter:
    """Propose to destroy all whose term is over; the list is written for people to look at.

    Args:
        home: whose lock the caller holds.
        who: who proposes it.
        why: what he says.
        user: who is at the keyboard.
        at: when.
        echo: where lines of progress go.

    Raises:
        UserError: nothing is due, or another proposal waits.
    """
    for other in every_matter(home, DISPOSAL):
        if other.state in _HOW_TO_END:
            raise UserError(
                f"销毁清单 {other.number} 还没有办完",
                where=f"{DISPOSAL.folder}/{other.number}.json",
                remedy=_HOW_TO_END[other.state].format(number=other.number),
            )
    settings = load_settings(home.settings)
    found = survey(home, settings, at.date())
    if not found.going:
        raise UserError(
            "没有期满可以销毁的内容",
            where="duibian.toml [retention]",
            remedy="期满仍保留的和原因见 duibian retention list",
        )
    echo(_reading(sum(len(one.files) for one in found.going), sum(one.n_bytes for one in found.going)))
    content = {
        "basis": settings.retention.basis.strip(),
        "items": [_item(home, settings, one) for one in found.going],
        "staying": [asdict(one) for one in found.staying],
    }
    matter = ask(home, DISPOSAL, content, who, why, at)
    make_private_folder(home.disposal)
    write_disposal_list(listed(home, matter), list_path(home, matter))
    keep(home, matter, user, at, **_counts(matter))
    return matter


def confirm(home: Home, matter: Matter, who: Person, user: str, at: datetime, echo: Echo) -> Matter:
    """Agree to a proposal that is still as it was; the list is final and logged when this returns.

    Raises:
        UserError: it is not waiting, both would be one person, or something has changed since.
    """
    if matter.state != ASKED:
        raise UserError(
            f"销毁清单 {matter.number} 不在待确认的状态",
            where=matter.number,
            remedy="见 duibian retention list",
        )
    agreed = further(matter, AGREED, who, at)
    counts = _counts(matter)
    echo(_reading(counts["files"], counts["bytes"]))
    changes = list(_changes(home, matter, survey(home, load_settings(home.settings), at.date())))
    if changes:
        more = f"，另有 {len(changes) - 5} 处" if len(changes) > 5 else ""
        raise UserError(
            f"提出以后有了变化，不能确认：{'；'.join(changes[:5])}{more}",
            where=matter.number,
            remedy=f"请撤回后重新提出：duibian retention withdraw {matter.number} --as 用户 --reason 有变化",
        )
    final = list_path(home, agreed)
    write_disposal_list(listed(home, agreed), final)
    keep(home, agreed, user, at, **_counts(agreed), file=final.name, sm3=sm3_of(final))
    list_path(home, matter).unlink(missing_ok=True)
    return agreed


def withdraw(home: Home, matter: Matter, who: Person, why: str, user: str, at: datetime) -> Matter:
    """Take a proposal back, or refuse it; nothing of it is destroyed.

    Raises:
        UserError: it is not waiting any more.
    """
    if matter.state != ASKED:
        raise UserError(
            f"销毁清单 {matter.number} 已确认或已撤回，不能撤回", where=matter.number, remedy="无需办理"
        )
    ended = further(matter, DECLINED, who, at, why)
    keep(home, ended, user, at)
    list_path(home, matter).unlink(missing_ok=True)
    return ended


def carry_out(home: Home, matter: Matter, user: str, at: datetime) -> Removal:
    """Remove what a confirmed list names and nothing else; called again, it goes on where it was stopped.

    Args:
        home: whose lock the caller holds.
        matter: agreed to.
        user: who is at the keyboard.
        at: when.
    """
    agreed = matter.agreed
    if agreed is None:
        raise UserError("销毁清单还没有确认", where=matter.number, remedy="请由另一人确认")
    n_files = n_bytes = 0
    in_use: list[str] = []
    for item in matter.content["items"]:
        _note(home, item["part"], item["month"], Destroyed(matter.number, agreed.at[:10]))
        for file in item["files"]:
            path = home.root / file["path"]
            if not path.is_symlink() and not path.exists():
                continue
            if remove(path):
                n_files, n_bytes = n_files + 1, n_bytes + int(file["size"])
            else:
                in_use.append(str(file["path"]))
        _prune(home, item["part"], item["files"])
    if not in_use and matter.state != DONE:
        done = Person(agreed.by, agreed.role)
        keep(home, further(matter, DONE, done, at), user, at, removed_files=n_files, removed_bytes=n_bytes)
    return Removal(n_files, n_bytes, tuple(in_use))


def listed(home: Home, matter: Matter) -> DisposalList:
    """A matter as the list that people read and sign."""
    items: list[Mapping[str, Any]] = matter.content["items"]
    lines = [
        DisposalLine(
            what=BY_NAME[item["part"]].label,
            month=item["month"],
            n_files=len(item["files"]),
            n_bytes=sum(int(file["size"]) for file in item["files"]),
            term=item["term"],
            until=date.fromisoformat(item["until"]),
            sm3=item["sm3"],
        )
        for item in items
    ]
    files = [
        DisposalFile(BY_NAME[item["part"]].label, item["month"], **file)
        for item in items
        for file in item["files"]
    ]
    retained = [
        RetainedLine(BY_NAME[one["part"]].label, one["month"], one["n_files"], one["n_bytes"], one["why"])
        for one in matter.content["staying"]
    ]
    agreed = matter.agreed
    return DisposalList(
        number=matter.number,
        office=office(home, load_settings(home.settings)),
        basis=matter.content["basis"],
        why=matter.asked.said,
        proposed=_signed(matter.asked.by, matter.asked.role, matter.asked.at),
        confirmed=_signed(agreed.by, agreed.role, agreed.at) if agreed else None,
        digest=matter.digest,
        lines=lines,
        files=files,
        retained=retained,
    )


def list_path(home: Home, matter: Matter) -> Path:
    """Where the workbook of a list lies; one that waits is another file than the final one."""
    state = "" if matter.agreed else "（待确认）"
    return home.disposal / f"销毁清单 {matter.number}{state}.xlsx"


def _signed(name: str, role: str, at: str) -> Signed:
    return Signed(f"{name}（{label('role', role)}）", datetime.fromisoformat(at))


def _item(home: Home, settings: Settings, one: Disposable) -> dict[str, Any]:
    """A part of a month as a record has it, every file's content read once."""
    entries = [_entry(home, file.path) for file in one.files]
    files = [
        {"path": entry.path, "name": file.name, "size": entry.size, "sha256": entry.sha256, "sm3": entry.sm3}
        for entry, file in zip(entries, one.files, strict=True)
    ]
    term = settings.retention.months(one.part)
    return {
        "part": one.part,
        "month": one.month,
        "term": term,
        "until": one.until.isoformat(),
        "sm3": digest_of(entries),
        "files": files,
    }


def _entry(home: Home, path: str) -> Entry:
    try:
        return entry_of(path, home.root / path)
    except OSError as error:
        raise UserError(
            "文件读不出来，算不了校验值", where=path, remedy="请检查文件权限，或先移走断开的链接，再重新提出"
        ) from error


def _counts(matter: Matter) -> dict[str, int]:
    files = [file for item in matter.content["items"] for file in item["files"]]
    n_bytes = sum(int(file["size"]) for file in files)
    return {"items": len(matter.content["items"]), "files": len(files), "bytes": n_bytes}


def _changes(home: Home, matter: Matter, now: Survey) -> Iterator[str]:
    """What is not as it was when the list was proposed."""
    going = {(one.part, one.month): one for one in now.going}
    why = {(one.part, one.month): one.why for one in now.staying}
    for item in matter.content["items"]:
        key = item["part"], item["month"]
        name = f"{item['month']} 的{BY_NAME[item['part']].label}"
        present = {file.path for file in going[key].files} if key in going else set()
        listed_paths = {file["path"] for file in item["files"]}
        if lost := listed_paths - present:
            yield f"{name}有 {len(lost)} 个文件现在不能销毁或已不在（{why.get(key, '保存期限或文件有变化')}）"
        elif present - listed_paths:
            yield f"{name}多了 {len(present - listed_paths)} 个文件"
        elif digest_of([_entry(home, path) for path in sorted(present)]) != item["sm3"]:
            yield f"{name}的内容有变化"


def _reading(n_files: int, n_bytes: int) -> str:
    return f"逐个文件计算校验值：{n_files:,} 个文件，{n_bytes / (1 << 20):,.1f} MiB"


def _note(home: Home, part: str, month: str, how: Destroyed) -> None:
    """Say that a part of a month goes before it does; a month without published data has no pointer."""
    note = read_note(home.published, month)
    pointer = read_pointer(home.published, month) if part == PUBLISHED else None
    values = asdict(pointer) if pointer is not None else note.pointer
    if note.parts.get(part) != how or values != note.pointer:
        changed = replace(note, parts={**note.parts, part: how}, pointer=values)
        write_json(note_path(home.published, month), changed.values())
    if part == PUBLISHED:
        pointer_path(home.published, month).unlink(missing_ok=True)


def _prune(home: Home, part: str, files: Iterable[Mapping[str, Any]]) -> None:
    """Remove the folders that are empty now, up to the month's own."""
    if part in (ARCHIVE, PUBLISHED):
        return
    roots = {home.inbox, home.lake, home.reports}
    folders = {parent for file in files for parent in (home.root / file["path"]).parents}
    ours = (one for one in folders if any(one.is_relative_to(root) and one != root for root in roots))
    for folder in sorted(ours, key=lambda one: len(one.parts), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
