"""Blank cells and rows as Polars sees them: null, empty, or only white space."""

import polars as pl


def is_filled_row() -> pl.Expr:
    """Whether any cell of a row holds more than white space."""
    return pl.concat_str(pl.all(), ignore_nulls=True).str.strip_chars() != ""


def filled_or_null(name: str) -> pl.Expr:
    """A text column with blank text as null."""
    text = pl.col(name)
    return pl.when(text.str.strip_chars() != "").then(text)
