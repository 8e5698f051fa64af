"""The identity of a source row: month, part (one sheet of one file) and physical row in one integer.

11 bits of months since 2010-01, 22 bits of part, 30 bits of row: unique across months, sorts as delivered,
and says by arithmetic where a row came from.
"""

from __future__ import annotations

import polars as pl

EPOCH = 2010 * 12
ROW_BITS, PART_BITS = 30, 22
_ROW_MASK, _PART_MASK = (1 << ROW_BITS) - 1, (1 << PART_BITS) - 1


def months_since_epoch(month: str) -> int:
    """How many months after 2010-01 a month is."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1 - EPOCH


def row_uid(month: str, part: int, row: pl.Expr) -> pl.Expr:
    """The identity of the rows of one part, from their physical row numbers."""
    base = (months_since_epoch(month) << (ROW_BITS + PART_BITS)) | (part << ROW_BITS)
    return pl.lit(base, dtype=pl.Int64) + row.cast(pl.Int64)


def row_of(uid: pl.Expr) -> pl.Expr:
    """Physical row number, 1-based as the spreadsheet shows it."""
    return uid % (1 << ROW_BITS)


def part_of(uid: pl.Expr) -> pl.Expr:
    """The part, as `part_<department>` numbers it."""
    return (uid // (1 << ROW_BITS)) % (1 << PART_BITS)


def month_of(uid: pl.Expr) -> pl.Expr:
    """The month of delivery, as text."""
    number = uid // (1 << (ROW_BITS + PART_BITS)) + EPOCH
    year, month = number // 12, number % 12 + 1
    return pl.concat_str(year.cast(pl.String), month.cast(pl.String).str.zfill(2), separator="-")
