"""What a planted case writes into registers, what it is about, and what rules must say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from connectors.sample.months import FAR
from connectors.sample.paper import Cell

Expect = Literal["finding", "in_lag", "exempt", "silent", "allowed"]


@dataclass(frozen=True)
class PaperRow:
    """A planted row of a register that is nothing but rows: its cells by header, in some months."""

    table: str
    cells: tuple[tuple[str, Cell], ...]
    start: int = 0
    end: int = FAR


@dataclass(frozen=True)
class Claim:
    """What a rule must say of a planted case in some months, where no definition of `expected` says it."""

    rule_id: str
    id_no: str
    unit_code: str
    start: int
    end: int = FAR
    expect: Expect = "finding"
    paid_after: int | None = None
    """The month after which the person's pay in service is what the finding amounts to."""


@dataclass(frozen=True)
class Story:
    """What a planted case is about; the truth's rows take their words from it."""

    id_no: str
    unit_code: str
    rules: tuple[str, ...]
    text: str
    silent: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    from_month: int = 0
