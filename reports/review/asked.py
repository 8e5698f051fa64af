"""Findings that letters are about: those asked for by number, else those that the kind of letter is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from connectors.errors import UserError
from reports.bodies import lay_bodies
from reports.exceptions.findings import finding_lines
from reports.exceptions.model import FindingLine
from reports.request import ReportRequest
from reports.review.lay import sql_text

NUMBERS = "编号"
_BETWEEN = re.compile(r"[、,，;；\s]+")
Row = Mapping[str, Any]


def asked_numbers(request: ReportRequest) -> list[str]:
    """The numbers in --set 编号=…, any of them separated by 、 or a comma.

    Raises:
        UserError: the month has no such finding.
    """
    numbers = [one for one in _BETWEEN.split(request.options.get(NUMBERS, "").strip()) if one]
    if not numbers:
        return []
    known = request.month.sql(
        "select number from finding where list_contains($numbers, number)", {"numbers": numbers}
    )["number"].to_list()
    unknown = [number for number in numbers if number not in known]
    if unknown:
        raise UserError(
            f"{request.month.month} 没有编号为“{unknown[0]}”的疑点",
            where=f"--set {NUMBERS}",
            remedy="请照疑点清单抄写疑点编号，例如 629923-P06-00123；几个编号之间用顿号",
        )
    return numbers


def asked_findings(request: ReportRequest, statuses: Sequence[str], kind: str = "") -> list[Row]:
    """Rows of `finding` in the bodies asked for, by body and number.

    Args:
        request: the bodies, and --set 编号.
        statuses: those that such a letter may be about at all, as they are now.
        kind: what is meant when no number is given: held (behind a proposed hold), decided, '' (all).
    """
    lay_bodies(request)
    month = request.month
    numbers = pl.DataFrame({"number": asked_numbers(request)}, schema={"number": pl.String})
    for name, frame in (
        ("asked_number", numbers),
        ("decided", request.casework["decision"].select("finding_id", "verdict", "evidence_hash", "until")),
        ("held", held_lines(request)),
    ):
        month.connection.register("laid", frame)
        month.connection.execute(f"create or replace temp table {name} as from laid")
        month.connection.unregister("laid")
    narrowed = bool(request.unit or request.supervisor)
    rows = month.sql(sql_text("asked"), {"statuses": list(statuses), "narrowed": narrowed, "kind": kind})
    return list(rows.iter_rows(named=True))


def held_lines(request: ReportRequest) -> pl.DataFrame:
    """Proposed holds, one row a pay line and finding: payroll_month, agency_code, per_id …, number."""
    return request.month.sql(sql_text("held"))


def shown(request: ReportRequest, rows: Sequence[Row]) -> dict[str, FindingLine]:
    """Number → finding as it is printed, with the rows behind it."""
    evidence = request.month.sql(
        "from finding_evidence where list_contains($ids, finding_id) order by finding_id, seq",
        {"ids": [row["finding_id"] for row in rows]},
    )
    rules = request.month.table("rule")
    lines = finding_lines(rows, evidence.iter_rows(named=True), rules.iter_rows(named=True))
    return {line.number: line for line in lines}


def by_recipient(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    """Rows by the value of one column, in the order in which the values come; without one last, as ''."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[key] or "", []).append(row)
    return dict(sorted(found.items(), key=lambda item: (item[0] == "",)))
