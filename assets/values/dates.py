"""Dates and months as people and systems write them.

Understood: ``2014-03-31`` ``2014/3/31`` ``2014.3.31`` ``20140331`` ``2014年3月31日`` ``二○一一年九月一日``,
with a time of day behind; months ``2014-03`` ``2014.3`` ``201403`` ``2014年3月``; in number cells also
a spreadsheet's day numbers (1900 system). Not understood, and never guessed: years of two digits, texts that
have lost a part (``2014331日``, ``20144--5月``), days that do not exist, a year alone.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from assets.values.text import among, fold_width, is_empty_text, only_where

_YEAR: Final = r"(?:18|19|20|21)[0-9]{2}"
_PART: Final = r"[0-9]{1,2}"
_CLOCK: Final = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?"

_ISO: Final = rf"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}$"
_ISO_MONTH: Final = rf"^{_YEAR}-(?:0[1-9]|1[0-2])$"

# Each form that is understood, and how it is written down as year-month-day. A month gets day 1.
_DAY: Final = (
    rf"^({_YEAR})(?:-({_PART})-|/({_PART})/|\.({_PART})\.|年({_PART})月)({_PART})"
    rf"(?:[日号] ?(?:{_CLOCK})?|[T ]{_CLOCK})?$"
)
_DAY_DIGITS: Final = rf"^({_YEAR})([0-9]{{2}})([0-9]{{2}})$"
_MONTH: Final = rf"^({_YEAR})(?:-({_PART})|/({_PART})|\.({_PART})|年({_PART})月份?)$"
_MONTH_DIGITS: Final = rf"^({_YEAR})([0-9]{{2}})$"
_WRITTEN: Final = rf"^({_YEAR}-{_PART}-{_PART})$"
# In a number cell 2014.1 may have been 2014.10: nobody can tell, so it is not understood.
_TENTH: Final = r"^[0-9]{4}\.1$"

# Day numbers of the 1900 system from 1910-01-01 to 2099-12-31. Numbers below are years, or nothing.
_SERIAL: Final = r"^[0-9]{4,5}(?:\.[0-9]+)?$"
_FIRST_SERIAL: Final = 3_654
_LAST_SERIAL: Final = 73_050
_DAYS_BEFORE_1970: Final = 25_569

_NUMERALS: Final = "一二三四五六七八九"
_ZEROS: Final = "○〇零◯Oo"
_NUMERAL_DIGITS: Final = (
    dict.fromkeys(_ZEROS, "0")
    | {numeral: str(value) for value, numeral in enumerate(_NUMERALS, start=1)}
    | {"元": "1", "廿": "2十", "卅": "3十"}
)
_CHINESE: Final = (
    rf"^[0-9{_ZEROS}{_NUMERALS}]{{4}}年[0-9元{_ZEROS}{_NUMERALS}十]{{1,3}}月"
    rf"(?:份|[0-9{_ZEROS}{_NUMERALS}十廿卅]{{1,3}}[日号]?)?$"
)

# No end, or no day: words, and the dates that systems write for them.
_OPEN_WORDS: Final = (
    "至今",
    "迄今",
    "今",
    "现在",
    "目前",
    "长期",
    "长期有效",
    "永久",
    "无期限",
    "无固定期限",
)
_OPEN_DATES: Final = (
    *("9999-12-31", "99991231", "9999/12/31", "9999.12.31", "9999-12", "9999-12-31 00:00:00"),
    *("0000-00-00", "00000000", "0000-00-00 00:00:00", "0001-01-01", "0001-01-01 00:00:00"),
    *("1900-01-00", "1900/1/0", "0", "000000"),
)


def parse_date(text: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """Date of a cell; null where there is none or it is not understood. A month alone gives its first day.

    Args:
        text: the cell as stored, String.
        kind: how it was stored: ``t`` text, ``n`` number, ``d`` date; others and null are read as text.
    """
    # Cheap path: most cells of most files. The longer ways run over nulls everywhere else.
    is_iso = text.str.contains(_ISO)
    iso = only_where(is_iso, text).str.to_date("%Y-%m-%d", strict=False)
    written = (
        _tidy(only_where(~is_iso & _is_certain(text, kind), text))
        .str.replace(_DAY, "${1}-${2}${3}${4}${5}-${6}")
        .str.replace(_DAY_DIGITS, "${1}-${2}-${3}")
        .str.replace(_MONTH, "${1}-${2}${3}${4}${5}-1")
        .str.replace(_MONTH_DIGITS, "${1}-${2}-1")
        .str.extract(_WRITTEN, 1)
        .str.to_date("%Y-%m-%d", strict=False)
    )
    return pl.coalesce(iso, written, _read_serial(text, kind))


def parse_month(text: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """Month of a cell as ``YYYY-MM``, from a month or from a full date; null where not understood."""
    is_month = text.str.contains(_ISO_MONTH)
    other = parse_date(only_where(~is_month, text), kind).dt.to_string("%Y-%m")
    return pl.coalesce(only_where(is_month, text), other)


def date_grain(text: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """How much of a date a cell says: ``day``, ``month`` (its day is unknown), or null (not understood)."""
    is_month = _tidy(only_where(~text.str.contains(_ISO), text)).str.contains(rf"{_MONTH}|{_MONTH_DIGITS}")
    grain = pl.when(is_month.fill_null(False)).then(pl.lit("month")).otherwise(pl.lit("day"))
    return only_where(parse_date(text, kind).is_not_null(), grain)


def is_empty_mark(text: pl.Expr) -> pl.Expr:
    """True where a cell of dates says that there is none: empty, 无, 至今, 长期, ``9999-12-31``."""
    return is_empty_text(text) | among(fold_width(text), (*_OPEN_WORDS, *_OPEN_DATES)).fill_null(False)


def is_open_end(text: pl.Expr) -> pl.Expr:
    """True where a cell says that something goes on: 至今, 长期, ``9999-12-31``."""
    ends = (*_OPEN_WORDS, *(day for day in _OPEN_DATES if day.startswith("9999")))
    return among(fold_width(text), ends).fill_null(False)


def _is_certain(text: pl.Expr, kind: pl.Expr) -> pl.Expr:
    return ~((kind == "n").fill_null(False) & text.str.contains(_TENTH))


def _tidy(text: pl.Expr) -> pl.Expr:
    """Half width, one kind of hyphen and stop, no blanks around the marks, Arabic numerals."""
    # Plain digits and marks, as systems write them, need none of it.
    is_plain = text.str.contains(r"^[0-9./\-年月日]*$")
    marks = (
        fold_width(only_where(~is_plain, text))
        .str.replace_all("[‐-―−]", "-")
        .str.replace_all("。", ".", literal=True)
        .str.replace_all(r" *([年月/.\-]) *| +([日号])", "${1}${2}")
    )
    numerals = (
        only_where(marks.str.contains(_CHINESE), marks)
        .str.replace_many(list(_NUMERAL_DIGITS), list(_NUMERAL_DIGITS.values()))
        .str.replace_all("([1-9])十([1-9])", "${1}${2}")
        .str.replace_all("([1-9])十", "${1}0")
        .str.replace_all("十([1-9])", "1${1}")
        .str.replace_all("十", "10", literal=True)
    )
    return pl.coalesce(only_where(is_plain, text), numerals, marks)


def _read_serial(text: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """Date of a spreadsheet's day number in a number cell; a time of day behind the point is dropped."""
    number = only_where((kind == "n") & text.str.contains(_SERIAL), text).str.extract("^([0-9]+)", 1)
    days = number.cast(pl.Int32, strict=False)
    return only_where(days.is_between(_FIRST_SERIAL, _LAST_SERIAL), days - _DAYS_BEFORE_1970).cast(pl.Date)
