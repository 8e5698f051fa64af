"""What of its pay a published row of evidence counts."""

from decimal import Decimal

import polars as pl

from assets.contracts.model import MONEY
from checks.findings.amounts import whole_amounts

KEY = ("finding_id", "row_uid")


def rows(*amounts: tuple[str, int | None, str | None]) -> pl.DataFrame:
    """Evidence rows: finding, row and amount; the same for net and the employer's share."""
    money = pl.Series([None if a is None else Decimal(a) for *_, a in amounts], dtype=MONEY)
    frame = pl.DataFrame(
        {"finding_id": [f for f, *_ in amounts], "row_uid": [r for _, r, _ in amounts]},
        schema={"finding_id": pl.String, "row_uid": pl.Int64},
    )
    return frame.with_columns(money.alias(n) for n in ("amount", "amount_net", "amount_employer"))


def test_a_row_that_is_named_twice_counts_both_amounts() -> None:
    found = rows(("a", 1, "10.01"), ("a", 1, "5.00"), ("a", 2, "7.00"), ("b", 1, "1.00"))
    told = found.with_columns(whole_amounts(KEY))
    assert told["amount"].to_list() == [Decimal(x) for x in ("15.01", "15.01", "7.00", "1.00")]
    once = told.unique(list(KEY)).group_by("finding_id").agg(pl.col("amount").sum()).sort("finding_id")
    assert once["amount"].to_list() == [Decimal("22.01"), Decimal("1.00")]


def test_a_row_without_an_amount_has_none_and_one_without_number_stands_alone() -> None:
    found = rows(("a", 1, None), ("a", 2, None), ("a", 2, "3.00"), ("a", None, "2.00"))
    told = found.with_columns(whole_amounts(KEY))
    assert told["amount"].to_list() == [None, Decimal("3.00"), Decimal("3.00"), Decimal("2.00")]
    assert told["amount"].dtype == MONEY
