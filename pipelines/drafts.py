"""A payroll draft that finance hands in by name instead of laying it into the inbox.

It counts as delivered by 财政 for the month before the one it pays: the month is then computed with it, so
that its lines belong to persons as all others do and the result can be had again. Later runs of the month
keep it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from assets.ledger.month import Month
from assets.published import read_pointer
from connectors.errors import UserError
from connectors.intake import DRAFT, DRAFT_WORDS
from connectors.landing import Delivery, Landing, archived, store
from connectors.store import RunStore
from pipelines.home import Home
from pipelines.manifest import FILE_NAME, DeliveredFile, Manifest, kept_landing, read_manifest

FOLDER = "发前核"
MADE_WAY = "由发前核的"
DEPARTMENT = "finance"


def with_draft(landing: Landing, home: Home, month: str, given: Path | None) -> Landing:
    """What was delivered for a month, and the draft handed in for it, now or earlier.

    Args:
        landing: what lay in the inbox.
        home: the home folder.
        month: the month whose facts the draft is judged by.
        given: the file handed in now; it takes the place of any other draft.

    Raises:
        UserError: the file is not there, or a draft in the inbox cannot be set aside.
    """
    manifest = published_manifest(home, month)
    if given is None:
        kept = _kept(manifest) if manifest is not None else None
        if manifest is None or kept is None or _has_newer(landing, manifest, Month(month).next.text):
            return landing
        return _with_kept(_without(landing, _replaced(manifest, home), kept.file), kept, home)
    if not given.is_file():
        raise UserError("没有这个文件", where=str(given), remedy="请检查 --draft 后面的文件名")
    sha256, size = store(given, home.archive)
    same = [d for d in landing.deliveries if d.department == DEPARTMENT and d.status == "taken"]
    if sha256 in {d.sha256 for d in same}:
        return landing
    others = _drafts_in_inbox(home, month) | (_replaced(manifest, home) if manifest is not None else set())
    return _added(_without(landing, others, given.name), f"{FOLDER}/{given.name}", sha256, size)


def _without(landing: Landing, files: Collection[str], successor: str) -> Landing:
    """The landing with these files of the inbox set aside."""
    return replace(
        landing,
        deliveries=tuple(
            replace(d, status="replaced", message=f"{MADE_WAY}“{successor}”替换")
            if d.file in files and d.status == "taken"
            else d
            for d in landing.deliveries
        ),
    )


def _replaced(manifest: Manifest, home: Home) -> set[str]:
    """Files of the inbox that made way for a draft handed in by name when the month was published."""
    path = archived(home.archive, manifest.landing) if manifest.landing else None
    if path is None or not path.is_file():
        return set()
    deliveries = kept_landing(path.read_text("utf-8")).deliveries
    return {d.file for d in deliveries if d.status == "replaced" and d.message.startswith(MADE_WAY)}


def published_manifest(home: Home, month: str) -> Manifest | None:
    """What the published run of a month was computed from; None where the month was never published."""
    pointer = read_pointer(home.published, month)
    path = home.run_folder(month, pointer.run) / FILE_NAME if pointer is not None else None
    return read_manifest(path) if path is not None and path.is_file() else None


def _kept(manifest: Manifest) -> DeliveredFile | None:
    return next((file for file in manifest.files if file.file.startswith(f"{FOLDER}/")), None)


def _has_newer(landing: Landing, manifest: Manifest, payroll_month: str) -> bool:
    """Whether a file that calls itself a draft has come into the inbox since: then that one counts."""
    known = {file.sha256 for file in manifest.files}
    return any(
        d.department == DEPARTMENT
        and d.sha256 not in known
        and (payroll_month in d.stem or any(word in d.stem for word in DRAFT_WORDS))
        for d in landing.deliveries
    )


def _with_kept(landing: Landing, kept: DeliveredFile, home: Home) -> Landing:
    path = archived(home.archive, kept.sha256)
    if not path.is_file():
        raise UserError(
            "上次核对的草表在存档中不见了", where=kept.file, remedy="请用 duibian gate --draft 重新给出草表"
        )
    if any(d.sha256 == kept.sha256 and d.status == "taken" for d in landing.deliveries):
        return landing
    return _added(landing, kept.file, kept.sha256, path.stat().st_size)


def _added(landing: Landing, file: str, sha256: str, size: int) -> Landing:
    delivery = Delivery(len(landing.deliveries) + 1, DEPARTMENT, file, sha256, size)
    return replace(landing, deliveries=(*landing.deliveries, delivery))


def _drafts_in_inbox(home: Home, month: str) -> set[str]:
    """Files of the inbox that held a draft when the month was published.

    Raises:
        UserError: one of them holds other tables too, and cannot be left out.
    """
    pointer = read_pointer(home.published, month)
    if pointer is None:
        return set()
    run = RunStore(home.run_folder(month, pointer.run))
    if not run.has(f"part_{DEPARTMENT}"):
        return set()
    tables: dict[str, set[str]] = {}
    for file, table, delivered in run.read(f"part_{DEPARTMENT}").select("file", "table", "month").iter_rows():
        if delivered == month:
            tables.setdefault(file, set()).add(table)
    drafts = {file for file, found in tables.items() if DRAFT in found}
    mixed = sorted(file for file in drafts if tables[file] != {DRAFT})
    if mixed:
        raise UserError(
            "收件箱中的一个文件既有草表又有其他表，不能用新的草表替换",
            where=mixed[0],
            remedy="请把收件箱中的草表单独存成一个文件，或从该文件中删去草表后重新运行",
        )
    return drafts
