"""Writing down that whole numbers were shown or a list was taken out: the one way in which pages do it.

An entry of the audit log holds who, when, why, which list and how many rows, and whom it covered: the
person_ids of a few people in the entry itself, those of many in a file of their own that the entry names by
its SHA-256. So 谁看过这个号码 can be answered for every person (个人信息保护法第四十五条). Neither holds a
number or a name.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from connectors.audit import AuditLine, append
from reports.casework.filled import Refused, said_text
from reports.web.middleware import SiteRequest

FOLDER = "disclosed"
"""Beside the audit log: `<sha256>.gz`, one person_id a line, sorted."""
FEW = 50
REASON = "事由"


class Disclosure(StrEnum):
    """What was given out: the `kind` of the entry."""

    UNMASK = "unmask"  # whole numbers on a page
    EXPORT = "export"  # a list as a file
    API = "api"  # rows to another system, numbers masked


def record_disclosure(
    request: SiteRequest,
    kind: Disclosure,
    page: str,
    reason: str,
    *,
    month: str,
    people: Iterable[str | None],
    rows: int,
    asked: Mapping[str, Any] | None = None,
    form: str = "html",
    unmasked: bool = True,
) -> AuditLine:
    """Record a disclosure; call it before anything is sent, and send nothing when it raises.

    Args:
        request: who asks.
        kind: shown on a page, or taken out as a file.
        page: name of the page or report, as people call it.
        reason: why, as said by whoever asks.
        month: YYYY-MM of the data.
        people: person_id of everybody covered, in any order, repeated or not; None is nobody.
        rows: of the list.
        asked: filter of the list as it stands in its address; no full number and no name.
        form: html, xlsx, docx, csv.
        unmasked: whether numbers are whole.

    Raises:
        Refused: no reason was given.
        UserError: the audit log cannot be written.
    """
    said = said_text(reason, REASON)
    if not said:
        raise Refused("请先写明查看或导出的事由")
    settings = request.place.casework
    covered = sorted({one for one in people if one})
    event: dict[str, Any] = {
        "kind": kind.value,
        "page": page,
        "role": "、".join(sorted(request.access.roles)),
        "month": month,
        "filter": dict(asked or {}),
        "format": form,
        "reason": said,
        "rows": rows,
        "unmasked": unmasked,
        "n_people": len(covered),
        **_whom(covered, settings.audit_log),
    }
    return append(settings.audit_log, event, settings.clock(), request.access.user)


def covers(event: Mapping[str, Any], person_ids: Collection[str], audit_log: Path) -> bool | None:
    """Whether an entry covered a person under one of his ids; None where the entry does not say whom."""
    if "people" in event:
        return not set(event["people"]).isdisjoint(person_ids)
    if "people_sha256" not in event:
        return None
    path = _place(audit_log, str(event["people_sha256"]))
    if not path.is_file():
        return None
    return any(one in person_ids for one in _lines(path))


def _whom(covered: list[str], audit_log: Path) -> dict[str, Any]:
    if len(covered) <= FEW:
        return {"people": covered}
    text = "".join(f"{one}\n" for one in covered).encode()
    sha256 = hashlib.sha256(text).hexdigest()
    path = _place(audit_log, sha256)
    if not path.is_file():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(gzip.compress(text, mtime=0))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return {"people_sha256": sha256}


def _place(audit_log: Path, sha256: str) -> Path:
    return audit_log.parent / FOLDER / f"{sha256}.gz"


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="ascii") as file:
        for line in file:
            yield line.rstrip("\n")
