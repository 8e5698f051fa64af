"""基本工资 of a pay line, whether a payroll writes it as one column, as its parts, or as both."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import product

import polars as pl

from assets.contracts.model import MONEY
from connectors.specs import Column

TOTAL = "base_pay"
# What every structure of pay consists of; 教护10% and 浮动工资 may stand inside the total or beside it.
CORE = ("position_pay", "grade_pay", "technical_pay")


def base_pay(columns: Sequence[Column]) -> pl.Expr:
    """基本工资 of each line, no part of it counted twice.

    Without the 基本工资 column it is the sum of its parts, without parts the column. Where a line has both,
    the column is a total (职务工资 + 级别工资, with or without 教护10%), or a line of its own beside 薪级工资
    as in payrolls that say 基本工资 for 岗位工资. The line's own 应发 decides where it adds up in one of the
    two ways; else the size does: a total is no smaller than its 岗位, 薪级 and 技术等级 parts. A total may
    hold parts that the payroll does not show, and may leave out 教护10%: so the larger of it and of its
    shown parts is the 基本工资.

    Args:
        columns: the payroll's columns with their items.
    """
    total = _amount(TOTAL)
    parts = _sum(_of(columns, "basic"))
    within = pl.max_horizontal(total, parts)
    beside = total + parts
    adds_up_within, adds_up_beside = (_adds_up(columns, amount) for amount in (within, beside))
    is_beside = (
        pl.when(adds_up_within).then(False).when(adds_up_beside).then(True).otherwise(total < _sum(CORE))
    )
    is_both = (total != 0) & (parts != 0)
    return pl.when(is_both & ~is_beside).then(within).otherwise(beside).cast(MONEY)


def base_pay_of_parts(columns: Sequence[Column]) -> pl.Expr:
    """基本工资 of each line of a payroll that has no column for the whole of it."""
    return _sum(_of(columns, "basic")).cast(MONEY)


def _adds_up(columns: Sequence[Column], basic: pl.Expr) -> pl.Expr:
    """Whether 应发 is this 基本工资 and the other items, their totals holding the shown parts or not."""
    rest = pl.col("gross") - basic - _sum(_of(columns, "one_off")) - _sum(_of(columns, "retired"))
    ways = []
    for item in ("allowance", "performance"):
        total, parts = _sum(_of(columns, f"{item}_total")), _sum(_of(columns, item))
        ways.append((pl.max_horizontal(total, parts), total + parts))
    found = [rest == first + second for first, second in product(*ways)]
    return reduce(lambda one, other: one | other, found).fill_null(False)


def _of(columns: Sequence[Column], item: str) -> list[str]:
    return [column.name for column in columns if column.item == item and column.name != TOTAL]


def _amount(name: str) -> pl.Expr:
    return pl.col(name).fill_null(0)


def _sum(names: Sequence[str]) -> pl.Expr:
    return pl.sum_horizontal(_amount(name) for name in names)
