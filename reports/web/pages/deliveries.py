"""报送: what each department delivered for a month, what became of its rows, and what was wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from reports.headings import table_label
from reports.labels import DEPARTMENTS, label, labels
from reports.masking import mask_text
from reports.web.accounts.access import May
from reports.web.middleware import SiteRequest
from reports.web.months import MonthView
from reports.web.pages.frame import asked_month, page
from reports.web.pages.needs import needs

SIZE = 50
FILES = 200
_DEPARTMENTS = """
with row_sums as (
    select department, sum(n_rows) as n, sum(n_rows) filter (where class = 'staged') as staged,
           sum(n_rows) filter (where class = 'quarantined') as quarantined,
           sum(n_rows) filter (where class = 'set_aside') as set_aside
    from intake_row_class group by 1
), files as (
    select department, count(*) filter (where status in ('taken', 'carried')) as n_files,
           count(*) filter (where status not in ('taken', 'carried', 'missing')) as n_unused,
           max(as_of) filter (where status in ('taken', 'carried')) as as_of,
           max(carried_from) as carried_from
    from intake_file group by 1
), issues as (
    select department, sum(n) filter (where severity = 'error') as n_errors,
           sum(n) filter (where severity <> 'info') as n_issues from issue group by 1
)
select department, coalesce(n_files, 0) as n_files, coalesce(n_unused, 0) as n_unused, as_of, carried_from,
       coalesce(n, 0) as n, coalesce(staged, 0) as staged, coalesce(quarantined, 0) as quarantined,
       coalesce(set_aside, 0) as set_aside, coalesce(n_errors, 0) as n_errors,
       coalesce(n_issues, 0) as n_issues
from files full join row_sums using (department) full join issues using (department)
"""
_OWN = (
    "($department = '' or department = $department) and ($severity = '' or severity = $severity)"
    " and ($code = '' or code = $code)"
)


@dataclass(frozen=True)
class IssueFilters:
    """The issues that somebody asked for; fields are those of the address."""

    department: str = ""
    severity: str = ""
    code: str = ""
    after: int = 0

    def address(self, **changes: str | int) -> str:
        """The query part of this list's address, with changes; a changed list begins at its first page."""
        known: dict[str, str | int] = {
            "department": self.department,
            "severity": self.severity,
            "code": self.code,
            **changes,
        }
        return urlencode([(key, value) for key, value in known.items() if value])


def read_issue_filters(asked: QueryDict) -> IssueFilters:
    """The filters of an address; what is none of the choices is left out."""
    department, severity, code = (asked.get(name, "") for name in ("department", "severity", "code"))
    after = asked.get("after", "")
    return IssueFilters(
        department=department if department in DEPARTMENTS else "",
        severity=severity if severity in labels("issue_severity") else "",
        code=code if code in labels("issue_kind") else "",
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 16 else 0,
    )


def departments(month: MonthView) -> list[dict[str, Any]]:
    """Each department that delivers, in order, with its files, rows and issues."""
    known = {row["department"]: row for row in month.remembered(_DEPARTMENTS)}
    nothing = {"n_files": 0, "n_unused": 0, "as_of": None, "carried_from": None, "n": 0, "staged": 0}
    nothing |= {"quarantined": 0, "set_aside": 0, "n_errors": 0, "n_issues": 0}
    missing = set(month.pointer.incomplete)
    return [
        {"code": code, "name": label("department", code), **(known.get(code) or nothing)}
        for code in DEPARTMENTS
        if code in known or code in missing
    ]


def delivered_rows(month: MonthView) -> dict[str, Any]:
    """All rows together: whether what was read is what an independent pass counted."""
    row = month.remembered(
        """
        with sheets as (
            select part, sheet, sum(n_rows) as n, max(n_counted) as counted from intake_row_class
            group by 1, 2
        )
        select (select coalesce(sum(n_rows), 0) from intake_row_class) as n,
               (select coalesce(sum(n_rows), 0) from intake_row_class where class = 'quarantined')
                   as quarantined,
               count(*) as n_sheets, count(*) filter (where n is distinct from counted) as n_different
        from sheets
        """
    )[0]
    return {key: int(value or 0) for key, value in row.items()}


@require_GET
@needs(May.SEE)
def deliveries(request: SiteRequest) -> HttpResponse:
    """Departments, their files, and the issues page by page."""
    if not request.access.scope.is_whole:
        return redirect("findings")
    filters = read_issue_filters(request.GET)
    asked = {
        "department": filters.department,
        "severity": filters.severity,
        "code": filters.code,
        "after": filters.after,
    }
    with request.desk.month(asked_month(request)) as month:
        rows = month.rows(
            f"select * from issue where {_OWN} and issue_no > $after order by issue_no limit {SIZE + 1}",  # noqa: S608
            asked,
        )
        total = month.rows(
            f"select count(*) as n, coalesce(sum(n), 0) as places from issue where {_OWN}",  # noqa: S608
            asked,
        )[0]
        kinds = month.remembered("select code, sum(n) as n from issue group by 1 order by 2 desc, 1")
        files = month.rows(
            f"""select * from intake_file where $department = '' or department = $department
            order by file_no limit {FILES}""",  # noqa: S608
            asked,
        )
        return page(
            request,
            month,
            "pages/deliveries.html",
            "deliveries",
            filters=filters,
            departments=departments(month),
            delivered=delivered_rows(month),
            files=[_file(one) for one in files] if filters.department else [],
            rows=[_issue(one) for one in rows[:SIZE]],
            total=total,
            chips=_chips(filters),
            severities=list(labels("issue_severity").items()),
            kinds=[(one["code"], label("issue_kind", one["code"]), one["n"]) for one in kinds],
            choices=[(code, label("department", code)) for code in DEPARTMENTS],
            first=filters.address() if filters.after else "",
            following=filters.address(after=rows[SIZE - 1]["issue_no"]) if len(rows) > SIZE else "",
        )


def _file(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "status_name": label("file_status", row["status"]),
        "is_used": row["status"] in ("taken", "carried"),
    }


def _issue(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "department_name": label("department", row["department"] or ""),
        "table_name": table_label(row["department"] or "", row["table"] or "") if row["table"] else "",
        "severity_name": label("issue_severity", row["severity"]),
        "kind": label("issue_kind", row["code"]),
        "message": mask_text(row["message"] or ""),
    }


def _chips(filters: IssueFilters) -> list[tuple[str, str]]:
    told = (
        ("department", label("department", filters.department) if filters.department else ""),
        ("severity", label("issue_severity", filters.severity) if filters.severity else ""),
        ("code", label("issue_kind", filters.code) if filters.code else ""),
    )
    return [(words, filters.address(**{name: ""})) for name, words in told if words]
