"""Probes as Polars expressions: staged columns seen as numbers, and the rows that fail a test of them.

Only numbers leave this module: neither a name nor an ID can be told from a probe.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import product

import polars as pl

from assets.ledger.month import number_of_month
from checks.quality.suites import Between, Expectation, Given, Identity, Look, OneOf, Probe, Sum

NO_ID = "NONE"
# Where the frame has this column, sums are checked only in rows whose file had every item understood.
ITEMS_COMPLETE = "items_complete"


def probe_expr(probe: Probe, filled: Set[str]) -> pl.Expr:
    """The number that the probe sees in each row; null where there is nothing to check.

    Args:
        probe: what to look at.
        filled: the columns that have a value in any row.
    """
    column = pl.col(probe.columns[0])
    match probe.look:
        case Look.GIVEN:
            there = column.is_not_null()
            if probe.columns[0] == "id_class":
                there &= column != NO_ID
            return pl.when(there).then(pl.lit(1, dtype=pl.Float64))
        case Look.POSITION:
            place = column.cast(pl.Enum(probe.values), strict=False).to_physical().cast(pl.Float64)
            unknown = column.is_not_null() if probe.columns[0] != "id_class" else column != NO_ID
            return pl.when(unknown).then(place.fill_null(-1))
        case Look.DAY:
            return column.cast(pl.Int32).cast(pl.Float64)
        case Look.MONTH:
            return number_of_month(column).cast(pl.Float64)
        case Look.NUMBER:
            return column.cast(pl.Float64)
        case Look.RESIDUAL:
            if probe.identity is None:
                msg = "a residual needs its identity"
                raise ValueError(msg)
            return _residual(probe.identity, filled)


def fails(expectation: Expectation, value: pl.Expr) -> pl.Expr:
    """Whether a row with this probe value fails the expectation; never null."""
    match expectation.test:
        case Given():
            return value.is_null()
        case OneOf(values):
            allowed = pl.Series(values, dtype=pl.Float64).implode()
            return (~value.cast(pl.Float64).is_in(allowed)).fill_null(False)
        case Between(low, high):
            return (~value.is_between(low, high)).fill_null(False)


def _hundredths(column: str) -> pl.Expr:
    return (pl.col(column).cast(pl.Float64) * 100).round().cast(pl.Int64).fill_null(0)


def _ways(part: Sum, filled: Set[str]) -> list[tuple[list[str], pl.Expr]]:
    """What a part may amount to, with the columns this takes: those of the part, or its total instead."""
    parts = [c for c in part.parts if c in filled]
    ways = [(parts, _added(parts))] if parts else []
    if part.total in filled:
        total = _hundredths(part.total)
        instead = pl.when(pl.col(part.total).is_null()).then(_added(parts)).otherwise(total)
        ways.append(([part.total], instead))
    return ways


def _added(columns: Sequence[str]) -> pl.Expr:
    return pl.sum_horizontal([_hundredths(c) for c in columns]) if columns else pl.lit(0, dtype=pl.Int64)


def _residual(identity: Identity, filled: Set[str]) -> pl.Expr:
    """Hundredths by which the whole is missed, by the way of adding up that comes nearest."""
    plus = [ways for part in identity.plus if (ways := _ways(part, filled))]
    minus = [ways for part in identity.minus if (ways := _ways(part, filled))]
    # A 津贴补贴 column may hold only some of the allowances: then both it and the others count.
    for ways in plus:
        if len(ways) > 1:
            (parts, added), (total, _) = ways
            ways.append(([*parts, *total], added + _added(total)))
    if identity.whole not in filled or not plus or (identity.minus and not minus):
        return pl.lit(None, dtype=pl.Float64)
    whole = _hundredths(identity.whole)
    misses = [
        (
            whole
            - sum((e for _, e in up), pl.lit(0, dtype=pl.Int64))
            + sum((e for _, e in down), pl.lit(0, dtype=pl.Int64))
        ).abs()
        for up in product(*plus)
        for down in product(*minus)
    ]
    used = dict.fromkeys(c for ways in (*plus, *minus) for columns, _ in ways for c in columns)
    there = pl.any_horizontal(pl.col(c).is_not_null() for c in used)
    for column in (identity.whole, *identity.needs):
        there &= pl.col(column).is_not_null()
    if ITEMS_COMPLETE in filled:
        there &= pl.col(ITEMS_COMPLETE).fill_null(True)
    return pl.when(there).then(pl.min_horizontal(misses)).cast(pl.Float64)
