"""Blank cells and rows as Polars sees them: null, empty, or only white space."""

import polars as pl


def is_filled_row() -> pl.Expr:
    """Whether any cell of a row holds more than white space."""
    return pl.any_horizontal(pl.all().str.strip_chars().fill_null("") != "")


def filled_or_null(name: str) -> pl.Expr:
    """A text column with blank text as null."""
    text = pl.col(name)
    return pl.when(text.str.strip_chars() != "").then(text)
