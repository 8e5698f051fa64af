"""Amounts of money, in yuan and whole fen, as DECIMAL(14, 2)."""

from __future__ import annotations

from typing import Final

import polars as pl

from assets.values.text import among, fold_width, only_where

MONEY: Final = pl.Decimal(14, 2)

# Up to 999,999,999,999.99; zeros beyond the fen say nothing and are dropped.
_PLAIN: Final = r"^-?[0-9]{1,12}(?:\.[0-9]{0,2})?$"
_AMOUNT: Final = r"^-?(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})?(?:\.[0-9]*)?$"
_NOTHING: Final = r"^[\s\-/‐-―−－]*$"


def parse_money(text: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """Amount of a cell, Decimal(14, 2); null where there is none, or it is not understood.

    Understood: ``12345.6`` ``12,345.60`` ``￥12345.60元`` ``(12.00)`` (negative), full width. Not understood:
    parts of a fen (``0.125``: a number cell comes in its shortest form, so nothing is rounded here),
    ``1.2万``, ``1,23``, percentages, amounts of 10**12 yuan and more.

    Args:
        text: the cell as stored, String.
        kind: how it was stored: ``t`` text, ``n`` number; dates, truth values and errors are no amounts.
    """
    amount = only_where(~among(kind, ("d", "b", "e")).fill_null(False), text)
    is_plain = amount.str.contains(_PLAIN)
    other = (
        fold_width(only_where(~is_plain, amount))
        .str.replace_all(r"[−﹣‐‑–]", "-")
        .str.replace_all(r"\s", "")
        .str.to_uppercase()
        .str.replace(r"^\((?:RMB|CNY|人民币)?[¥$]?([0-9][0-9,.]*)元?(?:整)?\)$", "-${1}")
        .str.replace(r"^(?:RMB|CNY|人民币)?(-?)¥?(-?[0-9.][0-9,.]*)元?(?:整)?$", "${1}${2}")
        .str.extract(rf"({_AMOUNT})", 1)
        .str.extract(r"^(.*[0-9].*)$", 1)
        .str.replace_all(",", "", literal=True)
        .str.replace(r"(\.[0-9]{2})0+$", "${1}")
        .str.extract(r"^(-?[0-9]{0,12}(?:\.[0-9]{0,2})?)$", 1)
    )
    return pl.coalesce(only_where(is_plain, amount), other).cast(MONEY, strict=False)


def is_empty_money(text: pl.Expr) -> pl.Expr:
    """True where a cell of amounts holds none: null, blank, a dash, a stroke, 无."""
    folded = fold_width(text)
    return (folded.str.contains(_NOTHING) | among(folded, ("无", "空"))).fill_null(True)
