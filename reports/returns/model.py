"""What one department gets back of a month: problems by cell, rows that were lost, checks that failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class CellProblem:
    """One thing to mend, in one cell or in `n` of which the first is named.

    Attributes:
        no: number on this list, from 1.
        cell: such as D17, several of one row joined by 、; "第 17 行" where only the row is known.
        heading: of the column, as the department wrote it.
        kind: what kind of problem.
        message: what is wrong. remedy: what is expected. value: as delivered, masked.
    """

    no: int
    severity: str
    table: str
    file: str
    sheet: str
    cell: str
    heading: str
    kind: str
    message: str
    value: str
    remedy: str
    n: int
    n_listed: int


@dataclass(frozen=True)
class Address:
    """One cell of a problem that stands for several."""

    no: int
    file: str
    sheet: str
    cell: str
    heading: str


@dataclass(frozen=True)
class LostRow:
    """A row that could not be loaded at all, its values masked."""

    table: str
    file: str
    sheet: str
    row: int
    reason: str
    values: str


@dataclass(frozen=True)
class FailedRule:
    """A check of a whole table or file that did not hold; `rows` names a few of the rows."""

    table: str
    check: str
    severity: str
    n_rows: int | None
    n_failed: int | None
    message: str
    rows: str


@dataclass(frozen=True)
class FileLine:
    """One delivered file or what stood for it, with the number of problems in it."""

    file: str
    as_of: str
    status: str
    n_rows: int
    n_quarantined: int
    n_problems: int


@dataclass(frozen=True)
class Return:
    """Everything for one department.

    Attributes:
        department: its Chinese name; 未归属 for files that lay in no department's folder.
        problems: the grave ones first, then by file, sheet and row.
        addresses: of problems that stand for several cells, where the run has kept them.
    """

    department: str
    files: Sequence[FileLine]
    problems: Sequence[CellProblem]
    addresses: Sequence[Address]
    lost: Sequence[LostRow]
    failed: Sequence[FailedRule]

    @property
    def n_cells(self) -> int:
        """How many cells the problems are about."""
        return sum(problem.n for problem in self.problems)

    @property
    def by_kind(self) -> list[tuple[str, str, int, int]]:
        """程度, 种类, problems and cells of each kind, in the order of the list."""
        n_problems: Counter[tuple[str, str]] = Counter()
        n_cells: Counter[tuple[str, str]] = Counter()
        for problem in self.problems:
            n_problems[problem.severity, problem.kind] += 1
            n_cells[problem.severity, problem.kind] += problem.n
        return [(*key, n_problems[key], n_cells[key]) for key in n_problems]
