"""What findings of each rule may do to pay lines, and the words for it: data, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

Effect = Literal["hold", "reduce", "verify"]


class GateRule(BaseModel):
    """One entry of `rules.toml`; see its head."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    effect: Effect
    resume: str
    authority: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    of_person: bool = False
    stops: bool = False


@cache
def gate_rules() -> Mapping[str, GateRule]:
    """Rule id → what it may do."""
    return {name: GateRule.model_validate(entry) for name, entry in _read("rules.toml").items()}


def run_again() -> frozenset[str]:
    """Rules that are run over a draft too; the others say of it what they said of last month's lines."""
    return frozenset({name for name, rule in gate_rules().items() if rule.effect != "verify"} | {"P01"})


@cache
def words(kind: str) -> Mapping[str, str]:
    """Code → sentence of one kind of `words.toml`."""
    return {str(code): str(text) for code, text in _read("words.toml")[kind].items()}


def whole_number(parameters: Mapping[str, object], name: str) -> int:
    """A parameter that is a whole number, as all of the gate's are."""
    value = parameters[name]
    if not isinstance(value, int):
        raise TypeError(f"{name} is a whole number")
    return value


def _read(name: str) -> dict[str, dict[str, object]]:
    return tomllib.loads((files("checks.gate") / name).read_text("utf-8"))
