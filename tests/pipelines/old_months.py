"""Months that were published long ago: their files, tables and pointers, without computing any."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.published import pointer_path
from pipelines.files import write_json
from pipelines.home import Home
from pipelines.manifest import DeliveredFile, Manifest, Previous, keep_file, keep_text

TERMS = """
[retention]
inbox_months = 3
archive_months = 24
lake_months = 24
published_months = 36
reports_months = 36
basis = "云编办发〔2026〕3号"
"""


@dataclass(frozen=True)
class Evidence:
    """A finding of a month, how it stands, and the file and month that its evidence is of."""

    finding_id: str
    status: str
    sha256: str
    month: str


def set_terms(home: Home, terms: str = TERMS) -> None:
    """Put terms in the place of the default ones."""
    head, _, rest = home.settings.read_text("utf-8").partition("[retention]\n")
    _, _, tail = rest.partition('basis = ""')
    home.settings.write_text(head + terms + tail.partition("\n")[2], "utf-8")


def deliver(home: Home, month: str, name: str, content: str) -> str:
    """A file of a month in the inbox; returns its SHA-256."""
    path = home.inbox_month(month) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    return hashlib.sha256(content.encode()).hexdigest()


def publish(
    home: Home,
    month: str,
    previous: Manifest | None = None,
    findings: Sequence[Evidence] = (),
    owed: Sequence[str] = (),
    files: Sequence[DeliveredFile] | None = None,
) -> Manifest:
    """A month as a run leaves it, from what lies in its inbox; its content hash is its month's."""
    inbox = home.inbox_month(month)
    if files is None:
        paths = sorted(path for path in inbox.rglob("*") if path.is_file())
        files = [
            DeliveredFile("finance", p.relative_to(inbox).as_posix(), keep_file(p, home.archive), "taken")
            for p in paths
        ]
    manifest = Manifest(
        month=month,
        files=tuple(files),
        without={},
        settings=keep_text('{"settings":1}', home.archive),
        answers=keep_text('{"labels":[]}', home.archive),
        inputs={},
        catalogue="c",
        program="0",
        home_key="k",
        previous=Previous(previous.month, content_of(previous.month)) if previous else None,
        landing=keep_text('{"deliveries":[]}', home.archive),
    )
    keep_text(manifest.canonical(), home.archive)
    folder = home.run_folder(month, manifest.run)
    folder.mkdir(parents=True)
    manifest.write(folder)
    (folder / "finding.parquet").write_bytes(b"x" * 1000)
    _write_ledger(home.ledger(month, manifest.run), findings, owed)
    pointer = {
        "month": month,
        "run": manifest.run,
        "ledger": home.ledger(month, manifest.run).relative_to(home.root).as_posix(),
        "sha256": hashlib.sha256(home.ledger(month, manifest.run).read_bytes()).hexdigest(),
        "content_sha256": content_of(month),
        "published_at": f"{month}-20T09:00:00+08:00",
        "incomplete": [],
        "catalogue": "c",
    }
    write_json(pointer_path(home.published, month), pointer)
    report = home.report_folder(month) / "疑点清单.xlsx"
    report.parent.mkdir(parents=True)
    report.write_bytes(b"r" * 100)
    return manifest


def content_of(month: str) -> str:
    """The content hash of a month of these."""
    return hashlib.sha256(month.encode()).hexdigest()


def events(home: Home) -> list[dict[str, object]]:
    """What the audit log says, in its order."""
    return [json.loads(line)["event"] for line in home.audit_log.read_bytes().splitlines()]


def tree(root: Path) -> set[str]:
    """Every file below a folder."""
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def _write_ledger(path: Path, findings: Sequence[Evidence], owed: Sequence[str]) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table meta (key varchar, value varchar)")
        connection.execute("create table finding (finding_id varchar, status varchar)")
        connection.execute(
            "create table finding_evidence (finding_id varchar, sha256 varchar, month varchar)"
        )
        connection.execute("create table gate_backpay (held_month varchar, open_amount decimal(14,2))")
        for one in findings:
            connection.execute("insert into finding values (?, ?)", [one.finding_id, one.status])
            values = [one.finding_id, one.sha256, one.month]
            connection.execute("insert into finding_evidence values (?, ?, ?)", values)
        for month in owed:
            connection.execute("insert into gate_backpay values (?, 100)", [month])
