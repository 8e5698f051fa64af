"""What people decided about findings and about the rules that found them, in words, and how often."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from checks.findings.difference import field_label, value_label
from reports.exceptions.model import DecisionCounts
from reports.labels import label, severity_label

Row = Mapping[str, Any]
CARRIED = "carried"


def decision_text(text: str | None) -> str:
    """属实（张三 2026-10-20，核字〔2026〕3号，有效至 2026-12-31）：核对档案。证据已变化，须重新核实."""
    if not text:
        return ""
    said: dict[str, str] = json.loads(text)
    until = f"有效至 {said['until']}" if said["until"] else ""
    when = f"{said['by']} {said['at'][:10]}".strip()
    beside = "，".join(part for part in (when, said["paper"], until) if part)
    shown = label("decision", said["verdict"]) + (f"（{beside}）" if beside else "")
    return "。".join(part for part in (f"{shown}：{said['reason']}".rstrip("："), said["note"]) if part)


def demotion_text(text: str | None) -> str:
    """本规则自 2026-11 起降为黄（张三决定：核实 14 条，属实 5 条）; '' where the rule is not demoted."""
    if not text:
        return ""
    said: dict[str, Any] = json.loads(text)
    grade = severity_label(said["severity"])
    return f"本规则自 {said['since'][:7]} 起降为{grade}（{said['by']}决定：{said['basis']}）"


def changes_text(text: str | None) -> str:
    """Why a decision holds no longer, one field a line: 统发工资表·人员身份：公务员 → 机关工勤."""
    changes: list[dict[str, str]] = json.loads(text) if text else []
    return "\n".join(f"{change['field']}：{change['old']} → {change['new']}" for change in changes)


def values_text(text: str | None) -> str:
    """Decided values, one field a line."""
    values: dict[str, list[str]] = json.loads(text) if text else {}
    return "\n".join(
        f"{field_label(name)}：{'、'.join(value_label(name, one) for one in listed)}"
        for name, listed in values.items()
    )


def decision_counts(findings: Iterable[Row], n_refuted: int) -> DecisionCounts:
    """How many decisions hold, by what was decided, and how many were reopened this month.

    Args:
        findings: those that are listed.
        n_refuted: how many are not, because they were refuted.
    """
    verdicts: Counter[str] = Counter()
    n_open = 0
    for row in findings:
        said = json.loads(row.get("decision") or "{}")
        if said.get("state") == CARRIED:
            verdicts[said["verdict"]] += 1
        elif said and row["change"] == "reopened":
            n_open += 1
    return DecisionCounts(dict(sorted(verdicts.items())), n_open, n_refuted)
