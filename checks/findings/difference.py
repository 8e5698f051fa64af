"""What changed between two sets of decided values, field by field, in words that a person reads."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

from assets.contracts.registry import fact_sources, facts
from checks.rules.render import sentence_labels
from connectors.specs import load_specs

Values = Mapping[str, frozenset[str]]
RESULT = "result"
BETWEEN = "、"
EMPTY = "（空）"
NONE = "（无）"
SHOWN_WHOLE = 5
TRUTH = {"true": "是", "false": "否"}


@dataclass(frozen=True)
class Change:
    """One field in which two states of the evidence differ; several values are joined by 、."""

    field: str
    old: str
    new: str


NOT_KEPT = Change("证据", "（作出结论时的判定值没有留存）", "已变化")


def parsed_values(text: str | None) -> Values:
    """Name → values from JSON; nothing where it is not such an object."""
    try:
        given = json.loads(text or "{}")
    except json.JSONDecodeError:
        return {}
    if not isinstance(given, dict):
        return {}
    return {
        str(name): frozenset(map(_text, value if isinstance(value, list) else [value]))
        for name, value in given.items()
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def differences(old: Values, new: Values) -> list[Change]:
    """Fields whose values differ, by label; of many values only those that went and those that came."""
    changes = []
    for name in old.keys() | new.keys():
        then, now = old.get(name, frozenset()), new.get(name, frozenset())
        if then == now:
            continue
        if max(len(then), len(now)) > SHOWN_WHOLE:
            then, now = then - now, now - then
        changes.append(Change(field_label(name), _shown(name, then), _shown(name, now)))
    return sorted(changes, key=lambda change: (change.field, change.old, change.new))


def _shown(name: str, values: frozenset[str]) -> str:
    return BETWEEN.join(sorted(value_label(name, value) for value in values)) or NONE


def changes_json(changes: list[Change]) -> str:
    """As published: an array of field, old, new."""
    return json.dumps([asdict(change) for change in changes], ensure_ascii=False, sort_keys=True)


@cache
def field_label(name: str) -> str:
    """Such as 统发工资表·人员状态; a name that nobody knows as it stands."""
    fact, _, column = name.partition(".")
    if fact == RESULT:
        return result_labels().get(column, column)
    contract = facts().get(fact)
    if contract is None:
        return name
    source = fact_sources().get(fact)
    title = load_specs().table(source).label if source else contract.label
    known = next((one.label for one in contract.columns if one.name == column), column)
    return f"{title}·{known}"


def value_label(name: str, value: str) -> str:
    """The label of a code, 是 or 否; other values as they are."""
    if not value:
        return EMPTY
    return _codes(name).get(value, TRUTH.get(value, value))


@cache
def _codes(name: str) -> Mapping[str, str]:
    """The code list of a decided column, by its staged column; none where it has none."""
    fact, _, column = name.partition(".")
    source = fact_sources().get(fact)
    known = load_specs().table(source).by_name.get(column) if source else None
    return sentence_labels().get(known.codes, {}) if known is not None and known.codes else {}


@cache
def result_labels() -> Mapping[str, str]:
    """Chinese names of the columns that rules compute."""
    labels: dict[str, str] = tomllib.loads((files("checks.rules") / "result_labels.toml").read_text("utf-8"))
    return labels
