"""Resident identity numbers (GB 11643-1999): as delivered, by class of damage, and as a key.

    AAAAAA YYYYMMDD SSS C     region (of first issue), birth, sequence (17th digit odd: male), check
    S = sum of a(i) * W(i), i = 1..17;  C = "10X98765432"[S mod 11]     (ISO 7064, MOD 11-2)

A number is never repaired here. Its class says what its digits can still be used for:

======== =====================================================================================
V18      18 characters, birth possible, check character right: full key
V15      15 digits of before 1999, birth possible: upgraded to 18, compared as V18
S18      18 characters and the check fails, or a letter O, I, L stands for a digit
T18      18 digits whose last ones a spreadsheet has rounded away: the first 15 hold
E18      scientific notation, ``6.22724E+17``: only its leading digits hold
L17 L19  one digit missing, one too many
D8       the number holds together, but its birth is impossible, to come, or over 120 years ago
FOREIGN  passport, officer's card, permits; a domain of its own
NONE     nothing, a placeholder, or something that is no number of a document
======== =====================================================================================
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

import polars as pl

from assets.values.lookup import looked_up
from assets.values.text import EMPTY_WORDS, among, only_where

ID_CLASSES: Final = ("V18", "V15", "S18", "T18", "E18", "L17", "L19", "D8", "FOREIGN", "NONE")
MAX_AGE: Final = 120

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS: Final = "10X98765432"

_EIGHTEEN: Final = r"^[0-9]{17}[0-9X]$"
# Quotes that force text in a spreadsheet, unseen characters, blanks, hyphens of every kind.
_NOISE: Final = r"[\p{Cc}\p{Cf}\p{Z}\p{M}\s'’‘`´\x22“”_\-‐-―−]"
# What stands for X in the last place: multiplication signs, Greek chi, Cyrillic ha, asterisk.
_LOOKS_LIKE_X: Final = r"^([0-9]{17})[×✕✖⨯ΧХ*]$"

_PLACEHOLDER: Final = r"^(?:0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)X?$|^0{6}[0-9]|^(?:某+|[X?*#/.]+)$"
_COUNTING: Final = ("123456789012345", "123456789012345678", "12345678901234567X", "123456789123456789")
_SCIENTIFIC: Final = r"^[1-9](?:\.[0-9]+)?E\+?1[0-9]$"
_LOOK_ALIKES: Final = r"^[0-9][0-9OIL]{16}[0-9XOIL]$"
# What kind of paper it is, written before its number: 护照E12345678, 通行证：H12345678.
_KIND_OF_PAPER: Final = r"^\p{Han}{1,6}[:.]?([A-Z]{1,3}[0-9]{5,12}[A-Z]?(?:\([0-9A-Z]\))?)$"
_OTHER_DOCUMENT: Final = (
    # Passports, permits, old foreigners' residence cards: letters, then digits.
    r"^\p{Han}{0,6}[:.]?[A-Z]{1,3}[0-9]{5,12}[A-Z]?(?:\([0-9A-Z]\))?$"
    # 军官证, 士官证, 文职人员证: 军字第1234567号
    r"|^\p{Han}{0,5}[字证]第?[0-9]{4,10}号?$"
    # 台湾居民来往大陆通行证, new and old form
    r"|^[03-9][0-9]{7}$|^[0-9]{10}\(?[A-Z]\)?$"
)


def normalise_id(raw: pl.Expr) -> pl.Expr:
    """Number as text without what does not belong to it; null where nothing is left.

    Full width becomes half width; quotes, unseen characters, blanks and hyphens go, and a trailing ``.0``;
    letters become capitals; a sign that looks like X in the 18th place becomes X; the kind of a passport or
    permit goes, so that one paper is one number on every list. O is not made 0 here.
    """
    text = raw.cast(pl.String)
    is_clean = text.str.contains(_EIGHTEEN)
    tidy = (
        only_where(~is_clean, text)
        .str.normalize("NFKC")
        .str.replace_all(_NOISE, "")
        .str.to_uppercase()
        .str.replace(r"^([0-9]{15,19})\.0+$", "${1}")
        .str.replace(_LOOKS_LIKE_X, "${1}X")
        .str.replace(_KIND_OF_PAPER, "${1}")
        .str.extract("^(.+)$", 1)
    )
    return pl.when(is_clean).then(text).otherwise(tidy)


def is_placeholder_id(norm: pl.Expr) -> pl.Expr:
    """True for 无, 待补, 000000…, 111111… and their like; false for null.

    That one number stands for three and more people only a whole file can show: that is the caller's.
    """
    return (norm.str.contains(_PLACEHOLDER) | among(norm, (*EMPTY_WORDS, *_COUNTING))).fill_null(False)


def looks_truncated(norm: pl.Expr) -> pl.Expr:
    """True for 18 digits ending in 000, the mark of a number that passed through a spreadsheet's number cell.

    One genuine number in a thousand ends so. A file with a clear excess was damaged before it became text:
    its share is ``looks_truncated(norm).mean()``; pass the verdict to `classify_id` as `is_truncated_file`.
    """
    return norm.str.contains(r"^[0-9]{15}000$").fill_null(False)


def classify_id(
    norm: pl.Expr, is_number_cell: pl.Expr, *, as_of: date, is_truncated_file: bool | pl.Expr = False
) -> pl.Expr:
    """Class of a number as delivered, one of `ID_CLASSES`; never null.

    T18 cannot be told from the digits alone: a truncated number passes the check once in eleven. So it is
    18 digits ending in 0 in a cell stored as floating point (such a number has at most 17 digits of its own),
    or ending in 000 and failing the check, or ending in 000 in a file with an excess of them.

    Args:
        norm: text from `normalise_id`.
        is_number_cell: whether the cell was stored as a number. False for Parquet's exact integers.
        as_of: the day against which a birth is to come or too long ago.
        is_truncated_file: whether the file as a whole shows an excess of numbers ending in 000.
    """
    is_eighteen = norm.str.contains(_EIGHTEEN)
    number = _first_17(norm)
    truncated = pl.lit(is_truncated_file) if isinstance(is_truncated_file, bool) else is_truncated_file
    # One bit each, in the order of `_Signs`: every sign is computed once (Polars shares no subexpression that
    # holds a conditional, nor one inside another), and the decision is a table of 512 rows.
    signs = (
        _check_holds(norm, number),
        among(norm.str.slice(6, 8), _possible_births(as_of)),
        is_number_cell,
        truncated,
        norm.str.ends_with("0"),
        norm.str.ends_with("000"),
        norm.str.starts_with("9"),
        norm.str.starts_with("81") | norm.str.starts_with("82") | norm.str.starts_with("83"),
        (number < 10**11) | (number % 11_111_111_111_111_111 == 0) | among(norm, _COUNTING),
    )
    code = pl.lit(0, pl.Int16)
    for bit, sign in enumerate(signs):
        code = code + sign.fill_null(False).cast(pl.Int16) * 2**bit
    place = code + is_eighteen.not_().fill_null(True).cast(pl.Int16) * 2 ** len(signs)
    eighteen = looked_up(place, dict(enumerate(_DECISIONS)), pl.String)
    other = _classify_other(only_where(~is_eighteen, norm), as_of)
    return pl.coalesce(eighteen, other, pl.lit("NONE"))


class _Signs(NamedTuple):
    """What can be seen of a number in the form of 18."""

    is_valid: bool
    has_birth: bool
    is_number_cell: bool
    is_truncated_file: bool
    ends_0: bool
    ends_000: bool
    is_nine: bool
    is_permit: bool
    is_blank: bool


def _decide(signs: _Signs) -> str:
    # 810000, 820000 and 830000 are residence permits of people from Hong Kong, Macao and Taiwan: the same
    # form of 18 with the same check, a 公民身份号码 as any other, so a whole one is V18; a damaged one has
    # no mainland number to be repaired to. No mainland number begins with 9: that is the foreigners' new
    # permanent residence card, which passes the check too.
    is_foreign = signs.is_nine or (signs.is_permit and not (signs.is_valid and signs.has_birth))
    is_truncated = signs.has_birth and (
        (signs.is_number_cell and signs.ends_0)
        or (signs.ends_000 and signs.is_truncated_file)
        or (signs.ends_000 and not signs.is_valid and not is_foreign)
    )
    if signs.is_blank:
        return "NONE"
    if is_truncated:
        return "T18"
    if is_foreign:
        return "FOREIGN"
    if not signs.is_valid:
        return "S18"
    return "V18" if signs.has_birth else "D8"


_DECISIONS: Final = tuple(
    _decide(_Signs(*(bool(code >> bit & 1) for bit in range(len(_Signs._fields)))))
    for code in range(2 ** len(_Signs._fields))
)


def _classify_other(text: pl.Expr, as_of: date) -> pl.Expr:
    """Class of what does not have the form of 18; `text` is null for the rest. Null means NONE."""
    # The sequences 996 to 999 were born in the century before: over 120 years ago on any day we are asked of.
    century = pl.when(text.str.slice(12, 3) >= "996").then(pl.lit("18")).otherwise(pl.lit("19"))
    has_birth = among(century + text.str.slice(6, 6), _possible_births(as_of))
    fifteen = (
        pl.when(text.str.starts_with("9"))
        .then(pl.lit("FOREIGN"))
        .when(has_birth)
        .then(pl.lit("V15"))
        .otherwise(pl.lit("D8"))
    )
    return (
        pl.when(is_placeholder_id(text))
        .then(pl.lit("NONE"))
        .when(text.str.contains(r"^[0-9]{15}$"))
        .then(fifteen)
        .when(text.str.contains(r"^[0-9]{16}[0-9X]$"))
        .then(pl.lit("L17"))
        .when(text.str.contains(r"^[0-9]{18}[0-9X]$"))
        .then(pl.lit("L19"))
        .when(text.str.contains(_SCIENTIFIC))
        .then(pl.lit("E18"))
        .when(text.str.contains(_LOOK_ALIKES))
        .then(pl.lit("S18"))
        .when(text.str.contains(_OTHER_DOCUMENT))
        .then(pl.lit("FOREIGN"))
    )


def id_key(norm: pl.Expr, class_: pl.Expr) -> pl.Expr:
    """Key of 18 characters: a V18 itself, a V15 upgraded, null for every other class."""
    old = only_where(class_ == "V15", norm)
    return pl.when(class_ == "V18").then(norm).otherwise(upgrade_15(old))


def upgrade_15(text: pl.Expr) -> pl.Expr:
    """18 characters of a 15-digit number: century inserted, check character appended; else null.

    The century is 19, but 18 for the sequences 996 to 999, which were kept for people then over a hundred.
    """
    first_17 = _upgrade_17(only_where(text.str.contains(r"^[0-9]{15}$"), text))
    return first_17 + check_char(first_17)


def trusted_prefix(norm: pl.Expr, class_: pl.Expr) -> pl.Expr:
    """First 15 characters (region, birth, one of the sequence) where they survived the damage, else null.

    That is T18, and E18 written with at least 15 digits; for V18 and V15 it is the start of the key, so that
    damaged and whole numbers can be compared.
    """
    mantissa = only_where((class_ == "E18") & norm.str.ends_with("17"), norm).str.extract(r"^([0-9.]+)E", 1)
    digits = mantissa.str.replace(".", "", literal=True)
    whole = pl.when(class_ == "T18").then(norm).otherwise(id_key(norm, class_))
    return (
        pl.when(digits.str.len_bytes() >= 15).then(digits.str.slice(0, 15)).otherwise(whole.str.slice(0, 15))
    )


def read_look_alikes(norm: pl.Expr) -> pl.Expr:
    """Candidate with O read as 0, and I and L as 1, where that gives the form of 18; else null.

    A candidate for repair, to be believed only where another source knows the number.
    """
    has_letter = norm.str.contains(_LOOK_ALIKES) & norm.str.contains("[OIL]")
    return only_where(has_letter, norm).str.replace_all("O", "0", literal=True).str.replace_all("[IL]", "1")


def birth_of(key: pl.Expr) -> pl.Expr:
    """Date of birth in a number of 18 characters (also the first 14 of a damaged one); null if impossible."""
    digits = key.str.slice(6, 8)
    return only_where(digits.str.contains(r"^[0-9]{8}$"), digits).str.to_date("%Y%m%d", strict=False)


def sex_of(key: pl.Expr) -> pl.Expr:
    """Sex in a number of 18 characters, by GB/T 2261.1: "1" male, "2" female; null where there is no digit.

    Only for keys: truncation makes the 17th digit 0, and with it every man a woman.
    """
    digit = key.str.slice(16, 1)
    return pl.when(among(digit, "13579")).then(pl.lit("1")).when(among(digit, "02468")).then(pl.lit("2"))


def check_char(first_17: pl.Expr) -> pl.Expr:
    """Check character of 17 digits, null for anything else."""
    digits = only_where(first_17.str.contains(r"^[0-9]{17}$"), first_17)
    place = (_weighted_sum(digits.cast(pl.Int64, strict=False)) % 11).cast(pl.UInt32)
    return pl.lit(CHECK_CHARACTERS).str.slice(place, 1)


def is_valid_id(norm: pl.Expr) -> pl.Expr:
    """True for 18 characters with the right check character, whatever the birth; false for null."""
    is_eighteen = norm.str.contains(_EIGHTEEN)
    return (is_eighteen & _check_holds(norm, _first_17(norm))).fill_null(False)


def mask_id(text: pl.Expr) -> pl.Expr:
    """Number with its middle hidden: ``629923********0017``, ``622724******001``.

    Of other numbers from 8 characters on, two and two stay; of shorter text nothing.
    """
    size = text.str.len_chars().cast(pl.Int64)
    head = pl.when(size >= 15).then(6).when(size >= 8).then(2).otherwise(0)
    tail = pl.when(size >= 18).then(4).when(size >= 15).then(3).when(size >= 8).then(2).otherwise(0)
    hidden = text.str.slice(head, size - head - tail).str.replace_all(r"(?s).", "*")
    return text.str.slice(0, head) + hidden + text.str.slice(size - tail, tail)


def mask_id_text(text: str) -> str:
    """`mask_id` of one text, for messages."""
    size = len(text)
    head = 6 if size >= 15 else 2 if size >= 8 else 0
    tail = 4 if size >= 18 else 3 if size >= 15 else 2 if size >= 8 else 0
    return text[:head] + "*" * (size - head - tail) + text[size - tail :]


def check_char_text(first_17: str) -> str:
    """`check_char` of one text of 17 digits.

    Raises:
        ValueError: the text is not 17 ASCII digits.
    """
    if not (len(first_17) == 17 and first_17.isascii() and first_17.isdigit()):
        msg = "需要17位数字"
        raise ValueError(msg)
    return CHECK_CHARACTERS[sum(int(a) * w for a, w in zip(first_17, WEIGHTS, strict=True)) % 11]


def upgrade_id(text: str) -> str | None:
    """`upgrade_15` of one text: a 15-digit number as 18 characters, else None."""
    if not (len(text) == 15 and text.isascii() and text.isdigit()):
        return None
    first_17 = text[:6] + ("18" if text[12:] >= "996" else "19") + text[6:]
    return first_17 + check_char_text(first_17)


def _upgrade_17(text: pl.Expr) -> pl.Expr:
    century = pl.when(text.str.slice(12, 3) >= "996").then(pl.lit("18")).otherwise(pl.lit("19"))
    return text.str.slice(0, 6) + century + text.str.slice(6)


def _first_17(norm: pl.Expr) -> pl.Expr:
    """First 17 characters as Int64, null where they are not a number."""
    return norm.str.slice(0, 17).cast(pl.Int64, strict=False)


def _weighted_sum(number: pl.Expr) -> pl.Expr:
    """A number congruent (mod 11) to the sum of the 17 digits times their weights.

    With P(i) the first i digits as a number, a(i) = P(i) - 10 P(i-1); and W(i) = 2 W(i+1) mod 11; so the
    sum is W(17) P(17) + sum of 3 W(i+1) P(i), i = 1..16: divisions of one Int64 by constants. Below 2e18.
    """
    total = WEIGHTS[16] * number
    for i in range(1, 17):
        total = total + (number // 10 ** (17 - i)) * (3 * WEIGHTS[i] % 11)
    return total


def _check_holds(norm: pl.Expr, number: pl.Expr) -> pl.Expr:
    last = norm.str.slice(17, 1)
    check = pl.when(last == "X").then(pl.lit(10, pl.Int64)).otherwise(last.cast(pl.Int64, strict=False))
    return ((_weighted_sum(number) + check) % 11 == 1).fill_null(False)


@lru_cache(maxsize=8)
def _possible_births(as_of: date) -> pl.Series:
    """The days from 120 years before `as_of` to `as_of`, as YYYYMMDD: 44,000 texts, one look-up a number."""
    days = pl.date_range(date(as_of.year - MAX_AGE - 1, as_of.month, 1), as_of, eager=True)
    too_old = f"{as_of.year - MAX_AGE - 1:04d}{as_of.month:02d}{as_of.day:02d}"
    text = days.dt.to_string("%Y%m%d")
    return text.filter(text > too_old)
