"""Running rules over the fact tables, in one pass.

Here: which rules can run, their rows as evidence in one shape and one order. Not here: what a finding
is made of (`checks.findings`), and where the tables are (`checks.engine`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import duckdb
import polars as pl

from checks.rules.header import Rule, RuleError
from checks.rules.tables import OnDuckDB, QueryFault, Tables
from checks.rules.tree import parse, tables_read
from connectors.specs import load_specs

MONEY = pl.Decimal(14, 2)
EVIDENCE_SCHEMA: Mapping[str, pl.DataType] = {
    "rule_id": pl.String(),
    "subject_key": pl.String(),
    "matter": pl.String(),
    "row_uid": pl.Int64(),
    "role": pl.String(),
    "month": pl.String(),
    "amount": MONEY,
    "amount_net": MONEY,
    "amount_employer": MONEY,
    "event_on": pl.Date(),
    "severity": pl.Int64(),
    "fields": pl.String(),
}
RESULT_COLUMNS = ("subject_key", "matter", "row_uid", "role", "month", "amount", "event_on")
OPTIONAL_COLUMNS = ("amount_net", "amount_employer", "severity")
_ORDER = [
    "subject_key",
    "matter",
    "role",
    "month",
    "row_uid",
    "event_on",
    "amount",
    "fields",
    # What the others leave undecided: one order on every engine.
    "amount_net",
    "amount_employer",
    "severity",
]


@dataclass(frozen=True)
class RuleRun:
    """What the rules returned.

    Attributes:
        evidence: one row a piece of evidence (`EVIDENCE_SCHEMA`), in a fixed order; `fields` is JSON of
            the rule's further columns, keys sorted; `severity` is null where the rule leaves it to its
            header.
        not_run: rule id → why it could not run, in Chinese.
        failed: rule id → the fault for which a rule that has its sources gave nothing. A month with such a
            rule is not published.
    """

    evidence: pl.DataFrame
    not_run: dict[str, str]
    failed: dict[str, RuleError] = field(default_factory=dict)


def _label(source: str) -> str:
    return load_specs().table(source).label


class MissingFacts(RuleError):
    """A rule reads tables that are not there, because nobody delivers what they are made from."""


def reason_not_run(rule: Rule, delivered: AbstractSet[str], month: tuple[date, date]) -> str:
    """Why a rule cannot run this month, '' when it can.

    Args:
        rule: the rule.
        delivered: keys of the staged tables at hand, delivered or carried.
        month: first and last day.
    """
    header = rule.header
    start, end = month
    if header.effective_from > end:
        return f"规则自 {header.effective_from} 起适用"
    if header.effective_to is not None and header.effective_to < start:
        return f"规则适用至 {header.effective_to}"
    missing = [group for group in header.source_groups if not delivered & set(group)]
    return "缺少来源：" + "、".join("或".join(map(_label, group)) for group in missing) if missing else ""


def run_rules(
    tables: Tables,
    rules: Iterable[Rule],
    parameters: Mapping[str, object],
    delivered: AbstractSet[str],
) -> RuleRun:
    """Run every rule that has its sources; a rule that fails does not keep the others from running.

    Args:
        tables: the fact tables.
        rules: the catalogue.
        parameters: all of `checks.rules.parameters.resolve`.
        delivered: keys of the staged tables at hand (`finance__payroll`), delivered or carried.
    """
    start, end = parameters["month_start"], parameters["month_end"]
    if not isinstance(start, date) or not isinstance(end, date):
        raise TypeError("month_start and month_end are dates")
    ordered = sorted(rules, key=lambda one: one.id)
    reasons = {rule.id: reason_not_run(rule, delivered, (start, end)) for rule in ordered}
    not_run = {rule: reason for rule, reason in reasons.items() if reason}

    def run(rule: Rule) -> pl.DataFrame | RuleError:
        try:
            return evidence_of(tables, rule, parameters)
        except RuleError as error:
            return error

    frames = [pl.DataFrame(schema=EVIDENCE_SCHEMA)]
    failed: dict[str, RuleError] = {}
    able = [rule for rule in ordered if rule.id not in not_run]
    with ThreadPoolExecutor(tables.at_once) as workers:
        for rule, outcome in zip(able, workers.map(run, able), strict=True):
            if isinstance(outcome, MissingFacts):
                not_run[rule.id] = outcome.remedy
            elif isinstance(outcome, RuleError):
                failed[rule.id] = outcome
            else:
                frames.append(outcome)
    return RuleRun(pl.concat(frames), not_run, failed)


def run_rule(
    connection: duckdb.DuckDBPyConnection, rule: Rule, parameters: Mapping[str, object]
) -> pl.DataFrame:
    """One rule's evidence over the tables of a DuckDB database; see `evidence_of`."""
    return evidence_of(OnDuckDB(connection), rule, parameters)


