"""What a quality check found: one form for every check, whoever made it.

A result is made of counts, thresholds, labels and `row_uid`s; it never holds a value of a cell.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from assets.contracts.registry import published


class Severity(StrEnum):
    """How much a failed check matters; a critical one stops the run."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class QualityResult:
    """One check of one column, table, file or sheet.

    Attributes:
        department: key of the department that delivered.
        table: full key of the table (`finance__payroll`); '' where the check is of a file or of all tables.
        check: code of the check, an entry of `suites.toml`.
        column: staged column, or what the check is of: a file, a sheet, a sum; '' for the whole table.
        n_rows: rows that the check looked at.
        n_failed: rows among them that do not hold.
        observed: what was counted, in Chinese.
        expected: what was asked for, in Chinese.
        message: what is wrong; '' when passed.
        remedy: what the department should do; '' when passed.
        label: Chinese label of the column.
        row_uids: a few of the failing rows, in row order.
    """

    department: str
    table: str
    check: str
    column: str
    severity: Severity
    is_passed: bool
    n_rows: int
    n_failed: int
    observed: str
    expected: str
    message: str = ""
    remedy: str = ""
    label: str = ""
    row_uids: tuple[int, ...] = ()

    @property
    def is_blocking(self) -> bool:
        """Whether the month may not go on with this."""
        return not self.is_passed and self.severity is Severity.CRITICAL


@dataclass(frozen=True)
class CheckText:
    """What a check is called and says."""

    label: str
    expected: str
    failure: str
    remedy: str


@cache
def suite_data() -> Mapping[str, Any]:
    """`suites.toml` as it stands."""
    return tomllib.loads((files("checks.quality") / "suites.toml").read_text("utf-8"))


@cache
def check_text(check: str) -> CheckText:
    """Texts of a check by its code."""
    return CheckText(**suite_data()["check"][check])


def percent(part: float, whole: float = 1) -> str:
    """A share as people read it: 1.2%, never rounded to 0 or to all of it."""
    share = part / whole * 100 if whole else 0.0
    if 0 < share < 0.1:
        return "不足 0.1%"
    if 99.9 < share < 100:
        return "99.9% 以上"
    return f"{share:.1f}".removesuffix(".0") + "%"


def make_result(
    check: str,
    *,
    department: str,
    table: str,
    severity: Severity,
    is_passed: bool,
    n_rows: int,
    n_failed: int,
    column: str = "",
    label: str = "",
    observed: str = "",
    row_uids: Iterable[int] = (),
    **words: object,
) -> QualityResult:
    """A result with its texts filled in from its counts and from `words`."""
    text = check_text(check)
    places: dict[str, object] = {
        "column": label or column,
        "n_rows": n_rows,
        "n_failed": n_failed,
        "share": percent(n_failed, n_rows),
        **words,
    }
    return QualityResult(
        department=department,
        table=table,
        check=check,
        column=column,
        severity=severity,
        is_passed=is_passed,
        n_rows=n_rows,
        n_failed=n_failed,
        observed=observed or (f"{n_failed} 行不合格" if n_failed else "全部合格"),
        expected=text.expected.format(**places),
        message="" if is_passed else text.failure.format(**places),
        remedy="" if is_passed else text.remedy.format(**places),
        label=label,
        row_uids=tuple(row_uids),
    )


def quality_frame(results: Iterable[QualityResult]) -> pl.DataFrame:
    """Results as the published table `quality`, by its key; message and remedy in one text."""
    contract = published()["quality"]
    rows = [
        {
            **{name: getattr(result, name) for name in contract.names if hasattr(result, name)},
            "severity": result.severity.value,
            "message": "；".join(text for text in (result.message, result.remedy) if text),
        }
        for result in results
    ]
    return pl.DataFrame(rows, schema=contract.schema, orient="row").sort(contract.key)


def blocking(results: Iterable[QualityResult]) -> list[QualityResult]:
    """The results that stop the run."""
    return [result for result in results if result.is_blocking]
