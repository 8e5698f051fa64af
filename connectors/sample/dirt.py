"""How departments spell things: padding, widths, dots, quotes, forms of dates; and numbers that got damaged.

The spelling of a value depends on the list and the person, never on chance or the month: the same export
made twice has the same dirt. None of this damages a number; `damaged` alone does, for planted cases.
"""

from __future__ import annotations

import zlib
from datetime import date
from typing import Literal

from connectors.sample.model import County, Damage
from connectors.sample.numbers import check_character

_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_DOTS = {
    "establishment": "·",
    "organisation": "•",
    "personnel": ".",
    "finance": "．",
    "police": "·",
    "civil": "‧",
    "other": "·",
}
_CHINESE_DIGITS = "○一二三四五六七八九"
DateForm = Literal["iso", "slash", "compact", "dots", "chinese"]


def one_in(n: int, *what: str) -> bool:
    """Whether this value is among the one in n that is spelt oddly."""
    return zlib.crc32("/".join(what).encode()) % n == 0


def known_by_old_number(county: County, id_no: str) -> bool:
    """Whether the pension system still has the 15-digit number of somebody who left long ago."""
    return id_no not in county.listings and one_in(40, "old number", id_no)


def name_as_written(name: str, department: str, key: str) -> str:
    """The name as that department's system exports it."""
    name = name.replace("·", _DOTS[department])
    if len(name) == 2 and (department == "organisation" or one_in(9, department, "pad", key)):
        return f"{name[0]}　{name[1]}"
    if one_in(150, department, "trail", key):
        return name + " "
    if len(name) == 2 and one_in(60, department, "gap", key):
        return f"{name[0]} {name[1]}"
    return name


def id_as_written(number: str, department: str) -> str:
    """The number as that department's system exports it; the same number all the same."""
    if number.endswith("X") and department == "establishment" and one_in(3, "lower", number):
        return number[:-1] + "x"
    if department == "personnel" and one_in(200, "wide", number):
        return number.translate(_FULL_WIDTH)
    if department == "personnel" and one_in(150, "nbsp", number):
        return number + "\u00a0"
    if department == "organisation" and one_in(120, "spaces", number):
        return f"{number[:6]} {number[6:14]} {number[14:]}"
    if department == "finance":
        if number.endswith("X") and one_in(8, "widex", number):
            number = number[:-1] + "Ｘ"
        return "'" + number
    if department == "police":
        return "'" + number
    return number


def damaged(number: str, damage: Damage) -> str | float:
    """A number after an accident: mistyped, shortened, lengthened, or kept as a number by a spreadsheet."""
    if damage == "check_digit":
        return number[:15] + str((int(number[15]) + 1) % 10) + number[16:]
    if damage == "short":
        return number[:9] + number[10:]
    if damage == "long":
        return number[:12] + number[11:]
    if damage == "birth":
        first17 = number[:10] + "13" + number[12:17]
        return first17 + check_character(first17)
    if damage == "numeric":
        return float(int(number[:15] + "000"))
    return f"{number[0]}.{number[1:6]}E+17"


def day_text(day: date | None, form: DateForm = "iso") -> str:
    """A day as text in one of the forms that are met."""
    if day is None:
        return ""
    if form == "iso":
        return day.isoformat()
    if form == "slash":
        return f"{day.year}/{day.month}/{day.day}"
    if form == "compact":
        return f"{day:%Y%m%d}"
    if form == "dots":
        return f"{day.year}.{day.month:02d}"
    return f"{day.year}年{day.month}月{day.day}日"


def day_in_characters(day: date) -> str:
    """A day in Chinese characters: 二○一一年九月一日."""
    year = "".join(_CHINESE_DIGITS[int(d)] for d in str(day.year))
    return f"{year}年{_small_number(day.month)}月{_small_number(day.day)}日"


def _small_number(n: int) -> str:
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _CHINESE_DIGITS[tens] + "十"
    return head + (_CHINESE_DIGITS[ones] if ones else "")


def document_as_written(document: str, key: str) -> str:
    """A 批准文号 with one of the brackets that are met."""
    if one_in(4, "square", key):
        return document.replace("〔", "[").replace("〕", "]")
    if one_in(9, "round", key):
        return document.replace("〔", "（").replace("〕", "）")
    return document
