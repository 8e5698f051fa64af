"""Does the smallest change that a rule's header names clear its finding? Tried on the rule's own cases.

Here: a case's rows with a change made, and what the rule finds before and after. Not here: the form of a
case file (`cases`), the wording of a finding's own counterfactual (`checks.findings`).
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from checks.rules.cases import Case, CaseFile, Counterfactual, Row, case_parameters, load_cases, prepare
from checks.rules.header import Rule, RuleError
from checks.rules.runner import run_rule


def _has(row: Row, values: Row) -> bool:
    return all(name in row and row[name] == value for name, value in values.items())


def _touched(rows: Sequence[Row], values: Row, table: str, change: Counterfactual) -> list[bool]:
    """Which rows have the values; a change of no row is a slip of the pen."""
    marks = [_has(row, values) for row in rows]
    if not any(marks):
        raise RuleError(
            f"消除条件要改的行不存在：{table} {values}", where=change.case, remedy="改正消除条件里的行。"
        )
    return marks


def changed(file: CaseFile, case: Case, change: Counterfactual) -> Case:
    """The case after the change.

    Raises:
        RuleError: the change removes or replaces a row that the case does not have.
    """
    given = {name: [file.defaults.get(name, {}) | row for row in rows] for name, rows in case.given.items()}
    for table, removed in change.remove.items():
        for values in removed:
            marks = _touched(given.get(table, []), values, table, change)
            given[table] = [row for row, gone in zip(given[table], marks, strict=True) if not gone]
    for table, replaced in change.replace.items():
        for one in replaced:
            marks = _touched(given.get(table, []), one.where, table, change)
            given[table] = [
                row | one.by if hit else row for row, hit in zip(given[table], marks, strict=True)
            ]
    for table, added in change.add.items():
        given[table] = given.get(table, []) + added
    return case.model_copy(update={"given": given})


def _is_found(
    connection: duckdb.DuckDBPyConnection, rule: Rule, file: CaseFile, case: Case, change: Counterfactual
) -> bool:
    prepare(connection, rule, file, case)
    found = run_rule(connection, rule, case_parameters(case)).select("subject_key", "matter").rows()
    return any(subject == change.subject and change.matter in (None, matter) for subject, matter in found)


def check_counterfactuals(rule: Rule, connection: duckdb.DuckDBPyConnection | None = None) -> list[str]:
    """Try every change that a rule's case file names.

    Args:
        rule: the rule.
        connection: see `check_cases`.

    Returns:
        What does not hold, in Chinese; empty where each change clears its finding.

    Raises:
        RuleError: a case file out of form, or a change of rows that are not there.
    """
    if connection is None:
        with duckdb.connect() as opened:
            return check_counterfactuals(rule, opened)
    file = load_cases(rule)
    cases = {case.name: case for case in file.case}
    problems = []
    for change in file.counterfactual:
        case = cases.get(change.case)
        if case is None:
            problems.append(f"没有名为“{change.case}”的用例")
        elif not _is_found(connection, rule, file, case, change):
            problems.append(f"“{change.case}”本来就没有对象 {change.subject}")
        elif _is_found(connection, rule, file, changed(file, case, change), change):
            problems.append(f"“{change.case}”改后仍有对象 {change.subject}")
    return problems
