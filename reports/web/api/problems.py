"""Refusals as problem documents (RFC 9457), in Chinese, each with what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse

from connectors.errors import UserError
from reports.web.middleware import API

MEDIA_TYPE = "application/problem+json"
JSON_LIMIT, FILE_LIMIT = 16 * 1024 * 1024, 64 * 1024 * 1024
_ENVELOPE = 1024 * 1024
"""What a form adds to its file."""
_URN = "urn:duibian:problem:"


@dataclass
class Problem(Exception):
    """A refusal.

    Attributes:
        status: of HTTP. code: for programs. title: for people.
        remedy: what to do about it.
        errors: what is wrong where, as (place, message).
        headers: of the answer.
    """

    status: int
    code: str
    title: str
    remedy: str = ""
    errors: Sequence[tuple[str, str]] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code

    def document(self) -> dict[str, Any]:
        """The body."""
        body: dict[str, Any] = {
            "type": _URN + self.code,
            "title": self.title,
            "status": self.status,
            "remedy": self.remedy,
        }
        if self.errors:
            body["errors"] = [{"where": where, "message": message} for where, message in self.errors]
        return body


PLAIN = {
    400: Problem(400, "bad-request", "请求的写法不对", "请按接口说明改正后重试"),
    403: Problem(403, "forbidden", "没有权限", "请找安全管理员为令牌的账号授予角色，或换一个令牌"),
    404: Problem(
        404, "not-found", "没有这个地址、月份或编号，或者它不在令牌的账号可以查看的范围内", "请检查地址"
    ),
    405: Problem(405, "method-not-allowed", "这个地址不接受这种请求", "可用的见应答头 Allow"),
    413: Problem(413, "too-large", "提交的内容太大", "请改用文件提交，或分批提交"),
    500: Problem(500, "fault", "程序出错了，不是请求有误，已保存的内容没有变化", "请告知系统管理员"),
}
_LIMITS = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "string_type": "应为文字",
    "decimal_parsing": "应为数",
    "bool_parsing": "应为 true 或 false",
    "string_pattern_mismatch": "写法不对",
    "date_from_datetime_parsing": "应为日期，如 2026-12-31",
    "list_type": "应为数组",
}
"""What pydantic found, in Chinese; the value that was sent is never repeated."""


def wrong_values(errors: Sequence[Any]) -> Problem:
    """What validation found wrong."""
    return Problem(
        422,
        "invalid",
        "请求里有写得不对的值",
        "请按接口说明改正后重试",
        [(".".join(str(part) for part in error["loc"]), _message(error)) for error in errors],
    )


def _message(error: Any) -> str:
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind in ("literal_error", "enum"):
        return f"只能是 {context.get('expected', '')}".replace(" or ", "、").replace(", ", "、")
    if kind in ("less_than_equal", "less_than"):
        return f"不能大于 {context.get('le', context.get('lt', ''))}"
    if kind in ("greater_than_equal", "greater_than"):
        return f"不能小于 {context.get('ge', context.get('gt', ''))}"
    if kind in ("string_too_long", "too_long"):
        return f"太长，最多 {context.get('max_length', '')}"
    if kind in ("string_too_short", "too_short"):
        return f"太短，至少 {context.get('min_length', '')}"
    return _LIMITS.get(kind, "写法不对")


def of_user_error(error: UserError, status: int = 422, code: str = "refused") -> Problem:
    """What a floor below refused, in its own words."""
    errors = [(error.where, error.what)] if error.where else []
    return Problem(status, code, error.what, error.remedy, errors)


def answer(problem: Problem) -> HttpResponse:
    """The problem as an answer."""
    response = HttpResponse(
        json.dumps(problem.document(), ensure_ascii=False), status=problem.status, content_type=MEDIA_TYPE
    )
    for name, value in problem.headers.items():
        response[name] = value
    return response


class ProblemMiddleware:
    """No address of the API ever answers with a page: what Django itself refuses becomes a problem too."""

    def __init__(self, following: Callable[[HttpRequest], HttpResponse]) -> None:
        self._following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One request."""
        if request.path.startswith(API) and _is_too_large(request):
            return answer(PLAIN[413])
        response = self._following(request)
        if not request.path.startswith(API) or response.status_code < 400:
            return response
        if response.get("Content-Type", "").startswith(MEDIA_TYPE):
            return response
        known = PLAIN.get(response.status_code) or PLAIN[400 if response.status_code < 500 else 500]
        body = {**known.document(), "status": response.status_code}
        response.content = json.dumps(body, ensure_ascii=False).encode()
        response["Content-Type"] = MEDIA_TYPE
        return response


def _is_too_large(request: HttpRequest) -> bool:
    """Whether a body is longer than anything that is taken; it is then not read at all."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    is_form = request.META.get("CONTENT_TYPE", "").startswith("multipart/form-data")
    return not length.isdigit() or int(length) > (FILE_LIMIT + _ENVELOPE if is_form else JSON_LIMIT)
