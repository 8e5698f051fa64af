"""Numbers that pass their check digit and belong to nobody: resident IDs and credit codes."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date

DIVISION = "629923"
"""Not an assigned division code: no number made here is a real person's."""

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGAN_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def check_character(first17: str) -> str:
    """The 18th character of a resident ID (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(d) * w for d, w in zip(first17, _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def is_valid_id(number: str) -> bool:
    """Whether an 18-character number has the check character its digits call for."""
    return len(number) == 18 and number[:17].isdigit() and check_character(number[:17]) == number[17]


def old_number(number: str) -> str:
    """The 15-digit form of an 18-digit number of somebody born in the 1900s."""
    return number[:6] + number[8:17]


class IdIssuer:
    """Issues resident IDs of the sample's division, each once."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._used: defaultdict[date, set[int]] = defaultdict(set)

    def issue(self, born: date, sex: str) -> str:
        """A new number for somebody born that day; the sequence is odd for men ("1")."""
        used = self._used[born]
        while True:
            sequence = self._rng.randrange(1, 498) * 2 + (1 if sex == "1" else 0)
            if sequence not in used:
                used.add(sequence)
                first17 = f"{DIVISION}{born:%Y%m%d}{sequence:03d}"
                return first17 + check_character(first17)


def credit_code(kind: str, serial: int) -> str:
    """A unified social credit code (GB 32100): kind 11 organ, 12 institution, 13 mass body."""
    organ = f"MB{serial:06d}"
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    rest = 11 - sum(alphabet.index(c) * w for c, w in zip(organ, _ORGAN_WEIGHTS, strict=True)) % 11
    organ += {10: "X", 11: "0"}.get(rest, str(rest))
    first17 = f"{kind}{DIVISION}{organ}"
    total = sum(_CREDIT_ALPHABET.index(c) * w for c, w in zip(first17, _CREDIT_WEIGHTS, strict=True))
    return first17 + _CREDIT_ALPHABET[(31 - total % 31) % 31]
