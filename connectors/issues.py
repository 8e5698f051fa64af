"""What was not understood: where it stands, what it is, and what the department should do about it.

The texts are data (`issues.toml`): one entry a code, with its severity, message and remedy in Chinese.
Values are masked before they come here; an issue never holds a whole ID number, card number or name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib.resources import files

import polars as pl

ERROR, WARNING, INFO = "error", "warning", "info"


@dataclass(frozen=True)
class Issue:
    """One thing that a department should mend, at one place (or `n` places from the first one on)."""

    code: str
    severity: str
    message: str
    remedy: str
    department: str = ""
    table: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    n: int = 1
    row_uid: int | None = None


ISSUE_SCHEMA: dict[str, pl.DataType] = {
    f.name: pl.Int64() if f.name in ("row", "n", "row_uid") else pl.String() for f in fields(Issue)
}


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("connectors") / "issues.toml").read_text("utf-8"))


def issue_text(code: str) -> tuple[str, str, str]:
    """Severity, message template and remedy template of a code."""
    entry = _texts()[code]
    return entry["severity"], entry["message"], entry["remedy"]


def make_issue(
    code: str,
    *,
    department: str = "",
    table: str = "",
    file: str = "",
    sheet: str = "",
    row: int | None = None,
    column: str = "",
    value: str = "",
    n: int = 1,
    row_uid: int | None = None,
    **words: object,
) -> Issue:
    """An issue with its texts filled in from `words` and from its own place."""
    severity, message, remedy = issue_text(code)
    places = {"file": file, "sheet": sheet, "row": row, "column": column, "value": value, "n": n, **words}
    return Issue(
        code=code,
        severity=severity,
        message=message.format(**places),
        remedy=remedy.format(**places),
        department=department,
        table=table,
        file=file,
        sheet=sheet,
        row=row,
        column=column,
        value=value,
        n=n,
        row_uid=row_uid,
    )


def issues_frame(issues: Iterable[Issue]) -> pl.DataFrame:
    """Issues as a frame in `ISSUE_SCHEMA`."""
    return pl.DataFrame([asdict(issue) for issue in issues], schema=ISSUE_SCHEMA)
