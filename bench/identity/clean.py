"""What anyone would clean before comparing: numbers and names, for the baseline and for Splink.

Kept apart from the product's own cleaning, so that neither side leans on the other.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import polars as pl

from bench.identity.numbers import check_of, is_valid

_BLANK: Final = r"[\s\u00a0\u200b\u3000\ufeff'’‘`\-]"
_LETTER_X: Final = ("x", "×", "Χ", "χ", "Х", "х", "*")
_SHARED_BY: Final = 8


def _number(raw: str) -> str:
    text = unicodedata.normalize("NFKC", raw).removesuffix(".0")
    for letter in _LETTER_X:
        text = text.removesuffix(letter) + "X" if text.endswith(letter) else text
    # Letters for digits are common enough that anyone would put them right.
    return text.translate(str.maketrans("OolI", "0011"))


def _whole(text: str) -> str | None:
    """The 18 characters of a valid number of 15 or 18."""
    if len(text) == 15 and text.isascii() and text.isdigit():
        first = text[:6] + "19" + text[6:]
        text = first + check_of(first)
    return text if is_valid(text) else None


def clean(records: pl.DataFrame) -> pl.DataFrame:
    """Adds `digits` (as written, cleaned), `number` (18 characters, valid, not used by many) and `called`.

    `called` is the name without blanks, dots made one, brackets and what they hold taken off.
    """
    plain = pl.col("id_no").str.contains(r"^[0-9]{17}[0-9X]$")
    odd = records.filter(~plain)["id_no"].unique().drop_nulls()
    stripped = odd.str.replace_all(_BLANK, "")
    written = pl.DataFrame(
        {"id_no": odd, "digits": pl.Series([_number(text) for text in stripped.to_list()], dtype=pl.String)}
    )
    framed = records.join(written, on="id_no", how="left", maintain_order="left").with_columns(
        pl.when(plain).then("id_no").otherwise("digits").alias("digits")
    )
    spellings = framed.select("digits").drop_nulls().unique(maintain_order=True)
    spellings = spellings.with_columns(
        pl.Series("number", [_whole(text) for text in spellings["digits"].to_list()], dtype=pl.String)
    )
    names = records.select("name").drop_nulls().unique(maintain_order=True)
    names = names.with_columns(
        pl.Series("called", [_called(name) for name in names["name"].to_list()], dtype=pl.String)
    )
    framed = framed.join(spellings, on="digits", how="left", maintain_order="left").join(
        names, on="name", how="left", maintain_order="left"
    )
    # What many people of different names bear is a placeholder, valid or not.
    shared = pl.col("called").n_unique().over("digits") >= _SHARED_BY
    cut = pl.col("id_is_number") & pl.col("digits").str.ends_with("000")
    return framed.with_columns(
        pl.when(~shared).then("digits").alias("digits"),
        pl.when(~shared & ~cut).then("number").alias("number"),
    )


def _called(name: str) -> str:
    text = unicodedata.normalize("NFKC", name)
    kept, depth = [], 0
    for character in text:
        depth += character in "([〔【"
        if depth == 0 and not character.isspace():
            kept.append("·" if character in "•‧.・。∙⋅●" else character)
        depth -= character in ")]〕】"
    return "".join(kept) or text
