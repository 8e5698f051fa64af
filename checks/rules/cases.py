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

What the header's `counterfactual` says is tried on a case: rows removed, replaced or added, after which the
rule finds that subject no more::

    [[counterfactual]]
    case = "死亡次月仍发薪"
    subject = "A"                     # and `matter`, where the subject keeps other findings
    remove.pay = [ { month = "2026-10" } ]                              # rows that have all these values
    replace.death = [ { where = { person_id = "A" }, by = { died_on = 2026-10-03 } } ]
    add.roster = [ { person_id = "A" } ]
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

from assets.contracts.model import SQL_TYPES, Contract
from assets.contracts.registry import facts
from checks.rules.header import Rule, RuleError, in_chinese
from checks.rules.parameters import month_number, resolve
from checks.rules.runner import run_rule
from checks.rules.tree import facts_read

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


class Replacement(BaseModel):
    """Rows that have the values of `where` take those of `by`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    where: Row
    by: Row


class Counterfactual(BaseModel):
    """A change of a case's rows that must clear one of its findings."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    case: str
    subject: str
    matter: str | None = None
    remove: dict[str, list[Row]] = Field(default_factory=dict)
    replace: dict[str, list[Replacement]] = Field(default_factory=dict)
    add: dict[str, list[Row]] = Field(default_factory=dict)


class CaseFile(BaseModel):
    """All cases of a rule, with the columns its tables have by default."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    defaults: dict[str, Row] = Field(default_factory=dict)
    case: list[Case] = Field(min_length=1)
    counterfactual: list[Counterfactual] = Field(default_factory=list)


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
    """Fact tables without rows under their names, made or emptied: those named, else all."""
    contracts = facts()
    for name in contracts if names is None else sorted(set(names) & set(contracts)):
        columns = ", ".join(f'"{column.name}" {SQL_TYPES[column.type]}' for column in contracts[name].columns)
        connection.execute(f'create table if not exists "{name}" ({columns})')
        connection.execute(f'truncate "{name}"')


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


def given_rows(file: CaseFile, case: Case) -> dict[str, pl.DataFrame]:
    """A case's rows by fact table, as the contracts have them.

    Raises:
        RuleError: a table or a column that there is not.
    """
    contracts = facts()
    frames = {}
    uid = 1
    for name, rows in case.given.items():
        if name not in contracts:
            raise RuleError(f"没有名为 {name} 的事实表", where=case.name, remedy="改正用例里的表名。")
        whole = [file.defaults.get(name, {}) | row for row in rows]
        frames[name] = _frame(contracts[name], whole, case.month, uid)
        uid += len(rows)
    return frames


def prepare(connection: duckdb.DuckDBPyConnection, rule: Rule, file: CaseFile, case: Case) -> None:
    """The tables that a rule reads, with a case's rows and no others.

    Tables stay from case to case and from rule to rule: filling them costs less than making them anew.
    """
    frames = given_rows(file, case)
    empty_facts(connection, facts_read(rule) | set(frames))
    for name, frame in frames.items():
        told = [column.name for column in frame if column.null_count() < len(frame)]
        if not told:
            continue
        connection.register("given", frame.select(told))
        connection.execute(f'insert into "{name}" by name from given')
        connection.unregister("given")


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


def check_cases(rule: Rule, connection: duckdb.DuckDBPyConnection | None = None) -> dict[str, list[str]]:
    """Run all of a rule's cases.

    Args:
        rule: the rule.
        connection: a database of its own for cases, kept from rule to rule; without it one is made.

    Returns:
        Case name → differences; an empty list for a case that holds.

    Raises:
        RuleError: no cases, a case file out of form, or a rule that cannot run.
    """
    if connection is None:
        with duckdb.connect() as opened:
            return check_cases(rule, opened)
    file = load_cases(rule)
    results = {}
    for case in file.case:
        prepare(connection, rule, file, case)
        results[case.name] = differences(case, run_rule(connection, rule, case_parameters(case)))
    return results


def binding_problem(rule: Rule, parameters: Mapping[str, object] | None = None) -> str:
    """Why a rule cannot run on the fact tables as they are declared, '' when it can."""
    with duckdb.connect() as connection:
        empty_facts(connection, facts_read(rule))
        try:
            run_rule(connection, rule, parameters or resolve({}, MONTH))
        except RuleError as error:
            return f"{error.what}（{error.remedy}）"
    return ""
