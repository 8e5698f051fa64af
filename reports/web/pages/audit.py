"""审计: the audit log, whether its chain holds, and 谁看过这个号码 (个人信息保护法第四十五条)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

import polars as pl
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from assets.values.ids import normalise_id, upgrade_id
from connectors.audit import AuditVerdict, append, verify
from reports.labels import labels
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.pages.aliases import all_ids
from reports.web.pages.audit_log import LogFilters, disclosures, entries
from reports.web.pages.frame import plain_page
from reports.web.pages.needs import needs

SIZE = 100
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PERSON = re.compile(r"[A-Za-z0-9]{4,40}")


@dataclass(frozen=True)
class State:
    """Of which state of the log something was said: a log only grows, so its size and time name it."""

    path: str
    size: int
    changed: int


@require_GET
@needs(May.LOG)
def audit(request: SiteRequest) -> HttpResponse:
    """The entries that the address describes, the latest first."""
    filters = LogFilters(
        user=request.GET.get("user", "").strip()[:100],
        kind=_known(request.GET.get("kind", "")),
        since=_day(request.GET.get("since", "")),
        until=_day(request.GET.get("until", "")),
        before=_number(request.GET.get("before", "")),
    )
    path = request.place.casework.audit_log
    found = entries(path, filters, SIZE + 1)
    narrowed = {name: value for name, value in vars(filters).items() if value and name != "before"}
    is_more = len(found) > SIZE
    return plain_page(
        request,
        "pages/audit.html",
        "audit",
        filters=filters,
        rows=found[:SIZE],
        kinds=list(labels("audit_kind").items()),
        following=urlencode({**narrowed, "before": found[SIZE - 1].seq}) if is_more else "",
        first=urlencode(narrowed) if filters.before else None,
        verdict=_verdict(path) if request.GET.get("verify") == "1" else None,
    )


def _known(kind: str) -> str:
    return kind if kind in labels("audit_kind") else ""


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if _DAY.fullmatch(text) else ""
    except ValueError:
        return ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _verdict(path: Path) -> AuditVerdict:
    """Whether the chain holds, walked through once a state of the log."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return verify(path)
    return _walked(State(str(path), stat.st_size, stat.st_mtime_ns))


@lru_cache(maxsize=4)
def _walked(state: State) -> AuditVerdict:
    return verify(Path(state.path))


@require_POST
@needs(May.LOG)
def who_saw(request: SiteRequest) -> HttpResponse:
    """Who saw the person of a number; the number comes in the body, and stands in no address and no log."""
    asked = _numbers(request.POST.get("id_no", "")[:40])
    person_ids: set[str] = set()
    for month in request.desk.months.listed() if asked else ():
        with request.desk.month(month) as view:
            rows = view.rows(
                "select person_id from person where id_no in (select unnest($ids))", {"ids": asked}
            )
            person_ids |= {row["person_id"] for row in rows}
    return _seen(request, all_ids(request, person_ids), is_known=bool(person_ids))


def _numbers(text: str) -> list[str]:
    """A number as people write it, as lists have it: cleaned, and one of fifteen digits also as eighteen."""
    clean = pl.select(normalise_id(pl.lit(text, dtype=pl.String))).item()
    return [one for one in (clean, upgrade_id(clean) if clean else None) if one]


@require_GET
@needs(May.LOG)
def who_saw_person(request: SiteRequest, person_id: str) -> HttpResponse:
    """The same for a person whose page somebody has open.

    Raises:
        Http404: that is no person_id.
    """
    if not _PERSON.fullmatch(person_id):
        raise Http404("没有这个人员")
    return _seen(request, all_ids(request, {person_id}), is_known=True)


def _seen(request: SiteRequest, person_ids: set[str], *, is_known: bool) -> HttpResponse:
    settings = request.place.casework
    event = {"kind": "who_saw", "people": sorted(person_ids), "n_people": len(person_ids)}
    found = disclosures(settings.audit_log, person_ids) if person_ids else []
    append(settings.audit_log, event, settings.clock(), request.access.user)
    return plain_page(
        request,
        "pages/who_saw.html",
        "audit",
        is_known=is_known,
        sure=[one.entry for one in found if one.is_sure],
        unsure=[one.entry for one in found if not one.is_sure],
    )
