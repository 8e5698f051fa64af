"""The wording of a finding: a rule's sentence filled in.

Values in, text out. Not here: which values (the caller's), tables and layouts (`reports`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from string import Formatter

from checks.rules.parameters import month_number, month_text
from connectors.specs import load_specs

MISSING = "（未记载）"
UNSAID = "未记载"
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
FORMATS = frozenset({"money", "month", "months"})
Labels = Mapping[str, Mapping[str, str]]


@cache
def sentence_labels() -> Labels:
    """Chinese labels that sentences may use: every code list, and `department` and `table` by their keys."""
    specs = load_specs()
    labels: dict[str, Mapping[str, str]] = {
        name: {code: words[0] for code, words in codes.labels.items() if words}
        for name, codes in specs.code_lists.items()
    }
    departments = {one.key: one.label for one in specs.departments}
    labels["department"] = departments
    # What many departments deliver is known by its name alone.
    whose = departments | {"other": ""}
    labels["table"] = {
        key: f"{whose[table.department]}《{table.label}》" for key, table in specs.tables.items()
    }
    return labels


def money(value: object) -> str:
    """With thousands and two decimals: 17,721.00 元."""
    return f"{Decimal(str(value)):,.2f} 元"


def month(value: str) -> str:
    """2026-10 → 2026年10月."""
    return f"{value[:4]}年{int(value[5:7])}月"


def months(values: Iterable[str]) -> str:
    """Months in order, unbroken runs as 起至止: 2026年1月、2026年3月至2026年5月."""
    runs: list[list[int]] = []
    for number in sorted({month_number(value) for value in values}):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return "、".join(
        month(month_text(first))
        if first == last
        else f"{month(month_text(first))}至{month(month_text(last))}"
        for first, last in runs
    )


def _one(value: object, how: str, labels: Labels) -> str:
    if how == "money":
        return money(value)
    if how == "month":
        return month(str(value))
    if how:
        return labels.get(how, {}).get(str(value), str(value))
    return str(value)


def _text(value: object, how: str, labels: Labels) -> str:
    if value is None or value == "":
        return MISSING
    if isinstance(value, Sequence) and not isinstance(value, str):
        if how == "months":
            return months(str(one) for one in value) or MISSING
        return "、".join(dict.fromkeys(_one(one, how, labels) for one in value)) or MISSING
    return _one(value, how, labels)


def render_sentence(
    template: str, standard: Mapping[str, object], fields: Sequence[Mapping[str, object]], labels: Labels
) -> str:
    """A rule's sentence for one finding.

    `{field}` takes the value as it is, `{field:money}`, `{field:month}` and `{field:months}` format it, and
    `{field:quota_type}` (any code list) puts the label for the code. A field that several pieces of
    evidence carry is joined with 、, each value once; one that none carries reads （未记载）, inside brackets
    未记载. A part in [ ] is written only where every field in it has a value.

    Args:
        template: the header's sentence.
        standard: name, unit_name, month, months, amounts.
        fields: each piece of evidence's `fields`, in order.
        labels: code list → code → Chinese label.
    """
    values = {**_joined(fields), **standard}
    said = _OPTIONAL.sub(lambda part: part.group(1) if _is_known(part.group(1), values) else "", template)
    parts: list[str] = []
    depth = 0
    for literal, name, how, _ in Formatter().parse(said):
        parts.append(literal)
        depth += literal.count("（") - literal.count("）")
        if name is not None:
            text = _text(values.get(name), how or "", labels)
            parts.append(UNSAID if text == MISSING and depth > 0 else text)
    return "".join(parts)


def _joined(fields: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Field → the values that pieces of evidence carry, each once, in their order."""
    found: dict[str, dict[object, None]] = {}
    for row in fields:
        for name, value in row.items():
            if value not in (None, ""):
                found.setdefault(name, {})[value] = None
    return {name: list(values) for name, values in found.items()}


def _is_known(part: str, values: Mapping[str, object]) -> bool:
    names = [name for _, name, _, _ in Formatter().parse(part) if name is not None]
    return all(values.get(name) not in (None, "", []) for name in names)
