"""Resident identity numbers (GB 11643-1999): made, checked and damaged."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_PLACEHOLDERS: Final = (
    "无",
    "待补",
    "暂无",
    "不详",
    "/",
    "-",
    "0",
    "000000000000000000",
    "111111111111111111",
    "123456789012345678",
    "999999999999999999",
)


def check_of(first17: str) -> str:
    """The check character of the first 17 digits."""
    return _CHECKS[sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True)) % 11]


def checks_of(first17: NDArray[np.int64]) -> NDArray[np.object_]:
    """The check characters of numbers without theirs."""
    rest, total = first17.copy(), np.zeros(len(first17), dtype=np.int64)
    for weight in reversed(_WEIGHTS):
        total += (rest % 10) * weight
        rest //= 10
    checks: NDArray[np.object_] = np.array(list(_CHECKS), dtype=object)
    return checks.take(total % 11)


def numbers_of(first17: NDArray[np.int64]) -> NDArray[np.object_]:
    """Whole 18-character numbers of numbers without their check character."""
    numbers: NDArray[np.object_] = first17.astype(str).astype(object) + checks_of(first17)
    return numbers


def is_valid(number: str) -> bool:
    """18 characters that pass the check digit and hold a day of the calendar."""
    return (
        len(number) == 18
        and number[:17].isascii()
        and number[:17].isdigit()
        and check_of(number[:17]) == number[17]
        and birth_in(number) is not None
    )


def birth_in(number: str) -> str | None:
    """The birth that 18 characters hold, ISO, if it is a day between 1900 and 2026."""
    digits = number[6:14]
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not (1900 <= year <= 2026 and 1 <= month <= 12 and 1 <= day <= days[month - 1]):
        return None
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


VALID_PLACEHOLDERS: Final = tuple(
    first + check_of(first) for first in ("62990019900101001", "62990019800101123", "62990019850505111")
)


def _substitution(number: str, rng: random.Random) -> str:
    # The check digit is as likely to be mistyped as any other; a slip never gives the same character.
    at = rng.randrange(18)
    allowed = "0123456789X" if at == 17 else "0123456789"
    return number[:at] + rng.choice(allowed.replace(number[at], "")) + number[at + 1 :]


def _transposition(number: str, rng: random.Random) -> str:
    places = [at for at in range(16) if number[at] != number[at + 1]]
    at = rng.choice(places)
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def _letter(number: str, rng: random.Random) -> str:
    places = [at for at in range(17) if number[at] in "01"]
    at = rng.choice(places)
    return number[:at] + rng.choice("Oo" if number[at] == "0" else "lI") + number[at + 1 :]


def _truncated(number: str, rng: random.Random) -> str:
    return number[:15] + "000"


def _scientific(number: str, rng: random.Random) -> str:
    digits = rng.choice((6, 6, 6, 10, 12, 15))
    kept = str(round(int(number[:17]) / 10 ** (17 - digits)))
    return f"{kept[0]}.{kept[1:]}{rng.choice(('E+17', 'E+17', 'E+17', 'e+17', 'E17'))}"


def _one_missing(number: str, rng: random.Random) -> str:
    at = rng.randrange(18)
    return number[:at] + number[at + 1 :]


def _one_too_many(number: str, rng: random.Random) -> str:
    at = rng.randrange(18)
    digit = number[at] if rng.random() < 0.6 and number[at] != "X" else rng.choice("0123456789")
    return number[:at] + digit + number[at:]


def _impossible_birth(number: str, rng: random.Random) -> str:
    year, month, day = number[6:10], number[10:12], number[12:14]
    kind = rng.randrange(4)
    if kind == 0:
        month = str(rng.randrange(13, 20))
    elif kind == 1:
        day = str(rng.randrange(32, 40))
    elif kind == 2:
        year = str(rng.randrange(2027, 2099))
    else:
        month, day = "00", day
    return number[:6] + year + month + day + number[14:]


def _swap_ten_apart(number: str, rng: random.Random) -> str:
    pairs = [at for at in range(7) if number[at] != number[at + 10]]
    rng.shuffle(pairs)
    for at in pairs:
        swapped = list(number)
        swapped[at], swapped[at + 10] = swapped[at + 10], swapped[at]
        if is_valid("".join(swapped)) and swapped[0] != "0":
            return "".join(swapped)
    return _substitution(number, rng)


def _other_document(number: str, rng: random.Random) -> str:
    kind = rng.randrange(3)
    if kind == 0:
        return f"军字第{rng.randrange(1_000_000, 9_999_999)}号"
    letter = rng.choice("EGD") if kind == 1 else rng.choice("HM")
    return f"{letter}{rng.randrange(10_000_000, 99_999_999)}"


# What each class of damage makes of a valid number. None: the cell is empty.
DAMAGE: Final[Mapping[str, Callable[[str, random.Random], str | None]]] = {
    "substitution": _substitution,
    "transposition": _transposition,
    "letter": _letter,
    "truncated_number": _truncated,
    "truncated_text": _truncated,
    "scientific": _scientific,
    "one_missing": _one_missing,
    "one_too_many": _one_too_many,
    "impossible_birth": _impossible_birth,
    "empty": lambda number, rng: None,
    "placeholder": lambda number, rng: rng.choice(_PLACEHOLDERS),
    "placeholder_valid": lambda number, rng: rng.choice(VALID_PLACEHOLDERS),
    "other_document": _other_document,
    "swap_ten_apart": _swap_ten_apart,
}


def fits(kind: str, number: str) -> bool:
    """Whether this damage can happen to the number: what ends in X was never a number cell."""
    if kind in ("truncated_number", "truncated_text", "scientific"):
        return number[17] != "X"
    if kind == "letter":
        return "0" in number or "1" in number
    return True


def disguise(kind: str, text: str, rng: random.Random) -> str:
    """The same characters as they come out of a spreadsheet: nothing is lost."""
    if kind == "full_width":
        return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)
    if kind == "lower_x":
        return text[:-1] + rng.choice("xxxxxx×ΧХ*") if text.endswith("X") else text
    if kind == "quoted":
        return rng.choice("''’‘`") + text
    spot = rng.randrange(6)
    if spot == 0:
        return f"{text[:6]} {text[6:14]} {text[14:]}"
    if spot == 1:
        return f"{text[:6]}-{text[6:14]}-{text[14:]}"
    if spot == 2:
        return text + rng.choice(("\n", "\r\n", "\t", "\u00a0", "\u200b", "\u3000"))
    if spot == 3:
        return "\ufeff" + text
    return rng.choice((" ", "  ", "\t", "\u00a0")) + text + rng.choice(("", " "))
