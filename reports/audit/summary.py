"""An audit list summed by division, department, 主管部门, body and rule.

Money is by case, under the division, department, 主管部门, body and rule of the case's gravest line whose
money counts: so every way of summing gives the same totals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from reports.audit.lines import Part, Words
from reports.audit.model import Summary, SummaryLine, Totals
from reports.audit.money import INDICATIVE, RECOVERABLE
from reports.audit.selection import CASE, OVER, PLACE
from reports.exceptions.findings import rule_name
from reports.labels import DEPARTMENTS, label, unit_code

Row = Mapping[str, Any]
TRUE = ("confirmed", "rectifying", "closed")
NOWHERE = "（没有归属）"


@dataclass(frozen=True)
class Dimension:
    """One way of summing: the column, what it is called, and the column of what stands beside."""

    column: str
    name: str
    heading: str
    beside: str = ""


DIMENSIONS = (
    Dimension("division", "按区划汇总", "区划"),
    Dimension("owner", "按责任部门汇总", "责任部门"),
    Dimension(OVER, "按主管部门汇总", "主管部门"),
    Dimension("unit_id", "按单位汇总", "单位", "主管部门"),
    Dimension("rule_id", "按规则汇总", "规则"),
)


def summaries(formal: Part, pending: Part, said: Words) -> tuple[Summary, ...]:
    """The formal list summed in every way, with the number of those kept out beside."""
    return tuple(_summary(dimension, formal, pending, said) for dimension in DIMENSIONS)


def total(formal: Part, pending: Part) -> Totals:
    """The totals of the whole list."""
    whole = formal.lines.with_columns(pl.lit("").alias("_all"))
    rows = _counted(whole, formal, pending.lines.with_columns(pl.lit("").alias("_all")), "_all")
    return _totals(rows.row(0, named=True)) if rows.height else NOTHING


_ZERO = Decimal(0)
NOTHING = Totals(0, (0, 0, 0, 0), 0, 0, 0, 0, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO, _ZERO, 0)


def _summary(dimension: Dimension, formal: Part, pending: Part, said: Words) -> Summary:
    rows = _counted(formal.lines, formal, pending.lines, dimension.column)
    lines = [_line(dimension, row, said) for row in rows.iter_rows(named=True)]
    if dimension.column == "owner":
        known = {label("department", code): n for n, code in enumerate(DEPARTMENTS)}
        lines.sort(key=lambda line: (known.get(line.name, len(known)), line.name))
    elif dimension.column == "rule_id":
        lines.sort(key=lambda line: line.code)
    return Summary(dimension.name, dimension.heading, dimension.beside, tuple(lines), total(formal, pending))


def _counted(lines: pl.DataFrame, formal: Part, pending: pl.DataFrame, column: str) -> pl.DataFrame:
    """One row a value of the column, in the order of the list's places."""
    counts = lines.group_by(column).agg(
        pl.len().alias("n"),
        *((pl.col("severity") == severity).sum().alias(f"n_{severity}") for severity in (1, 2, 3, 4)),
        ((pl.col("status") == "exempt") | pl.col("exemption_id").is_not_null()).sum().alias("n_exempt"),
        pl.col("in_lag").fill_null(False).sum().alias("n_in_lag"),
        pl.col("status").is_in(list(TRUE)).sum().alias("n_true"),
        pl.col("amount_total").filter(pl.col(CASE).is_null()).sum().alias("alone"),
    )
    is_back = pl.col("kind") == RECOVERABLE
    money = (
        formal.cases.join(lines.select(pl.col(PLACE).alias("principal"), column), on="principal")
        .group_by(column)
        .agg(
            is_back.sum().alias("n_cases"),
            pl.col("gross", "net", "employer").filter(is_back).sum(),
            pl.col("total").filter(is_back).sum().alias("recoverable"),
            pl.col("total").filter(pl.col("kind") == INDICATIVE).sum().alias("indicative"),
        )
    )
    waiting = pending.group_by(column).agg(pl.len().alias("n_pending"))
    both = pl.concat([lines, pending], how="diagonal_relaxed")
    names = both.group_by(column).agg(
        pl.col(PLACE).min(),
        pl.col("unit_name").drop_nulls().first().alias("_name"),
        pl.col(OVER).drop_nulls().first().alias("_beside"),
    )
    return (
        names.join(counts, on=column, how="left", nulls_equal=True)
        .join(money, on=column, how="left", nulls_equal=True)
        .join(waiting, on=column, how="left", nulls_equal=True)
        .sort(PLACE)
    )


def _line(dimension: Dimension, row: Row, said: Words) -> SummaryLine:
    value = row[dimension.column]
    code, name = "", value or NOWHERE
    if dimension.column == "unit_id":
        code, name = unit_code(value), row["_name"] or NOWHERE
    elif dimension.column == "rule_id":
        code, name = value, rule_name(value, said.titles)
    elif dimension.column == "division":
        code, name = value or "", said.divisions.get(value or "", value or NOWHERE)
    return SummaryLine(code, name, (row["_beside"] or "") if dimension.beside else "", _totals(row))


def _totals(row: Row) -> Totals:
    def count(name: str) -> int:
        return int(row[name] or 0)

    def money(name: str) -> Decimal:
        return Decimal(row[name] or 0)

    return Totals(
        n=count("n"),
        by_severity=(count("n_1"), count("n_2"), count("n_3"), count("n_4")),
        n_exempt=count("n_exempt"),
        n_in_lag=count("n_in_lag"),
        n_true=count("n_true"),
        n_cases=count("n_cases"),
        gross=money("gross"),
        net=money("net"),
        employer=money("employer"),
        recoverable=money("recoverable"),
        indicative=money("indicative"),
        alone=money("alone"),
        n_pending=count("n_pending"),
    )
