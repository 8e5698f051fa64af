"""The money behind a finding: pay lines, sums over the delivered months, the months that are missing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from assets.contracts.model import MONEY
from assets.ledger.month import Month, month_number, month_text
from checks.findings.exempt import SUBJECT


def with_pay(evidence: pl.DataFrame, facts: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """Net and employer's share of the pay lines behind amounts, where the rule did not give its own."""
    lines = (
        facts["pay"]
        .select("row_uid", "net", "employer", "gross", pl.col("unit_id").alias("pay_unit_id"), "is_current")
        .join(evidence.lazy().select("row_uid").unique(), on="row_uid", how="semi")
        .collect(engine="streaming")
    )
    whole = pl.col("amount") == pl.col("gross")
    return (
        evidence.join(lines, on="row_uid", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce(
                "amount_net", pl.when(whole).then("net").when(pl.col("amount").is_not_null()).then("amount")
            ).alias("amount_net"),
            pl.coalesce("amount_employer", pl.when(whole).then("employer")).alias("amount_employer"),
        )
        .drop("net", "employer", "gross")
    )


def amounts(evidence: pl.DataFrame, month: Month, pay_months: Sequence[str]) -> pl.DataFrame:
    """Sums over the delivered months, this month's part, the months and the missing ones.

    Args:
        evidence: as `with_pay` gives it.
        month: the month.
        pay_months: months whose payroll was delivered.
    """
    zero = pl.lit(0).cast(MONEY)
    paid = evidence.filter(pl.col("amount").is_not_null())
    this = pl.col("month") == month.text
    share = pl.col("amount") + pl.col("amount_employer").fill_null(zero)
    sums = (
        paid.group_by(SUBJECT)
        .agg(
            pl.col("amount").sum().cast(MONEY).alias("amount_gross"),
            pl.col("amount_net").sum().cast(MONEY).alias("amount_net"),
            pl.col("amount_employer").sum().cast(MONEY).alias("amount_employer"),
            share.sum().cast(MONEY).alias("amount_total"),
            share.filter(this).sum().cast(MONEY).alias("amount_month"),
            pl.col("month").drop_nulls().unique().sort().alias("month_list"),
            pl.col("event_on").min().alias("from_on"),
        )
        .join(_deaths(evidence), on=SUBJECT, how="left")
        .with_columns(pl.min_horizontal("from_on", "died_on").alias("from_on"))
        .drop("died_on")
        .sort(SUBJECT)
    )
    missing = [
        json.dumps(missing_months(months, began, month, pay_months), ensure_ascii=False)
        for months, began in sums.select("month_list", "from_on").iter_rows()
    ]
    listed = [json.dumps(months) for months in sums["month_list"].to_list()]
    return sums.drop("month_list", "from_on").with_columns(
        pl.Series("months", listed, dtype=pl.String), pl.Series("months_missing", missing, dtype=pl.String)
    )


def _deaths(evidence: pl.DataFrame) -> pl.DataFrame:
    """The death that evidence names: from it runs the amount, whenever the clock for reporting began."""
    died = pl.col("fields").str.json_path_match("$.died_on").str.to_date(strict=False)
    return evidence.select(*SUBJECT, died.alias("died_on")).drop_nulls("died_on").group_by(SUBJECT).min()


def missing_months(
    months: Sequence[str], began: date | None, month: Month, pay_months: Sequence[str]
) -> list[str]:
    """Months between the event and this month whose payroll was never delivered; runs as "from/to"."""
    first = min((month_number(m) for m in months), default=month.number)
    if began is not None:
        first = min(first, began.year * 12 + began.month)
    delivered = {month_number(m) for m in pay_months}
    gaps = [n for n in range(first, month.number + 1) if n not in delivered]
    runs: list[list[int]] = []
    for number in gaps:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [
        month_text(run[0]) if len(run) == 1 else f"{month_text(run[0])}/{month_text(run[-1])}" for run in runs
    ]


def whole_amounts(key: Sequence[str]) -> list[pl.Expr]:
    """The amounts of all rows with the same key, on each of them; null where none has an amount."""
    return [
        pl.when(pl.col(name).is_not_null().any().over(key))
        .then(pl.col(name).sum().over(key))
        .cast(MONEY)
        .alias(name)
        for name in ("amount", "amount_net", "amount_employer")
    ]


def pay_amounts(ordered: pl.DataFrame) -> pl.DataFrame:
    """finding_id, row_uid, month and each pay line's share, for the cases."""
    return ordered.filter(pl.col("amount").is_not_null() & pl.col("row_uid").is_not_null()).select(
        "finding_id", "row_uid", "month", "amount", "amount_net", "amount_employer"
    )