def evidence_of(tables: Tables, rule: Rule, parameters: Mapping[str, object]) -> pl.DataFrame:
    """One rule's evidence, in `EVIDENCE_SCHEMA` and a fixed order.

    Raises:
        MissingFacts: a table that the query reads is not there.
        RuleError: the query fails, a column is missing or of a wrong type, or a row names no subject.
    """
    used = {name: parameters[name] for name in rule.header.parameters if name in parameters}
    try:
        rows = tables.query(rule.sql, used)
    except QueryFault as fault:
        absent = tables_read(parse(rule)) - tables.names()
        if absent:
            raise MissingFacts(
                f"规则 {rule.id} 无法执行", where=rule.file, remedy=f"缺少数据表：{'、'.join(sorted(absent))}"
            ) from None
        raise RuleError(
            f"规则 {rule.id} 无法执行",
            where=rule.file,
            remedy=f"按提示改正 SQL：{fault.said}",
        ) from None
    return shape(rule, rows)


def shape(rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
    """A rule's raw rows as evidence.

    Raises:
        RuleError: a column is missing or of a wrong type, or a row names no subject.
    """
    missing = [name for name in RESULT_COLUMNS if name not in rows.columns]
    if missing:
        raise RuleError(
            f"规则 {rule.id} 的结果缺少列 {'、'.join(missing)}",
            where=rule.file,
            remedy="在最后的 select 中补上。",
        )
    further = sorted(set(rows.columns) - set(RESULT_COLUMNS) - set(OPTIONAL_COLUMNS))
    own = [name for name in EVIDENCE_SCHEMA if name not in ("rule_id", "fields")]
    try:
        evidence = rows.select(
            pl.lit(rule.id).alias("rule_id"),
            *(
                pl.col(name).cast(EVIDENCE_SCHEMA[name])
                if name in rows.columns
                else pl.lit(None, dtype=EVIDENCE_SCHEMA[name]).alias(name)
                for name in own
            ),
            _fields(rows, further).alias("fields"),
        )
    except pl.exceptions.PolarsError as error:
        raise RuleError(
            f"规则 {rule.id} 的结果列类型不对",
            where=rule.file,
            remedy="金额为两位小数，日期为 date，行标识为整数。",
        ) from error
    if evidence.select(pl.any_horizontal(pl.col("subject_key", "matter", "role").is_null()).any()).item():
        raise RuleError(
            f"规则 {rule.id} 有一行没有写明对象、事项或角色",
            where=rule.file,
            remedy="subject_key、matter、role 不能为空，没有事项时 matter 写 ''。",
        )
    if not evidence["severity"].drop_nulls().is_between(1, 4).all():
        raise RuleError(f"规则 {rule.id} 的级别只能是 1 到 4", where=rule.file, remedy="改正 severity 列。")
    return evidence.sort(_ORDER, nulls_last=True)


def _fields(rows: pl.DataFrame, names: list[str]) -> pl.Expr:
    """Canonical JSON of the further columns: keys sorted, decimals and dates as text."""
    if not names:
        return pl.lit("{}")
    return pl.struct(_canonical(name, rows.schema[name]) for name in names).struct.json_encode()


def _canonical(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as JSON holds it; a sum of whole numbers comes from DuckDB as a decimal of scale 0."""
    if dtype.is_integer() or (isinstance(dtype, pl.Decimal) and dtype.scale == 0):
        return pl.col(name).cast(pl.Int64)
    return pl.col(name) if dtype == pl.Boolean else pl.col(name).cast(pl.String)
