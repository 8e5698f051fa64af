"""A month made ready again from its manifest and the archive, in place of what lies in the home today.

Here: manifests of published runs, and the `MonthRun` that one of them describes. Not here: running it
(`replay`), and how a month is prepared from an inbox (`month_run`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.destroyed import destroyed
from assets.ledger.month import Month
from assets.published import Pointer, published_months, read_pointer
from checks.rules.catalog import load_catalog
from connectors.errors import UserError
from connectors.landing import archived
from connectors.specs import load_specs
from pipelines.casework import kept_casework
from pipelines.files import write_atomically
from pipelines.hands import Hands
from pipelines.home import Home
from pipelines.manifest import (
    FILE_NAME,
    NO_CASEWORK,
    Manifest,
    archived_manifest,
    kept_landing,
    read_manifest,
)
from pipelines.month_run import Answers, MonthRun
from pipelines.published_run import refuse_destroyed
from pipelines.retention_terms import ARCHIVE
from pipelines.settings import read_canonical
from pipelines.working_days import load_working_days


@dataclass(frozen=True)
class PublishedRun:
    """A run that was published at some time: its month, its name, what it said."""

    month: str
    run: str
    content_sha256: str


def published_pointer(home: Home, month: str) -> Pointer:
    """The pointer of a published month.

    Raises:
        UserError: the month is not published, or its published data were destroyed when their term was over.
    """
    pointer = read_pointer(home.published, month)
    if pointer is None:
        refuse_destroyed(home, month)
        raise UserError(
            f"{month} 还没有发布", where="--month", remedy=f"请先运行 duibian run --month {month}"
        )
    return pointer


def published_runs(home: Home) -> Iterator[PublishedRun]:
    """Every run ever published: those that pointers name, then those of the audit log, latest first."""
    for month in published_months(home.published):
        pointer = read_pointer(home.published, month)
        if pointer is not None:
            yield PublishedRun(month, pointer.run, pointer.content_sha256)
    lines = home.audit_log.read_bytes().splitlines() if home.audit_log.is_file() else []
    for line in reversed(lines):
        event = _event(line)
        if event.get("kind") == "publish":
            yield PublishedRun(event["month"], event["run"], event["content_sha256"])


def _event(line: bytes) -> Mapping[str, Any]:
    """The event of a line of the audit log; nothing for a line that a crash left unfinished."""
    try:
        event: Mapping[str, Any] = json.loads(line)["event"]
    except (ValueError, KeyError, TypeError):
        return {}
    return event


def manifest_of(home: Home, month: str, run: str) -> Manifest:
    """The manifest of a published run, from beside its tables or from the archive.

    Raises:
        UserError: it is nowhere, or was written before everything was kept that a month is made from.
    """
    beside = home.run_folder(month, run) / FILE_NAME
    path = beside if beside.is_file() else archived_manifest(home.archive, run)
    manifest = read_manifest(path) if path is not None else None
    if manifest is None or manifest.run != run:
        raise UserError(
            f"{month} 的运行清单（批次 {run}）不见了或被改动，不能重做",
            where=str(Path("lake") / month / run / FILE_NAME),
            remedy="请从备份恢复 lake 和 archive 文件夹",
        )
    if not manifest.landing:
        raise UserError(
            f"{month} 是以前的程序发布的，当时没有留存收文记录，不能重做",
            where=f"批次 {run}",
            remedy=f"请用现在的程序重新运行 duibian run --month {month}",
        )
    return manifest


def check_archive(home: Home, manifest: Manifest, *, without_destroyed: bool = False) -> None:
    """Every content that a manifest names lies in the archive as it was.

    Args:
        home: the home folder.
        manifest: of a published run.
        without_destroyed: whether what was destroyed when its term was over may be missing.

    Raises:
        UserError: which are lost or were changed; or that they were destroyed when their term was over.
    """
    wrong = _damaged_contents(home, manifest)
    gone = destroyed(home.published, manifest.month, ARCHIVE)
    if gone is not None and without_destroyed:
        wrong = {sha256: name for sha256, name in wrong.items() if archived(home.archive, sha256).exists()}
    if gone is not None and any(not archived(home.archive, sha256).exists() for sha256 in wrong):
        raise UserError(
            f"{manifest.month} 的报送文件{gone.words}（保存期限已满），缺 {len(wrong)} 份，不能重做",
            where=f"{home.disposal.name}/销毁清单 {gone.number}.xlsx",
            remedy="销毁了哪些文件、它们的校验值、依据和办理人见销毁清单；已发布的数据不受影响",
        )
    if wrong:
        raise UserError(
            f"存档中有 {len(wrong)} 份内容不见了或被改动：{'、'.join(sorted(wrong.values()))}",
            where="archive",
            remedy="请从备份恢复 archive 文件夹后重试",
        )


def _damaged_contents(home: Home, manifest: Manifest) -> dict[str, str]:
    """SHA-256 → name of every content that a manifest names and the archive does not have as it was."""
    named = {
        **{file.sha256: file.file for file in manifest.files},
        **{sha256: name for name, sha256 in manifest.inputs.items()},
        manifest.settings: "设置",
        manifest.answers: "对照表的填写内容",
        manifest.landing: "收文记录",
    }
    if manifest.casework != NO_CASEWORK:
        named[manifest.casework] = "当时登记的结论"
    return {
        sha256: name for sha256, name in named.items() if file_hash(archived(home.archive, sha256)) != sha256
    }


def restore_inputs(home: Home, manifest: Manifest) -> None:
    """Put calendar, local rules and layouts as they were into a home that holds nothing else of value."""
    for folder in (home.rules, home.mapping):
        for path in folder.iterdir():
            path.unlink()
    home.calendar.unlink(missing_ok=True)
    for name, sha256 in manifest.inputs.items():
        write_atomically(home.root / name, archived(home.archive, sha256).read_bytes())


def month_run_of(home: Home, manifest: Manifest, hands: Hands) -> MonthRun:
    """The month that a manifest describes, its files, settings, answers and casework from the archive.

    Args:
        home: calendar, rules and layouts are those that lie in it.
        manifest: of a published run.
        hands: the processes that work beside this one.
    """
    specs = load_specs(home.mapping)
    answers = json.loads(_text(home, manifest.answers))
    return MonthRun(
        home=home,
        month=Month(manifest.month),
        settings=read_canonical(_text(home, manifest.settings)),
        specs=specs,
        rules=load_catalog(home.rules),
        days=load_working_days(home.calendar),
        answers=_answers(answers),
        landing=kept_landing(_text(home, manifest.landing)),
        manifest=manifest,
        without=manifest.without,
        hands=hands,
        casework=kept_casework(manifest.casework, home.archive),
    )


def _answers(values: Mapping[str, list[list[object]]]) -> Answers:
    """The filled-in books as `pipelines.month_run.prepare` archives them."""
    labels = {_words(row[:3]): row[3] if row[3] is None else str(row[3]) for row in values["labels"]}
    units = {
        _words(row[:3]): tuple(map(str, row[3])) if isinstance(row[3], list) else ()
        for row in values["units"]
    }
    rows = {(*_words(row[:3]), str(row[3])): row[4] for row in values["unit_rows"] if isinstance(row[4], int)}
    return Answers(labels, units, rows)


def _words(row: list[object]) -> tuple[str, str, str]:
    first, second, third = map(str, row)
    return first, second, third


def _text(home: Home, sha256: str) -> str:
    return archived(home.archive, sha256).read_text("utf-8")


def file_hash(path: Path) -> str:
    """SHA-256 of a file; '' where there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
