"""Chinese labels for the codes of published tables: one table, `labels.toml`, each label written once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

DEPARTMENTS = ("establishment", "organisation", "personnel", "finance", "police", "civil", "other")
"""Departments in the order of every table that sets them side by side."""

PRESENCE = DEPARTMENTS[:5]


@cache
def _all_labels() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("reports") / "labels.toml").read_text("utf-8"))


def labels(kind: str) -> Mapping[str, str]:
    """Code → label of one kind, in the order in which they are listed.

    Raises:
        KeyError: there is no such kind.
    """
    return _all_labels()[kind]


def label(kind: str, code: object) -> str:
    """The label of a code; an unknown code as it stands; nothing for no code."""
    if code is None:
        return ""
    return labels(kind).get(str(code), str(code))


def code_of(kind: str, text: str) -> str | None:
    """The code that has this label, or that is written as it stands; None for neither."""
    known = labels(kind)
    return text if text in known else next((code for code, name in known.items() if name == text), None)


def severity_label(severity: int | None) -> str:
    """红, 橙, 黄, 蓝."""
    return label("severity", severity)


def group_of(rule_id: str) -> str:
    """The letters of a rule id: the group it belongs to."""
    return rule_id.rstrip("0123456789")


def group_title(group: str) -> str:
    """The name of a group's sheet, such as "P 人员存在性"."""
    known = labels("group").get(group)
    return f"{group} {known}" if known else group


def match_level_label(level: str | None) -> str:
    """Such as "ML1 确证"."""
    if not level:
        return ""
    known = labels("match_level").get(level)
    return f"{level} {known}" if known else level


def category_label(category: str | None) -> str:
    """Such as "K4 死亡或宣告死亡失踪仍领"."""
    if not category:
        return ""
    known = labels("category").get(category)
    return f"{category} {known}" if known else category


def presence_label(presence: str | None) -> str:
    """The departments that list a person or a body, from the five digits of `presence`."""
    digits = presence or ""
    return "、".join(
        label("department", name) for name, digit in zip(PRESENCE, digits, strict=False) if digit == "1"
    )


def unit_code(unit_id: str | None) -> str:
    """A body's code as people write it: 编办's 机构编码, else "财政:305009"."""
    department, colon, code = (unit_id or "").partition(":")
    return f"{label('department', department)}:{code}" if colon else department
