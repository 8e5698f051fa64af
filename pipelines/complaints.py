"""What pydantic found wrong in a TOML file, in words that an official can act on, each with its line."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipelines.toml_file import KeyPath, Problem, TomlFile

_MESSAGES: dict[str, tuple[str, str]] = {
    "missing": ("缺少这一项", "请补上；可参照 duibian init 新生成的文件"),
    "int_type": ("应为整数", "请写成不加引号的整数"),
    "int_from_float": ("应为整数", "请去掉小数"),
    "bool_type": ("应为 true（是）或 false（否）", "请改正，不加引号"),
    "string_type": ("应为文字", '请用英文双引号括起来，例如 "云岭县"'),
    "string_too_short": ("不能为空", "请填写"),
    "string_pattern_mismatch": ("应为六位数字", '请写六位行政区划代码，例如 "629923"'),
    "tuple_type": ("应为用方括号括起来的一列文字", '例如 ["云岭", "云岭县人民政府"]，没有时写 []'),
    "decimal_type": ("应为 0 到 1 之间的小数", "例如 0.15，不加引号"),
    "is_instance_of": ("应为 0 到 1 之间的小数", "例如 0.15，不加引号"),
    "date_type": ("应为日期或月份", '请写成 2026-07-01，或带引号的月份 "2026-07"'),
    "model_type": ("应为一组设置", "请写成单独一行 [名称]，下面逐行写设置项"),
    "dict_type": ("应为一组设置", "请写成单独一行 [名称]，下面逐行写设置项"),
    "mapping_type": ("应为一组设置", "请写成单独一行 [名称]，下面逐行写设置项"),
}
_LIMITS = {
    "greater_than_equal": ("ge", "不能小于"),
    "less_than_equal": ("le", "不能大于"),
}


def complaints(
    file: TomlFile, error: ValidationError, model: type[BaseModel], base: KeyPath = ()
) -> list[Problem]:
    """Every complaint of one validation.

    Args:
        file: the file that was read.
        error: what validating `model` raised.
        model: tells which names would have been right.
        base: where in the file the validated part stands.
    """
    return [_problem(file, details, model, base) for details in error.errors()]


def unknown_entry(file: TomlFile, path: KeyPath, known: Collection[str]) -> Problem:
    """A name that means nothing, with the known name that looks most like it."""
    alike = difflib.get_close_matches(str(path[-1]), list(known), n=1)
    remedy = f"是不是 {alike[0]}？请改正或删去" if alike else "请改正名称或删去这一项"
    return Problem(file.lines.line(path), _dotted(path), "不认识的设置项", remedy)


def _problem(file: TomlFile, details: ErrorDetails, model: type[BaseModel], base: KeyPath) -> Problem:
    path: KeyPath = (*base, *details["loc"])
    kind = details["type"]
    context = details.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown_entry(file, path, _names_beside(model, details["loc"]))
    if kind in _LIMITS:
        limit, words = _LIMITS[kind]
        message, remedy = f"{words} {context[limit]}", "请改正"
    elif kind == "literal_error":
        message = f"写的是 schema = {details['input']}，本程序只认 schema = {context['expected']}"
        remedy = "数字更大的由更新版本的程序写成：请安装更新版本的程序，或恢复升级前的备份"
    elif kind == "value_error":
        message, remedy = str(context["error"]), "请改正"
    else:
        message, remedy = _MESSAGES.get(kind, ("值的写法不对", "可参照 duibian init 新生成的文件"))
    return Problem(file.lines.line(path), _dotted(path), message, remedy)


def _names_beside(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The names that the model has where the unknown one stands."""
    holder: Any = model
    for key in path[:-1]:
        field = holder.model_fields.get(key)
        if field is None or not hasattr(field.annotation, "model_fields"):
            return []
        holder = field.annotation
    return [field.alias or name for name, field in holder.model_fields.items()]


def _dotted(path: KeyPath) -> str:
    return ".".join(f"第{key + 1}段" if isinstance(key, int) else key for key in path)
