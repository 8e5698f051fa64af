"""The identity of a source row says by arithmetic where the row came from."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from connectors.rows import PART_BITS, ROW_BITS, month_of, part_of, row_of, row_uid

MONTHS = st.builds(lambda y, m: f"{y}-{m:02d}", st.integers(2010, 2150), st.integers(1, 12))


@given(MONTHS, st.integers(0, (1 << PART_BITS) - 1), st.integers(1, (1 << ROW_BITS) - 1))
def test_month_part_and_row_can_be_read_back(month: str, part: int, row: int) -> None:
    frame = pl.DataFrame({"row": [row]}).select(row_uid(month, part, pl.col("row")).alias("uid"))
    uid = pl.col("uid")
    assert frame.select(month_of(uid).alias("m"), part_of(uid).alias("p"), row_of(uid).alias("r")).rows() == [
        (month, part, row)
    ]


def test_rows_sort_as_delivered() -> None:
    uids = [
        pl.select(row_uid(month, part, pl.lit(row))).item()
        for month, part, row in [("2026-09", 9, 9), ("2026-10", 1, 2), ("2026-10", 1, 3), ("2026-10", 2, 1)]
    ]
    assert uids == sorted(uids)
