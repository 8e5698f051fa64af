"""接口说明: the API's description as a page of ours, for whoever connects another system; no script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reports.web.accounts.tokens import WORDS
from reports.web.api.document import document, scopes_of
from reports.web.middleware import SiteRequest

_TYPES = {
    "string": "文字",
    "integer": "整数",
    "number": "数",
    "boolean": "是否",
    "array": "数组",
    "object": "对象",
}
_PLACES = {"path": "地址", "query": "查询", "header": "请求头"}


@dataclass(frozen=True)
class Field:
    """One parameter or one field of a body."""

    name: str
    place: str
    kind: str
    must: bool
    words: str


@dataclass(frozen=True)
class Operation:
    """One address as the page describes it."""

    anchor: str
    method: str
    path: str
    title: str
    paragraphs: tuple[str, ...]
    scopes: tuple[str, ...]
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: tuple[Field, ...]
    refusals: tuple[tuple[str, str], ...]


@require_GET
def guide(request: SiteRequest) -> HttpResponse:
    """The page."""
    values = {
        "site": request.place,
        "access": request.access,
        "operations": operations(),
        "scopes": [(reach.value, words) for reach, words in WORDS.items()],
        "host": request.get_host(),
        "scheme": request.scheme,
    }
    return render(request, "pages/api.html", values)


@require_GET
def description(request: SiteRequest) -> HttpResponse:
    """The same for programs: OpenAPI 3.1."""
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False, "indent": 1})


@cache
def operations() -> tuple[Operation, ...]:
    """Every address in the order of the API; described once, for a program does not change while it runs."""
    described, scopes = document(), scopes_of()
    schemas = described["components"]["schemas"]
    return tuple(
        _operation(path, method, one, schemas, scopes.get(one["operationId"], []))
        for path, address in described["paths"].items()
        for method, one in address.items()
    )


def _operation(
    path: str, method: str, one: dict[str, Any], schemas: dict[str, Any], scopes: list[str]
) -> Operation:
    done = next(answer for status, answer in one["responses"].items() if status.startswith("2"))
    return Operation(
        anchor=one["operationId"],
        method=method.upper(),
        path=path,
        title=one["summary"],
        paragraphs=tuple(" ".join(part.split()) for part in one.get("description", "").split("\n\n")),
        scopes=tuple(scopes),
        parameters=tuple(
            Field(
                parameter["name"],
                _PLACES[parameter["in"]],
                _kind(parameter["schema"], schemas),
                parameter.get("required", False),
                parameter.get("description", ""),
            )
            for parameter in one.get("parameters", [])
        ),
        body=_fields(one.get("requestBody", {}).get("content", {}), schemas),
        answer=_fields(done.get("content", {}), schemas),
        refusals=tuple(
            (status, answer["description"])
            for status, answer in one["responses"].items()
            if not status.startswith("2")
        ),
    )


def _fields(content: dict[str, Any], schemas: dict[str, Any]) -> tuple[Field, ...]:
    media: list[dict[str, Any]] = [*content.values(), {}]
    return tuple(_fields_of(_resolved(media[0].get("schema", {}), schemas), schemas, ""))


def _fields_of(schema: dict[str, Any], schemas: dict[str, Any], before: str) -> Iterator[Field]:
    """The fields of an object; those of the objects in a list behind it, as items[].name."""
    must = set(schema.get("required", []))
    for name, one in schema.get("properties", {}).items():
        yield Field(before + name, "", _kind(one, schemas), name in must, one.get("description", ""))
        if "$ref" in one.get("items", {}):
            yield from _fields_of(_resolved(one["items"], schemas), schemas, f"{before}{name}[].")


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return schemas.get(name, {}) if name else schema


def _kind(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """A type in words, with the values that it may have."""
    if "anyOf" in schema:
        named = [one for one in schema["anyOf"] if one.get("type") != "null"]
        return "、".join(dict.fromkeys(_kind(one, schemas) for one in named))
    if "$ref" in schema:
        return _TYPES["object"]
    if "enum" in schema:
        return "｜".join(str(value) for value in schema["enum"] if value != "")
    if schema.get("type") == "array":
        return f"数组：{_kind(schema.get('items', {}), schemas)}"
    if schema.get("format") == "date":
        return "日期"
    if schema.get("format") == "binary":
        return "文件"
    return _TYPES.get(schema.get("type", ""), "")
