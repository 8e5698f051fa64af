"""The OpenAPI description, with what django-ninja does not say: refusals, validators, the token's scopes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.web.accounts.tokens import WORDS
from reports.web.api.api import api
from reports.web.api.decisions import REPLAYED
from reports.web.api.problems import MEDIA_TYPE
from reports.web.api.tokens import TokenAuth
from reports.web.middleware import API

_REFUSALS: Mapping[str, str] = {
    "400": "请求读不懂：不是 JSON，或不是表单",
    "401": "没有令牌，或令牌不对、已到期、已收回",
    "403": "令牌没有这一范围，或它的账号没有这一角色",
    "404": "没有这个月份、编号或工资，或不在账号可以查看的范围内",
    "409": "翻页期间重新发布了，或证据有了变化",
    "413": "提交的内容太大",
    "422": "有写得不对的值，或不能办理",
    "429": "错误的令牌太多，按 Retry-After 等候",
    "503": "案件数据库或审计日志暂时写不进去",
}
_PROBLEM: Mapping[str, Any] = {
    "title": "Problem",
    "description": "为什么没有办成（RFC 9457）",
    "type": "object",
    "required": ["type", "title", "status", "remedy"],
    "properties": {
        "type": {"type": "string", "description": "供程序判断的代码"},
        "title": {"type": "string", "description": "原因"},
        "status": {"type": "integer", "description": "HTTP 状态"},
        "remedy": {"type": "string", "description": "怎么办"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "message"],
                "properties": {"where": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_TAG = {"description": "内容的校验值，下次放在 If-None-Match 里", "schema": {"type": "string"}}
_UNLESS = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": "上次应答头 ETag 的值；内容没有变化时返回 304",
}


def document() -> dict[str, Any]:
    """The description of the whole API."""
    described: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=API))
    described["info"] = {
        "title": api.title,
        "version": api.version,
        "description": "已发布的月份、疑点、发放核对；登记处理结论；核对定稿。疑点是待核实事项，不是结论；"
        "证件号码一律隐去中间几位。",
    }
    parts = described.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = dict(_PROBLEM)
    for address in described["paths"].values():
        for method, operation in address.items():
            _complete(operation, is_reading=method == "get")
    return described


def scopes_of() -> dict[str, list[str]]:
    """operation_id → the scopes of which a token needs one, each with its words."""
    found: dict[str, list[str]] = {}
    for _, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                for auth in operation.auth_callbacks:
                    if isinstance(auth, TokenAuth):
                        words = [f"{reach.value}　{WORDS[reach]}" for reach in auth.reaches]
                        found[str(operation.operation_id)] = words
    return found


def _complete(operation: dict[str, Any], *, is_reading: bool) -> None:
    answers: dict[str, Any] = {str(status): one for status, one in operation["responses"].items()}
    for status in answers:
        answers[status]["description"] = "办成"
    if is_reading:
        operation.setdefault("parameters", []).append(dict(_UNLESS))
        answers["304"] = {"description": "内容没有变化", "headers": {"ETag": dict(_TAG)}}
        answers["200"]["headers"] = {"ETag": dict(_TAG)}
    if "201" in answers:
        answers["201"]["headers"] = {
            REPLAYED: {"description": "true：以前登记过，这次没有重复", "schema": {"type": "string"}}
        }
    for status, words in _REFUSALS.items():
        answers[status] = {
            "description": words,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    operation["responses"] = answers
