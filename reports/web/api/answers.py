"""What every answer of the API has: a validator, so that nothing is sent twice; an entry in the audit log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.http import parse_etags, quote_etag

from assets.published import NotPublished
from reports.web.api.problems import Problem
from reports.web.api.tokens import ApiRequest
from reports.web.casework.models import TABLES
from reports.web.months import MonthView
from reports.web.pages.disclosure import Disclosure, record_disclosure

CACHE = "private, no-cache"
LEFT_OUT = "（不记录）"
_SEARCHED = frozenset({"q"})
"""Filters that may hold somebody's name or number: the log says that they were used, not how."""


def versions(request: ApiRequest) -> list[int]:
    """The numbers of the last events of casework: whatever anybody decides changes one of them."""
    return [request.desk.casework.version(name) for name in TABLES]


def validator(request: ApiRequest, content: str) -> str:
    """The ETag of what this caller sees at this address.

    Args:
        request: who asks for what.
        content: hash of the published content that it rests on.
    """
    parts = [
        content,
        str(versions(request)),
        request.path,
        repr(sorted(request.GET.lists())),
        repr((sorted(request.access.roles), request.access.scope)),
        request.place.casework.clock().date().isoformat(),
    ]
    return quote_etag(hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32])


def unchanged(request: ApiRequest, tag: str) -> HttpResponse | None:
    """304 where the caller has it already."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" not in known and tag not in [one.removeprefix("W/") for one in known]:
        return None
    return _headed(HttpResponse(status=304), tag)


def given(body: object, tag: str = "", status: int = 200) -> HttpResponse:
    """An answer with a body."""
    text = json.dumps(body, ensure_ascii=False, default=json_value)
    return _headed(HttpResponse(text, status=status, content_type="application/json; charset=utf-8"), tag)


def _headed(response: HttpResponse, tag: str) -> HttpResponse:
    if tag:
        response["ETag"] = tag
    response["Cache-Control"] = CACHE
    response["Vary"] = "Authorization"
    return response


def json_value(value: object) -> object:
    """Money and days as `duibian … --json` writes them.

    Raises:
        TypeError: nothing else is in a published table.
    """
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def record(request: ApiRequest, what: str, month: str, people: Iterable[str | None], rows: int) -> None:
    """Write down that rows about people were given to a system; nothing is sent where this raises."""
    asked: Mapping[str, Any] = {
        name: LEFT_OUT if name in _SEARCHED else values for name, values in sorted(request.GET.lists())
    }
    record_disclosure(
        request,
        Disclosure.API,
        f"接口（{request.auth.system}）：{what}",
        request.auth.purpose,
        month=month,
        people=people,
        rows=rows,
        asked=asked,
        form="json",
        unmasked=False,
    )


def refuse_unknown(request: ApiRequest, known: Iterable[str]) -> None:
    """A filter that is misspelt would return everything: it is refused.

    Raises:
        Problem: 422, naming them.
    """
    named = set(known)
    unknown = sorted(set(request.GET) - named)
    if unknown:
        errors = [(f"query.{name[:40]}", "不认识这一项") for name in unknown]
        remedy = f"可用的有：{'、'.join(sorted(named))}" if named else "这个地址没有查询参数"
        raise Problem(422, "unknown-parameter", "查询参数不认识", remedy, errors)


@contextmanager
def published(request: ApiRequest, month: str) -> Iterator[MonthView]:
    """A published month.

    Raises:
        Problem: 404, there is none.
    """
    try:
        with request.desk.month(month) as view:
            yield view
    except NotPublished:
        raise Problem(404, "unknown-month", f"{month} 没有发布", "已发布的月份见 /api/v1/months") from None
