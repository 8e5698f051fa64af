"""Money of a list, counted once: by case, that is by person and body; 可追缴 and 参考 never together.

A pay line that several findings name counts once, with its largest share. A finding that is not about a
person has no case: its amount stands for itself and is added to nothing.
"""

from __future__ import annotations

import polars as pl

from assets.contracts.model import MONEY
from reports.audit.selection import CASE, PLACE

RECOVERABLE, INDICATIVE = "recoverable", "indicative"
SUMS = ("gross", "net", "employer", "total")


def cases(lines: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """One row a person and body of the list, by the place of its first line.

    Args:
        lines: lines of `Selection`, of one list.
        evidence: the evidence behind them (further rows are left out).

    Returns:
        case_key, first_place, number, n_findings, numbers (of all its findings), severity, kind (null where
        there is no money), gross, net, employer, total, months (list), principal (place of the gravest line
        whose money counts, else of the gravest).
    """
    of_people = lines.filter(pl.col(CASE).is_not_null())
    pay = (
        evidence.filter(pl.col("amount").is_not_null() & pl.col("row_uid").is_not_null())
        .join(of_people.select(PLACE, CASE, "amount_kind"), on=PLACE)
        .filter(pl.col("amount_kind").is_not_null())
        .group_by(PLACE, CASE, "amount_kind", "row_uid", "month")
        .agg(pl.col("amount", "amount_net", "amount_employer").sum())
        .with_columns((pl.col("amount_kind") == RECOVERABLE).alias("_recoverable"))
        .with_columns(pl.col("_recoverable").any().over(CASE).alias("_counted"))
        .filter(pl.col("_recoverable") == pl.col("_counted"))
    )
    sums = (
        pay.group_by(CASE, "row_uid", "month")
        .agg(pl.col("amount", "amount_net", "amount_employer").max(), pl.col("_counted").first())
        .group_by(CASE)
        .agg(
            pl.col("amount").sum().cast(MONEY).alias("gross"),
            pl.col("amount_net").sum().cast(MONEY).alias("net"),
            pl.col("amount_employer").sum().cast(MONEY).alias("employer"),
            pl.col("month").unique().sort().alias("months"),
            pl.when(pl.col("_counted").first())
            .then(pl.lit(RECOVERABLE))
            .otherwise(pl.lit(INDICATIVE))
            .alias("kind"),
        )
        .with_columns((pl.col("gross") + pl.col("employer")).cast(MONEY).alias("total"))
    )
    with_money = pay.select(PLACE).unique().with_columns(pl.lit(0).alias("_without_money"))
    return (
        of_people.join(with_money, on=PLACE, how="left")
        .sort(pl.col("_without_money").fill_null(1), "severity", "rule_id", "number")
        .group_by(CASE, maintain_order=True)
        .agg(
            pl.col(PLACE).first().alias("principal"),
            pl.col(PLACE).min().alias("first_place"),
            pl.len().alias("n_findings"),
            pl.col("number").sort_by(PLACE).alias("numbers"),
            pl.col("severity").min(),
        )
        .join(sums, on=CASE, how="left")
        .sort("first_place")
    )


def monthly(evidence: pl.DataFrame) -> pl.DataFrame:
    """place, month and what of each month's pay a line counts, by place and month."""
    return (
        evidence.filter(pl.col("amount").is_not_null())
        .group_by(PLACE, "month")
        .agg(
            pl.col("amount").sum().cast(MONEY).alias("gross"),
            pl.col("amount_net").sum().cast(MONEY).alias("net"),
            pl.col("amount_employer").sum().cast(MONEY).alias("employer"),
        )
        .sort(PLACE, "month", nulls_last=True)
    )
