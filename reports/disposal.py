"""销毁清单: what of a home is destroyed, on what basis, who proposed it and who agreed; as people sign it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reports.request import Office


@dataclass(frozen=True)
class Signed:
    """Who did a step, with his role in words, and when."""

    name: str
    at: datetime


@dataclass(frozen=True)
class DisposalLine:
    """A part of a month: how much it is, its term, the last day of it, and SM3 over all its files."""

    what: str
    month: str
    n_files: int
    n_bytes: int
    term: int
    until: date
    sm3: str


@dataclass(frozen=True)
class DisposalFile:
    """One file, where it lay, as what it was delivered where it was, and what it was."""

    what: str
    month: str
    path: str
    name: str
    size: int
    sha256: str
    sm3: str


@dataclass(frozen=True)
class RetainedLine:
    """What stays although its term is over, and why."""

    what: str
    month: str
    n_files: int
    n_bytes: int
    why: str


@dataclass(frozen=True)
class DisposalList:
    """One list.

    Attributes:
        number: of the list. office: whose it is. basis: of the terms. why: what whoever proposed it said.
        proposed, confirmed: by whom and when; not confirmed yet is None.
        digest: SM3 over the record behind it, as the audit log has it.
    """

    number: str
    office: Office
    basis: str
    why: str
    proposed: Signed
    confirmed: Signed | None
    digest: str
    lines: Sequence[DisposalLine]
    files: Sequence[DisposalFile]
    retained: Sequence[RetainedLine]

    @property
    def title(self) -> str:
        """What it is called."""
        return "到期数据销毁清单" if self.confirmed else "到期数据销毁清单（待确认）"
