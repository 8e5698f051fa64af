"""One answer of `duibian doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Check:
    """One answer: what was looked at, how it is, and what to do when it is not well."""

    name: str
    state: State
    message: str
    remedy: str = ""
