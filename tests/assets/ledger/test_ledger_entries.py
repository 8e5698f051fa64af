"""The ledger's changes, in whichever columns a county writes them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from assets.ledger.quota import approved, ledger_facts

from ..tables import raw_table, staged_from

LEDGER = "establishment__ledger"
MONTH_END = date(2026, 10, 31)


@pytest.mark.parametrize(
    ("columns", "n"),
    [
        ({"increase": ["12", None], "decrease": [None, "4"]}, 8),
        ({"increase": ["12", None], "decrease": [None, "-4"]}, 8),
        ({"increase": ["12", "-4"]}, 8),
        ({"change": ["12", "-4"]}, 8),
        ({"change": ["12", "-4"], "increase": ["12", None], "decrease": [None, "4"]}, 8),
    ],
)
def test_two_columns_one_signed_column_and_minus_signs_add_up_to_the_same(
    columns: dict[str, list[str | None]], n: int
) -> None:
    raw = raw_table(
        LEDGER,
        {
            "unit_name": ["财政局"] * 2,
            "quota_type": ["行政编制"] * 2,
            "approved_year": ["2006", "2015"],
            "approved_month": ["3", "11"],
            "approved_day": ["1", "6"],
            **columns,
        },
    )
    staged = staged_from(raw, LEDGER).with_columns(unit_id=pl.lit("101"))
    assert approved(ledger_facts(staged), MONTH_END, ()).select("quota_type", "approved").rows() == [
        ("X1", n)
    ]
