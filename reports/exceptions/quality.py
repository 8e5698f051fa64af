"""What was wrong with whose data: issues, failed checks, and where each delivered row went."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from assets.published import PublishedMonth
from connectors.recognise import ROW_REASONS
from reports.exceptions.model import DepartmentQuality, FailedCheck, IssueLine, SheetCount
from reports.headings import table_label
from reports.labels import DEPARTMENTS, label
from reports.masking import mask_text

Row = Mapping[str, Any]

STAGED = ("staged", "data")
"""Classes of rows that went on."""
_SEVERITY_ORDER = {"error": 0, "warning": 1, "info": 2}


def department_place(code: str | None) -> tuple[int, str]:
    """Departments stand in their own order, unknown ones after them."""
    code = code or ""
    return (DEPARTMENTS.index(code) if code in DEPARTMENTS else len(DEPARTMENTS)), code


def read_issues(month: PublishedMonth) -> tuple[IssueLine, ...]:
    """Issues by department, what must be mended first."""
    rows = sorted(
        month.table("issue").rows(named=True),
        key=lambda r: (
            department_place(r["department"]),
            _SEVERITY_ORDER.get(r["severity"] or "", 9),
            r["file"] or "",
            r["sheet"] or "",
            r["row"] or 0,
            r["issue_no"],
        ),
    )
    return tuple(
        IssueLine(
            department=label("department", r["department"]),
            severity=label("issue_severity", r["severity"]),
            table=table_label(r["department"] or "", r["table"] or ""),
            file=r["file"] or "",
            sheet=r["sheet"] or "",
            row=r["row"],
            column=r["column"] or "",
            value=mask_text(r["value"] or ""),
            n=r["n"] or 1,
            message=mask_text(r["message"] or ""),
            remedy=r["remedy"] or "",
        )
        for r in rows
    )


def read_sheets(month: PublishedMonth) -> tuple[SheetCount, ...]:
    """One line a delivered sheet: its rows by class against the independent count."""
    parts: dict[int, list[Row]] = defaultdict(list)
    for row in month.table("intake_row_class").rows(named=True):
        parts[row["part"]].append(row)
    lines = [_sheet_count(rows) for rows in parts.values()]
    return tuple(line for _, line in sorted(lines, key=lambda pair: pair[0]))


def _sheet_count(rows: list[Row]) -> tuple[tuple[tuple[int, str], str, str, int], SheetCount]:
    first = rows[0]
    n: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for row in rows:
        n[row["class"]] += row["n_rows"] or 0
        if row["class"] in ("set_aside", "quarantined") and row["n_rows"]:
            reasons[_reason(row)] += row["n_rows"]
    table = next((r["table"] for r in rows if r["table"]), "")
    line = SheetCount(
        department=label("department", first["department"]),
        file=first["file"] or "",
        sheet=first["sheet"] or "",
        table=table_label(first["department"] or "", table),
        counted=max((r["n_counted"] or 0 for r in rows), default=0),
        title=n["title"],
        header=n["header"],
        staged=sum(n[c] for c in STAGED),
        quarantined=n["quarantined"],
        set_aside=n["set_aside"],
        reasons="；".join(f"{reason} {count}" for reason, count in reasons.items()),
    )
    return (department_place(first["department"]), line.file, line.sheet, first["part"]), line


def _reason(row: Row) -> str:
    reason = row["reason"] or ""
    return ROW_REASONS.get(reason) or label("row_reason", reason) or label("row_class", row["class"])


def read_failed_checks(month: PublishedMonth) -> tuple[FailedCheck, ...]:
    """Quality checks that did not pass, by department."""
    rows = month.sql("from quality where not is_passed").rows(named=True)
    return tuple(
        FailedCheck(
            department=label("department", r["department"]),
            table=table_label(r["department"] or "", r["table"] or ""),
            check=r["check"] or "",
            column=r["column"] or "",
            severity=label("issue_severity", r["severity"]),
            n_rows=r["n_rows"],
            n_failed=r["n_failed"],
            observed=mask_text(r["observed"] or ""),
            expected=r["expected"] or "",
            message=mask_text(r["message"] or ""),
        )
        for r in sorted(
            rows, key=lambda r: (department_place(r["department"]), r["table"] or "", r["check"] or "")
        )
    )


def read_departments(month: PublishedMonth) -> tuple[DepartmentQuality, ...]:
    """A department's data at a glance: every department that delivered anything or has an issue."""
    files = Counter(
        r["department"] for r in month.sql("from intake_file where status = 'taken'").rows(named=True)
    )
    rows: Counter[tuple[str, str]] = Counter()
    for r in month.table("intake_row_class").rows(named=True):
        rows[r["department"], r["class"]] += r["n_rows"] or 0
    issues: Counter[tuple[str, str]] = Counter()
    for r in month.table("issue").rows(named=True):
        issues[r["department"], r["severity"]] += r["n"] or 1
    failed = Counter(r["department"] for r in month.sql("from quality where not is_passed").rows(named=True))
    codes = files.keys() | {d for d, _ in rows} | {d for d, _ in issues} | failed.keys()
    return tuple(
        DepartmentQuality(
            department=label("department", code) or "未归属",
            n_files=files[code],
            n_rows=sum(rows[code, c] for c in STAGED),
            n_quarantined=rows[code, "quarantined"],
            n_errors=issues[code, "error"],
            n_warnings=issues[code, "warning"],
            n_infos=issues[code, "info"],
            n_failed_checks=failed[code],
        )
        for code in sorted(codes, key=department_place)
    )
