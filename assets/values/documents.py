"""Numbers of official documents: ``崇机编发〔2011〕19号`` is 代字, year and number.

Both square and round brackets of every width are read, a lost closing bracket, a lost 号, a 第 before the
number: ``白机编发[2014]2`` and ``白区编委发〔201420号`` stand in real papers. A number without year or
without opening bracket is not understood.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from assets.values.text import fold_width, only_where

_CANONICAL: Final = r"^[\x{4e00}-\x{9fff}]{2,12}〔(?:19|20)[0-9]{2}〕[1-9][0-9]{0,3}号$"
_NUMBER: Final = (
    r"^([\x{4e00}-\x{9fff}]{2,12}?)"
    r"[(\[〔【]((?:19|20)[0-9]{2})年?[)\]〕】]?"
    r"第?0{0,3}([1-9][0-9]{0,3})号?$"
)


def document_key(text: pl.Expr) -> pl.Expr:
    """Document number in its one canonical writing, ``代字〔年〕号号``; null where not understood."""
    is_canonical = text.str.contains(_CANONICAL)
    other = _tidy(only_where(~is_canonical, text)).str.extract(rf"({_NUMBER})", 1)
    return pl.coalesce(only_where(is_canonical, text), other.str.replace(_NUMBER, "${1}〔${2}〕${3}号"))


def parse_document(text: pl.Expr) -> pl.Expr:
    """Document number as a struct of organ (代字, String), year and no (Int32); null where not understood."""
    key = document_key(text)
    parts = pl.struct(
        organ=key.str.extract("^(.+)〔", 1),
        year=key.str.extract("〔([0-9]{4})〕", 1).cast(pl.Int32, strict=False),
        no=key.str.extract("〕([0-9]+)号$", 1).cast(pl.Int32, strict=False),
    )
    return only_where(key.is_not_null(), parts)


def _tidy(text: pl.Expr) -> pl.Expr:
    """Half width, no blanks, no quotes or brackets around the whole."""
    return (
        fold_width(text)
        .str.replace_all(r"\s", "")
        .str.replace_all("[﹝［]", "〔")
        .str.replace(r"^[(《〈“\x22]+", "")
        .str.replace(r"[)》〉”\x22,。;、]+$", "")
    )
