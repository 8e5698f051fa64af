"""A rule's cases: a handful of rows given, the evidence expected. Every rule has its file `<ID>.cases.toml`.

Here: reading case files, running them on empty fact tables (also `duibian rules test`). Not here: tests
of real months.

A case file::

    [defaults.person]                 # columns that every given row of a table has unless it says otherwise
    in_conflict = false

    [[case]]
    name = "死亡次月仍发薪"
    given.pay = [ { person_id = "A", month = "2026-10", gross = "5000.00" } ]
    expect = [ { subject_key = "A", role = "发薪", amount = "5000.00" } ]

Columns that no row names are null, but for what follows from the others: `row_uid` counts up, and `month_no`,
`is_current` and every `…_month_no` come from `month`, `…_month` or `…_on`. `expect` lists evidence by the
columns that matter, those of the sentence too; subjects that it does not name must not be found; `count` is
the number of all rows.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assets.contracts.model import Contract
from assets.contracts.registry import facts
from checks.rules.header import Rule, RuleError, in_chinese
from checks.rules.parameters import month_number, resolve
from checks.rules.runner import run_rule
from checks.rules.tables import lay
from checks.rules.tree import parse, tables_read

MONTH = "2026-10"
Row = dict[str, Any]


class Case(BaseModel):
    """One example: rows by fact table, and the evidence that must come of them."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: str = Field(min_length=2)
    month: str = MONTH
    given: dict[str, list[Row]]
    expect: list[Row]
    count: int | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)


class CaseFile(BaseModel):
    """All cases of a rule, with the columns its tables have by default."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    defaults: dict[str, Row] = Field(default_factory=dict)
    case: list[Case] = Field(min_length=1)


def load_cases(rule: Rule) -> CaseFile:
    """A rule's case file.

    Raises:
        RuleError: there is none, or it is not in the form.
    """
    file = f"{rule.id}.cases.toml"
    if not rule.cases:
        raise RuleError(f"规则 {rule.id} 没有用例", where=file, remedy="至少写一条命中和一条不应命中的用例。")
    try:
        return CaseFile.model_validate(tomllib.loads(rule.cases))
    except tomllib.TOMLDecodeError as error:
        raise RuleError("用例文件不是有效的 TOML", where=file, remedy=f"按提示改正：{error}") from error
    except ValidationError as error:
        raise RuleError("用例文件有误", where=file, remedy=f"改正：{in_chinese(error)}") from error


def empty_facts(connection: duckdb.DuckDBPyConnection, names: Iterable[str] | None = None) -> None:
    """Lay fact tables, without rows, under their names: those named, else all."""
    contracts = facts()
    for name in contracts if names is None else sorted(set(names) & set(contracts)):
        lay(connection, name, contracts[name].empty())


def _follows(row: Row, column: str, month: str) -> object:
    """What a column that the case does not name is worth: derived from the others, else null."""
    if column == "is_current" and "month" in row:
        return row["month"] == month
    if not column.endswith("month_no"):
        return None
    stem = column.removesuffix("_no")
    for source in (stem, stem.removesuffix("_month") + "_on"):
        value = row.get(source)
        if value is not None:
            return month_number(value.isoformat() if isinstance(value, date) else str(value))
    return None


def _frame(contract: Contract, rows: Sequence[Row], month: str, first_uid: int) -> pl.DataFrame:
    unknown = sorted({name for row in rows for name in row} - set(contract.names))
    if unknown:
        raise RuleError(f"事实表 {contract.name} 没有列 {'、'.join(unknown)}", remedy="改正用例里的列名。")
    data = []
    for number, row in enumerate(rows):
        full = {name: row[name] if name in row else _follows(row, name, month) for name in contract.names}
        if "row_uid" in full and full["row_uid"] is None:
            full["row_uid"] = first_uid + number
        for column in contract.columns:
            if column.type == "money" and full[column.name] is not None:
                full[column.name] = Decimal(str(full[column.name]))
        data.append(full)
    return pl.DataFrame(data, schema=contract.schema, orient="row")


def give(connection: duckdb.DuckDBPyConnection, file: CaseFile, case: Case) -> None:
    """Lay a case's rows over the empty fact tables.

    Raises:
        RuleError: a table or a column that there is not.
    """
    contracts = facts()
    uid = 1
    for name, rows in case.given.items():
        if name not in contracts:
            raise RuleError(f"没有名为 {name} 的事实表", where=case.name, remedy="改正用例里的表名。")
        whole = [file.defaults.get(name, {}) | row for row in rows]
        lay(connection, name, _frame(contracts[name], whole, case.month, uid))
        uid += len(rows)


def prepare(connection: duckdb.DuckDBPyConnection, rule: Rule, file: CaseFile, case: Case) -> None:
    """The tables that a rule reads, with a case's rows and no others."""
    empty_facts(connection, tables_read(parse(rule)))
    give(connection, file, case)


def differences(case: Case, evidence: pl.DataFrame) -> list[str]:
    """How the evidence departs from what the case expects, in Chinese; empty when it does not."""
    rows = [_comparable(row | json.loads(row["fields"])) for row in evidence.to_dicts()]
    expected = [_comparable(row) for row in case.expect]
    found = []
    left = list(rows)
    for row in expected:
        match = next((one for one in left if row.items() <= one.items()), None)
        if match is None:
            found.append(f"没有得到 {row}")
        else:
            left.remove(match)
    subjects = {row["subject_key"] for row in expected if "subject_key" in row}
    found += [f"多出对象 {key}" for key in sorted({row["subject_key"] for row in rows} - subjects)]
    if case.count is not None and case.count != len(rows):
        found.append(f"应有 {case.count} 行，实有 {len(rows)} 行")
    return found


def _comparable(row: Row) -> Row:
    return {name: str(value) if isinstance(value, Decimal | date) else value for name, value in row.items()}


def case_parameters(case: Case) -> dict[str, object]:
    """The parameters a case runs with."""
    return resolve({}, case.month) | case.parameters


def check_cases(rule: Rule) -> dict[str, list[str]]:
    """Run all of a rule's cases.

    Returns:
        Case name → differences; an empty list for a case that holds.

    Raises:
        RuleError: no cases, a case file out of form, or a rule that cannot run.
    """
    file = load_cases(rule)
    results = {}
    with duckdb.connect() as connection:
        for case in file.case:
            prepare(connection, rule, file, case)
            results[case.name] = differences(case, run_rule(connection, rule, case_parameters(case)))
    return results


def binding_problem(rule: Rule, parameters: Mapping[str, object] | None = None) -> str:
    """Why a rule cannot run on the fact tables as they are declared, '' when it can."""
    with duckdb.connect() as connection:
        empty_facts(connection, tables_read(parse(rule)))
        try:
            run_rule(connection, rule, parameters or resolve({}, MONTH))
        except RuleError as error:
            return f"{error.what}（{error.remedy}）"
    return ""
