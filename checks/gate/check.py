"""Whether a payroll as finally locked does what the gate said, payee by payee and line by line."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

import polars as pl

from assets.contracts.model import MONEY
from checks.gate.decide import HOLD, REJECT
from checks.gate.holds import row_key

SCHEMA: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "severity": pl.Int64(),
    "agency_code": pl.String(),
    "per_id": pl.String(),
    "id_no": pl.String(),
    "name": pl.String(),
    "expected": MONEY,
    "actual": MONEY,
    "place": pl.String(),
    "draft_place": pl.String(),
}
SEVERITIES = {
    "reject_paid": 1,
    "confirmed_hold_paid": 1,
    "hold_paid": 2,
    "not_judged": 2,
    "more": 2,
    "missing": 2,
    "less": 3,
    "stopped_unconfirmed": 4,
}
"""Kinds of differences. A hold that two people have not confirmed is paid by right, and yet a question."""


def payroll_differences(gate: pl.DataFrame, final: pl.DataFrame, confirmed: Collection[str]) -> pl.DataFrame:
    """Every payee of whom the final payroll does not do what the gate said.

    Args:
        gate: the gate's lines of the draft.
        final: the lines of the payroll as locked: agency_code, per_id, id_no, name, gross, file, sheet, row.
        confirmed: row keys of holds that two people have confirmed.

    Returns:
        `SCHEMA`, the worst first, then by agency and number; places are "file ▸ sheet 第 n 行".
    """
    keys = ["agency_code", "_payee"]
    is_confirmed = row_key(gate).is_in(list(confirmed))
    action, amount = pl.col("action"), pl.col("amount").fill_null(0)
    is_stop = action.is_in([HOLD, REJECT])
    told = (
        gate.with_columns(is_confirmed.alias("_confirmed"), _payee().alias("_payee"), _place(gate))
        .with_columns(pl.col("agency_code").fill_null(""))
        .group_by(keys)
        .agg(
            pl.col("payable_amount").fill_null(0).filter(~is_stop).sum().alias("must"),
            amount.filter((action == HOLD) & pl.col("_confirmed")).sum().alias("held"),
            amount.filter((action == HOLD) & ~pl.col("_confirmed")).sum().alias("proposed"),
            amount.filter(action == REJECT).sum().alias("rejected"),
            pl.col("per_id", "id_no", "name").first(),
            pl.col("place").sort().str.join("、").alias("draft_place"),
        )
    )
    paid = (
        final.with_columns(_payee().alias("_payee"), pl.col("agency_code").fill_null(""), _place(final))
        .group_by(keys)
        .agg(
            pl.col("gross").fill_null(0).sum().alias("actual"),
            pl.col("per_id", "id_no", "name").first(),
            pl.col("place").sort().str.join("、"),
        )
    )
    joined = told.join(paid, on=keys, how="full", coalesce=True, suffix="_final")
    kind = _kind()
    rows = (
        joined.with_columns(kind.alias("kind"))
        .filter(pl.col("kind").is_not_null())
        .with_columns(
            pl.col("kind").replace_strict(SEVERITIES, return_dtype=pl.Int64).alias("severity"),
            *(pl.coalesce(name, f"{name}_final").alias(name) for name in ("per_id", "id_no", "name")),
            pl.col("must").fill_null(0).alias("expected"),
            pl.col("actual").fill_null(0),
        )
    )
    return rows.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()).sort(
        "severity", "agency_code", "per_id", "kind", nulls_last=True
    )


def _kind() -> pl.Expr:
    zero = Decimal(0)
    must, held, proposed, rejected = (
        pl.col(name).fill_null(zero) for name in ("must", "held", "proposed", "rejected")
    )
    is_paid, is_told = pl.col("actual").is_not_null(), pl.col("must").is_not_null()
    actual = pl.col("actual").fill_null(zero)
    over = actual - must
    return (
        pl.when(~is_told)
        .then(pl.lit("not_judged"))
        .when((over == 0) & (proposed != 0))
        .then(pl.lit("stopped_unconfirmed"))
        .when(over == 0)
        .then(None)
        .when(~is_paid)
        .then(pl.lit("missing"))
        .when((over > 0) & (rejected > 0))
        .then(pl.lit("reject_paid"))
        .when((over > 0) & (held > 0) & (over != proposed))
        .then(pl.lit("confirmed_hold_paid"))
        .when((over > 0) & (proposed > 0))
        .then(pl.lit("hold_paid"))
        .when(over > 0)
        .then(pl.lit("more"))
        .otherwise(pl.lit("less"))
    )


def _payee() -> pl.Expr:
    """By the payroll's own number, else the identity number, else the name: the same in draft and final."""
    return pl.coalesce(
        pl.concat_str(pl.lit("per:"), "per_id"), pl.concat_str(pl.lit("id:"), "id_no"), "name", pl.lit("")
    )


def _place(rows: pl.DataFrame) -> pl.Expr:
    cells = [pl.col(name).cast(pl.String).fill_null("") for name in ("file", "sheet", "row")]
    return pl.format("{} ▸ {} 第 {} 行", *cells).alias("place")
