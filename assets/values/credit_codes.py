"""Unified social credit codes (GB 32100-2015) and the organisation codes (GB 11714) inside them.

    registering department (1), class of body (1), division (6), organisation code (9), check (1)

The first character says who registered the body: 1 is 机构编制, 5 民政, 9 市场监管.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from assets.values.lookup import looked_up
from assets.values.text import only_where

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS: Final = tuple(3**place % 31 for place in range(17))
_ORGANISATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS: Final = "0X987654321"  # by the sum mod 11: 11 - sum, with 10 as X and 11 as 0

_CODE: Final = rf"^[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}$"
_ORGANISATION_CODE: Final = r"^[0-9A-Z]{8}[0-9X]$"


def normalise_credit_code(text: pl.Expr) -> pl.Expr:
    """Code in half width and capitals without blanks and hyphens; null where nothing is left."""
    is_clean = text.str.contains(_CODE)
    other = (
        only_where(~is_clean, text)
        .str.normalize("NFKC")
        .str.replace_all(r"[\p{Cc}\p{Cf}\p{M}\s'‘’`\-‐-―−]", "")
        .str.to_uppercase()
        .str.extract("^(.+)$", 1)
    )
    return pl.coalesce(only_where(is_clean, text), other)


def is_valid_credit_code(code: pl.Expr) -> pl.Expr:
    """True for 18 characters of the alphabet with digits for the division and the right check character.

    Takes a normalised code; false for null. The organisation code inside has a check of its own, tested by
    `is_valid_organisation_code`.
    """
    places = _places(only_where(code.str.contains(_CODE), code), ALPHABET, 18)
    total = pl.sum_horizontal(
        *(place * weight for place, weight in zip(places, _WEIGHTS, strict=False)), ignore_nulls=False
    )
    return ((total + places[17]) % 31 == 0).fill_null(False)


def organisation_code(code: pl.Expr) -> pl.Expr:
    """The nine characters of the organisation code inside a credit code; null for another length."""
    return only_where(code.str.len_chars() == 18, code).str.slice(8, 9)


def is_valid_organisation_code(code: pl.Expr) -> pl.Expr:
    """True for eight characters and their check character by GB 11714, without hyphen; false for null."""
    known = only_where(code.str.contains(_ORGANISATION_CODE), code)
    places = _places(known, _ORGANISATION_ALPHABET, 8)
    total = pl.sum_horizontal(
        *(place * weight for place, weight in zip(places, _ORGANISATION_WEIGHTS, strict=True)),
        ignore_nulls=False,
    )
    check = pl.lit(_ORGANISATION_CHECKS).str.slice((total % 11).cast(pl.UInt32), 1)
    return (check == known.str.slice(8, 1)).fill_null(False)


def _places(code: pl.Expr, alphabet: str, n: int) -> list[pl.Expr]:
    values = {character: value for value, character in enumerate(alphabet)}
    return [looked_up(code.str.slice(place, 1), values, pl.Int32) for place in range(n)]
