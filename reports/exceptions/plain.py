"""Cells of published tables as plain text: JSON lists, months, yes and no."""

from __future__ import annotations

import json
from collections.abc import Mapping


def plain_text(value: str | None) -> str:
    """A text column that may hold a JSON list or object, as one line of text."""
    if not value:
        return ""
    if value[0] not in "[{":
        return value
    try:
        return _flat(json.loads(value))
    except json.JSONDecodeError:
        return value


def _flat(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{k} {_flat(v)}".strip() for k, v in value.items() if v not in (None, ""))
    if isinstance(value, list):
        return "；".join(_flat(item) for item in value)
    return str(value)


def counter_text(value: str | None) -> str:
    """Counter-evidence, one record a line: 2026-09-12 公安核验返回一致〔核验返回.xlsx ▸ Sheet1 第 8 行〕."""
    return "\n".join(_record(item) for item in (json.loads(value) if value else []))


def _record(item: Mapping[str, object]) -> str:
    said = f"{item['date']} {item['what']}"
    return f"{said}〔{item['file']} ▸ {item['sheet']} 第 {item['row']} 行〕" if item["file"] else said


def month_span(value: str | None) -> str:
    """Months of a JSON list, consecutive ones drawn together: 2026-08 至 2026-10（3 个月）."""
    months: list[str] = sorted(json.loads(value)) if value else []
    runs: list[list[str]] = []
    for month in months:
        if runs and _month_no(month) == _month_no(runs[-1][-1]) + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return "、".join(run[0] if len(run) == 1 else f"{run[0]} 至 {run[-1]}（{len(run)} 个月）" for run in runs)


def _month_no(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])


def month_title(month: str) -> str:
    """2026-10 as 2026年10月."""
    return f"{month[:4]}年{int(month[5:7])}月"
