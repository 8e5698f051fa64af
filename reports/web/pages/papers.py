"""Papers attached to findings: taken when they are what they say, kept by content, given out on record."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from connectors.audit import append
from connectors.landing import archived, store
from reports.casework.filled import Refused, said_text
from reports.casework.paper_files import kind_of, safe_name
from reports.web.accounts.access import May
from reports.web.casework.events import AttachmentEvent
from reports.web.middleware import SiteRequest
from reports.web.pages.frame import asked_month
from reports.web.pages.handling import actor, found, leave_notice
from reports.web.pages.needs import needs
from reports.web.pages.queue import detail_address

MOST_BYTES = 20 * 1024 * 1024
MOST_PAPERS = 20


def papers_of(request: SiteRequest, finding_id: str) -> list[dict[str, Any]]:
    """The papers of a finding that nobody took away again, in the order in which they came."""
    return still_attached(request.desk.casework.about("attachment", finding_id))


def still_attached(events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The papers that are left of all events about papers of one finding."""
    kept: dict[str, dict[str, Any]] = {}
    for row in events:
        if row["verdict"] == "attached":
            kept[row["file_sha256"]] = row
        else:
            kept.pop(row["file_sha256"], None)
    return list(kept.values())


@require_POST
@needs(May.DECIDE)
def attach(request: SiteRequest, number: str) -> HttpResponse:
    """Attach a paper."""
    with request.desk.month(asked_month(request)) as month:
        row = found(request, month, number)
        there = detail_address(request, month.month, number)
        try:
            event = _taken(request, row)
            request.desk.add([event])
            leave_notice(request, f"已附上 {event.file}")
        except Refused as refusal:
            leave_notice(request, f"没有附上：{refusal}")
    return redirect(there)


def _taken(request: SiteRequest, row: Mapping[str, Any]) -> AttachmentEvent:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.name:
        raise Refused("没有选文件")
    if not file.size:
        raise Refused("这个文件是空的")
    if file.size > MOST_BYTES:
        raise Refused(f"文件超过 {MOST_BYTES // 1024 // 1024} MB；请压缩或分开扫描")
    if len(papers_of(request, row["finding_id"])) >= MOST_PAPERS:
        raise Refused(f"每条疑点最多附 {MOST_PAPERS} 个文件")
    kind = kind_of(file.name, file)
    sha256, size = keep(request, file)
    who = actor(request, May.DECIDE)
    return AttachmentEvent(
        by=who.user,
        role=who.role,
        finding_id=row["finding_id"],
        number=row["number"],
        month=row["month"],
        file=safe_name(file.name, kind),
        kind=kind,
        size=size,
        file_sha256=sha256,
        note=said_text(request.POST.get("note", ""), "说明"),
    )


def keep(request: SiteRequest, file: UploadedFile[Any]) -> tuple[str, int]:
    """Put a content into the archive; returns its SHA-256 and size."""
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "part"
        with part.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        return store(part, request.place.home / "archive")


def _known(request: SiteRequest, row: Mapping[str, Any], sha256: str) -> dict[str, Any]:
    papers = (one for one in papers_of(request, row["finding_id"]) if one["file_sha256"] == sha256)
    paper = next(papers, None)
    if paper is None:
        raise Http404("没有这个附件")
    return paper


@require_GET
@needs(May.SEE)
def download(request: SiteRequest, number: str, sha256: str) -> HttpResponse:
    """Give a paper out; never shown within a page, and written down before."""
    with request.desk.month(asked_month(request)) as month:
        row = found(request, month, number)
    paper = _known(request, row, sha256)
    path = archived(request.place.home / "archive", paper["file_sha256"])
    if not path.is_file():
        raise Http404("这个附件在存档中不见了")
    settings = request.place.casework
    event = {
        "kind": "paper",
        "number": number,
        "finding_id": row["finding_id"],
        "file_sha256": sha256,
        "people": [row["person_id"]] if row["person_id"] else [],
        "role": "、".join(sorted(request.access.roles)),
    }
    append(settings.audit_log, event, settings.clock(), request.access.user)
    answer = FileResponse(path.open("rb"), content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(paper['file'])}"
    answer["X-Content-Type-Options"] = "nosniff"
    return cast(HttpResponse, answer)


@require_POST
@needs(May.DECIDE)
def detach(request: SiteRequest, number: str, sha256: str) -> HttpResponse:
    """Take a paper away: it stays in the archive and in the history."""
    with request.desk.month(asked_month(request)) as month:
        row = found(request, month, number)
        there = detail_address(request, month.month, number)
    paper = _known(request, row, sha256)
    who = actor(request, May.DECIDE)
    names = ("finding_id", "number", "month", "file", "kind", "size", "file_sha256")
    said = {name: paper[name] for name in names}
    request.desk.add([AttachmentEvent(by=who.user, role=who.role, **said, verdict="withdrawn")])
    leave_notice(request, f"已撤下 {paper['file']}")
    return redirect(there)
