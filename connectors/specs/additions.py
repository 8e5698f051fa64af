"""What a vendor or an operator may add to the shipped specs: more, never other.

An addition is one TOML. It may name a `department` and add tables, columns, synonyms and vendor codes to it;
it may add `[headers]`, `[ignored]`, `[codes.…]` and `[ambiguous.…]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.specs.errors import REMEDY, SpecError
from connectors.specs.files import (
    CODE_SECTIONS,
    CODES,
    COMMON,
    COMMON_SECTIONS,
    DEPARTMENT_SECTIONS,
    DEPARTMENTS,
)
from connectors.specs.headers import normalise_label


def copied(value: Any) -> Any:
    """A deep copy of what TOML can hold."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return list(value) if isinstance(value, list) else value


def add(merged: dict[str, Any], addition: dict[str, Any], file: str, sources: dict[str, str]) -> None:
    """Merge one addition into the contents of the shipped files, in place.

    Args:
        merged: shipped file name to its content.
        addition: the content of the added TOML.
        file: its name, for messages.
        sources: shipped file name to the addition last merged into it, kept up to date.

    Raises:
        SpecError: an unknown section or department, or an attempt to change what is shipped.
    """
    unknown = set(addition) - {*COMMON_SECTIONS, *CODE_SECTIONS, *DEPARTMENT_SECTIONS}
    if unknown:
        raise SpecError(f"“{file}”：不认识的键“{min(unknown)}”", where=file, remedy=REMEDY)
    for sections, target in ((COMMON_SECTIONS, COMMON), (CODE_SECTIONS, CODES)):
        part = {key: addition[key] for key in sections if key in addition}
        if part:
            _merge(merged[target], part, file, ())
            sources[target] = file
    if "codes" in addition:
        _settle(merged[CODES], addition["codes"])
    part = {key: addition[key] for key in DEPARTMENT_SECTIONS if key in addition}
    if not part:
        return
    department = part.get("department")
    if department not in DEPARTMENTS:
        raise SpecError(
            f"“{file}”：department 应为 {'、'.join(DEPARTMENTS)} 之一",
            where=f"{file} department",
            remedy=REMEDY,
        )
    _merge(merged[f"{department}.toml"], part, file, ())
    sources[f"{department}.toml"] = file


def _settle(codes: dict[str, Any], added: Mapping[str, Mapping[str, list[str]]]) -> None:
    """An operator's own mapping of an ambiguous label ends the ambiguity."""
    ambiguous = codes.get("ambiguous", {})
    for name, labels_by_code in added.items():
        chosen = {normalise_label(label) for labels in labels_by_code.values() for label in labels}
        if name in ambiguous:
            ambiguous[name] = {
                label: meant
                for label, meant in ambiguous[name].items()
                if normalise_label(label) not in chosen
            }


def _merge(base: dict[str, Any], addition: Mapping[str, Any], file: str, path: tuple[str, ...]) -> None:
    """Add to `base` in place: lists grow, sections merge, a scalar may not change."""
    for key, value in addition.items():
        here = (*path, key)
        if key not in base:
            base[key] = copied(value)
        elif isinstance(base[key], dict) and isinstance(value, dict):
            _merge(base[key], value, file, here)
        elif isinstance(base[key], list) and isinstance(value, list):
            base[key].extend(item for item in value if item not in base[key])
        elif key == "vendor" and isinstance(base[key], str | list) and isinstance(value, str | list):
            base[key] = [*_listed(base[key]), *_listed(value)]
        elif base[key] != value:
            raise SpecError(
                f"“{file}”：“{'.'.join(here)}”只能增加，不能修改程序自带的内容",
                where=f"{file} {'.'.join(here)}",
                remedy="请删去该键，或改为增加同义表头（synonyms）、新列或新表",
            )


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
