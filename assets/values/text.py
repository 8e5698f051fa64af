"""What all kinds of value share: text made comparable, and the words that mean "nothing here"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

# Words that say "no value" in a cell. They are not values that failed to be understood. In capitals.
EMPTY_WORDS: Final = (
    *("无", "空", "空白", "暂无", "没有", "未填", "未知", "不详", "缺", "暂缺"),
    *("待补", "待补充", "待定", "待查", "待核", "待核实"),
    *("NULL", "NONE", "NAN", "NAT", "N/A", "NA", "#N/A"),
)

# Control and format characters (byte-order mark, zero-width space, direction marks).
_UNSEEN: Final = r"[\p{Cc}\p{Cf}]"
_ONLY_STROKES: Final = r"^[\s\-/\\.,_‐-―−－]*$"


def only_where(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
    """Give `value` where `condition` holds, else null.

    Polars computes both branches of a conditional for every row. String kernels pass over nulls at almost
    no cost, so masking the input is how the few unclean cells are treated without paying for the clean ones.
    Use the result once: Polars shares no common subexpression that holds a conditional.
    """
    return pl.when(condition).then(value)


def among(text: pl.Expr, values: Iterable[str] | pl.Series) -> pl.Expr:
    """True where the text is one of `values`; null for null."""
    known = values if isinstance(values, pl.Series) else pl.Series("values", list(values), dtype=pl.String)
    return text.is_in(pl.lit(known).implode())


def fold_width(text: pl.Expr) -> pl.Expr:
    """Fold full width to half width and compatibility characters (NFKC), drop unseen characters, and trim.

    Null stays null; text that holds nothing becomes the empty string.
    """
    is_plain = text.str.len_bytes() == text.str.len_chars()
    folded = pl.coalesce(only_where(~is_plain, text).str.normalize("NFKC"), text)
    # Line breaks and tabs are control characters, but they separate: they become spaces.
    return folded.str.replace_all(r"\s+", " ").str.replace_all(_UNSEEN, "").str.strip_chars()


def is_empty_text(text: pl.Expr) -> pl.Expr:
    """True where a cell holds nothing: null, blanks, dashes and strokes only, or a word that says so."""
    folded = fold_width(text)
    is_empty = folded.str.contains(_ONLY_STROKES) | among(folded.str.to_uppercase(), EMPTY_WORDS)
    return is_empty.fill_null(True)
