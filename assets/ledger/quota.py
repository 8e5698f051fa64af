"""Approved quota: the ledger summed as deltas, at the grain at which it approves (design §5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from assets.ledger.wide import entries
from assets.values.lookup import looked_up

FUNDED = ("Y1", "Y2", "Y3")
CLASS_OF = {"Y1": "Y", "Y2": "Y", "Y3": "Y", "YC": "Y"}
FUNDING_TYPE = {"1": "Y1", "2": "Y2", "3": "Y3"}


@dataclass(frozen=True)
class Pool:
    """Quota approved to a pool of bodies: the ledger account that holds it, its members, its classes."""

    account: str
    members: tuple[str, ...]
    quota_classes: tuple[str, ...]


def quota_class(quota_type: pl.Expr) -> pl.Expr:
    """X1 X2 X3 X4 Y B0 Q9 of a type at either grain."""
    return pl.coalesce(looked_up(quota_type, CLASS_OF, pl.String), quota_type)


def ledger_facts(staged: pl.LazyFrame) -> pl.LazyFrame:
    """The ledger's entries, one item each, with their change, and the key of Q12.

    A wide ledger writes 编制数, 领导职数 and 内设机构数 of one document side by side: each number is an
    entry, as if it stood in a row of its own with its 项目.
    """
    rows = staged.with_columns(
        pl.col("approved_on").alias("effective_on"),
        _posts(staged).cast(pl.Int64).alias("change"),
        pl.col("document_no").alias("document_key"),
    )
    key = pl.concat_str(
        pl.col("unit_id").fill_null(""),
        pl.col("item").fill_null(""),
        pl.col("quota_type").fill_null(""),
        pl.col("effective_on").cast(pl.String).fill_null(""),
        pl.col("document_no").fill_null(""),
        separator="|",
    )
    return entries(rows).with_columns(key.alias("entry_key"))


def _posts(staged: pl.LazyFrame) -> pl.Expr:
    """Posts by which a row changes the quota, in whichever column a county writes them."""
    # Some ledgers have one signed column 增减数; others write 减编数 with a minus sign.
    posted = pl.col("increase").fill_null(0) - pl.col("decrease").abs().fill_null(0)
    in_two = pl.col("increase").is_not_null() | pl.col("decrease").is_not_null()
    signed = pl.col("change")
    # 编制数 is the change where a sheet has no other column for it; beside one it is the new total.
    has_changes = (in_two | signed.is_not_null()).any()
    is_in_sheet = has_changes.over("part") if "part" in staged.collect_schema().names() else has_changes
    alone = pl.when(~is_in_sheet).then("n_quota")
    return pl.when(in_two).then(posted).otherwise(pl.coalesce(signed, alone).fill_null(0))


def approved(ledger: pl.LazyFrame, month_end: date, pools: Sequence[Pool]) -> pl.DataFrame:
    """Approved posts per body and type as of a day.

    Y1, Y2 and Y3 stand apart only where every row of the body's 事业编制 states the funding, by its 编制性质
    or in its 经费形式; otherwise all are added under Y. A row whose date could not be read counts: the
    ledger says it was approved.

    Returns:
        unit_id, quota_type, quota_class, approved, row_uid (the latest row), is_pool.
    """
    posted = ledger.filter(
        (pl.col("item") == "quota")
        & pl.col("quota_type").is_not_null()
        & (pl.col("effective_on").is_null() | (pl.col("effective_on") <= month_end))
    ).with_columns(
        quota_class(pl.col("quota_type")).alias("quota_class"),
        _stated(pl.col("quota_type")).alias("quota_type"),
    )
    funded = pl.col("quota_type").is_in(FUNDED)
    apart = (funded | (pl.col("quota_class") != "Y")).all().over("unit_id", "quota_class")
    accounts = [pool.account for pool in pools]
    return (
        posted.with_columns(
            pl.when(apart).then(pl.col("quota_type")).otherwise(pl.col("quota_class")).alias("quota_type")
        )
        .group_by("unit_id", "quota_type")
        .agg(
            pl.col("quota_class").first(),
            pl.col("change").sum().alias("approved"),
            pl.col("row_uid").max(),
        )
        .with_columns(pl.col("unit_id").is_in(accounts).alias("is_pool"))
        .sort("unit_id", "quota_type")
        .collect()
    )


def _stated(quota_type: pl.Expr) -> pl.Expr:
    """The type of a ledger's row, with the funding that its 经费形式 states where the type does not."""
    own = looked_up(pl.col("funding"), FUNDING_TYPE, pl.String)
    is_open = ~quota_type.is_in(FUNDED) & (quota_class(quota_type) == "Y")
    return pl.when(is_open).then(pl.coalesce(own, quota_type)).otherwise(quota_type)


def pool_members(pools: Sequence[Pool]) -> pl.DataFrame:
    """unit_id, quota_class → pool_id."""
    return pl.DataFrame(
        [
            {"unit_id": unit, "quota_class": class_, "pool_id": pool.account}
            for pool in pools
            for unit in pool.members
            for class_ in pool.quota_classes
        ],
        schema={"unit_id": pl.String, "quota_class": pl.String, "pool_id": pl.String},
    )


def at_ledger_grain(frame: pl.LazyFrame, quota: pl.DataFrame, pools: Sequence[Pool]) -> pl.LazyFrame:
    """Adds quota_unit_id (own body or pool) and ledger_type to rows with unit_id, quota_type, quota_class.

    A type at the finer grain counts under it only where the ledger approves at that grain.
    """
    fine = (
        quota.filter(pl.col("quota_type").is_in(FUNDED))
        .select(pl.col("unit_id").alias("quota_unit_id"), "quota_class", pl.lit(True).alias("is_fine"))
        .unique()
    )
    return (
        frame.join(
            pool_members(pools).lazy(), on=["unit_id", "quota_class"], how="left", maintain_order="left"
        )
        .with_columns(pl.coalesce("pool_id", "unit_id").alias("quota_unit_id"))
        .join(fine.lazy(), on=["quota_unit_id", "quota_class"], how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("is_fine") & pl.col("quota_type").is_in(FUNDED))
            .then(pl.col("quota_type"))
            .otherwise(pl.col("quota_class"))
            .alias("ledger_type")
        )
        .drop("pool_id", "is_fine")
    )


def with_funding(frame: pl.LazyFrame, units: pl.DataFrame) -> pl.LazyFrame:
    """quota_type Y with its funding from the record, else from the body's 经费形式; YC as Y with is_civil."""
    bodies = units.select("unit_id", pl.col("funding").alias("unit_funding"), "is_civil_managed").unique(
        "unit_id"
    )
    plain = quota_class(pl.col("quota_type"))
    stated = pl.when(pl.col("quota_type").is_in(FUNDED)).then(pl.col("quota_type"))
    named = set(frame.collect_schema().names())
    own = (
        looked_up(pl.col("funding"), FUNDING_TYPE, pl.String)
        if "funding" in named
        else pl.lit(None, dtype=pl.String)
    )
    body = looked_up(pl.col("unit_funding"), FUNDING_TYPE, pl.String)
    return (
        frame.join(bodies.lazy(), on="unit_id", how="left", maintain_order="left")
        .with_columns(
            plain.alias("quota_class"),
            ((pl.col("quota_type") == "YC") | ((plain == "Y") & pl.col("is_civil_managed"))).alias(
                "is_civil"
            ),
            pl.when(plain == "Y")
            .then(pl.coalesce(stated, own, body, pl.lit("Y")))
            .otherwise(pl.col("quota_type"))
            .alias("quota_type"),
        )
        .drop("unit_funding", "is_civil_managed")
    )
