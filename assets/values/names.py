"""Names of people: written one way, with what was put behind them kept apart, folded for comparison, masked.

A normalised name is still the name as delivered: no character of it is exchanged for another that people
would see as different. Folding (traditional to simplified) is evidence for a comparison, never a replacement.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from assets.values.characters import character_pairs
from assets.values.text import EMPTY_WORDS, among, only_where

# Stands for one character that nobody can read: private use without a known meaning, or a decoding failure.
UNREADABLE: Final = "※"

# Between a name and its tag while they are taken apart. Control characters are gone from the text by then.
_SPLIT: Final = "\x1f"

_CLEAN: Final = r"^[\x{4e00}-\x{9fff}]{2,3}$"
# Blanks, control and format characters, variation selectors, the quote that forces text in a spreadsheet.
_BLANK: Final = r"[\p{Cc}\p{Cf}\p{Z}\s\x{fe00}-\x{fe0f}\x{e0100}-\x{e01ef}]"
_NOISE: Final = rf"^(?:{_BLANK}|['‘’`])+|{_BLANK}"
_PRIVATE_USE: Final = r"[\p{Co}\x{fffd}]"
_DOTS: Final = "[·•‧∙⋅・･．.․●。⸱ꞏ]+"

# What stands behind a name of two characters and more: digits, and brackets of which the last may have been
# left open, with dots between them: 张伟(大), 张伟（2, 张伟2, 张伟2.
_BEHIND: Final = r"[0-9·]*(?:(?:\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】)·?)*(?:[(\[【][^()\[\]【】]*)?"
_TAGGED: Final = rf"^([^()\[\]【】]+?[^()\[\]【】0-9·])({_BEHIND})$"
# A bracket that describes how a rare character is written is part of the name: 徐(莹加王旁), 刘(金+容).
_DESCRIPTION: Final = r"[(\[【][^()\[\]【】]*(?:[+旁底]|字头|左.右|上.下|拼音|\p{Han}加\p{Han}[)\]】])"
_TITLE: Final = r"^(.{2,}?)[0-9·]*(?:同志|先生|女士)$"
_FORMER: Final = r"(?:曾用名|曾名|原名|又名|别名)[:·]?([^、]{2,})"

_NOBODY: Final = (
    *(
        "无名氏",
        "无姓名",
        "姓名",
        "佚名",
        "测试",
        "空编",
        "空缺",
        "缺编",
        "待招",
        "待聘",
        "待定",
        "TEST",
        "XX",
        "XXX",
    ),
    *EMPTY_WORDS,
)
# No letter at all (digits, strokes, question marks, boxes), or 某某, 李某, 王XX, one Latin letter.
# What old systems write for a character that they do not have.
_LOST: Final = rf"[?？*＊□■◇〓{UNREADABLE}\p{{Co}}\x{{fffd}}]"
_BRACKETED: Final = r"[(（\[【].*$"
_NOTHING: Final = r"^(?:[^\p{L}]*|\p{Han}?某+|\p{Han}?[Xx]{2,}|[A-Za-z])$"


def normalise_name(text: pl.Expr) -> pl.Expr:
    """Name without blanks, tags and titles, with one kind of dot; null where nothing is left.

    Full width and compatibility characters are folded (NFKC); private characters of old GBK fonts become
    what they were, other ones ``※``. `name_tag` gives what was taken from the end.
    """
    is_clean = text.str.contains(_CLEAN)
    name = (
        _split(only_where(~is_clean, text))
        .str.replace(f"{_SPLIT}.*$", "")
        .str.replace(_TITLE, "${1}")
        .str.extract("^·?(.*[^·])·?$", 1)
    )
    return pl.coalesce(only_where(is_clean, text), name)


def name_tag(text: pl.Expr) -> pl.Expr:
    """What stands behind a name in brackets or digits: 大, 女, 2, 曾用名:张三; several with 、 between.

    It tells two people of one name in one body apart, or names an alias: it is kept, not thrown away. Null
    where there is none.
    """
    is_clean = text.str.contains(_CLEAN)
    return (
        _split(only_where(~is_clean, text))
        .str.extract(f"{_SPLIT}(.+)$", 1)
        .str.replace_all(r"[)\]】]?[(\[【]", "、")
        .str.replace_all(r"[)\]】]", "")
        .str.extract("^、*(.+?)、*$", 1)
    )


def former_name(text: pl.Expr) -> pl.Expr:
    """Former name that stands behind a name, ``张伟(曾用名:张卫)``; null where there is none."""
    return normalise_name(name_tag(text).str.extract(_FORMER, 1))


def fold_name(name: pl.Expr) -> pl.Expr:
    """Normalised name with each traditional or variant character as the simplified one, and in small letters.

    For comparison only: 昇 and 升 become one, though a person's name has one of them by law.
    """
    old, new = character_pairs("fold")
    return name.str.replace_many(list(old), list(new)).str.to_lowercase()


def is_placeholder_name(text: pl.Expr) -> pl.Expr:
    """True for a text that names nobody: 无, 待补, 某某, 李某, ``***``, 123; false for null."""
    is_clean = text.str.contains(_CLEAN)
    written = pl.coalesce(only_where(is_clean, text), _write(only_where(~is_clean, text)))
    return (written.str.contains(_NOTHING) | among(written.str.to_uppercase(), _NOBODY)).fill_null(False)


def is_damaged_name(text: pl.Expr) -> pl.Expr:
    """True where characters of a name were lost: 王?, 李□, a private character, 王Zhe; false for null.

    Names in Latin letters throughout are whole; bracketed tags and descriptions are not looked at.
    """
    is_clean = text.str.contains(_CLEAN)
    name = only_where(~is_clean, text).str.replace_all(_BRACKETED, "")
    lost = name.str.contains(_LOST) | (name.str.contains(r"\p{Han}") & name.str.contains(r"[A-Za-z]"))
    return lost.fill_null(False)


def mask_name(name: pl.Expr) -> pl.Expr:
    """Name with its middle hidden: 王*峰, 王*; a single character is hidden wholly."""
    size = name.str.len_chars().cast(pl.Int64)
    tail = (size >= 3).cast(pl.Int64)
    head = (size >= 2).cast(pl.Int64)
    hidden = name.str.slice(head, size - head - tail).str.replace_all("(?s).", "*")
    return name.str.slice(0, head) + hidden + name.str.slice(size - tail, tail)


def mask_name_text(name: str) -> str:
    """`mask_name` of one name, for messages."""
    head, tail = name[: len(name) >= 2], name[len(name) - (len(name) >= 3) :]
    return head + "*" * (len(name) - len(head) - len(tail)) + tail


def _write(text: pl.Expr) -> pl.Expr:
    """Name in one writing: compatibility and private characters resolved, no blanks, one kind of dot."""
    private, known = character_pairs("private")
    return (
        text.str.normalize("NFKC")
        .str.replace_many(list(private), list(known))
        .str.replace_all(_PRIVATE_USE, UNREADABLE)
        .str.replace_all(_NOISE, "")
        # An accent that stood behind a blank stands behind a letter now.
        .str.normalize("NFKC")
        .str.replace_all(_DOTS, "·")
    )


def _split(text: pl.Expr) -> pl.Expr:
    """Name as written with `_SPLIT` between it and what stands behind it, where that is no description."""
    written = _write(text)
    return (
        pl.when(written.str.contains(_DESCRIPTION))
        .then(written)
        .otherwise(written.str.replace(_TAGGED, f"${{1}}{_SPLIT}${{2}}"))
    )
