"""From a published month to the report model: joins, sums and labels; no judgement."""

from __future__ import annotations

from assets.published import PublishedMonth
from reports.exceptions.cover import read_cover
from reports.exceptions.decided import decision_counts
from reports.exceptions.findings import finding_lines, group_sheets, resolved_line
from reports.exceptions.model import ExceptionReport
from reports.exceptions.numbers import add, numbers_lines, totals_by_type
from reports.exceptions.quality import read_departments, read_failed_checks, read_issues, read_sheets
from reports.exceptions.tallies import part_lines, rule_lines, tally, unit_lines


def exception_report(month: PublishedMonth) -> ExceptionReport:
    """The report model of a published month. Findings that were refuted are left out."""
    found = month.table("finding").rows(named=True)
    findings = [row for row in found if row["status"] != "refuted"]
    rules = month.table("rule").rows(named=True)
    resolved = month.table("finding_resolved").rows(named=True)
    cases = month.table("case").rows(named=True)
    titles = {r["rule_id"]: r["title"] for r in rules}
    lines = finding_lines(findings, month.table("finding_evidence").iter_rows(named=True), rules)
    numbers = numbers_lines(
        month.table("three_numbers").rows(named=True),
        month.table("bridge").iter_rows(named=True),
        {f["finding_id"]: f["number"] for f in findings},
    )
    return ExceptionReport(
        cover=read_cover(month, rules, findings),
        total=tally(findings, len(resolved), cases),
        parts=part_lines(findings, resolved, cases, month.month),
        decisions=decision_counts(findings, len(found) - len(findings)),
        rules=rule_lines(rules, findings, resolved),
        units=unit_lines(month.table("unit").rows(named=True), findings, resolved, cases),
        totals=totals_by_type(numbers),
        grand_total=add("合计", numbers),
        numbers=numbers,
        groups=group_sheets(lines, rules),
        resolved=tuple(resolved_line(row, titles) for row in resolved),
        departments=read_departments(month),
        issues=read_issues(month),
        sheets=read_sheets(month),
        failed_checks=read_failed_checks(month),
    )
