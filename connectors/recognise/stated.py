"""Dates and months that titles, names and footers state, in the ways people write them.

Only what labels a whole sheet: `2026-10`, 2026年10月31日, 二○二六年十月. Data cells are parsed by staging.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass

_DIGITS = str.maketrans("〇○零一二三四五六七八九Ｏ", "0001234567890")
_NUMERAL = "〇○零一二三四五六七八九十0-9"
_CHINESE = re.compile(
    rf"(?<![{_NUMERAL}])([{_NUMERAL}]{{4}})\s*年\s*([{_NUMERAL}]{{1,3}})\s*月(?:份?\s*([{_NUMERAL}]{{1,3}})\s*[日号])?"
)
_PLAIN = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s*[-/.]\s*(0?[1-9]|1[0-2])(?:\s*[-/.]\s*(0?[1-9]|[12]\d|3[01]))?(?![\d])"
)
_RANGE = re.compile(
    rf"([{_NUMERAL}]{{4}}\s*年)\s*[{_NUMERAL}]{{1,3}}\s*月?\s*(?:[-—~～－至到]|——)+\s*(?=[{_NUMERAL}]{{1,3}}\s*月)"
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?(?!\d)")


@dataclass(frozen=True, slots=True)
class Stated:
    """A date or month as written and as `YYYY-MM-DD` or `YYYY-MM`."""

    text: str
    value: str

    @property
    def month(self) -> str:
        """`YYYY-MM`."""
        return self.value[:7]

    @property
    def is_day(self) -> bool:
        """Whether a day is stated."""
        return len(self.value) == 10


def find_dates(text: str) -> list[Stated]:
    """Every date or month in a text, in order; impossible ones are left out, of 1月至10月 the last stays."""
    half = _RANGE.sub(r"\1", unicodedata.normalize("NFKC", text.replace("○", "〇")))
    found: list[tuple[int, Stated]] = []
    for pattern in (_CHINESE, _PLAIN, _COMPACT):
        for match in pattern.finditer(half):
            stated = _stated(match)
            if stated is not None:
                found.append((match.start(), stated))
    return [stated for _, stated in sorted(found, key=lambda item: item[0])]


def _stated(match: re.Match[str]) -> Stated | None:
    year, month = _number(match[1]), _number(match[2])
    day = _number(match[3]) if match[3] else None
    if year is None or month is None or not (1980 <= year <= 2100 and 1 <= month <= 12):
        return None
    if day is not None and not 1 <= day <= 31:
        return None
    if day is None or day > monthrange(year, month)[1]:  # 9月31日: the month is beyond doubt, the day is not
        return Stated(match[0].strip(), f"{year:04d}-{month:02d}")
    return Stated(match[0].strip(), f"{year:04d}-{month:02d}-{day:02d}")


def _number(text: str) -> int | None:
    """12, 二〇二六, 十, 二十三 as a number."""
    if "十" in text:
        tens, _, ones = text.translate(_DIGITS).partition("十")
        digits = (tens or "1") + (ones or "0")
    else:
        digits = text.translate(_DIGITS)
    return int(digits) if digits.isdigit() and len(digits) <= 4 else None
